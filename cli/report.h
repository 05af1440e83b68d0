#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <jansson.h>

#include "cli/verb.h"
#include "store/store.h"

/*
 * What show, queue and broken have in common: they read the store without the
 * publisher, and print a stranger's words quoted or as JSON.
 */
enum report_takes {
	REPORT_NOTHING,
	REPORT_ARGUMENT, /* one, which must be there */
	REPORT_DAYS	 /* --days */
};

struct report_options {
	bool json;
	unsigned days;
	unsigned limit;	      /* rows at most */
	const char *argument; /* NULL: the verb takes none */
	const void *own;      /* the verb's own, which it sets afterwards */
};

/*
 * Read --json, --limit and what else the verb takes.  EX_OK:
 * go on; -1: help was asked for and given; else the exit status.
 */
int report_options(
    int argc, char **argv, enum report_takes takes, struct report_options *out);

/* Read what --limit says. */
bool report_limit(const char *s, unsigned *out);

/* What a report is made of. */
struct report {
	const struct settings *settings;
	struct store *store;
	const struct report_options *options;
	int status; /* EX_OK, or what a row could not be printed for */
};

/*
 * Run a report over the store, opened for reading: body prints it, and what
 * it returns is told and becomes the exit status.  Complains itself.
 */
int report_run(const struct cli *cli, const struct report_options *options,
    enum outcome (*body)(struct report *r, struct reason *why));

/* Print the object on a line of its own, as report_print(), and remember in
 * the report when that failed. */
void report_row_print(struct report *r, json_t *o);

/* "2026-11-23T21:05:00Z", or "-" for 0.  In one of four buffers. */
const char *report_time(int64_t t);

/* The string quoted for a terminal.  In one of four buffers. */
const char *report_quote(const char *s);

/* Set a stranger's words; false when out of memory. */
bool report_set(json_t *o, const char *key, const char *words);

/* Set a time, null for 0. */
bool report_set_time(json_t *o, const char *key, int64_t t);

/* Set dmarc, dkim and dkim_domain, "" for what was not said. */
bool report_set_authentication(json_t *o, const struct authentication *a);

/* "dmarc pass, dkim pass (partner.example)", in one buffer, unquoted. */
const char *report_authentication(const struct authentication *a);

/* A harvest or note; NULL when out of memory. */
json_t *report_row(const struct store_row *row);

/* Print the object on a line of its own and free it; NULL is allowed:
 * EX_OSERR. */
int report_print(json_t *o);

#endif
