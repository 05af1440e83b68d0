#ifndef PUBLISHER_WALK_PLAN_H
#define PUBLISHER_WALK_PLAN_H

#include "base/facts.h"
#include "directory/contact.h"
#include "directory/plan.h"
#include "store/seen.h"
#include "store/walks.h"
#include "store/writes.h"

/*
 * What a walk makes of one contact: the change, and the lines that tell of
 * it.  Pure functions over what was gathered before: no clock, no I/O.  A
 * kind of walk is one of them, and a row of the table in walk.c.
 */
enum walk_adopt {
	WALK_REPORT,	 /* take nothing over */
	WALK_EXPIRED,	 /* what has expired */
	WALK_SAME_ISSUER /* and what is older than ours, of the same issuer */
};

/* One value of the contact. */
struct walk_value {
	struct facts facts;
	struct reason chain; /* what is wrong with its issuers, or OK */
	bool whole;	     /* its mail's certificates were at hand for that */
	bool secondary;	     /* it names another address of this contact */
};

struct walk_view {
	const struct contact *contact;
	const struct walk_value *values; /* of contact->values, same order */
	const struct store_past *past;
	const struct facts *waiting;	   /* what we would publish; or NULL */
	const struct plan_shadow *shadows; /* of contact->shadows; or NULL */
	const struct store_write *last; /* of ours, to this object; or NULL */
	struct store_seen seen[STORE_PAST]; /* of past->publications */
	bool several;	     /* more objects than this one have its address */
	struct reason aloof; /* why nothing is published for it; or OK */
	/* of the settings */
	int64_t now;
	struct span site_key;
	bool subject_address;
	enum walk_adopt adopt;
	bool distrust; /* take out what nobody we trust issued */
	int64_t idle;  /* so long nobody wrote: tell of it; 0: never */
};

struct walk_plan {
	struct change change; /* CHANGE_NONE: there is nothing to write */
	struct store_line *lines;
	unsigned n;
	struct store_restored *restored; /* of the lines, CONTACT_VALUES */
};

/* Free the contents; the struct is empty afterwards. */
void walk_plan_clear(struct walk_plan *p);

/*
 * A new line about the contact, and its value unless NULL; borrowed from the
 * plan, dead with the next one.  NULL: out of memory.
 */
struct store_line *walk_line(struct walk_plan *p, const struct walk_view *v,
    const struct walk_value *value, enum store_line_kind kind);

/* Append a word to the findings. */
void walk_line_find(struct store_line *l, const char *word);

/* Write the text of a line, cut where it is too long. */
void walk_line_say(struct store_line *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Whose mark stands beside a certificate. */
enum walk_owner {
	WALK_FOREIGN, /* nobody's, or one that does not verify */
	WALK_OURS,
	WALK_ADOPTED
};

/*
 * Ask the marks for the primary address, and for all that we know to have
 * published for at this contact: an administrator may have given it another
 * since.  The address for which the mark is goes to *address, borrowed from
 * the view.
 */
enum walk_owner walk_owner(const struct walk_view *v,
    const uint8_t sha256[DIGEST_LEN], const char **address);

/* Whether the mark, of the contact, verifies for one of these addresses. */
bool walk_mark_verify(const struct walk_view *v, const char *mark,
    uint8_t sha256[DIGEST_LEN], const char **address);

/* Start the change of the contact, once. */
void walk_change(struct walk_plan *p, const struct walk_view *v);

/* Why the contact must not be written to; NULL: it may be. */
const char *walk_hands_off(const struct contact *c);

/*
 * Report every certificate, and take over what the settings say.  DONE: *out
 * is the caller's.  LATER: out of memory.
 */
MUST_CHECK enum outcome walk_plan_adopt(
    const struct walk_view *v, struct walk_plan *out, struct reason *why);

/* Take out our values and marks, and leave what was adopted. */
MUST_CHECK enum outcome walk_plan_rollback(
    const struct walk_view *v, struct walk_plan *out, struct reason *why);

/* Report and mend what became of what we published. */
MUST_CHECK enum outcome walk_plan_sweep(
    const struct walk_view *v, struct walk_plan *out, struct reason *why);

/* Tell the store again what stands here and is ours. */
MUST_CHECK enum outcome walk_plan_rebuild(
    const struct walk_view *v, struct walk_plan *out, struct reason *why);

#endif
