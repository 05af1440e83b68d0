#include "publisher/walk.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/hooks.h"
#include "base/log.h"
#include "base/metrics.h"
#include "publisher/walk_look.h"
#include "publisher/walk_settle.h"
#include "publisher/writes.h"

#define ROUNDS                                                                 \
	3	/* whoever else changes the contact wins so often in a row,    \
		 */
#define TRIES 4 /* and comes so often after all others */
#define CUT_PAUSE 1000 /* milliseconds, doubled each time */
#define CUT_DOUBLED 8  /* times at most */

_Static_assert(CONTACT_ID == STORE_OBJECT, "one is handed over as the other");

/* The kinds.  A new one is a row and a plan. */
static const struct kind {
	enum outcome (*plan)(const struct walk_view *v, struct walk_plan *out,
	    struct reason *why);
	unsigned also;	/* of enum walk_gather */
	bool published; /* also what the store alone knows of */
	bool observing; /* not in mode publish, and no less in mode observe */
} kinds[STORE_WALKS] = {
    [STORE_ADOPT] = {.plan = walk_plan_adopt,
	.also = WALK_OTHERS | WALK_VALUES | WALK_WAITING},
    [STORE_ROLLBACK] = {.plan = walk_plan_rollback,
	.published = true,
	.observing = true},
    [STORE_SWEEP] = {.plan = walk_plan_sweep,
	.also = WALK_OTHERS | WALK_OURS_JUDGED | WALK_SHADOWS | WALK_HISTORY,
	.published = true},
    [STORE_REBUILD] = {.plan = walk_plan_rebuild},
};

/* One step of a walk. */
struct stride {
	struct walker *walker;
	struct setup *setup;
	struct store *store;
	const struct store_walk *walk;
	const struct kind *kind;
	struct store_walk_object object;
	struct walk_look look;
	struct walk_plan plan;
	char text[2048]; /* of the plan */
	struct reason *why;
};

enum outcome
walk_may(const struct setup *s, enum store_walk_kind kind, bool dry,
    struct reason *why)
{
	if (kinds[kind].observing && !dry && admission_writes(s->rules))
		return reason_set(why, REASON_WALK_MODE,
		    "%s in mode %s: the next mails would put back what "
		    "it takes out",
		    store_walk_name(kind), admission_mode(s->rules));
	return DONE;
}

static enum outcome
end(const struct stride *s, enum reason_code code, const char *words)
{
	const struct store_walk *w = s->walk;
	struct reason reason;
	enum outcome o, ended;

	o = reason_set(&reason, code,
	    "%s%lld contacts, %lld changed, %lld left", words,
	    (long long)w->seen, (long long)w->changed, (long long)w->failed);
	ended =
	    store_walk_end(s->store, w->id, o, &reason, clock_now(), s->why);
	s->walker->listing = false;
	if (ended == DONE)
		LOG_EVENT(WALK_ENDED, LOG_STR("walk", store_walk_name(w->kind)),
		    LOG_NUM("number", w->id),
		    LOG_STR("outcome", outcome_name(o)),
		    LOG_STR("reason", reason_name(code)),
		    LOG_STR("text", reason.text), LOG_NUM("uid", w->by.uid),
		    LOG_STR("who", w->by.name));
	return ended == NOTHING ? DONE : ended;
}

/* The listing was cut off: from the start, a while later. */
static void
list_anew(struct walker *w)
{
	unsigned doubled = w->cuts < CUT_DOUBLED ? w->cuts : CUT_DOUBLED;

	w->listing = false;
	w->cuts++;
	w->next = clock_ms() + ((int64_t)CUT_PAUSE << doubled);
}

/* A list of revoked ones that came since must count now. */
static enum outcome
renew_trust(const struct stride *s)
{
	if (s->walk->kind != STORE_SWEEP || s->walker->listing ||
	    !setup_trust_changed(s->setup))
		return DONE;
	return setup_renew_trust(s->setup, s->store, s->why);
}

static enum outcome
list(const struct stride *s)
{
	struct contact_page page;
	enum outcome o = renew_trust(s);

	if (o != DONE)
		return o;
	memset(&page, 0, sizeof page);
	o = directory_child_list(
	    s->setup->directory, !s->walker->listing, &page, s->why);
	if (o == LATER && s->why->code == REASON_DIRECTORY_RACE) {
		list_anew(s->walker);
		return NOTHING;
	}
	/* Whatever else failed, the server's place is lost with it. */
	s->walker->listing = o == DONE;
	if (o != DONE)
		return o;
	s->walker->reached = true;
	o = store_walk_add(s->store, s->walk->id,
	    (const char(*)[STORE_OBJECT])page.ids, page.n, s->why);
	if (o == DONE && !page.more)
		o = store_walk_listed(
		    s->store, s->walk->id, s->kind->published, s->why);
	if (o != DONE)
		s->walker->listing = false;
	contact_page_clear(&page);
	return o;
}

