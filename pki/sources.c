#include "pki/sources.h"

#include <stdlib.h>
#include <string.h>

#include "base/scope.h"
#include "pki/anchors.h"
#include "pki/crl.h"
#include "pki/mozilla.h"
#include "pki/pem_file.h"
#include "pki/settings.h"

enum { REQUIRED = 1 }; /* trust.revocation, in the order of its choices */

/* One loading. */
struct load {
	struct trust *trust;
	const struct settings *settings;
	sources_complain *complain;
	void *arg;
};

static bool
is_mozilla(const char *entry)
{
	return strcmp(entry, MOZILLA_WORD) == 0;
}

static const char *
module_of(const struct settings *s)
{
	return settings_peek(s, "trust", "mozilla_module");
}

/* Entry i of the list, loaded. */
static enum outcome
anchors_entry(const struct load *l, size_t i, struct reason *why)
{
	const char *e = settings_peek_at(l->settings, "trust", "anchors", i);

	return is_mozilla(e)
	    ? mozilla_load(l->trust, module_of(l->settings), why)
	    : anchors_load(l->trust, e, NULL, why);
}

static enum outcome
scoped_entry(const struct load *l, size_t i, struct reason *why)
{
	const char *e =
	    settings_peek_at(l->settings, "trust", "scoped_anchors", i);
	char *domains = NULL;
	const char *path;
	enum outcome o;

	o = scope_parse(e, &domains, &path, why);
	if (o == DONE)
		o = anchors_load(l->trust, path, domains, why);
	free(domains);
	return o;
}

static enum outcome
intermediates_entry(const struct load *l, size_t i, struct reason *why)
{
	return anchors_load_untrusted(l->trust,
	    settings_peek_at(l->settings, "trust", "intermediates", i), why);
}

/* They come from the network one way or another: one that is none must not
 * keep the others away. */
static enum outcome
crl_add(void *arg, const char *path, unsigned position, struct span der,
    struct reason *why)
{
	const struct load *l = arg;
	struct reason inner, told;
	struct crl_entry entry;
	struct crl crl;
	enum outcome o;

	o = position == 0
	    ? reason_set(&inner, REASON_CERT_MALFORMED, "no revocation list")
	    : crl_skim(der, &crl, &inner);
	while (o == DONE && crl_next(&crl.entries, &entry))
		continue;
	if (o == DONE && crl.entries.len > 0)
		o = reason_set(
		    &inner, REASON_CERT_MALFORMED, "an entry cannot be read");
	if (o == DONE)
		o = trust_add_crl(l->trust, der, path, &inner);
	if (o == LATER)
		return reason_set(why, inner.code, "%s", inner.text);
	if (o == REFUSED) {
		if (position == 0)
			(void)reason_set(&told, REASON_NO_ANCHORS, "%s: %s",
			    path, inner.text);
		else
			(void)reason_set(&told, REASON_NO_ANCHORS,
			    "%s: list %u: %s", path, position, inner.text);
		l->complain(l->arg, "crls", &told);
	}
	return DONE;
}

static const char *const crl_labels[] = {"X509 CRL", NULL};

enum outcome
sources_load_crls(struct trust *t, const char *path, sources_complain *complain,
    void *arg, struct reason *why)
{
	struct load l = {.trust = t, .complain = complain, .arg = arg};

	return pem_load(path, crl_labels, crl_add, &l, why);
}

static enum outcome
crls_entry(const struct load *l, size_t i, struct reason *why)
{
	return sources_load_crls(l->trust,
	    settings_peek_at(l->settings, "trust", "crls", i), l->complain,
	    l->arg, why);
}

/* What is read, in this order. */
static const struct {
	const char *name;
	enum outcome (*entry)(
	    const struct load *l, size_t i, struct reason *why);
} sources[] = {
    {"anchors", anchors_entry},
    {"scoped_anchors", scoped_entry},
    {"intermediates", intermediates_entry},
    {"crls", crls_entry},
};

#define SOURCES (sizeof sources / sizeof sources[0])

enum outcome
sources_load(struct trust *t, const struct settings *s,
    sources_complain *complain, void *arg, struct reason *why)
{
	const struct load l = {
	    .trust = t,
	    .settings = s,
	    .complain = complain,
	    .arg = arg,
	};
	enum outcome o, all = DONE;
	struct reason one;
	size_t k, i;

	t->revocation_required =
	    settings_choice(s, "trust", "revocation") == REQUIRED;
	for (k = 0; k < SOURCES; k++)
		for (i = 0; i < settings_count(s, "trust", sources[k].name);
		     i++) {
			o = sources[k].entry(&l, i, &one);
			if (o == DONE)
				continue;
			complain(arg, sources[k].name, &one);
			if (all == DONE)
				*why = one;
			all = o == LATER || all == LATER ? LATER : BROKEN;
		}
	return all;
}

void
sources_stamp(const struct settings *s, struct digest *d)
{
	const char *e, *colon;
	size_t k, i;

	for (k = 0; k < SOURCES; k++)
		for (i = 0; i < settings_count(s, "trust", sources[k].name);
		     i++) {
			e = settings_peek_at(s, "trust", sources[k].name, i);
			colon = strchr(e, ':');
			if (e[0] != '/' && colon != NULL)
				e = colon + 1 + strspn(colon + 1, " \t");
			if (is_mozilla(e))
				mozilla_stamp(module_of(s), d);
			else
				pem_stamp(e, d);
		}
}
