#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "pki/cost.h"
#include "pki/skim.h"
#include "tests/unit/pki_sample.h"

/* An element around the contents, which may stand where it goes. */
static size_t
element(uint8_t tag, const uint8_t *in, size_t n, uint8_t *out)
{
	size_t head = n < 0x80 ? 2 : n < 0x100 ? 3 : 4;

	memmove(out + head, in, n);
	out[0] = tag;
	out[1] = head == 2 ? (uint8_t)n : (uint8_t)(0x7e + head);
	if (head > 2)
		out[head - 1] = (uint8_t)n;
	if (head > 3)
		out[2] = (uint8_t)(n >> 8);
	return head + n;
}

#define CRL_POINTS "\x06\x03\x55\x1d\x1f"
#define ANY "\x06\x01\x2a"

/* One extension, behind the key: n empty sequences in one. */
static enum outcome
check(const char *oid, unsigned n, struct reason *why)
{
	static const uint8_t certificate[] = {0x30, 0x00};
	uint8_t value[8192], der[8300];
	size_t k = strlen(oid), len;
	unsigned i;

	for (i = 0; i < n; i++)
		memcpy(value + 2 * i, "\x30", 2);
	len = element(0x30, value, 2 * n, value);
	memcpy(der, oid, k);
	len = k + element(0x04, value, len, der + k);
	len = element(0x30, der, len, der);
	len = element(0x30, der, len, der);
	len = element(0xa3, der, len, der);
	return cost_check((struct span){certificate, sizeof certificate},
	    (struct span){der, len}, why);
}

/* One element is the certificate, one the sequence in the extension. */
static void
test_elements(void **state)
{
	struct reason why;

	(void)state;
	assert_int_equal(
	    check(ANY, LIMIT_CERTIFICATE_ELEMENTS - 2, &why), DONE);
	assert_int_equal(
	    check(ANY, LIMIT_CERTIFICATE_ELEMENTS - 1, &why), REFUSED);
	assert_int_equal(why.code, REASON_CMS_LIMIT);
}

static void
test_points(void **state)
{
	struct reason why;

	(void)state;
	assert_int_equal(check(CRL_POINTS, LIMIT_CRL_POINTS, &why), DONE);
	assert_int_equal(
	    check(CRL_POINTS, LIMIT_CRL_POINTS + 1, &why), REFUSED);
	assert_int_equal(why.code, REASON_CMS_LIMIT);
}

/* What cannot be counted is refused, and not taken for little. */
static void
test_not_der(void **state)
{
	static const struct {
		size_t n;
		const char *bytes;
		enum outcome outcome;
	} rows[] = {
	    {0, "", DONE},
	    {2, "\x81\x00", DONE}, /* a unique identifier */
	    {4, "\xa3\x02\x30\x00", DONE},
	    {6, "\xa3\x80\x30\x00\x00\x00", REFUSED},
	    {3, "\xa3\x02\x30", REFUSED},
	    {6, "\xa3\x04\x30\x80\x00\x00", REFUSED},
	    {6, "\xa3\x04\x30\x02\x30\x00", REFUSED},
	    {11, "\xa3\x09\x30\x07\x30\x05\x06\x01\x2a\x04\x00", DONE},
	    {11, "\xa3\x09\x30\x07\x30\x05\x06\x01\x2a\x24\x00", REFUSED},
	    {13, "\xa3\x0b\x30\x09\x30\x07\x06\x01\x2a\x04\x00\x05\x00",
		REFUSED},
	};
	struct reason why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(
		    cost_check(span_str(""),
			(struct span){
			    (const uint8_t *)rows[i].bytes, rows[i].n},
			&why),
		    rows[i].outcome);
}

/* A name of n attributes, four elements each. */
static bool
name_passes(unsigned n)
{
	static const uint8_t rdn[] = {
	    0x31, 9, 0x30, 7, 0x06, 3, 0x55, 4, 3, 0x0c, 0};
	uint8_t der[8192];
	unsigned i;

	memcpy(der, "\x30\x82", 2);
	der[2] = (uint8_t)(sizeof rdn * n >> 8);
	der[3] = (uint8_t)(sizeof rdn * n);
	for (i = 0; i < n; i++)
		memcpy(der + 4 + sizeof rdn * i, rdn, sizeof rdn);
	return cost_of_name((struct span){der, 4 + sizeof rdn * n});
}

static void
test_name(void **state)
{
	(void)state;
	assert_true(name_passes((LIMIT_CERTIFICATE_ELEMENTS - 1) / 4));
	assert_false(name_passes((LIMIT_CERTIFICATE_ELEMENTS - 1) / 4 + 1));
}

/* Whatever is in an honest certificate is far from the bounds. */
static void
test_honest(void **state)
{
	static const char *const names[] = {"bob", "many", "ca", "limited"};
	struct reason why;
	struct bytes der;
	struct skim skim;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		der = sample_certificate(names[i]);
		assert_int_equal(
		    skim_certificate(span_bytes(&der), &skim, &why), DONE);
		bytes_clear(&der);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_elements),
	    cmocka_unit_test(test_points),
	    cmocka_unit_test(test_not_der),
	    cmocka_unit_test(test_name),
	    cmocka_unit_test(test_honest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