/* A line that says what went wrong with the object. */
static void
failed_line(
    const struct stride *s, const struct reason *cause, struct store_line *l)
{
	memset(l, 0, sizeof *l);
	l->kind = STORE_LINE_FAILED;
	snprintf(l->object, sizeof l->object, "%s", s->object.object);
	snprintf(l->dn, sizeof l->dn, "%s", s->look.contact.dn);
	snprintf(l->address, sizeof l->address, "%s", s->look.contact.primary);
	snprintf(
	    l->findings, sizeof l->findings, "%s", reason_name(cause->code));
	snprintf(l->text, sizeof l->text, "%s", cause->text);
}

/* The object is done. */
static enum outcome
give_up(struct stride *s, const struct reason *cause)
{
	struct store_line line;

	failed_line(s, cause, &line);
	return store_walk_record(s->store, s->walk->id, s->object.object, &line,
	    1, clock_now(), s->why);
}

/* Whether it is this contact's own, and no sign that the next will fail. */
static bool
is_its_own(enum outcome o, enum reason_code code)
{
	return o == REFUSED || o == HELD || code == REASON_CONTACT_REFUSED ||
	    code == REASON_DIRECTORY_RIGHTS ||
	    code == REASON_DIRECTORY_REFUSED || code == REASON_DIRECTORY_SCHEMA;
}

/* Nothing is written: in a dry run nothing becomes of anything. */
static enum outcome
record(struct stride *s, bool dry)
{
	struct store_line *l;
	unsigned i;

	for (i = 0; i < s->plan.n; i++) {
		l = &s->plan.lines[i];
		if (!dry)
			continue;
		if (l->kind == STORE_LINE_ADOPTED ||
		    l->kind == STORE_LINE_REMOVED ||
		    l->kind == STORE_LINE_RESTORED ||
		    l->kind == STORE_LINE_UNMARKED)
			l->kind = STORE_LINE_WOULD;
		else if (l->kind == STORE_LINE_GONE ||
		    l->kind == STORE_LINE_AGAIN)
			l->kind = STORE_LINE_SEEN;
	}
	return store_walk_record(s->store, s->walk->id, s->object.object,
	    s->plan.lines, s->plan.n, clock_now(), s->why);
}

static enum outcome
intend(struct stride *s)
{
	struct store_write *write = NULL;
	enum outcome o;

	o = writes_make(&s->look.contact, &s->plan.change, &write, s->why);
	if (o == DONE)
		o = store_walk_intend(s->store, s->walk->id,
		    &(struct store_walk_intent){.object = s->object.object,
			.plan = s->text,
			.lines = s->plan.lines,
			.n = s->plan.n,
			.write = write},
		    clock_now(), s->why);
	writes_free(write);
	return o;
}

static enum outcome
apply(struct stride *s)
{
	struct contact at;
	enum outcome o;

	memset(&at, 0, sizeof at);
	o = intend(s);
	if (o != DONE)
		return o;
	memcpy(s->object.plan, s->text, sizeof s->object.plan);
	CRASH_POINT("walk-intended");
	o = directory_child_apply(
	    s->setup->directory, &s->plan.change, &at, s->why);
	CRASH_POINT("walk-written");
	if (o == DONE) {
		s->walker->news = true;
		metrics_add(METRIC_WALK_CHANGED, 1);
		LOG_EVENT(DIRECTORY_WRITE,
		    LOG_STR("address", s->plan.change.address),
		    LOG_STR("dn", s->plan.change.dn),
		    LOG_STR("object", s->object.object),
		    LOG_STR("plan", s->text));
		o = store_walk_wrote(s->store, s->walk->id, s->object.object,
		    clock_now(), s->why);
		CRASH_POINT("walk-recorded");
	}
	contact_clear(&at);
	return o;
}

/* Look and plan; the outcome is of that, not of a write. */
static enum outcome
consider(struct stride *s)
{
	enum outcome o;

	walk_plan_clear(&s->plan);
	walk_look_clear(&s->look);
	o = walk_look_make(s->setup, s->store, s->object.object, s->kind->also,
	    &s->look, s->why);
	if (o != DONE)
		return o;
	s->walker->reached = true;
	o = s->kind->plan(&s->look.view, &s->plan, s->why);
	if (o == DONE)
		change_describe(&s->plan.change, s->text, sizeof s->text);
	return o;
}

/* Whether something was written, or is about to be, that is not settled. */
static bool
is_begun(const struct stride *s)
{
	return s->object.plan[0] != '\0';
}

/* *wrote: the object is done.  Else it is to be planned for anew. */
static enum outcome
settle(struct stride *s, bool *wrote)
{
	enum outcome o;

	o = walk_settle(
	    s->setup, s->store, s->walk->id, &s->object, wrote, s->why);
	if (o != DONE)
		return o;
	s->walker->reached = true;
	s->walker->news = s->walker->news || *wrote;
	s->object.plan[0] = '\0';
	return DONE;
}

