#include "cli/try.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/judge_policy.h"
#include "base/judge_process.h"
#include "cli/verb.h"
#include "config/config.h"
#include "directory/create.h"
#include "directory/fields.h"
#include "directory/naming.h"
#include "pki/anchors.h"
#include "pki/sources.h"
#include "publisher/admission.h"
#include "spool/snapshot.h"

/* What the command line says. */
struct options {
	bool json;
	bool sha1;
	const char *anchors; /* NULL: those of the settings */
	const char *crls;    /* the same */
	int64_t at;	     /* 0: now, for each mail anew */
};

/* All that is needed to try mails. */
struct trial {
	struct options options;
	struct settings *settings;
	struct admission_rules *rules;
	struct create_policy create;
	bool creates; /* the policy could be read */
	struct judge_process *judge;
	struct try_store *store; /* NULL: it is not asked */
	char *program;
	int trust_fd;
};

/*
 * The settings, or the defaults where only the mail system's users may read
 * them: trying a mail needs no rights.
 */
static int
settings_have(const struct cli *cli, struct settings **out)
{
	static const struct cli defaults = {.settings_path = ""};

	if (cli->settings_path == NULL &&
	    access(config_default_path(), R_OK) != 0 && errno == EACCES) {
		fprintf(stderr,
		    "certharvest: %s: may not be read; the defaults are "
		    "taken\n",
		    config_default_path());
		cli = &defaults;
	}
	return cli_settings(cli, out);
}

/* What the publisher knows, where it can be read; nothing depends on it. */
static struct trust *
known_dup(const struct settings *s)
{
	struct trust *t = trust_new();
	struct reason why;

	if (t != NULL &&
	    snapshot_read(settings_peek(s, "spool", "snapshot"), t, &why) ==
		DONE)
		return t;
	trust_free(t);
	return trust_new();
}

static void
complain(void *arg, const char *setting, const struct reason *why)
{
	(void)arg;
	fprintf(stderr, "certharvest: trust.%s: %s\n", setting, why->text);
}

/* Then what was approved does not count, either. */
static enum outcome
only_anchors(struct trust *t, const char *path, struct reason *why)
{
	while (t->n_anchors > 0) {
		struct trust_anchor *a = &t->anchors[--t->n_anchors];

		bytes_clear(&a->der);
		free(a->domains);
	}
	return anchors_load(t, path, NULL, why);
}

static enum outcome
trust_make(struct trial *t, struct reason *why)
{
	struct trust *trust = known_dup(t->settings);
	enum outcome o;

	if (trust == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	if (t->options.anchors != NULL)
		o = only_anchors(trust, t->options.anchors, why);
	else
		o = sources_load(trust, t->settings, complain, NULL, why);
	/* Whoever names lists wants them asked. */
	if (t->options.crls != NULL && o <= NOTHING) {
		trust->revocation_required = true;
		o = sources_load_crls(
		    trust, t->options.crls, complain, NULL, why);
	}
	/* Without any every chain is unknown; the rest can be told. */
	if (o == BROKEN && t->options.anchors == NULL)
		o = DONE;
	if (o == DONE)
		o = trust_seal(trust, &t->trust_fd, why);
	trust_free(trust);
	return o;
}

static enum outcome
judge_start(struct trial *t, struct reason *why)
{
	bool confine = settings_is(t->settings, "judge", "confine");

	t->program = child_program_dup_path("certharvest-judge");
	if (t->program == NULL)
		return reason_set(why, REASON_WORKER_BROKEN,
		    "certharvest-judge is not installed");
	if (!confine)
		fprintf(stderr,
		    "certharvest: judge.confine is off: the mail is read by "
		    "an unconfined process\n");
	return judge_process_open(
	    &(struct judge_start){
		.program = t->program,
		.trust_fd = t->trust_fd,
		.deadline =
		    (unsigned)settings_number(t->settings, "judge", "deadline"),
		.confine = confine,
	    },
	    &t->judge, why);
}

/* The files that it names may be for the publisher's eyes. */
static void
create_start(struct trial *t)
{
	struct reason why;

	t->creates = create_read(t->settings, &t->create, &why) == DONE;
	if (!t->creates)
		fprintf(stderr,
		    "certharvest: %s: so whether contacts are made is not "
		    "told\n",
		    why.text);
}

static void
trial_clear(struct trial *t)
{
	judge_process_close(t->judge);
	try_store_close(t->store);
	admission_rules_free(t->rules);
	create_clear(&t->create);
	file_close(&t->trust_fd);
	free(t->program);
	settings_free(t->settings);
}

/* Something that is no file (a pipe) as one; one byte above the cap will do. */
static enum outcome
copy_stream(int from, size_t cap, int *out, struct reason *why)
{
	int fd = memfd_create("message", MFD_CLOEXEC);
	char chunk[65536];
	size_t len = 0;
	ssize_t n = 0;

	if (fd < 0)
		return reason_set(why, REASON_IO, "%s", strerror(errno));
	while (len <= cap) {
		n = read(from, chunk, sizeof chunk);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || !file_write_all(fd, chunk, (size_t)n))
			break;
		len += (size_t)n;
	}
	if (n != 0 && len <= cap) {
		file_close(&fd);
		return reason_set(why, REASON_IO, "%s", strerror(errno));
	}
	*out = fd;
	return DONE;
}

