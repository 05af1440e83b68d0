#include "pki/constraints.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

/*
 * RFC 5280 section 4.2.1.10: a mailbox, a host, or a dot and a domain; a
 * base that cannot be read covers nobody, an empty one everybody.
 */
static bool
is_covered(const char *address, struct span base)
{
	char dotted[1 + ADDRESS_SIZE] = ".", *canonical = dotted + 1;
	bool below = false;

	if (base.len == 0)
		return true;
	if (base.data[0] != '@' && memchr(base.data, '@', base.len) != NULL)
		return address_canonical(base, canonical, NULL) == DONE &&
		    strcmp(address, canonical) == 0;
	if (base.data[0] == '@' || base.data[0] == '.') {
		below = base.data[0] == '.';
		base.data++;
		base.len--;
	}
	if (address_domain(base, canonical, NULL) != DONE)
		return false;
	return address_domain_matches(
	    address_peek_domain(address), below ? dotted : canonical);
}

static enum outcome
base_check(struct span base, const struct facts *leaf, struct reason *why)
{
	const char *a;
	unsigned i;

	/* The subject's stands behind the others. */
	for (i = 0; i <= leaf->n_addresses; i++) {
		a = i < leaf->n_addresses ? leaf->addresses[i]
					  : leaf->subject_address;
		if (a[0] != '\0' && is_covered(a, base))
			return reason_set(why, REASON_CHAIN_BAD,
			    "a CA of the chain must not issue for %s", a);
	}
	return DONE;
}

enum outcome
constraints_check(const X509 *ca, const struct facts *leaf, struct reason *why)
{
	const ASN1_IA5STRING *base;
	const GENERAL_NAME *name;
	enum outcome o = DONE;
	NAME_CONSTRAINTS *s;
	int i, n = 0;

	/* One that cannot be read is OpenSSL's to refuse. */
	s = X509_get_ext_d2i(ca, NID_name_constraints, NULL, NULL);
	if (s != NULL && s->excludedSubtrees != NULL)
		n = sk_GENERAL_SUBTREE_num(s->excludedSubtrees);
	for (i = 0; i < n && o == DONE; i++) {
		name = sk_GENERAL_SUBTREE_value(s->excludedSubtrees, i)->base;
		if (name->type != GEN_EMAIL)
			continue;
		base = name->d.rfc822Name;
		o = base_check((struct span){ASN1_STRING_get0_data(base),
				   (size_t)ASN1_STRING_length(base)},
		    leaf, why);
	}
	NAME_CONSTRAINTS_free(s);
	return o;
}
