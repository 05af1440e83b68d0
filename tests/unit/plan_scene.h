#ifndef TESTS_UNIT_PLAN_SCENE_H
#define TESTS_UNIT_PLAN_SCENE_H

#include "directory/plan.h"
#include "tests/unit/unit.h"

/*
 * A contact and a harvest, made from a row of a table, for the tests of
 * plans.  The harvest's certificate is N: issuer A, from -10 to 355 days.
 */
#define NOW 1800000000
#define DAY 86400
#define ADDRESS "bob@partner.example"

/* How a value came to stand in the contact. */
enum origin { OURS, FOREIGN, FORGED_MARK, OTHER_ADDRESS, GARBAGE, SIGN_ONLY };

/* One value: its letter is its name, its "DER", and its fingerprint. */
struct value {
	char letter; /* 0 ends the list; N is the harvest's certificate; p to t
		      * are EC ones */
	enum origin origin;
	char issuer;
	int begins, ends; /* days from now */
};

struct row {
	const char *name;
	struct value values[LIMIT_VALUES + 2];
	enum reason_code reason; /* REASON_OK: a change */
	const char *removed;	 /* letters */
	bool added;
	unsigned marks_removed;
	unsigned keep; /* certificates_per_contact; 0: 1 */
	size_t size;   /* of each value; 0: 1 */
	bool orphan;   /* a mark of ours for N, without the value */
	bool no_mark;  /* as it is there already */
	bool ec;       /* N is one */
	bool prefer_rsa, pinned, allowed;
};

/* A contact, the facts of its values, and a harvest, made from a row. */
struct scene {
	struct contact contact;
	struct facts *values;
	struct facts certificate;
	struct harvest *harvest;
	struct plan_policy policy;
	struct plan_memory memory;
	bool remembers; /* the memory */
	const struct plan_past *past;
	const struct plan_rivals *rivals;
	bool pinned, allowed, approved, public_ca;
	struct plan_shadow shadows[CONTACT_SHADOWS];
};

/* The site key of these tests. */
extern const struct span key;

/* Make it; scene_clear() frees it. */
void scene_make(const struct row *r, struct scene *s);
void scene_clear(struct scene *s);

/* As plan_make(), of the scene. */
enum outcome scene_plan(
    struct scene *s, struct change *out, struct reason *why);

/* As plan_key_change(). */
bool scene_key_change(struct scene *s, char *out, size_t size);

#endif
