#include "tests/unit/unit.h"

#include "pki/usage.h"

#define SIGN USAGE_DIGITAL_SIGNATURE
#define REPUDIATE USAGE_NON_REPUDIATION
#define ENCIPHER USAGE_KEY_ENCIPHERMENT
#define AGREE USAGE_KEY_AGREEMENT

/* RFC 8550 section 4.4: who may sign mail, and who may receive it. */
static const struct {
	enum key_kind key;
	unsigned bits, usage, extended;
	bool strong, sign, receive;
} rows[] = {
    {KEY_RSA, 2048, USAGE_ABSENT, EKU_ABSENT, true, true, true},
    {KEY_RSA, 2047, USAGE_ABSENT, EKU_ABSENT, false, true, true},
    {KEY_RSA, 3072, SIGN, EKU_EMAIL, true, true, false},
    {KEY_RSA, 3072, REPUDIATE, EKU_EMAIL, true, true, false},
    {KEY_RSA, 3072, ENCIPHER, EKU_EMAIL, true, false, true},
    {KEY_RSA, 3072, SIGN | ENCIPHER, EKU_ANY, true, true, true},
    {KEY_RSA, 3072, SIGN | ENCIPHER, EKU_OTHER, true, false, false},
    {KEY_RSA, 3072, SIGN | ENCIPHER, EKU_OTHER | EKU_EMAIL, true, true, true},
    {KEY_RSA, 3072, SIGN | ENCIPHER, 0, true, false, false},
    {KEY_RSA, 3072, 0, EKU_EMAIL, true, false, false},
    {KEY_RSA, 3072, AGREE, EKU_EMAIL, true, false, false},
    {KEY_RSA, 3072, USAGE_DATA_ENCIPHERMENT, EKU_EMAIL, true, false, false},
    {KEY_RSA_PSS, 2048, USAGE_ABSENT, EKU_ABSENT, true, true, false},
    {KEY_RSA_PSS, 1024, SIGN | ENCIPHER, EKU_ABSENT, false, true, false},
    {KEY_EC, 256, USAGE_ABSENT, EKU_ABSENT, true, true, true},
    {KEY_EC, 255, USAGE_ABSENT, EKU_ABSENT, false, true, true},
    {KEY_EC, 521, SIGN | AGREE, EKU_EMAIL, true, true, true},
    {KEY_EC, 521, SIGN | ENCIPHER, EKU_EMAIL, true, true, false},
    {KEY_EC, 521, AGREE | USAGE_ENCIPHER_ONLY, EKU_EMAIL, true, false, true},
    {KEY_EC, 521, AGREE | USAGE_DECIPHER_ONLY, EKU_EMAIL, true, false, false},
    {KEY_ED25519, 256, USAGE_ABSENT, EKU_ABSENT, true, true, false},
    {KEY_ED448, 456, SIGN, EKU_EMAIL, true, true, false},
    {KEY_OTHER, 4096, USAGE_ABSENT, EKU_ABSENT, false, false, false},
};

static void
every_row(void **state)
{
	struct facts f = {.ca = false};
	struct reason why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		f.key = rows[i].key;
		f.bits = rows[i].bits;
		f.usage = rows[i].usage;
		f.extended_usage = rows[i].extended;
		if ((usage_key(&f, &why) == DONE) != rows[i].strong ||
		    (usage_sign(&f, &why) == DONE) != rows[i].sign ||
		    (usage_receive(&f, &why) == DONE) != rows[i].receive)
			fail_msg("row %zu", i);
	}
}

static void
a_ca_does_neither(void **state)
{
	struct facts f = {.key = KEY_RSA,
	    .bits = 4096,
	    .usage = USAGE_ABSENT,
	    .extended_usage = EKU_ABSENT,
	    .ca = true};
	struct reason why;

	(void)state;
	assert_int_equal(usage_sign(&f, &why), REFUSED);
	assert_int_equal(why.code, REASON_CA_SIGNER);
	assert_int_equal(usage_receive(&f, &why), REFUSED);
	assert_int_equal(why.code, REASON_USAGE_ENCRYPT);
	assert_true(usage_issue(EKU_ABSENT));
	assert_true(usage_issue(EKU_OTHER | EKU_EMAIL));
	assert_false(usage_issue(EKU_OTHER));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row),
	    cmocka_unit_test(a_ca_does_neither),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
