#include <stdio.h>
#include <string.h>

#include "directory/mark.h"
#include "directory/plan.h"
#include "directory/plan_key_change.h"
#include "directory/plan_refresh.h"
#include "directory/plan_vanished.h"

/* Of a cn that is not the address: what is left of it, "~", and this. */
#define CN_DIGEST 16

/* The longest start of s that has at most max bytes and ends at a
 * character. */
static size_t
cut_utf8(const char *s, size_t max)
{
	size_t len = strlen(s);

	if (len <= max)
		return len;
	while (max > 0 && ((unsigned char)s[max] & 0xc0) == 0x80)
		max--;
	return max;
}

static bool
is_ascii(const char *s)
{
	while (*s != '\0' && (unsigned char)*s < 0x80)
		s++;
	return *s == '\0';
}

void
plan_cn(const char *address, char out[LIMIT_CN + 1])
{
	char hex[DIGEST_HEX];

	if (is_ascii(address) && strlen(address) <= LIMIT_CN) {
		snprintf(out, LIMIT_CN + 1, "%s", address);
		return;
	}
	digest_sha256_hex(span_str(address), hex);
	snprintf(out, LIMIT_CN + 1, "%.*s~%.*s",
	    (int)cut_utf8(address, LIMIT_CN - 1 - CN_DIGEST), address,
	    CN_DIGEST, hex);
}

/* Somebody inside has the name: then the address is all that is shown, and
 * no other attribute has it either. */
static enum outcome
plan_names(const struct plan_input *in, struct change *out, struct reason *why)
{
	const struct naming_policy *naming = &in->policy->naming;
	char wish[LIMIT_NAME + 1];

	naming_wish(naming, in->harvest, in->certificate, wish);
	if (wish[0] != '\0' &&
	    (in->contact->name_taken || naming_is_protected(naming, wish))) {
		snprintf(out->refused, sizeof out->refused, "%s", wish);
		wish[0] = '\0';
	}
	naming_make(naming, wish, in->harvest->address, out->name);
	return fields_make(&in->policy->fields,
	    &(struct fields_input){.harvest = in->harvest,
		.certificate = in->certificate,
		.wish = wish,
		.display = out->name},
	    out, why);
}

static enum outcome
plan_create(const struct plan_input *in, struct change *out, struct reason *why)
{
	const struct harvest *h = in->harvest;
	char mark[CONTACT_MARK];
	enum outcome o;

	o = create_may(&in->policy->create, h, why);
	if (o == DONE)
		o = plan_key_change_may(in, why);
	if (o != DONE)
		return o;
	out->kind = CHANGE_CREATE;
	snprintf(out->address, sizeof out->address, "%s", h->address);
	plan_cn(h->address, out->cn);
	mark_make(
	    in->policy->site_key, in->certificate->sha256, h->address, mark);
	o = plan_names(in, out, why);
	if (o == DONE)
		o = change_append(
		    out, CHANGE_ADD, span_bytes(&h->certificate), why);
	if (o == DONE)
		o = change_append(out, CHANGE_ADD_MARK, span_str(mark), why);
	return o;
}

/* What must hold before a contact that is there may be looked at closer. */
static enum outcome
may_touch(const struct plan_input *in, struct reason *why)
{
	const struct contact *c = in->contact;
	const char *address = in->harvest->address;

	if (c->elsewhere)
		return reason_set(why, REASON_OTHER_DOMAIN,
		    "%s belongs to %s, in another domain", address, c->dn);
	if (c->conflict)
		return reason_set(why, REASON_CONFLICT_OBJECT,
		    "%s belongs to %s, which lost a replication conflict",
		    address, c->dn);
	if (c->managed)
		return reason_set(why, REASON_MANAGED,
		    "%s belongs to %s, which is managed by others", address,
		    c->dn);
	if (!c->inside)
		return reason_set(why, REASON_OUTSIDE_BASE,
		    "%s is outside of the bases", c->dn);
	if (strcmp(c->primary, address) != 0)
		return reason_set(why, REASON_NOT_PRIMARY,
		    "%s is a secondary address of %s, whose primary is %s",
		    address, c->dn, c->primary);
	if (c->overfull)
		return reason_set(why, REASON_TOO_MANY_VALUES,
		    "%s holds more certificates than are read", c->dn);
	return DONE;
}

/* Who has the address is never touched, but for one contact. */
static enum outcome
belongs_to(const struct plan_input *in, enum reason_code code, const char *kind,
    struct reason *why)
{
	return reason_set(why, code, "%s belongs to the %s %s%s",
	    in->harvest->address, kind, in->contact->dn,
	    in->contact->elsewhere ? ", in another domain" : "");
}

static enum outcome
many(const struct plan_input *in, struct reason *why)
{
	const struct contact *c = in->contact;

	return reason_set(why,
	    c->conflict ? REASON_CONFLICT_OBJECT : REASON_AMBIGUOUS,
	    "%s belongs to %s", in->harvest->address, c->others);
}

static enum outcome
plan_by_kind(
    const struct plan_input *in, struct change *out, struct reason *why)
{
	enum outcome o;

	switch (in->contact->kind) {
	case CONTACT_NONE:
		o = plan_vanished(in, why);
		return o == DONE ? plan_create(in, out, why) : o;
	case CONTACT_USER:
		return belongs_to(in, REASON_IS_USER, "user", why);
	case CONTACT_MAIL_USER:
		return belongs_to(in, REASON_IS_MAIL_USER, "mail user", why);
	case CONTACT_GROUP:
		return belongs_to(in, REASON_IS_GROUP, "group", why);
	case CONTACT_OTHER:
		return belongs_to(in, REASON_IS_OTHER, "object", why);
	case CONTACT_MANY:
		return many(in, why);
	case CONTACT_ONE:
		break;
	}
	o = may_touch(in, why);
	if (o == DONE)
		o = plan_vanished(in, why);
	if (o == DONE)
		o = plan_refresh(in, out, why);
	return o;
}

enum outcome
plan_make(const struct plan_input *in, struct change *out, struct reason *why)
{
	struct change change = {.kind = CHANGE_NONE};
	enum outcome o = plan_by_kind(in, &change, why);

	if (o == DONE) {
		*out = change;
		change = (struct change){.kind = CHANGE_NONE};
	}
	change_clear(&change);
	return o;
}
