#include "base/trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scope.h"

struct trust *
trust_new(void)
{
	return calloc(1, sizeof(struct trust));
}

void
trust_free(struct trust *t)
{
	unsigned i;

	if (t == NULL)
		return;
	for (i = 0; i < t->n_anchors; i++) {
		bytes_clear(&t->anchors[i].der);
		free(t->anchors[i].domains);
	}
	for (i = 0; i < t->n_known; i++)
		bytes_clear(&t->known[i]);
	for (i = 0; i < t->n_crls; i++)
		bytes_clear(&t->crls[i].der);
	for (i = 0; i < t->n_rejected; i++)
		bytes_clear(&t->rejected[i]);
	free(t->crls);
	free(t->rejected);
	free(t->anchors);
	free(t->known);
	free(t->marks);
	free(t->distrusted);
	free(t->partners);
	free(t);
}

/* Room for one more in an array that grows by doubling. */
static void *
grow(void *array, unsigned n, size_t size)
{
	if (n > 0 && (n & (n - 1)) != 0)
		return array;
	return realloc(array, (n == 0 ? 1 : 2 * (size_t)n) * size);
}

/* Thousands of long certificates that differ at their ends alone would take
 * seconds to compare with each other. */
static uint64_t
mark_of(struct span s)
{
	uint8_t sha256[DIGEST_LEN];
	uint64_t n = 0;
	unsigned i;

	digest_sha256(s, sha256);
	for (i = 0; i < sizeof n; i++)
		n = n << 8 | sha256[i];
	return n;
}

/* The one with that certificate, or NULL. */
static struct trust_anchor *
anchor_find(const struct trust *t, struct span der, uint64_t mark)
{
	unsigned i;

	for (i = 0; i < t->n_anchors; i++)
		if (t->anchors[i].mark == mark &&
		    span_equal(span_bytes(&t->anchors[i].der), der))
			return &t->anchors[i];
	return NULL;
}

static enum outcome
anchor_new(struct trust *t, struct span der, uint64_t mark,
    struct trust_anchor **out, struct reason *why)
{
	struct trust_anchor a = {.mark = mark};
	void *p;

	if (t->n_anchors == LIMIT_ANCHORS)
		return reason_set(why, REASON_TOO_LARGE, "more than %d anchors",
		    LIMIT_ANCHORS);
	p = grow(t->anchors, t->n_anchors, sizeof a);
	if (p != NULL)
		t->anchors = p;
	if (p == NULL || !bytes_dup(der, &a.der))
		return reason_set(why, REASON_MEMORY, "out of memory");
	*out = &t->anchors[t->n_anchors];
	**out = a;
	t->n_anchors++;
	return DONE;
}

static void
origin_add(struct trust_anchor *a, const char *origin)
{
	size_t len = strlen(a->origin), size = sizeof a->origin;

	if (len == 0)
		snprintf(a->origin, size, "%s", origin);
	else if (strstr(a->origin, origin) == NULL &&
	    len + strlen(origin) + 3 < size)
		snprintf(a->origin + len, size - len, ", %s", origin);
}

/* The wider of what was granted before and now. */
static bool
anchor_widen(struct trust_anchor *a, const struct trust_grant *g)
{
	bool any = a->everywhere && a->distrust_after == 0;

	if (g->domains != NULL)
		return any || scope_add(&a->domains, g->domains);
	if (!a->everywhere)
		a->distrust_after = g->distrust_after;
	else if (!any && g->distrust_after == 0)
		a->distrust_after = 0;
	else if (g->distrust_after > a->distrust_after && !any)
		a->distrust_after = g->distrust_after;
	a->everywhere = true;
	if (a->distrust_after == 0) {
		free(a->domains);
		a->domains = NULL;
	}
	return true;
}

enum outcome
trust_add_anchor(struct trust *t, struct span der,
    const struct trust_grant *grant, struct reason *why)
{
	uint64_t mark = mark_of(der);
	struct trust_anchor *a = anchor_find(t, der, mark);
	enum outcome o = NOTHING;

	if (a == NULL)
		o = anchor_new(t, der, mark, &a, why);
	if (o != DONE && o != NOTHING)
		return o;
	a->public_ca |= grant->public_ca;
	origin_add(a, grant->origin);
	if (!anchor_widen(a, grant))
		return reason_set(why, REASON_TOO_LARGE,
		    "an anchor for domains of more than %d bytes", LIMIT_SCOPE);
	return o;
}

const char *
trust_peek_domains(const struct trust *t, struct span der)
{
	const struct trust_anchor *a = anchor_find(t, der, mark_of(der));

	return a == NULL ? NULL : a->domains;
}

enum outcome
trust_add_known(struct trust *t, struct span der, struct reason *why)
{
	uint64_t mark = mark_of(der);
	struct bytes copy;
	void *p, *q;
	unsigned i;

	for (i = 0; i < t->n_known; i++)
		if (t->marks[i] == mark &&
		    span_equal(span_bytes(&t->known[i]), der))
			return NOTHING;
	if (t->n_known == LIMIT_KNOWN)
		return reason_set(why, REASON_TOO_LARGE,
		    "more than %d known certificates", LIMIT_KNOWN);
	p = grow(t->known, t->n_known, sizeof *t->known);
	if (p != NULL)
		t->known = p;
	q = grow(t->marks, t->n_known, sizeof *t->marks);
	if (q != NULL)
		t->marks = q;
	if (p == NULL || q == NULL || !bytes_dup(der, &copy))
		return reason_set(why, REASON_MEMORY, "out of memory");
	t->marks[t->n_known] = mark;
	t->known[t->n_known++] = copy;
	return DONE;
}

