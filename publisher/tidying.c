#include "publisher/tidying.h"

#include "base/clock.h"
#include "base/log.h"

#define EVERY 600    /* seconds from one round to the next, */
#define EVERY_FULL 5 /* and while there is no room */

static void
read_keep(const struct settings *s, struct store_keep *out)
{
	out->notes = settings_number(s, "store", "keep_notes");
	out->decided = settings_number(s, "store", "keep_decided");
	out->held = settings_number(s, "store", "keep_held");
	out->walks = settings_number(s, "store", "keep_walks");
	out->journal = settings_number(s, "store", "keep_journal");
	out->size = settings_number(s, "store", "size");
}

bool
tidying_room(struct tidying *t, struct work *w)
{
	struct reason why;
	enum outcome o;

	o = store_room(w->store,
	    settings_number(w->setup->settings, "store", "size"), t->full,
	    &why);
	if (o != DONE && why.code != REASON_STORE_SIZE) {
		work_note_read(w, o, &why);
		return true; /* taking it tells more */
	}
	if (o != DONE && !t->full)
		LOG_EVENT(STORE_TROUBLE,
		    LOG_STR("reason", reason_name(why.code)),
		    LOG_STR("text", why.text),
		    LOG_STR("advice", reason_advice(why.code)));
	if (o == DONE && t->full)
		LOG_EVENT(STORE_BACK, LOG_STR("text", "there is room again"));
	t->full = o != DONE;
	return !t->full;
}

static bool
is_due(const struct tidying *t)
{
	int64_t now = clock_now();

	/* before: the clock was set back since */
	return t->going || now < t->began ||
	    now - t->began >= (t->full ? EVERY_FULL : EVERY);
}

bool
tidying_step(struct tidying *t, struct work *w)
{
	struct store_keep keep;
	struct reason why;
	enum outcome o;

	if (!gate_may(&w->shelf, clock_ms()) || !is_due(t))
		return false;
	if (!t->going) {
		t->began = clock_now();
		t->at.removed = 0;
	}
	read_keep(w->setup->settings, &keep);
	o = store_tidy(w->store, &keep, &t->at, clock_now(), &why);
	t->going = o == DONE;
	if (o == LATER || o == BROKEN)
		work_note_store(w, o, &why);
	else if (o == NOTHING && t->at.removed > 0)
		LOG_EVENT(STORE_TIDIED, LOG_NUM("rows", t->at.removed),
		    LOG_NUM("full", t->full));
	return t->going;
}
