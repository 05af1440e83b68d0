#include "cli/digest.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/address.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "cli/ask.h"
#include "cli/report.h"
#include "cli/sendmail.h"
#include "config/config.h"

#define HOST 256
#define STATE_MAX 4096
/* A timer comes a little sooner or later each day. */
#define SLACK(every) ((every) / 10)
/* What stands is told again so often, also when nothing is new. */
#define REMIND ((int64_t)7 * 86400)

/* digest.needs, in the order of its choices. */
enum needs { NEEDS_WORK, NEEDS_ANYTHING };

struct run {
	bool send;
	int64_t asked; /* --since; 0: since the last one */
	int64_t last;  /* when one was sent last; 0: never */
	char host[HOST];
};

/* When the last one was sent, and what it told of ended: one line. */
static enum outcome
state_read(const char *path, int64_t now, int64_t *out, struct reason *why)
{
	struct bytes text = {NULL, 0};
	char line[CLOCK_TEXT] = "";
	enum outcome o;

	*out = 0;
	o = file_read(path, STATE_MAX, &text, why);
	if (o == DONE && text.len >= sizeof line - 1)
		memcpy(line, text.data, sizeof line - 1);
	bytes_clear(&text);
	/* Damaged, or of a clock that was set back since: as if never. */
	if (o == DONE && (clock_parse(line, out) != DONE || *out > now))
		*out = 0;
	return o == NOTHING || o == REFUSED ? DONE : o;
}

static enum outcome
state_write(const char *path, int64_t now, struct reason *why)
{
	char line[CLOCK_TEXT + 1];
	const char *name;
	enum outcome o;
	int folder;

	clock_format(now, line);
	strcat(line, "\n");
	o = file_open_folder_of(path, &folder, &name, why);
	if (o == DONE)
		o = file_write(folder, name, span_str(line), 0640, why);
	file_close(&folder);
	return o;
}

static enum outcome
lock_take(const char *path, int *out, struct reason *why)
{
	char name[4096 + 8];

	snprintf(name, sizeof name, "%s.lock", path);
	return file_lock(name, out, why);
}

/* Whether there is enough in it for a mail. */
static bool
is_worth(const struct digest *d, const struct run *r)
{
	bool anything =
	    settings_choice(d->settings, "digest", "needs") == NEEDS_ANYTHING;

	return d->faults > 0 || d->news > 0 || (anything && d->published > 0) ||
	    (d->waiting > 0 && (r->asked > 0 || d->now - r->last >= REMIND));
}

static void
make_subject(const struct digest *d, const char *host, char *out, size_t size)
{
	snprintf(out, size,
	    "certharvest %.64s: %lld fault%s, %lld wait%s for you, %lld "
	    "published",
	    host, (long long)d->faults, d->faults == 1 ? "" : "s",
	    (long long)d->waiting, d->waiting == 1 ? "s" : "",
	    (long long)d->published);
}

