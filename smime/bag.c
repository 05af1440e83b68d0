#include "smime/bag.h"

#include <stdlib.h>
#include <string.h>

#include "base/judge_end.h"

struct bag {
	const struct pki *pki;
	unsigned n_message;
	unsigned n;	/* with the known ones that were tried */
	unsigned known; /* the next known one to look at */
	struct bag_entry entries[BAG_MAX];
};

/* Skim it into the next entry; a double is left out. */
static void
entry_add(struct bag *p, struct span der)
{
	struct bag_entry *e = &p->entries[p->n];
	unsigned i;

	for (i = 0; i < p->n; i++)
		if (span_equal(p->entries[i].der, der))
			return;
	e->der = der;
	e->unfit = skim_certificate(der, &e->skim, NULL) != DONE;
	p->n++;
}

struct bag *
bag_new(const struct cms *cms, const struct pki *pki)
{
	struct bag *p = calloc(1, sizeof *p);
	unsigned i;

	if (p == NULL)
		judge_end_without_memory();
	p->pki = pki;
	for (i = 0; i < cms->n_certificates; i++)
		entry_add(p, cms->certificates[i]);
	p->n_message = p->n;
	return p;
}

static void
entry_clear(struct bag_entry *e)
{
	X509_free(e->x509);
	free(e->facts);
	memset(e, 0, sizeof *e);
}

void
bag_free(struct bag *p)
{
	unsigned i;

	if (p == NULL)
		return;
	for (i = 0; i < p->n; i++)
		entry_clear(&p->entries[i]);
	free(p);
}

static bool
entry_decode(struct bag_entry *e, struct reason *why)
{
	if (e->x509 != NULL)
		return true;
	e->unfit = certificate_decode(e->der, &e->x509, why) != DONE;
	return !e->unfit;
}

/*
 * Whether the entry is meant.  One that cannot be skimmed has neither serial
 * nor name: that it is the one meant can only be guessed, from the bytes of
 * the identity standing in it.
 */
static bool
entry_is(struct bag_entry *e, const struct identity *id, struct reason *why)
{
	struct span mark = id->key_id.len > 0 ? id->key_id : id->serial;

	if (e->unfit) {
		if (memmem(e->der.data, e->der.len, mark.data, mark.len) !=
		    NULL)
			(void)!skim_certificate(e->der, &e->skim, why);
		return false;
	}
	return identity_may_be(id, e->der, &e->skim) && entry_decode(e, why) &&
	    identity_is(id, &e->skim, e->x509);
}

/* Look at the known ones from where the last search ended. */
static struct bag_entry *
known_next(struct bag *p, const struct identity *id)
{
	struct bag_entry *e;
	struct span der;
	struct skim skim;

	while (p->known < pki_known_count(p->pki) && p->n < BAG_MAX) {
		der = pki_peek_known(p->pki, p->known++);
		if (skim_certificate(der, &skim, NULL) != DONE ||
		    !identity_may_be(id, der, &skim))
			continue;
		e = &p->entries[p->n];
		entry_add(p, der);
		if (e != &p->entries[p->n] && entry_is(e, id, NULL))
			return e;
	}
	return NULL;
}

struct bag_entry *
bag_next(
    struct bag *p, const struct identity *id, unsigned *at, struct reason *why)
{
	if (*at == 0)
		p->known = 0;
	while (*at < p->n)
		if (entry_is(&p->entries[(*at)++], id, why))
			return &p->entries[*at - 1];
	if (known_next(p, id) == NULL)
		return NULL;
	*at = p->n;
	return &p->entries[p->n - 1];
}

unsigned
bag_count(const struct bag *p)
{
	return p->n_message;
}

unsigned
bag_count_all(const struct bag *p)
{
	return p->n;
}

struct bag_entry *
bag_peek(struct bag *p, unsigned i)
{
	return &p->entries[i];
}

const struct facts *
bag_facts(struct bag_entry *e, struct reason *why)
{
	struct facts *f;

	if (e->facts != NULL)
		return e->facts;
	if (e->unfit || !entry_decode(e, why))
		return NULL;
	f = calloc(1, sizeof *f);
	if (f == NULL)
		judge_end_without_memory();
	if (certificate_facts(e->x509, f, why) != DONE) {
		e->unfit = true;
		free(f);
		return NULL;
	}
	e->facts = f;
	return f;
}
