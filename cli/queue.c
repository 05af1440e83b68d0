#include <inttypes.h>
#include <stdio.h>

#include "cli/report.h"
#include "spool/spool.h"

static void
row_visit(void *arg, const struct store_row *row)
{
	struct report *r = arg;

	if (r->options->json) {
		report_row_print(r, report_row(row));
		return;
	}
	printf("%-5s %s  %s  %s", row->state, report_time(row->received),
	    report_quote(row->address), reason_name(row->reason.code));
	if (row->due > 0 && row->state[0] == 'd')
		printf("  tried %u times, next not before %s", row->tries,
		    report_time(row->due));
	putchar('\n');
	if (row->reason.text[0] != '\0')
		printf("      %s\n", report_quote(row->reason.text));
}

/* What the publisher has not taken yet, as far as we may look. */
static void
spool_text(const char *path)
{
	struct spool_sizes sizes;
	struct reason why;

	if (spool_measure(path, &sizes, &why) != DONE)
		printf("spool %s: %s\n", report_quote(path),
		    report_quote(why.text));
	else
		printf("spool %s: %" PRIu64 " chained, %" PRIu64
		       " unchained, %" PRIu64 " notes not taken yet\n",
		    report_quote(path), sizes.files[SPOOL_CHAINED],
		    sizes.files[SPOOL_UNCHAINED], sizes.files[SPOOL_NOTES]);
}

static void
spools_text(const struct settings *s)
{
	size_t i, n = settings_count(s, "publisher", "spools");

	if (n == 0)
		spool_text(settings_peek(s, "spool", "folder"));
	for (i = 0; i < n; i++)
		spool_text(settings_peek_at(s, "publisher", "spools", i));
}

static enum outcome
queue_report(struct report *r, struct reason *why)
{
	struct store_counts c;
	enum outcome o;

	o = store_queue(r->store, r->options->limit, row_visit, r, why);
	if (o != DONE || r->options->json)
		return o;
	o = store_count(r->store, &c, why);
	if (o != DONE)
		return o;
	printf("%" PRId64 " due, %" PRId64 " held, %" PRId64 " published\n",
	    c.due, c.held, c.published);
	spools_text(r->settings);
	return DONE;
}

int
verb_queue(const struct cli *cli, int argc, char **argv)
{
	struct report_options options;
	int status = report_options(argc, argv, REPORT_NOTHING, &options);

	if (status != EX_OK)
		return status < 0 ? EX_OK : status;
	return report_run(cli, &options, queue_report);
}
