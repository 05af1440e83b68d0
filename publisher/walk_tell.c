#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "publisher/undo_plan.h"
#include "publisher/walk_sweep.h"

#define DAY ((int64_t)86400)

/* When something is told, the longest first. */
static const struct {
	int64_t days;
	const char *word;
} warnings[] = {{30, "expires-30"}, {14, "expires-14"}, {7, "expires-7"}};

static const char *
warning(int64_t left)
{
	const char *word = NULL;
	size_t i;

	for (i = 0; i < sizeof warnings / sizeof warnings[0]; i++)
		if (left < warnings[i].days * DAY)
			word = warnings[i].word;
	return word;
}

/* Who wrote last, and whether he still sends what we could take a new one out
 * of. */
static void
say_who_writes(
    struct store_line *l, const struct walk_view *v, const char *address)
{
	char last[CLOCK_TEXT] = "never", encrypted[CLOCK_TEXT];
	const struct store_past *past = v->past;
	unsigned i;

	for (i = 0; i < past->n_publications; i++)
		if (strcmp(past->publications[i].address, address) == 0)
			break;
	if (i == past->n_publications)
		return;
	if (v->seen[i].last != 0)
		clock_format(v->seen[i].last, last);
	if (v->seen[i].encrypted == 0) {
		walk_line_say(l, "last signed mail: %s", last);
		return;
	}
	clock_format(v->seen[i].encrypted_last, encrypted);
	walk_line_say(l,
	    "last signed mail: %s; encrypts since, %lld mails, the last at "
	    "%s: ask for the new certificate",
	    last, (long long)v->seen[i].encrypted, encrypted);
}

enum outcome
sweep_find_expiring(const struct sweep *s)
{
	const struct walk_view *v = s->view;
	const struct facts *f;
	const char *address, *word;
	struct store_line *l;
	unsigned i;

	for (i = 0; i < v->contact->n_values; i++) {
		f = &v->values[i].facts;
		word = f->malformed || f->not_after < v->now
		    ? NULL
		    : warning(f->not_after - v->now);
		if (word == NULL ||
		    walk_owner(v, f->sha256, &address) != WALK_OURS)
			continue;
		l = sweep_tell(s, &v->values[i], STORE_LINE_SEEN, word);
		if (l == NULL)
			return LATER;
		snprintf(l->address, sizeof l->address, "%s", address);
		say_who_writes(l, v, address);
	}
	return DONE;
}

/* Another publisher under our site key has written since: what is there is
 * his doing. */
static bool
others_wrote(const struct walk_view *v)
{
	const struct contact *c = v->contact;
	uint8_t sha256[DIGEST_LEN];
	const char *address;
	unsigned i, k;

	for (i = 0; i < c->n_marks; i++) {
		if (!walk_mark_verify(v, c->marks[i], sha256, &address))
			continue;
		for (k = 0; k < v->last->n; k++)
			if (v->last->changes[k].part == STORE_MARK &&
			    strcmp(v->last->changes[k].value, c->marks[i]) == 0)
				break;
		if (k == v->last->n)
			return true;
	}
	return false;
}

/* That what we published is not there is told already, as what it is. */
static bool
is_told(const struct walk_plan *p)
{
	unsigned i;

	for (i = 0; i < p->n; i++)
		if (p->lines[i].kind == STORE_LINE_AGAIN ||
		    p->lines[i].kind == STORE_LINE_GONE)
			return true;
	return false;
}

enum outcome
sweep_find_changed(const struct sweep *s)
{
	const struct walk_view *v = s->view;
	struct reason found;
	struct store_line *l;

	if (v->last == NULL || v->contact->overfull || is_told(s->out) ||
	    others_wrote(v) ||
	    undo_compare(v->contact, v->last, UNDO_AFTER, &found) == DONE)
		return DONE;
	l = sweep_tell(s, NULL, STORE_LINE_SEEN, "changed-by-hand");
	if (l == NULL)
		return LATER;
	walk_line_say(l, "%s; our last write was entry %lld", found.text,
	    (long long)v->last->entry);
	return DONE;
}

enum outcome
sweep_find_idle(const struct sweep *s)
{
	const struct walk_view *v = s->view;
	const struct store_past *past = v->past;
	char text[CLOCK_TEXT];
	struct store_line *l;
	int64_t last;
	unsigned i;

	if (!past->made || v->idle == 0)
		return DONE;
	for (i = 0; i < past->n_publications; i++) {
		last = v->seen[i].last > v->seen[i].encrypted_last
		    ? v->seen[i].last
		    : v->seen[i].encrypted_last;
		if (last < past->publications[i].published)
			last = past->publications[i].published;
		if (v->now - last < v->idle)
			continue;
		l = sweep_tell(s, NULL, STORE_LINE_SEEN, "idle");
		if (l == NULL)
			return LATER;
		snprintf(l->address, sizeof l->address, "%s",
		    past->publications[i].address);
		clock_format(last, text);
		walk_line_say(l,
		    "made by certharvest, and nobody wrote from there since "
		    "%s: still needed?",
		    text);
	}
	return DONE;
}

enum outcome
sweep_find_empty(const struct sweep *s)
{
	const struct walk_view *v = s->view;
	struct store_line *l;

	if (!v->past->made || v->past->n_publications > 0 ||
	    v->contact->n_values > 0 || v->contact->overfull)
		return DONE;
	l = sweep_tell(s, NULL, STORE_LINE_MADE, "empty");
	if (l == NULL)
		return LATER;
	walk_line_say(l,
	    "made by certharvest, and has no certificate any more: an "
	    "administrator may delete it");
	return DONE;
}
