#include "publisher/setup.h"

#include <stdlib.h>
#include <string.h>

#include "base/child.h"
#include "base/file.h"
#include "base/judge_policy.h"
#include "publisher/freemail.h"
#include "publisher/site_key.h"
#include "publisher/trust.h"

/* directory.prefer, in the order of its choices. */
enum { PREFER_ANY, PREFER_RSA };

/* The stamp first: what changes while we read is read again. */
static enum outcome
trust_read_files(
    struct setup *s, struct store *store, int *out, struct reason *why)
{
	if (!trust_stamp(s->settings, s->trust_stamp))
		return reason_set(why, REASON_MEMORY, "out of memory");
	return trust_make(s->settings, store, out, why);
}

static enum outcome
program_find(const char *name, char **out, struct reason *why)
{
	*out = child_program_dup_path(name);
	if (*out == NULL)
		return reason_set(why, REASON_WORKER_BROKEN,
		    "%s is not installed where this program looks for it",
		    name);
	return DONE;
}

/* A key is only made for a store under which nothing was published yet. */
static enum outcome
key_load(struct setup *s, struct store *store, struct reason *why)
{
	struct store_counts counts;
	enum outcome o;

	o = store_count(store, &counts, why);
	if (o != DONE)
		return o;
	return site_key_load(
	    settings_peek(s->settings, "directory", "site_key_file"),
	    counts.published == 0, &s->site_key, why);
}

static void
policies_read(struct setup *s)
{
	const struct settings *t = s->settings;

	s->planning.certificates = (unsigned)settings_number(
	    t, "directory", "certificates_per_contact");
	s->planning.key_change_days =
	    (unsigned)settings_number(t, "directory", "key_change_days");
	s->planning.revert_mails =
	    (unsigned)settings_number(t, "directory", "revert_mails");
	s->planning.revert_days =
	    (unsigned)settings_number(t, "directory", "revert_days");
	s->planning.shadows =
	    (enum plan_shadow_policy)settings_choice(t, "directory", "shadows");
	s->planning.prefer_rsa =
	    settings_choice(t, "directory", "prefer") == PREFER_RSA;
	s->planning.replication =
	    settings_number(t, "directory", "replication");
	naming_read(t, &s->planning.naming);
	fields_read(t, &s->planning.fields);
	s->planning.site_key = span_bytes(&s->site_key);
	s->retry.min = settings_number(t, "publisher", "retry_min");
	s->retry.max = settings_number(t, "publisher", "retry_max");
}

static enum outcome
judge_prepare(struct setup *s, struct reason *why)
{
	struct judge_start start = {
	    .trust_fd = s->trust_fd,
	    .deadline =
		(unsigned)settings_number(s->settings, "judge", "deadline"),
	    .confine = settings_is(s->settings, "judge", "confine"),
	};
	char *program = NULL;
	enum outcome o;

	o = program_find("certharvest-judge", &program, why);
	start.program = program;
	if (o == DONE)
		o = judge_process_open(&start, &s->judge, why);
	free(program);
	return o;
}

static enum outcome
directory_prepare(
    struct setup *s, const struct setup_options *options, struct reason *why)
{
	enum outcome o;

	if (options->settings_path != NULL) {
		s->settings_path = strdup(options->settings_path);
		if (s->settings_path == NULL)
			return reason_set(why, REASON_MEMORY, "out of memory");
	}
	o = program_find("certharvest-directory", &s->directory_program, why);
	if (o != DONE)
		return o;
	s->directory_start = (struct directory_child_start){
	    .program = s->directory_program,
	    .settings = s->settings_path,
	    .deadline = 1000 *
		(unsigned)settings_number(s->settings, "directory", "timeout"),
	    .meanwhile = options->meanwhile,
	    .arg = options->arg,
	};
	return directory_child_open(&s->directory_start, &s->directory, why);
}

enum outcome
setup_give_settings(struct settings *settings,
    const struct setup_options *options, struct setup **out, struct reason *why)
{
	struct setup *s = calloc(1, sizeof *s);
	enum outcome o;

	if (s == NULL) {
		settings_free(settings);
		return reason_set(why, REASON_MEMORY, "out of memory");
	}
	s->settings = settings;
	s->trust_fd = -1;
	o = admission_rules_new(settings, &s->rules, why);
	if (o == DONE)
		o = judge_policy_read(settings, &s->judging, why);
	if (o == DONE)
		o = create_read(settings, &s->planning.create, why);
	if (o == DONE)
		o = freemail_check(settings, why); /* read when needed */
	if (o == DONE)
		o = key_load(s, options->store, why);
	if (o == DONE)
		o = trust_read_files(s, options->store, &s->trust_fd, why);
	if (o == DONE)
		o = judge_prepare(s, why);
	if (o == DONE)
		o = directory_prepare(s, options, why);
	if (o == DONE) {
		policies_read(s);
		*out = s;
		s = NULL;
	}
	setup_free(s);
	return o;
}

void
setup_free(struct setup *s)
{
	if (s == NULL)
		return;
	directory_child_close(s->directory);
	judge_process_close(s->judge);
	file_close(&s->trust_fd);
	if (s->site_key.data != NULL)
		explicit_bzero(s->site_key.data, s->site_key.len);
	bytes_clear(&s->site_key);
	create_clear(&s->planning.create);
	admission_rules_free(s->rules);
	settings_free(s->settings);
	free(s->settings_path);
	free(s->directory_program);
	free(s);
}

enum outcome
setup_renew_trust(struct setup *s, struct store *store, struct reason *why)
{
	enum outcome o;
	int fd = -1;

	o = trust_read_files(s, store, &fd, why);
	if (o != DONE)
		return o;
	judge_process_trust(s->judge, fd);
	file_close(&s->trust_fd);
	s->trust_fd = fd;
	s->trust_stale = false;
	return DONE;
}

void
setup_distrust(struct setup *s)
{
	s->trust_turn++;
	s->trust_stale = true;
}

enum outcome
setup_keep_distrust(struct setup *s, struct store *store, struct reason *why)
{
	return s->trust_stale ? setup_renew_trust(s, store, why) : DONE;
}

bool
setup_trust_changed(const struct setup *s)
{
	uint8_t now[DIGEST_LEN];

	return trust_stamp(s->settings, now) &&
	    !digest_equal(now, s->trust_stamp);
}

enum outcome
setup_renew_directory(struct setup *s, struct reason *why)
{
	struct directory_child *fresh = NULL;
	enum outcome o;

	o = directory_child_open(&s->directory_start, &fresh, why);
	if (o != DONE)
		return o;
	directory_child_close(s->directory);
	s->directory = fresh;
	return DONE;
}