/* A descriptor of a regular file that holds the mail. */
static enum outcome
message_open(const char *file, size_t cap, int *out, struct reason *why)
{
	bool input = strcmp(file, "-") == 0;
	enum outcome o = DONE;
	struct stat st;
	int fd;

	fd = input ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) != 0)
		o = reason_set(why, REASON_IO, "%s", strerror(errno));
	else if (S_ISDIR(st.st_mode))
		o = reason_set(why, REASON_IO, "%s", strerror(EISDIR));
	/* Standard input may stand in the middle of its file. */
	else if (input || !S_ISREG(st.st_mode))
		o = copy_stream(fd, cap, out, why);
	else {
		*out = fd;
		return DONE;
	}
	if (!input)
		file_close(&fd);
	return o;
}

/* The signer's facts, where the judgement's are of another certificate. */
static void
signer_find(
    struct trial *t, const struct judge_policy *policy, struct try_verdict *v)
{
	const struct judgement *j = &v->judgement;
	struct facts *f = NULL;
	struct reason why;
	struct span der;

	v->signer.malformed = true;
	if (j->facts != NULL && digest_equal(j->facts->sha256, j->signer)) {
		v->signer = *j->facts;
		return;
	}
	if (j->harvest == NULL)
		return;
	der = span_bytes(&j->harvest->signer);
	if (judge_process_facts(t->judge, &der, 1, policy, &f, &why) == DONE)
		v->signer = *f;
	free(f);
}

/* Whether a contact would be made, where, and what it would be called, as far
 * as the directory has nobody. */
static void
contact_make(const struct trial *t, struct try_verdict *v)
{
	const struct harvest *h = v->judgement.harvest;
	struct naming_policy policy;
	struct fields_policy fields;
	char wish[LIMIT_NAME + 1];
	struct reason ignored;

	naming_read(t->settings, &policy);
	naming_wish(&policy, h, &v->admission.facts, wish);
	if (naming_is_protected(&policy, wish))
		wish[0] = '\0';
	naming_make(&policy, wish, h->address, v->name);
	fields_read(t->settings, &fields);
	(void)!fields_make(&fields,
	    &(struct fields_input){.harvest = h,
		.certificate = &v->admission.facts,
		.wish = wish,
		.display = v->name},
	    &v->contact, &ignored);
	if (!t->creates)
		return;
	v->asked_create = true;
	reason_clear(&v->create);
	(void)!create_may(&t->create, h, &v->create);
	v->ou = create_peek_ou(t->settings, h->address);
}

/* The rules about the certificate, what people said, and the policy; the
 * certificate that stands already is no question to that. */
static enum outcome
admit(struct trial *t, int64_t now, struct try_verdict *v)
{
	const struct harvest *h = v->judgement.harvest;
	struct reason ignored;
	enum outcome o;

	v->mode = admission_mode(t->rules);
	v->writes =
	    admission_to_write(t->rules, h->address, "", &ignored) == DONE;
	reason_clear(&v->why);
	o = admission_of_certificate(t->rules,
	    &(struct admission_case){
		.address = h->address,
		.certificate = &h->certificate,
		.verdict = &v->admission,
		.now = now,
	    },
	    &v->why);
	if (o == DONE)
		o = try_store_ask(t->store, h, &v->said, &v->why);
	if (o == DONE && v->said.stands != TRY_THE_SAME)
		o = admission_of_policy(t->rules,
		    &(struct admission_policy_case){
			.harvest = h,
			.verdict = &v->admission,
		    },
		    &v->why);
	return o;
}

