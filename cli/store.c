#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/follow.h"
#include "cli/report.h"
#include "store/care.h"

/*
 * The store as a file, without the publisher, which may run meanwhile; and
 * what the publisher is asked to put into one that was lost.
 */
struct words {
	bool json;
	const char *file; /* NULL: the publisher's store */
};

static int
size_print(const char *path, const struct store_size *size,
    const struct store_counts *counts, bool json)
{
	json_t *o;

	if (!json) {
		printf("%s: whole; version %" PRId64 ", %" PRId64
		       " bytes, %" PRId64 " of them unused\n"
		       "%" PRId64 " wait, %" PRId64 " held, %" PRId64
		       " published\n",
		    report_quote(path), size->version, size->bytes + size->log,
		    size->unused, counts->due, counts->held, counts->published);
		return EX_OK;
	}
	o = json_pack("{s:b, s:I, s:I, s:I, s:I, s:I, s:I}", "whole", 1,
	    "version", (json_int_t)size->version, "bytes",
	    (json_int_t)(size->bytes + size->log), "unused",
	    (json_int_t)size->unused, "due", (json_int_t)counts->due, "held",
	    (json_int_t)counts->held, "published",
	    (json_int_t)counts->published);
	if (o != NULL && !report_set(o, "path", path)) {
		json_decref(o);
		o = NULL;
	}
	return report_print(o);
}

static int
fail(enum outcome o, const struct reason *why)
{
	int status = cli_fail(o, why);

	if (why->code == REASON_IO)
		return EX_CANTCREAT;
	return why->code == REASON_STORE_CORRUPT ? EX_DATAERR : status;
}

static int
check(struct store *s, const char *path, const struct words *words)
{
	struct store_counts counts;
	struct store_size size;
	struct reason why;
	enum outcome o;

	o = store_check(s, &why);
	if (o == DONE)
		o = store_measure(s, &size, &why);
	if (o == DONE)
		o = store_count(s, &counts, &why);
	if (o != DONE)
		return fail(o, &why);
	return size_print(path, &size, &counts, words->json);
}

static int
backup(struct store *s, const char *path, const struct words *words)
{
	struct store_size size;
	struct reason why;
	enum outcome o;

	o = store_backup(s, words->file, &why);
	if (o == DONE)
		o = store_measure(s, &size, &why);
	if (o != DONE)
		return fail(o, &why);
	printf("%s: a copy of %s, %" PRId64 " bytes\n",
	    report_quote(words->file), report_quote(path), size.bytes);
	return EX_OK;
}

/* What can be done with it: a new one is a row. */
static const struct deed {
	const char *name;
	int (*run)(
	    struct store *s, const char *path, const struct words *words);
	bool opens_file; /* FILE is what it is done with */
	bool needs_file;
} deeds[] = {
    {"check", check, .opens_file = true},
    {"backup", backup, .needs_file = true},
};

static const struct deed *
deed_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof deeds / sizeof deeds[0]; i++)
		if (name != NULL && strcmp(deeds[i].name, name) == 0)
			return &deeds[i];
	return NULL;
}

static int
run(const char *path, const struct deed *deed, const struct words *words)
{
	struct store *s = NULL;
	struct reason why;
	enum outcome o;
	int status;

	o = store_open_reader(path, &s, &why);
	if (o == NOTHING) {
		fprintf(stderr, "certharvest: %s: there is no store yet\n",
		    report_quote(path));
		return EX_NOINPUT;
	}
	status = o == DONE ? deed->run(s, path, words) : fail(o, &why);
	store_close(s);
	return status;
}

int
verb_store(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0}};
	struct words words = {.json = false};
	struct settings *settings = NULL;
	const struct deed *deed;
	int c, status;

	if (argc > 1 && strcmp(argv[1], "rebuild") == 0) {
		argv[1] = argv[0];
		return follow_request(cli, "rebuild", argc - 1, argv + 1);
	}
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'j')
			return cli_usage(argv[0], c == 'h');
		words.json = true;
	}
	deed = deed_find(argv[optind]);
	if (deed == NULL || argc - optind > 2 ||
	    (deed->needs_file && argc - optind != 2))
		return cli_usage(argv[0], false);
	if (argc - optind == 2)
		words.file = argv[optind + 1];
	if (words.file != NULL && deed->opens_file)
		return run(words.file, deed, &words);
	status = cli_settings(cli, &settings);
	if (status == EX_OK)
		status =
		    run(settings_peek(settings, "store", "path"), deed, &words);
	settings_free(settings);
	return status;
}
