#include "pki/validation.h"

#include <string.h>

#include <openssl/x509v3.h>

/* 2.23.140.1.5; behind it the kind, 1 to 4, and the generation. */
static const uint8_t arc[] = {0x67, 0x81, 0x0c, 0x01, 0x05};

/* So many policies are looked at; honest certificates have three. */
#define POLICIES 32

static enum validation
kind_of(const ASN1_OBJECT *policy)
{
	const uint8_t *der = OBJ_get0_data(policy);

	if (OBJ_length(policy) != sizeof arc + 2 ||
	    memcmp(der, arc, sizeof arc) != 0 || der[sizeof arc] < 1 ||
	    der[sizeof arc] > VALIDATION_INDIVIDUAL)
		return VALIDATION_UNKNOWN;
	return (enum validation)der[sizeof arc];
}

enum validation
validation_read(const X509 *x)
{
	enum validation found = VALIDATION_UNKNOWN, one;
	CERTIFICATEPOLICIES *policies;
	int i, n;

	policies = X509_get_ext_d2i(x, NID_certificate_policies, NULL, NULL);
	n = policies == NULL ? 0 : sk_POLICYINFO_num(policies);
	for (i = 0; i < n && i < POLICIES; i++) {
		one = kind_of(sk_POLICYINFO_value(policies, i)->policyid);
		if (one == VALIDATION_UNKNOWN || one == found)
			continue;
		if (found != VALIDATION_UNKNOWN) {
			found = VALIDATION_UNKNOWN;
			break;
		}
		found = one;
	}
	CERTIFICATEPOLICIES_free(policies);
	return found;
}
