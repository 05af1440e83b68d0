#include "publisher/trust.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "pki/sources.h"
#include "store/authority.h"
#include "store/seen.h"

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

/* Without a scope it would count for all. */
static void
add_anchor(void *arg, const struct store_anchor *anchor)
{
	struct trust_grant grant = {.domains = anchor->scope};
	char origin[128], day[CLOCK_TEXT];
	struct adding *a = arg;
	enum outcome o;

	if (a->outcome != DONE || anchor->scope[0] == '\0' ||
	    anchor->der.len == 0)
		return;
	clock_format(anchor->decided, day);
	snprintf(
	    origin, sizeof origin, "approved by %s, %.10s", anchor->who, day);
	grant.origin = origin;
	o = trust_add_anchor(a->trust, anchor->der, &grant, a->why);
	if (o == LATER)
		a->outcome = o;
}

/* Also where another CA vouches for it, and where a file names it. */
static void
add_rejected(void *arg, const char *fingerprint, struct span ca)
{
	uint8_t sha256[DIGEST_LEN];
	struct adding *a = arg;
	enum outcome o;

	if (a->outcome != DONE ||
	    !bytes_unhex(fingerprint, sha256, sizeof sha256))
		return;
	o = trust_distrust(a->trust, sha256, a->why);
	if (o != LATER && ca.len > 0)
		o = trust_reject(a->trust, ca, a->why);
	if (o == LATER)
		a->outcome = o;
}

enum outcome
trust_add_store(struct trust *t, struct store *store, struct reason *why)
{
	struct adding a = {t, DONE, why};
	enum outcome o;

	o = store_authorities_rejected(
	    store, LIMIT_DISTRUSTED, add_rejected, &a, why);
	if (o == DONE)
		o = a.outcome;
	if (o == DONE)
		o = store_anchors(store, add_anchor, &a, why);
	if (o == DONE)
		o = a.outcome;
	if (o != DONE)
		return o;
	o = store_known(store, TRUST_KNOWN, add, &a, why);
	return o == DONE ? a.outcome : o;
}

static void
add_partner(void *arg, const char *address)
{
	struct adding *a = arg;
	enum outcome o;

	if (a->outcome != DONE)
		return;
	o = trust_add_partner(a->trust, trust_partner(address), a->why);
	if (o == LATER)
		a->outcome = o;
}

enum outcome
trust_add_partners(struct trust *t, struct store *store, struct reason *why)
{
	struct adding a = {t, DONE, why};
	enum outcome o;

	o = store_partners(store, LIMIT_PARTNERS, add_partner, &a, why);
	return o == DONE ? a.outcome : o;
}

/* All of them, not only the first. */
static void
complain(void *arg, const char *setting, const struct reason *why)
{
	char name[64];

	(void)arg;
	(void)snprintf(name, sizeof name, "trust.%s", setting);
	LOG_EVENT(SETTINGS, LOG_STR("setting", name),
	    LOG_STR("reason", reason_name(why->code)),
	    LOG_STR("text", why->text));
}

enum outcome
trust_make(
    const struct settings *s, struct store *store, int *out, struct reason *why)
{
	struct trust *t = trust_new();
	struct reason inner;
	enum outcome o;

	if (t == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = sources_load(t, s, complain, NULL, why);
	if (o == DONE)
		o = trust_add_store(t, store, why);
	if (o == DONE)
		o = trust_seal(t, out, why);
	/* Too much of it is no harvest's fault. */
	if (o == REFUSED) {
		inner = *why;
		o = reason_set(why, REASON_NO_ANCHORS, "%s", inner.text);
	}
	trust_free(t);
	return o;
}

bool
trust_stamp(const struct settings *s, uint8_t out[DIGEST_LEN])
{
	struct digest *d = digest_new();

	if (d == NULL)
		return false;
	sources_stamp(s, d);
	digest_finish(d, out);
	digest_free(d);
	return true;
}
