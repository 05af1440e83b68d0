#include "pki/crl.h"

#include <string.h>
#include <time.h>

#include "pki/der.h"

enum { UTC_TIME = 0x17, GENERALIZED_TIME = 0x18, BOOLEAN = 0x01 };
enum { ENUMERATED = 0x0a, REMOVE_FROM_CRL = 8 };

/* Below 2.5.29 (id-ce); all are known that need no care of ours. */
enum {
	ISSUER_ALT_NAME = 18,
	CRL_NUMBER = 20,
	REASON_CODE = 21,
	INVALIDITY_DATE = 24,
	DELTA_INDICATOR = 27,
	DISTRIBUTION_POINT = 28,
	CERTIFICATE_ISSUER = 29,
	AUTHORITY_KEY = 35,
	FRESHEST_CRL = 46
};

/* RFC 5280 section 4.1.2.5, no fractions, always Z. */
static bool
time_read(const struct der *d, int64_t *out)
{
	size_t year = d->tag == GENERALIZED_TIME ? 4 : 2, i;
	int n[6] = {0, 0, 0, 0, 0, 0};
	const uint8_t *p = d->content.data;
	struct tm tm;

	if ((d->tag != UTC_TIME && d->tag != GENERALIZED_TIME) ||
	    d->content.len != year + 11 || p[year + 10] != 'Z')
		return false;
	for (i = 0; i < year + 10; i++) {
		int *field = i < year ? &n[0] : &n[1 + (i - year) / 2];

		if (p[i] < '0' || p[i] > '9')
			return false;
		*field = *field * 10 + (p[i] - '0');
	}
	if (year == 2)
		n[0] += n[0] < 50 ? 2000 : 1900;
	memset(&tm, 0, sizeof tm);
	tm.tm_year = n[0] - 1900;
	tm.tm_mon = n[1] - 1;
	tm.tm_mday = n[2];
	tm.tm_hour = n[3];
	tm.tm_min = n[4];
	tm.tm_sec = n[5];
	*out = timegm(&tm);
	return true;
}

/* One extension: its arc below id-ce, or 0; its value. */
struct extension {
	unsigned arc;
	bool critical;
	struct span value;
};

static bool
extension_next(struct span *rest, struct extension *out)
{
	struct der whole, oid, flag, value;
	struct span in;

	if (!der_expect(rest, DER_SEQUENCE, &whole))
		return false;
	in = whole.content;
	if (!der_expect(&in, DER_OID, &oid))
		return false;
	out->arc = 0;
	if (oid.content.len == 3 && oid.content.data[0] == 0x55 &&
	    oid.content.data[1] == 0x1d)
		out->arc = oid.content.data[2];
	out->critical = der_expect(&in, BOOLEAN, &flag) &&
	    flag.content.len == 1 && flag.content.data[0] != 0;
	if (!der_expect(&in, DER_OCTET_STRING, &value) || in.len > 0)
		return false;
	out->value = value.content;
	return true;
}

/* IssuingDistributionPoint. */
static bool
point_read(struct span value, struct crl *out)
{
	bool other,
	    *flags[] = {NULL, &out->only_users, &out->only_cas, NULL,
		&out->indirect, &out->only_attributes};
	struct der whole, d;
	struct span in;
	unsigned field;

	if (!der_expect(&value, DER_SEQUENCE, &whole) || value.len > 0)
		return false;
	in = whole.content;
	while (der_next(&in, &d)) {
		field = d.tag & 0x1f;
		if (field == 0 && d.tag == DER_CONTEXT_0) {
			out->point = d.content;
		} else if (field == 3) {
			/* A BIT STRING that leaves nothing would be all. */
			if (d.content.len < 2)
				return false;
			out->some_reasons = (unsigned)d.content.data[1] << 8;
			if (d.content.len > 2)
				out->some_reasons |= d.content.data[2];
			out->some_reasons |= 1;
		} else if (field < 6) {
			other = d.content.len == 1 && d.content.data[0] != 0;
			if (flags[field] != NULL)
				*flags[field] = other;
		} else {
			return false;
		}
	}
	return in.len == 0;
}

