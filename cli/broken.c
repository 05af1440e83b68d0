#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "cli/report.h"

#define DAY 86400

struct broken {
	bool json;
	unsigned n;
	int status;
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
	int status;

	p->n++;
	if (p->json) {
		status = report_print(row_json(b));
		if (status != EX_OK)
			p->status = status;
		return;
	}
	printf("%6" PRId64 "  %s  %s  of %" PRId64 " sender%s, last %s\n"
	       "        %s\n",
	    b->mails, report_quote(b->domain), reason_name(b->code), b->senders,
	    b->senders == 1 ? "" : "s", report_time(b->last_seen),
	    reason_advice(b->code));
}

int
verb_broken(const struct cli *cli, int argc, char **argv)
{
	struct broken broken = {.status = EX_OK};
	struct report_options options;
	struct settings *settings = NULL;
	struct store *store = NULL;
	struct reason why;
	enum outcome o;
	int status;

	status = report_options(argc, argv, REPORT_DAYS, &options);
	if (status != EX_OK)
		return status < 0 ? EX_OK : status;
	status = report_open(cli, &settings, &store);
	if (status != EX_OK)
		return status;
	broken.json = options.json;
	o = store_broken(store, clock_now() - options.days * DAY, options.limit,
	    row_visit, &broken, &why);
	status = o == DONE ? broken.status : cli_fail(o, &why);
	if (o == DONE && broken.n == 0 && !options.json)
		printf("no signed mail was changed on its way in %u days\n",
		    options.days);
	store_close(store);
	settings_free(settings);
	return status;
}