static enum outcome
make_text(struct digest *d, const char *host, char **out, struct reason *why)
{
	char from[CLOCK_TEXT], to[CLOCK_TEXT];
	size_t len = 0;
	FILE *f = open_memstream(out, &len);
	enum outcome o;

	if (f == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	clock_format(d->since, from);
	clock_format(d->now, to);
	fprintf(f, "certharvest on %s, from %s to %s\n", host, from, to);
	o = digest_write(d, f, why);
	fprintf(f,
	    "\nWhat certharvest knows of one address, and why its certificate "
	    "is or is\nnot published: certharvest show ADDRESS\n");
	if (fclose(f) != 0 && o == DONE)
		o = reason_set(why, REASON_MEMORY, "out of memory");
	return o;
}

static enum outcome
make_mail(const struct digest *d, const char *host, const char *text,
    char **out, size_t *len, struct reason *why)
{
	const char *from = settings_peek(d->settings, "digest", "from");
	char subject[200], sender[HOST + 20];
	struct digest_mail m = {.settings = d->settings,
	    .host = host,
	    .subject = subject,
	    .date = d->now,
	    .text = text,
	    .from = from};

	make_subject(d, host, subject, sizeof subject);
	snprintf(sender, sizeof sender, "certharvest@%s", host);
	if (from[0] == '\0')
		m.from = sender;
	return digest_mail_make(&m, out, len, why);
}

static enum outcome
send_mail(const struct digest *d, struct span mail, struct reason *why)
{
	const char *state = settings_peek(d->settings, "digest", "state_file");
	enum outcome o;

	config_log_open(d->settings, "certharvest");
	o = sendmail_give(d->settings, mail, why);
	/* Not before it is sent: rather twice than never. */
	if (o == DONE)
		o = state_write(state, d->now, why);
	if (o == DONE)
		LOG_EVENT(DIGEST_SENT, LOG_NUM("faults", d->faults),
		    LOG_NUM("waiting", d->waiting),
		    LOG_NUM("published", d->published));
	else
		LOG_EVENT(DIGEST_FAILED,
		    LOG_STR("reason", reason_name(why->code)),
		    LOG_STR("text", why->text),
		    LOG_STR("advice", reason_advice(why->code)));
	return o;
}

static enum outcome
finish(struct digest *d, const struct run *r, struct reason *why)
{
	char *text = NULL, *mail = NULL;
	size_t len = 0;
	enum outcome o;

	o = make_text(d, r->host, &text, why);
	if (o != DONE)
		goto out;
	if (!is_worth(d, r)) {
		printf("nothing to tell since %s\n", report_time(d->since));
		goto out;
	}
	if (!r->send) {
		fputs(text, stdout);
		goto out;
	}
	o = make_mail(d, r->host, text, &mail, &len, why);
	if (o == DONE)
		o = send_mail(
		    d, (struct span){(const uint8_t *)mail, len}, why);
out:
	free(mail);
	free(text);
	return o;
}

/* A name that may stand in a header. */
static void
host_name(char out[HOST])
{
	if (gethostname(out, HOST) != 0 || out[0] == '\0' ||
	    strspn(out,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789.-") != strlen(out))
		snprintf(out, HOST, "localhost");
	out[HOST - 1] = '\0';
}

static enum outcome
tell(struct report *report, struct run *r, struct reason *why)
{
	const struct settings *s = report->settings;
	int64_t every = settings_number(s, "digest", "every");
	struct digest d = {.settings = s,
	    .store = report->store,
	    .now = clock_now(),
	    .lines = (unsigned)settings_number(s, "digest", "lines")};
	json_t *status = NULL;
	struct reason silence;
	enum outcome o;

	o = state_read(
	    settings_peek(s, "digest", "state_file"), d.now, &r->last, why);
	if (o != DONE)
		return o;
	if (r->send && r->asked == 0 &&
	    d.now - r->last < every - SLACK(every)) {
		printf("the last one was sent at %s\n", report_time(r->last));
		return DONE;
	}
	d.since = r->asked > 0 ? r->asked
	    : r->last > 0      ? r->last
			       : d.now - every;
	host_name(r->host);
	if (ask_quietly(s, "status", json_object(), &status, &silence) != DONE)
		d.silence = silence.text;
	d.status = status;
	o = finish(&d, r, why);
	json_decref(status);
	return o;
}

static enum outcome
digest_report(struct report *report, struct reason *why)
{
	struct run r = *(const struct run *)report->options->own;
	const struct settings *s = report->settings;
	enum outcome o = DONE;
	int lock = -1;

	if (r.send && settings_count(s, "digest", "to") == 0) {
		printf("digest.to names nobody: no digest\n");
		return DONE;
	}
	if (r.send)
		o = lock_take(
		    settings_peek(s, "digest", "state_file"), &lock, why);
	if (o == DONE)
		o = tell(report, &r, why);
	file_close(&lock);
	return o;
}

int
verb_digest(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"print", no_argument, NULL, 'p'}, {"send", no_argument, NULL, 's'},
	    {"since", required_argument, NULL, 't'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	struct run run = {.send = false};
	struct report_options report = {.own = &run};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 't' && clock_parse(optarg, &run.asked) != DONE) {
			fprintf(stderr,
			    "certharvest: --since %s: not a time as in "
			    "2026-11-23T21:05:00Z\n",
			    optarg);
			return EX_USAGE;
		}
		if (c != 'p' && c != 's' && c != 't')
			return cli_usage(argv[0], c == 'h');
		run.send = c == 's' || (c == 't' && run.send);
	}
	if (optind < argc)
		return cli_usage(argv[0], false);
	return report_run(cli, &report, digest_report);
}