static bool
extensions_read(struct span rest, struct crl *out)
{
	struct extension e;
	struct der outer, list;

	if (rest.len == 0)
		return true;
	if (!der_expect(&rest, DER_CONTEXT_0, &outer) || rest.len > 0 ||
	    !der_expect(&outer.content, DER_SEQUENCE, &list) ||
	    outer.content.len > 0)
		return false;
	while (list.content.len > 0) {
		if (!extension_next(&list.content, &e))
			return false;
		if (e.arc == DELTA_INDICATOR)
			out->delta = true;
		else if (e.arc == DISTRIBUTION_POINT) {
			if (!point_read(e.value, out))
				return false;
		} else if (e.critical && e.arc != CRL_NUMBER &&
		    e.arc != AUTHORITY_KEY && e.arc != ISSUER_ALT_NAME &&
		    e.arc != FRESHEST_CRL)
			out->critical = true;
	}
	return true;
}

static bool
signed_part_read(struct span in, struct crl *out)
{
	struct der d, list, algorithm;

	if (der_expect(&in, DER_INTEGER, &d) &&
	    (d.content.len != 1 || d.content.data[0] != 1))
		return false;
	/* The same algorithm inside and outside: section 5.1.1.2. */
	if (!der_expect(&in, DER_SEQUENCE, &algorithm) ||
	    !span_equal(algorithm.whole, out->algorithm) ||
	    !der_expect(&in, DER_SEQUENCE, &d))
		return false;
	out->issuer = d.whole;
	if (!der_next(&in, &d) || !time_read(&d, &out->this_update))
		return false;
	list.content = in;
	if (der_next(&list.content, &d) && time_read(&d, &out->next_update))
		in = list.content;
	if (der_expect(&in, DER_SEQUENCE, &list))
		out->entries = list.content;
	return extensions_read(in, out);
}

enum outcome
crl_skim(struct span der, struct crl *out, struct reason *why)
{
	struct der whole, part, algorithm, bits;

	memset(out, 0, sizeof *out);
	if (!der_expect(&der, DER_SEQUENCE, &whole) || der.len > 0 ||
	    !der_expect(&whole.content, DER_SEQUENCE, &part) ||
	    !der_expect(&whole.content, DER_SEQUENCE, &algorithm) ||
	    !der_expect(&whole.content, DER_BIT_STRING, &bits) ||
	    whole.content.len > 0 || bits.content.len < 2 ||
	    bits.content.data[0] != 0)
		goto bad;
	out->signed_part = part.whole;
	out->algorithm = algorithm.whole;
	out->signature =
	    (struct span){bits.content.data + 1, bits.content.len - 1};
	if (signed_part_read(part.content, out))
		return DONE;
bad:
	return reason_set(why, REASON_CERT_MALFORMED, "no revocation list");
}

bool
crl_next(struct span *rest, struct crl_entry *out)
{
	struct der whole, serial, date, list, code;
	struct extension e;
	struct span in;

	if (!der_expect(rest, DER_SEQUENCE, &whole))
		return false;
	in = whole.content;
	out->removed = out->critical = false;
	out->issuer = (struct span){NULL, 0};
	if (!der_expect(&in, DER_INTEGER, &serial) || !der_next(&in, &date))
		return false;
	out->serial = serial.whole;
	if (in.len == 0)
		return true;
	if (!der_expect(&in, DER_SEQUENCE, &list) || in.len > 0)
		return false;
	while (list.content.len > 0) {
		if (!extension_next(&list.content, &e))
			return false;
		if (e.arc == REASON_CODE)
			out->removed |=
			    der_expect(&e.value, ENUMERATED, &code) &&
			    code.content.len == 1 &&
			    code.content.data[0] == REMOVE_FROM_CRL;
		else if (e.arc == CERTIFICATE_ISSUER)
			out->issuer = e.value;
		else if (e.arc != INVALIDITY_DATE && e.critical)
			out->critical = true;
	}
	return true;
}
