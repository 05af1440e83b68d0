#include "pki/cost.h"

#include "base/limits.h"
#include "pki/der.h"

#define EXTENSIONS 0xa3
#define BOOLEAN 0x01
#define CONSTRUCTED 0x20

/* id-ce-cRLDistributionPoints, RFC 5280 section 4.2.1.13. */
static const uint8_t crl_points[] = {0x55, 0x1d, 0x1f};

/*
 * Elements at all depths, of BER too, as extensions may be: a constructed
 * one is stepped into by leaving out its head.  false: more than left.
 * What is no BER ends the count; nobody will read on there either.
 */
static bool
elements_count(struct span s, unsigned *left)
{
	size_t len, n;
	uint8_t tag;

	while (s.len >= 2) {
		if (*left == 0)
			return false;
		(*left)--;
		tag = s.data[0];
		len = s.data[1];
		s = (struct span){s.data + 2, s.len - 2};
		if (len > 0x80) {
			n = len & 0x7f;
			if (n > sizeof(uint32_t) || n > s.len)
				return true;
			for (len = 0; n > 0; n--) {
				len = len << 8 | s.data[0];
				s = (struct span){s.data + 1, s.len - 1};
			}
		} else if (len == 0x80)
			len = 0;
		if ((tag & CONSTRUCTED) != 0)
			continue;
		if (len > s.len)
			return true;
		s = (struct span){s.data + len, s.len - len};
	}
	return true;
}

bool
cost_of_name(struct span der)
{
	unsigned left = LIMIT_CERTIFICATE_ELEMENTS;

	return der.len <= LIMIT_CERTIFICATE && elements_count(der, &left);
}

/* Whether the value is DER, with so many entries in its one level at most. */
static bool
entries_check(struct span value, unsigned most)
{
	struct der sequence, entry;
	unsigned n = 0;

	if (!der_expect(&value, DER_SEQUENCE, &sequence) || value.len != 0)
		return false;
	while (n <= most && der_next(&sequence.content, &entry))
		n++;
	return n <= most && sequence.content.len == 0;
}

static enum outcome
malformed(struct reason *why)
{
	return reason_set(why, REASON_CERT_MALFORMED,
	    "a certificate with extensions that are not DER");
}

static enum outcome
too_many(struct reason *why)
{
	return reason_set(why, REASON_CMS_LIMIT,
	    "a certificate of more than %d elements",
	    LIMIT_CERTIFICATE_ELEMENTS);
}

/*
 * Every CRL distribution point may be named relative to the issuer; OpenSSL
 * copies the issuer's name and encodes it anew for each.
 */
static enum outcome
extension_check(struct span extension, unsigned *left, struct reason *why)
{
	struct der oid, critical, value;

	if (!der_expect(&extension, DER_OID, &oid))
		return malformed(why);
	(void)der_expect(&extension, BOOLEAN, &critical);
	if (!der_expect(&extension, DER_OCTET_STRING, &value) ||
	    extension.len != 0)
		return malformed(why);
	if (!elements_count(value.content, left))
		return too_many(why);
	if (span_equal(
		oid.content, (struct span){crl_points, sizeof crl_points}) &&
	    !entries_check(value.content, LIMIT_CRL_POINTS))
		return reason_set(why, REASON_CMS_LIMIT,
		    "a certificate with more than %d CRL distribution points",
		    LIMIT_CRL_POINTS);
	return DONE;
}

static enum outcome
extensions_check(struct span list, unsigned *left, struct reason *why)
{
	struct der sequence, extension;
	enum outcome o = DONE;

	if (!der_expect(&list, DER_SEQUENCE, &sequence) || list.len != 0)
		return malformed(why);
	while (o == DONE && sequence.content.len > 0)
		o = der_expect(&sequence.content, DER_SEQUENCE, &extension)
		    ? extension_check(extension.content, left, why)
		    : malformed(why);
	return o;
}

enum outcome
cost_check(struct span certificate, struct span behind_key, struct reason *why)
{
	unsigned left = LIMIT_CERTIFICATE_ELEMENTS;
	enum outcome o = DONE;
	struct der d;

	if (!elements_count(certificate, &left))
		return too_many(why);
	/* Unique identifiers may stand in front of the extensions. */
	while (o == DONE && behind_key.len > 0) {
		if (!der_next(&behind_key, &d))
			return malformed(why);
		if (d.tag == EXTENSIONS)
			o = extensions_check(d.content, &left, why);
	}
	return o;
}
