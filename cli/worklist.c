#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "cli/csv.h"
#include "cli/report.h"
#include "directory/settings.h"

/*
 * What an administrator of Exchange has still to do, as data for the one
 * script that certharvest comes with: nothing here is ever a command.
 */

#define GUID_TEXT 37 /* 8-4-4-4-12, and a NUL */

/* An objectGUID as AD hands it out, in hexadecimal, in the form that people
 * write ([MS-DTYP] 2.3.4.3): the first three groups are little-endian. */
static bool
guid_format(const char *hex, char out[GUID_TEXT])
{
	static const unsigned char order[16] = {
	    3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
	size_t n = 0;

	if (strlen(hex) != 32 || strspn(hex, "0123456789abcdef") != 32)
		return false;
	for (unsigned i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[n++] = '-';
		out[n++] = hex[2 * order[i]];
		out[n++] = hex[2 * order[i] + 1];
	}
	out[n] = '\0';
	return true;
}

/* Of such characters alone an address stands there bare. */
static bool
is_plain(const char *s)
{
	return strspn(s,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		   "0123456789.@_-") == strlen(s);
}

/*
 * A field of RFC 4180.  A program for tables takes one that begins with one
 * of =+-@ for a formula: an apostrophe in front makes it a text, which the
 * script refuses as it refuses all that is out of the ordinary.
 */
static void
field_print(const char *s)
{
	bool guard = csv_is_formula(s);

	if (!guard && is_plain(s)) {
		fputs(s, stdout);
		return;
	}
	fputs(guard ? "\"'" : "\"", stdout);
	for (; *s != '\0'; s++) {
		if (*s == '"')
			putchar('"');
		putchar(*s);
	}
	putchar('"');
}

static const char *
action_of(const struct store_work *w)
{
	if (w->user)
		return "set-mail-user";
	return w->stamped ? "update-recipient" : "enable-mail-contact";
}

static void
row_visit(void *arg, const struct store_work *w)
{
	char guid[GUID_TEXT];

	(void)arg;
	if (!guid_format(w->object, guid))
		return; /* of another backend, before */
	printf("%s,", guid);
	field_print(w->address);
	printf(",%s,", action_of(w));
	for (size_t i = 0; i < w->certificate.len; i++)
		printf("%02x", w->certificate.data[i]);
	fputs("\r\n", stdout);
}

static enum outcome
worklist_report(struct report *r, struct reason *why)
{
	const int64_t *since = r->options->own;

	if (settings_choice(r->settings, "directory", "backend") != BACKEND_AD)
		return reason_set(why, REASON_USAGE,
		    "the worklist is for Exchange: directory.backend is not "
		    "ad");
	fputs("objectGUID,address,action,certificate\r\n", stdout);
	return store_worklist(r->store, *since, row_visit, NULL, why);
}

int
verb_worklist(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"since", required_argument, NULL, 's'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int64_t since = 0;
	struct report_options report = {.own = &since};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 's')
			return cli_usage(argv[0], c == 'h');
		if (clock_parse(optarg, &since) != DONE) {
			fprintf(stderr,
			    "certharvest: --since %s: not a time as in "
			    "2026-11-23T21:05:00Z\n",
			    optarg);
			return EX_USAGE;
		}
	}
	if (optind < argc)
		return cli_usage(argv[0], false);
	return report_run(cli, &report, worklist_report);
}
