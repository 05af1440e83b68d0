#include "pki/pool.h"

#include <stdlib.h>

#include "base/limits.h"
#include "pki/certificate.h"
#include "pki/name.h"
#include "pki/skim.h"

struct pool {
	struct pool_entry *entries;
	unsigned n;
	unsigned size;
};

struct pool *
pool_new(void)
{
	return calloc(1, sizeof(struct pool));
}

void
pool_free(struct pool *p)
{
	unsigned i;

	if (p == NULL)
		return;
	for (i = 0; i < p->n; i++)
		X509_free(p->entries[i].x);
	free(p->entries);
	free(p);
}

enum outcome
pool_add(struct pool *p, struct span der, const struct trust_anchor *anchor,
    struct reason *why)
{
	struct pool_entry *e;
	struct skim skim;
	unsigned long subject;
	enum outcome o;
	unsigned size;

	o = skim_certificate(der, &skim, why);
	if (o != DONE)
		return o;
	if (!name_hash(skim.subject, &subject))
		return reason_set(why, REASON_CERT_MALFORMED,
		    "a certificate without a readable subject");
	if (p->n == p->size) {
		size = p->size == 0 ? 16 : 2 * p->size;
		e = realloc(p->entries, size * sizeof *e);
		if (e == NULL)
			return reason_set(why, REASON_MEMORY, "out of memory");
		p->entries = e;
		p->size = size;
	}
	p->entries[p->n++] = (struct pool_entry){
	    .der = der, .subject = subject, .anchor = anchor};
	return DONE;
}

static bool
is_of_kind(const struct pool_entry *e, enum pool_kind kind)
{
	return kind == POOL_ALL ||
	    (kind == POOL_ANCHORS) == (e->anchor != NULL);
}

struct pool_entry *
pool_find(struct pool *p, enum pool_kind kind, const X509_NAME *subject,
    unsigned *at, unsigned *work)
{
	struct pool_entry *e;
	unsigned long hash;
	int ok;

	hash = X509_NAME_hash_ex(subject, NULL, NULL, &ok);
	while (ok == 1 && *at < p->n && *work < LIMIT_CHAIN_WORK) {
		e = &p->entries[(*at)++];
		if (e->subject != hash || e->bad || !is_of_kind(e, kind))
			continue;
		if (e->x == NULL) {
			(*work)++;
			e->bad =
			    certificate_decode(e->der, &e->x, NULL) != DONE;
		}
		if (e->x != NULL &&
		    X509_NAME_cmp(X509_get_subject_name(e->x), subject) == 0)
			return e;
	}
	return NULL;
}
