#include "cli/report.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "spool/json.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 1000000
#define DAYS_DEFAULT 30
#define DAYS_MAX 36500
#define TEXT_MAX 2200

static bool
number_read(const char *s, long max, unsigned *out)
{
	char *end = NULL;
	long n = strtol(s, &end, 10);

	if (end == s || *end != '\0' || n < 1 || n > max)
		return false;
	*out = (unsigned)n;
	return true;
}

bool
report_limit(const char *s, unsigned *out)
{
	return number_read(s, LIMIT_MAX, out);
}

int
report_options(
    int argc, char **argv, enum report_takes takes, struct report_options *out)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'},
	    {"days", required_argument, NULL, 'd'},
	    {"limit", required_argument, NULL, 'l'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	unsigned limit = LIMIT_DEFAULT, days = DAYS_DEFAULT;
	bool argument = takes == REPORT_ARGUMENT;
	int c;

	*out = (struct report_options){.json = false};
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'j') {
			out->json = true;
		} else if (c == 'l') {
			if (!number_read(optarg, LIMIT_MAX, &limit))
				return cli_usage(argv[0], false);
		} else if (c == 'd' && takes == REPORT_DAYS) {
			if (!number_read(optarg, DAYS_MAX, &days))
				return cli_usage(argv[0], false);
		} else {
			c = cli_usage(argv[0], c == 'h');
			return c == EX_OK ? -1 : c;
		}
	}
	if (argc - optind != argument)
		return cli_usage(argv[0], false);
	out->limit = limit;
	out->days = days;
	out->argument = argument ? argv[optind] : NULL;
	return EX_OK;
}

static int
open_store(
    const struct cli *cli, struct settings **settings, struct store **store)
{
	struct reason why;
	const char *path;
	enum outcome o;
	int status;

	status = cli_settings(cli, settings);
	if (status != EX_OK)
		return status;
	path = settings_peek(*settings, "store", "path");
	o = store_open_reader(path, store, &why);
	if (o == DONE)
		return EX_OK;
	if (o == NOTHING) {
		fprintf(stderr,
		    "certharvest: %s: there is no store yet; "
		    "has certharvest-publisher run?\n",
		    path);
		status = EX_UNAVAILABLE;
	} else {
		status = cli_fail(o, &why);
	}
	settings_free(*settings);
	*settings = NULL;
	return status;
}

int
report_run(const struct cli *cli, const struct report_options *options,
    enum outcome (*body)(struct report *r, struct reason *why))
{
	struct settings *settings = NULL;
	struct report r = {.options = options, .status = EX_OK};
	struct reason why;
	enum outcome o;

	r.status = open_store(cli, &settings, &r.store);
	if (r.status != EX_OK)
		return r.status;
	r.settings = settings;
	o = body(&r, &why);
	if (o != DONE)
		r.status = cli_fail(o, &why);
	store_close(r.store);
	settings_free(settings);
	return r.status;
}

void
report_row_print(struct report *r, json_t *o)
{
	int status = report_print(o);

	if (status != EX_OK)
		r->status = status;
}

const char *
report_time(int64_t t)
{
	static char text[4][CLOCK_TEXT];
	static unsigned next;
	char *out = text[next++ % 4];

	if (t == 0)
		return "-";
	clock_format(t, out);
	return out;
}

const char *
report_quote(const char *s)
{
	static char text[4][TEXT_MAX];
	static unsigned next;

	return log_quote(s, text[next++ % 4], TEXT_MAX);
}

bool
report_set(json_t *o, const char *key, const char *words)
{
	return json_object_set_new(o, key, json_words(words)) == 0;
}

bool
report_set_time(json_t *o, const char *key, int64_t t)
{
	if (t == 0)
		return json_object_set_new(o, key, json_null()) == 0;
	return report_set(o, key, report_time(t));
}

bool
report_set_authentication(json_t *o, const struct authentication *a)
{
	return report_set(o, "dmarc", authentication_name(a->dmarc)) &&
	    report_set(o, "dkim", authentication_name(a->dkim)) &&
	    report_set(o, "dkim_domain", a->dkim_domain);
}

const char *
report_authentication(const struct authentication *a)
{
	static char text[64 + ADDRESS_SIZE];
	bool dmarc = a->dmarc != AUTHENTICATION_UNSAID,
	     dkim = a->dkim != AUTHENTICATION_UNSAID,
	     domain = a->dkim_domain[0] != '\0';

	if (!dmarc && !dkim)
		return "nothing said by a server of ours";
	snprintf(text, sizeof text, "%s%s%s%s%s%s%s%s", dmarc ? "dmarc " : "",
	    authentication_name(a->dmarc), dmarc && dkim ? ", " : "",
	    dkim ? "dkim " : "", authentication_name(a->dkim),
	    domain ? " (" : "", domain ? a->dkim_domain : "",
	    domain ? ")" : "");
	return text;
}

json_t *
report_row(const struct store_row *row)
{
	json_t *o = json_object();

	if (o != NULL && report_set(o, "id", row->id) &&
	    report_set(o, "address", row->address) &&
	    report_set(o, "state", row->state) &&
	    report_set(o, "reason", reason_name(row->reason.code)) &&
	    report_set(o, "text", row->reason.text) &&
	    report_set(o, "certificate.sha256", row->certificate) &&
	    report_set_authentication(o, &row->authentication) &&
	    report_set(o, "message_id", row->message_id) &&
	    report_set(o, "queue_id", row->queue_id) &&
	    report_set_time(o, "received", row->received) &&
	    report_set_time(o, "last_seen", row->last_seen) &&
	    report_set_time(o, "changed", row->changed) &&
	    report_set_time(o, "due", row->due) &&
	    json_object_set_new(o, "tries", json_integer(row->tries)) == 0)
		return o;
	json_decref(o);
	return NULL;
}

int
report_print(json_t *o)
{
	int status = EX_OSERR;

	if (o != NULL &&
	    json_dumpf(o, stdout, JSON_COMPACT | JSON_ENSURE_ASCII) == 0 &&
	    putchar('\n') != EOF)
		status = EX_OK;
	json_decref(o);
	if (status != EX_OK)
		fprintf(stderr, "certharvest: out of memory or of output\n");
	return status;
}
