#include "cli/follow.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "cli/csv.h"
#include "spool/json.h"

#define BATCH 500    /* lines that are read at once */
#define PAUSE 300    /* milliseconds between two looks */
#define BUSY_MOST 20 /* looks in a row at a store that is busy */

struct lines {
	const struct follow *follow;
	int64_t after; /* the id of the last line */
	unsigned n;    /* of this look */
	int status;
};

#define COLUMNS 10

static void
line_csv(const struct store_line *l)
{
	const char *const fields[COLUMNS] = {report_time(l->at),
	    store_line_name(l->kind), l->address, l->dn, l->certificate,
	    l->until == 0 ? "" : report_time(l->until), l->issuer, l->findings,
	    l->text, l->object};
	static char text[CSV_SIZE(COLUMNS)];

	puts(csv_line(fields, COLUMNS, text, sizeof text));
}

static json_t *
line_json(const struct store_line *l)
{
	json_t *o = json_object();

	if (o != NULL && report_set_time(o, "time", l->at) &&
	    report_set(o, "what", store_line_name(l->kind)) &&
	    report_set(o, "address", l->address) &&
	    report_set(o, "dn", l->dn) &&
	    report_set(o, "certificate.sha256", l->certificate) &&
	    report_set_time(o, "until", l->until) &&
	    report_set(o, "issuer", l->issuer) &&
	    report_set(o, "findings", l->findings) &&
	    report_set(o, "text", l->text) &&
	    report_set(o, "object", l->object))
		return o;
	json_decref(o);
	return NULL;
}

static void
line_text(const struct store_line *l)
{
	printf("%-12s %s  %s\n", store_line_name(l->kind),
	    report_quote(l->address), l->findings);
	printf("      at           %s\n", report_quote(l->dn));
	if (l->certificate[0] != '\0')
		printf("      certificate  sha256 %s\n",
		    report_quote(l->certificate));
	if (l->issuer[0] != '\0')
		printf("      issuer       %s, until %s\n",
		    report_quote(l->issuer), report_time(l->until));
	if (l->text[0] != '\0')
		printf("      %s\n", report_quote(l->text));
}

static void
line_visit(void *arg, const struct store_line *l)
{
	struct lines *lines = arg;
	int status = EX_OK;

	lines->after = l->id;
	lines->n++;
	if (lines->follow->form == FOLLOW_JSON)
		status = report_print(line_json(l));
	else if (lines->follow->form == FOLLOW_CSV)
		line_csv(l);
	else
		line_text(l);
	if (status != EX_OK)
		lines->status = status;
}

static json_t *
walk_json(const struct store_walk *w)
{
	json_t *o = json_pack("{s:I, s:b, s:I, s:I, s:I, s:I, s:I}", "walk",
	    (json_int_t)w->id, "dry_run", w->dry, "uid", (json_int_t)w->by.uid,
	    "contacts", (json_int_t)w->total, "seen", (json_int_t)w->seen,
	    "changed", (json_int_t)w->changed, "left", (json_int_t)w->failed);

	if (o != NULL && report_set(o, "kind", store_walk_name(w->kind)) &&
	    report_set(o, "who", w->by.name) &&
	    report_set_time(o, "asked", w->asked) &&
	    report_set_time(o, "ended", w->ended) &&
	    report_set(
		o, "outcome", w->ended == 0 ? "" : outcome_name(w->outcome)) &&
	    report_set(o, "reason",
		w->ended == 0 ? "" : reason_name(w->reason.code)) &&
	    report_set(o, "text", w->reason.text))
		return o;
	json_decref(o);
	return NULL;
}

void
follow_tell(const struct store_walk *w, enum follow_form form)
{
	if (form == FOLLOW_JSON) {
		(void)!report_print(walk_json(w));
		return;
	}
	/* A table stays a table: what is about it goes beside it. */
	fprintf(form == FOLLOW_CSV ? stderr : stdout,
	    "walk %" PRId64 ": %s%s by uid %" PRId64 " %s, %s to %s\n"
	    "      %" PRId64 " of %" PRId64 " contacts, %" PRId64
	    " changed, %" PRId64 " left%s%s\n",
	    w->id, store_walk_name(w->kind), w->dry ? " (dry run)" : "",
	    w->by.uid, report_quote(w->by.name), report_time(w->asked),
	    report_time(w->ended), w->seen, w->total, w->changed, w->failed,
	    w->ended == 0 ? "" : ": ",
	    w->ended == 0 ? "" : reason_name(w->reason.code));
}

/* One look.  The walk first: what ended before has all its lines. */
static enum outcome
look(struct store *s, struct lines *lines, struct store_walk *walk,
    struct reason *why)
{
	enum outcome o;

	o = store_walk_get(s, lines->follow->walk, walk, why);
	if (o == NOTHING)
		return reason_set(why, REASON_USAGE,
		    "there is no walk %" PRId64, lines->follow->walk);
	while (o == DONE) {
		lines->n = 0;
		o = store_walk_lines(
		    s, walk->id, lines->after, BATCH, line_visit, lines, why);
		if (o != DONE || lines->n < BATCH)
			break;
	}
	fflush(stdout);
	return o;
}

static enum outcome
look_until_the_end(struct store *s, struct lines *lines,
    struct store_walk *walk, struct reason *why)
{
	const struct timespec pause = {.tv_nsec = PAUSE * 1000000L};
	int64_t wait = lines->follow->wait;
	int64_t until = clock_ms() + 1000 * wait;
	unsigned busy = 0;
	enum outcome o;

	for (;;) {
		o = look(s, lines, walk, why);
		busy = o == LATER ? busy + 1 : 0;
		if ((o != DONE && o != LATER) || busy > BUSY_MOST)
			break;
		if (o == DONE &&
		    (walk->ended != 0 || (wait >= 0 && clock_ms() >= until)))
			break;
		(void)nanosleep(&pause, NULL);
	}
	return o;
}

static enum outcome
follow_report(struct report *r, struct reason *why)
{
	const struct follow *f = r->options->own;
	struct lines lines = {.follow = f, .status = EX_OK};
	struct store_walk walk;
	enum outcome o;

	if (f->form == FOLLOW_CSV)
		puts("\"time\",\"what\",\"address\",\"dn\",\"certificate\","
		     "\"until\",\"issuer\",\"findings\",\"text\",\"object\"");
	o = look_until_the_end(r->store, &lines, &walk, why);
	r->status = lines.status;
	if (o != DONE)
		return o;
	follow_tell(&walk, f->form);
	if (walk.ended == 0)
		r->status = EX_TEMPFAIL;
	else if (walk.outcome != DONE && walk.outcome != NOTHING)
		r->status = cli_fail(walk.outcome, &walk.reason);
	return DONE;
}

int
follow_walk(const struct cli *cli, const struct follow *f)
{
	const struct report_options options = {.own = f};

	return report_run(cli, &options, follow_report);
}
