#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "cli/report.h"

#define DAY 86400

struct broken {
	struct report *report;
	unsigned n;
};

static json_t *
row_json(const struct store_broken *b)
{
	json_t *o = json_object();

	if (o != NULL && report_set(o, "domain", b->domain) &&
	    report_set(o, "reason", reason_name(b->code)) &&
	    json_object_set_new(o, "mails", json_integer(b->mails)) == 0 &&
	    json_object_set_new(o, "senders", json_integer(b->senders)) == 0 &&
	    report_set_time(o, "last_seen", b->last_seen) &&
	    report_set(o, "advice", reason_advice(b->code)))
		return o;
	json_decref(o);
	return NULL;
}

static void
row_visit(void *arg, const struct store_broken *b)
{
	struct broken *p = arg;

	p->n++;
	if (p->report->options->json) {
		report_row_print(p->report, row_json(b));
		return;
	}
	printf("%6" PRId64 "  %s  %s  of %" PRId64 " sender%s, last %s\n"
	       "        %s\n",
	    b->mails, report_quote(b->domain), reason_name(b->code), b->senders,
	    b->senders == 1 ? "" : "s", report_time(b->last_seen),
	    reason_advice(b->code));
}

static enum outcome
broken_report(struct report *r, struct reason *why)
{
	struct broken broken = {.report = r};
	unsigned days = r->options->days;
	enum outcome o;

	o = store_broken(r->store, clock_now() - days * DAY, r->options->limit,
	    row_visit, &broken, why);
	if (o == DONE && broken.n == 0 && !r->options->json)
		printf(
		    "no signed mail was changed on its way in %u days\n", days);
	return o;
}

int
verb_broken(const struct cli *cli, int argc, char **argv)
{
	struct report_options options;
	int status = report_options(argc, argv, REPORT_DAYS, &options);

	if (status != EX_OK)
		return status < 0 ? EX_OK : status;
	return report_run(cli, &options, broken_report);
}