enum outcome
trust_add_crl(
    struct trust *t, struct span der, const char *origin, struct reason *why)
{
	struct trust_crl c;
	void *p;
	unsigned i;

	for (i = 0; i < t->n_crls; i++)
		if (span_equal(span_bytes(&t->crls[i].der), der))
			return NOTHING;
	if (t->n_crls == LIMIT_CRLS || der.len > LIMIT_CRL ||
	    t->crl_bytes + der.len > LIMIT_CRL_BYTES)
		return reason_set(why, REASON_TOO_LARGE,
		    "more revocation lists than %d, one of more than %u "
		    "bytes, or more than %u in all",
		    LIMIT_CRLS, LIMIT_CRL, LIMIT_CRL_BYTES);
	p = grow(t->crls, t->n_crls, sizeof c);
	if (p != NULL)
		t->crls = p;
	if (p == NULL || !bytes_dup(der, &c.der))
		return reason_set(why, REASON_MEMORY, "out of memory");
	snprintf(c.origin, sizeof c.origin, "%s", origin);
	t->crls[t->n_crls++] = c;
	t->crl_bytes += der.len;
	return DONE;
}

enum outcome
trust_add_all(struct trust *t, const struct trust *from, struct reason *why)
{
	const struct trust_anchor *a;
	enum outcome o = DONE;
	unsigned i;

	for (i = 0; i < from->n_anchors && o != LATER; i++) {
		struct trust_grant g = {
		    .origin = from->anchors[i].origin,
		    .public_ca = from->anchors[i].public_ca,
		    .domains = from->anchors[i].domains,
		};

		a = &from->anchors[i];
		if (a->domains != NULL)
			o = trust_add_anchor(t, span_bytes(&a->der), &g, why);
		g.domains = NULL;
		g.distrust_after = a->distrust_after;
		if (a->everywhere && o != LATER)
			o = trust_add_anchor(t, span_bytes(&a->der), &g, why);
	}
	for (i = 0; i < from->n_known && o != LATER; i++)
		o = trust_add_known(t, span_bytes(&from->known[i]), why);
	for (i = 0; i < from->n_crls && o != LATER; i++)
		o = trust_add_crl(t, span_bytes(&from->crls[i].der),
		    from->crls[i].origin, why);
	t->revocation_required |= from->revocation_required;
	for (i = 0; i < from->n_distrusted && o != LATER; i++)
		o = trust_distrust(t, from->distrusted[i], why);
	for (i = 0; i < from->n_rejected && o != LATER; i++)
		o = trust_reject(t, span_bytes(&from->rejected[i]), why);
	for (i = 0; i < from->n_partners && o != LATER; i++)
		o = trust_add_partner(t, from->partners[i], why);
	return o == LATER ? LATER : DONE;
}

void
trust_digest(struct span issuer, struct span serial, uint8_t out[DIGEST_LEN])
{
	uint8_t both[2][DIGEST_LEN];

	digest_sha256(issuer, both[0]);
	digest_sha256(serial, both[1]);
	digest_sha256((struct span){both[0], sizeof both}, out);
}

enum outcome
trust_distrust(
    struct trust *t, const uint8_t digest[DIGEST_LEN], struct reason *why)
{
	void *p;

	if (t->n_distrusted == LIMIT_DISTRUSTED)
		return reason_set(why, REASON_TOO_LARGE,
		    "more than %d distrusted certificates", LIMIT_DISTRUSTED);
	p = grow(t->distrusted, t->n_distrusted, DIGEST_LEN);
	if (p == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	t->distrusted = p;
	memcpy(t->distrusted[t->n_distrusted++], digest, DIGEST_LEN);
	return DONE;
}

enum outcome
trust_reject(struct trust *t, struct span der, struct reason *why)
{
	struct bytes copy;
	void *p;

	if (t->n_rejected == LIMIT_REJECTED)
		return reason_set(why, REASON_TOO_LARGE,
		    "more than %d rejected CAs", LIMIT_REJECTED);
	p = grow(t->rejected, t->n_rejected, sizeof copy);
	if (p != NULL)
		t->rejected = p;
	if (p == NULL || !bytes_dup(der, &copy))
		return reason_set(why, REASON_MEMORY, "out of memory");
	t->rejected[t->n_rejected++] = copy;
	return DONE;
}

bool
trust_is_distrusted(const struct trust *t, const uint8_t digest[DIGEST_LEN])
{
	unsigned i;

	for (i = 0; i < t->n_distrusted; i++)
		if (memcmp(t->distrusted[i], digest, DIGEST_LEN) == 0)
			return true;
	return false;
}

uint64_t
trust_partner(const char *address)
{
	return mark_of(span_str(address));
}

enum outcome
trust_add_partner(struct trust *t, uint64_t partner, struct reason *why)
{
	void *p;

	if (t->n_partners == LIMIT_PARTNERS)
		return reason_set(why, REASON_TOO_LARGE,
		    "more than %d partners", LIMIT_PARTNERS);
	p = grow(t->partners, t->n_partners, sizeof *t->partners);
	if (p == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	t->partners = p;
	t->partners[t->n_partners++] = partner;
	return DONE;
}

static int
compare_partners(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

bool
trust_is_partner(const struct trust *t, const char *address)
{
	uint64_t partner = trust_partner(address);

	return t->n_partners > 0 &&
	    bsearch(&partner, t->partners, t->n_partners, sizeof partner,
		compare_partners) != NULL;
}

void
trust_sort_partners(struct trust *t)
{
	if (t->n_partners > 0)
		qsort(t->partners, t->n_partners, sizeof *t->partners,
		    compare_partners);
}