static enum outcome
decide(struct stride *s)
{
	const struct change *change = &s->plan.change;
	struct reason ignored;

	if (change->kind == CHANGE_NONE)
		return record(s, s->walk->dry);
	if (s->walk->dry ||
	    (!s->kind->observing &&
		admission_to_write(s->setup->rules, change->address, s->text,
		    &ignored) != DONE))
		return record(s, true);
	return apply(s);
}

static bool
is_race(const struct stride *s, enum outcome o)
{
	return o == LATER && s->why->code == REASON_DIRECTORY_RACE;
}

/* Nobody says whether it was written: later, or never. */
static enum outcome
leave_begun(struct stride *s, const struct reason *cause)
{
	struct store_line line;

	if (s->object.tries < TRIES)
		return store_walk_later(
		    s->store, s->walk->id, s->object.object, s->why);
	failed_line(s, cause, &line);
	return store_walk_unsure(s->store, s->walk->id, s->object.object, &line,
	    clock_now(), s->why);
}

/* It did not work: is that the contact's, or everybody's? */
static enum outcome
failed(struct stride *s, enum outcome o)
{
	struct reason cause = *s->why;
	bool race = is_race(s, o), wrote = false;

	if (!race && !is_its_own(o, cause.code))
		return o; /* an intent stays, and is settled */
	/* What was not done as far as we were told may be done. */
	o = is_begun(s) ? settle(s, &wrote) : DONE;
	if (o == DONE && wrote)
		return DONE;
	if (o != DONE && !is_race(s, o) && !is_its_own(o, s->why->code))
		return o;
	if (is_begun(s))
		return leave_begun(s, &cause);
	if (race && s->object.tries < TRIES)
		return store_walk_again(
		    s->store, s->walk->id, s->object.object, true, s->why);
	return give_up(s, &cause);
}

/* What was begun before comes to its end first. */
static enum outcome
try(struct stride *s)
{
	bool wrote = false;
	enum outcome o = DONE;

	if (is_begun(s))
		o = settle(s, &wrote);
	if (o != DONE || wrote)
		return o;
	o = consider(s);
	return o == DONE ? decide(s) : o;
}

static void
clear(struct stride *s)
{
	walk_plan_clear(&s->plan);
	walk_look_clear(&s->look);
}

static enum outcome
visit(struct stride *s)
{
	enum outcome o = LATER;
	unsigned round;

	for (round = 0; round < ROUNDS; round++) {
		o = try(s);
		if (!is_race(s, o))
			break;
		o = reason_set(s->why, REASON_DIRECTORY_RACE,
		    "%s changes all the time", s->look.contact.dn);
	}
	/* NOTHING: it was recorded already. */
	if (o != DONE && o != NOTHING)
		o = failed(s, o);
	clear(s);
	return o == NOTHING ? DONE : o;
}

/* A write that was begun is settled before the walk ends: else our own
 * removal would be taken for somebody's.  NOTHING: none was. */
static enum outcome
settle_begun(struct stride *s)
{
	struct reason cause;
	bool wrote;
	enum outcome o;

	o = store_walk_begun(s->store, s->walk->id, &s->object, s->why);
	if (o != DONE)
		return o;
	o = settle(s, &wrote);
	cause = *s->why;
	if (o != DONE && (is_race(s, o) || is_its_own(o, cause.code)))
		o = leave_begun(s, &cause);
	clear(s);
	return o == NOTHING ? DONE : o;
}

static enum outcome
stride(struct stride *s)
{
	struct reason reason;
	bool may =
	    walk_may(s->setup, s->walk->kind, s->walk->dry, &reason) == DONE;
	enum outcome o;

	if (s->walk->cancelled || !may) {
		o = settle_begun(s);
		if (o != NOTHING)
			return o;
	}
	if (s->walk->cancelled)
		return end(s, REASON_WALK_CANCELLED, "cancelled after ");
	if (!may)
		return end(s, reason.code, "the mode is publish; after ");
	if (!s->walk->listed)
		return list(s);
	o = store_walk_object(s->store, s->walk->id, &s->object, s->why);
	if (o == NOTHING)
		return end(
		    s, s->walk->failed > 0 ? REASON_WALK_LEFT : REASON_OK, "");
	return o == DONE ? visit(s) : o;
}

enum outcome
walk_step(
    struct walker *w, struct setup *s, struct store *store, struct reason *why)
{
	struct store_walk walk;
	struct stride one = {
	    .walker = w, .setup = s, .store = store, .walk = &walk, .why = why};
	enum outcome o;

	w->reached = false;
	w->news = false;
	if (w->idle || clock_ms() < w->next)
		return NOTHING;
	o = store_walk_next(store, &walk, why);
	w->idle = o == NOTHING;
	if (o != DONE)
		return o;
	/* A newer program's: it is not for us to carry it out. */
	if (walk.kind == STORE_WALKS)
		return store_walk_end(store, walk.id, HELD,
		    &(struct reason){REASON_STORE_VERSION,
			"a kind of walk that this program does not know"},
		    clock_now(), why);
	one.kind = &kinds[walk.kind];
	return stride(&one);
}
