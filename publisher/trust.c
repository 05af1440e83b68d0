#include "publisher/trust.h"

#include "pki/anchors.h"

struct adding {
	struct trust *trust;
	enum outcome outcome;
	struct reason *why;
};

static void
add(void *arg, struct span der)
{
	struct adding *a = arg;
	enum outcome o;

	if (a->outcome != DONE)
		return;
	/* One that is there already, or one too many, does no harm. */
	o = trust_add_known(a->trust, der, a->why);
	if (o == LATER)
		a->outcome = o;
}

enum outcome
trust_add_store(struct trust *t, struct store *store, struct reason *why)
{
	struct adding a = {t, DONE, why};
	enum outcome o;

	o = store_known(store, TRUST_KNOWN, add, &a, why);
	return o == DONE ? a.outcome : o;
}

enum outcome
trust_make(
    const struct settings *s, struct store *store, int *out, struct reason *why)
{
	struct trust *t = trust_new();
	enum outcome o;

	if (t == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = anchors_load(t, settings_peek(s, "trust", "anchors"), NULL, why);
	if (o == DONE)
		o = trust_add_store(t, store, why);
	if (o == DONE)
		o = trust_seal(t, out, why);
	trust_free(t);
	return o;
}
