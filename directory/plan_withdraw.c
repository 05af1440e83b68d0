#include "directory/plan_withdraw.h"

#include <stdio.h>

#include "directory/mark.h"

/* In the order asked. */
static enum outcome
may_touch(const struct contact *c, const char *address, struct reason *why)
{
	switch (c->kind) {
	case CONTACT_ONE:
		break;
	case CONTACT_NONE:
		return reason_set(
		    why, REASON_UNCHANGED, "no contact has %s", address);
	case CONTACT_MANY:
		return reason_set(why, REASON_AMBIGUOUS,
		    "more than one object has %s", address);
	case CONTACT_USER:
	case CONTACT_MAIL_USER:
	case CONTACT_GROUP:
	case CONTACT_OTHER:
		return reason_set(why, REASON_IS_USER,
		    "%s belongs to %s, which is no contact", address, c->dn);
	}
	if (c->managed)
		return reason_set(
		    why, REASON_MANAGED, "%s is managed by others", c->dn);
	if (!c->inside)
		return reason_set(why, REASON_OUTSIDE_BASE,
		    "%s is outside of the bases", c->dn);
	if (c->overfull)
		return reason_set(why, REASON_TOO_MANY_VALUES,
		    "%s holds more certificates than are read", c->dn);
	return DONE;
}

static enum outcome
take_values(const struct contact *c, const char *address, struct span site_key,
    struct change *out, struct reason *why)
{
	uint8_t sha256[DIGEST_LEN];
	enum outcome o = DONE;
	unsigned i;

	for (i = 0; i < c->n_values && o == DONE; i++) {
		digest_sha256(span_bytes(&c->values[i]), sha256);
		if (mark_owns(c, site_key, sha256, address))
			o = change_append(
			    out, CHANGE_REMOVE, span_bytes(&c->values[i]), why);
	}
	for (i = 0; i < c->n_marks && o == DONE; i++)
		if (mark_verify(c->marks[i], site_key, address, sha256))
			o = change_append(out, CHANGE_REMOVE_MARK,
			    span_str(c->marks[i]), why);
	return o;
}

enum outcome
plan_withdraw(const struct contact *c, const char *address,
    struct span site_key, struct change *out, struct reason *why)
{
	struct change change = {.kind = CHANGE_MODIFY};
	enum outcome o = may_touch(c, address, why);

	if (o != DONE)
		return o;
	snprintf(change.id, sizeof change.id, "%s", c->id);
	snprintf(change.dn, sizeof change.dn, "%s", c->dn);
	snprintf(change.address, sizeof change.address, "%s", address);
	o = take_values(c, address, site_key, &change, why);
	if (o == DONE && change.n_remove_marks == 0)
		o = reason_set(
		    why, REASON_UNCHANGED, "nothing of ours is at %s", c->dn);
	if (o == DONE) {
		*out = change;
		change = (struct change){.kind = CHANGE_NONE};
	}
	change_clear(&change);
	return o;
}
