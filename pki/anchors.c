#include "pki/anchors.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "pki/certificate.h"
#include "pki/pem_file.h"

static const char *const labels[] = {
    PEM_STRING_X509, PEM_STRING_X509_OLD, NULL};

/* One loading: where to, and what was found so far. */
struct load {
	struct trust *trust;
	bool untrusted;
	const char *domains;
	unsigned found;
};

static enum outcome
add(void *arg, const char *path, unsigned position, struct span der,
    struct reason *why)
{
	struct load *l = arg;
	struct reason inner;
	X509 *x = NULL;
	enum outcome o;

	/* In a folder there may be something else too. */
	if (position == 0)
		return NOTHING;
	o = certificate_decode(der, &x, &inner);
	X509_free(x);
	if (o != DONE && inner.code == REASON_WEAK_KEY)
		return NOTHING;
	if (o != DONE)
		return reason_set(why, REASON_NO_ANCHORS,
		    "%s: certificate %u: %s", path, position, inner.text);
	l->found++;
	if (l->untrusted)
		return trust_add_known(l->trust, der, why);
	return trust_add_anchor(l->trust, der,
	    &(struct trust_grant){.origin = path, .domains = l->domains}, why);
}

static enum outcome
load(struct load *l, const char *path, struct reason *why)
{
	enum outcome o;

	o = pem_load(path, labels, add, l, why);
	if (o == DONE && l->found == 0)
		o = reason_set(why, REASON_NO_ANCHORS,
		    "%s: no certificate in PEM or DER form there", path);
	return o;
}

enum outcome
anchors_load(
    struct trust *t, const char *path, const char *domains, struct reason *why)
{
	return load(&(struct load){.trust = t, .domains = domains}, path, why);
}

enum outcome
anchors_load_untrusted(struct trust *t, const char *path, struct reason *why)
{
	return load(&(struct load){.trust = t, .untrusted = true}, path, why);
}
