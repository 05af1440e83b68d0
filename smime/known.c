#include "smime/known.h"

#include <stdlib.h>

#include "smime/attributes.h"
#include "smime/identity.h"

/* Lists of any length follow each other: so each begins with its length. */
static void
certificates_digest(const struct cms *cms, struct digest *d)
{
	const uint8_t n = (uint8_t)cms->n_certificates;
	unsigned i;

	_Static_assert(LIMIT_CERTIFICATES <= UINT8_MAX, "one octet");
	digest_add_field(d, (struct span){&n, 1});
	for (i = 0; i < cms->n_certificates; i++)
		digest_add_field(d, cms->certificates[i]);
}

bool
known_digest(const struct pki *pki, const char *address,
    const struct authentication *authentication, enum bulk bulk,
    const struct cms *cms, uint8_t out[DIGEST_LEN])
{
	struct identity signer;
	struct digest *d;
	bool ok;

	if (!identity_of_signer(cms->signer_info, &signer))
		return false;
	d = digest_new();
	if (d == NULL)
		abort();
	digest_add_field(d, span_str("certharvest known signer 1"));
	digest_add_field(d, pki_peek_trust(pki));
	digest_add_field(d, span_str(address));
	authentication_digest(d, authentication);
	bulk_digest(d, bulk);
	certificates_digest(cms, d);
	digest_add_field(d, signer.issuer);
	digest_add_field(d, signer.serial);
	digest_add_field(d, signer.key_id);
	ok = attributes_digest(cms, d);
	digest_finish(d, out);
	digest_free(d);
	return ok;
}
