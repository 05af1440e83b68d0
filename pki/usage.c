#include "pki/usage.h"

#include "base/algorithm.h"

/*
 * By the kind of key: which key usages (any of them) allow what; 0: never.
 * nonRepudiation signs too (RFC 8550 section 4.4.2).  RSA receives by key
 * transport, EC by key agreement (RFC 5753); RSASSA-PSS (RFC 4055 section 1.2)
 * and the Edwards curves (RFC 8410) only sign.
 */
static const struct {
	unsigned sign;
	unsigned receive;
} rows[KEY_KINDS] = {
#define SIGNS (USAGE_DIGITAL_SIGNATURE | USAGE_NON_REPUDIATION)
    [KEY_OTHER] = {0, 0},
    [KEY_RSA] = {SIGNS, USAGE_KEY_ENCIPHERMENT},
    [KEY_RSA_PSS] = {SIGNS, 0},
    [KEY_EC] = {SIGNS, USAGE_KEY_AGREEMENT},
    [KEY_ED25519] = {SIGNS, 0},
    [KEY_ED448] = {SIGNS, 0},
#undef SIGNS
};

/* Extended usages that let a certificate, or the CA above it, mean mail. */
#define MAIL (EKU_EMAIL | EKU_ANY | EKU_ABSENT)

enum outcome
usage_sign(const struct facts *f, struct reason *why)
{
	if (f->ca)
		return reason_set(why, REASON_CA_SIGNER, "the signer is a CA");
	if (rows[f->key].sign == 0)
		return reason_set(why, REASON_USAGE_SIGN,
		    "a key of %s does not sign mail",
		    algorithm_key_name(f->key));
	if ((f->usage & (rows[f->key].sign | USAGE_ABSENT)) == 0)
		return reason_set(why, REASON_USAGE_SIGN,
		    "the key usage allows no signatures");
	if ((f->extended_usage & MAIL) == 0)
		return reason_set(why, REASON_USAGE_SIGN,
		    "the extended key usage leaves mail out");
	return DONE;
}

enum outcome
usage_receive(const struct facts *f, struct reason *why)
{
	if (f->ca)
		return reason_set(
		    why, REASON_USAGE_ENCRYPT, "the certificate is a CA's");
	if (rows[f->key].receive == 0)
		return reason_set(why, REASON_USAGE_ENCRYPT,
		    "a key of %s cannot be encrypted to",
		    algorithm_key_name(f->key));
	if ((f->usage & (rows[f->key].receive | USAGE_ABSENT)) == 0)
		return reason_set(why, REASON_USAGE_ENCRYPT,
		    "the key usage does not allow encrypting to it");
	/* RFC 5280 section 4.2.1.3: the key is the owner's to decipher with,
	 * nobody's to encipher with. */
	if (f->key == KEY_EC && (f->usage & USAGE_DECIPHER_ONLY) != 0)
		return reason_set(
		    why, REASON_USAGE_ENCRYPT, "the key usage is decipherOnly");
	if ((f->extended_usage & MAIL) == 0)
		return reason_set(why, REASON_USAGE_ENCRYPT,
		    "the extended key usage leaves mail out");
	return DONE;
}

bool
usage_issue(unsigned extended_usage)
{
	return (extended_usage & MAIL) != 0;
}