/* The judge's two questions, and what the site has to say. */
static enum outcome
decide(struct trial *t, int fd, struct try_verdict *v)
{
	struct judgement *j = &v->judgement;
	struct judge_policy policy;
	enum outcome o;

	o = judge_policy_read(t->settings, &policy, &v->why);
	if (o != DONE)
		return o;
	policy.now = t->options.at != 0 ? t->options.at : clock_now();
	policy.sha1 = t->options.sha1;
	policy.explain = true;
	o = judge_process_message(t->judge, fd, &policy, j, &v->why);
	if (o != DONE)
		return o;
	signer_find(t, &policy, v);
	v->why = j->why;
	if (j->outcome != DONE)
		return j->outcome;
	o = admission_of_sender(t->rules, j->address, &v->why);
	if (o != DONE)
		return o;
	o = judge_process_harvest(
	    t->judge, j->harvest, &policy, &v->admission, &v->why);
	if (o != DONE)
		return o;
	contact_make(t, v);
	return admit(t, policy.now, v);
}

/* EX_OK; else the file cannot be read, or no judge can be had. */
static int
try_file(struct trial *t, const char *file)
{
	size_t cap =
	    (size_t)settings_number(t->settings, "judge", "message_size");
	struct try_verdict v = {.file = file};
	int fd = -1, status = EX_OK, printed = EX_OK;

	v.signer.malformed = true;
	v.outcome = message_open(file, cap, &fd, &v.why);
	if (v.outcome == DONE)
		v.outcome = decide(t, fd, &v);
	else
		status = EX_NOINPUT;
	if (v.outcome == BROKEN && status == EX_OK)
		status = EX_CONFIG;
	if (status != EX_OK)
		fprintf(stderr, "certharvest: %s: %s\n", file, v.why.text);
	if (t->options.json)
		printed = try_print_json(&v);
	else if (status == EX_OK)
		try_print_text(&v);
	judgement_clear(&v.judgement);
	change_clear(&v.contact);
	file_close(&fd);
	return status != EX_OK ? status : printed;
}

/* EX_OK: go on; -1: help was given; else the exit status. */
static int
options_read(int argc, char **argv, struct options *out)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'},
	    {"anchors", required_argument, NULL, 'a'},
	    {"crls", required_argument, NULL, 'c'},
	    {"at", required_argument, NULL, 't'},
	    {"sha1", no_argument, NULL, '1'}, {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0}};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'j') {
			out->json = true;
		} else if (c == '1') {
			out->sha1 = true;
		} else if (c == 'a') {
			out->anchors = optarg;
		} else if (c == 'c') {
			out->crls = optarg;
		} else if (c == 't') {
			if (clock_parse(optarg, &out->at) == DONE)
				continue;
			fprintf(stderr,
			    "certharvest: --at %s: not a time as in "
			    "2026-11-23T21:05:00Z\n",
			    optarg);
			return EX_USAGE;
		} else {
			c = cli_usage(argv[0], c == 'h');
			return c == EX_OK ? -1 : c;
		}
	}
	return optind < argc ? EX_OK : cli_usage(argv[0], false);
}

int
verb_try(const struct cli *cli, int argc, char **argv)
{
	struct trial t = {.trust_fd = -1};
	struct reason why;
	enum outcome o;
	int status, one;

	status = options_read(argc, argv, &t.options);
	if (status != EX_OK)
		return status == -1 ? EX_OK : status;
	status = settings_have(cli, &t.settings);
	if (status != EX_OK)
		return status;
	o = admission_rules_new(t.settings, &t.rules, &why);
	create_start(&t);
	t.store = try_store_open(t.settings);
	if (o == DONE)
		o = trust_make(&t, &why);
	if (o == DONE)
		o = judge_start(&t, &why);
	if (o != DONE) {
		status = cli_fail(o, &why);
		goto out;
	}
	for (; optind < argc; optind++) {
		one = try_file(&t, argv[optind]);
		if (one != EX_OK)
			status = one;
	}
out:
	trial_clear(&t);
	return status;
}
