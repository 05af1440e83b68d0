#include "tests/unit/unit.h"

#include "pki/usage.h"

#define SIGN USAGE_DIGITAL_SIGNATURE
#define REPUDIATE USAGE_NON_REPUDIATION
#define ENCIPHER USAGE_KEY_ENCIPHERMENT
#define AGREE USAGE_KEY_AGREEMENT

/* RFC 8550 section 4.4: who may sign mail, and who may receive it. */
static const struct {
	enum key_kind key;
	unsigned usage, extended;
	bool sign, receive;
} rows[] = {
    {KEY_RSA, USAGE_ABSENT, EKU_ABSENT, true, true},
    {KEY_RSA, SIGN, EKU_EMAIL, true, false},
    {KEY_RSA, REPUDIATE, EKU_EMAIL, true, false},
    {KEY_RSA, ENCIPHER, EKU_EMAIL, false, true},
    {KEY_RSA, SIGN | ENCIPHER, EKU_ANY, true, true},
    {KEY_RSA, SIGN | ENCIPHER, EKU_OTHER, false, false},
    {KEY_RSA, SIGN | ENCIPHER, EKU_OTHER | EKU_EMAIL, true, true},
    {KEY_RSA, SIGN | ENCIPHER, 0, false, false},
    {KEY_RSA, 0, EKU_EMAIL, false, false},
    {KEY_RSA, AGREE, EKU_EMAIL, false, false},
    {KEY_RSA, USAGE_DATA_ENCIPHERMENT, EKU_EMAIL, false, false},
    {KEY_RSA_PSS, USAGE_ABSENT, EKU_ABSENT, true, false},
    {KEY_RSA_PSS, SIGN | ENCIPHER, EKU_ABSENT, true, false},
    {KEY_EC, USAGE_ABSENT, EKU_ABSENT, true, true},
    {KEY_EC, SIGN | AGREE, EKU_EMAIL, true, true},
    {KEY_EC, SIGN | ENCIPHER, EKU_EMAIL, true, false},
    {KEY_EC, AGREE | USAGE_ENCIPHER_ONLY, EKU_EMAIL, false, true},
    {KEY_EC, AGREE | USAGE_DECIPHER_ONLY, EKU_EMAIL, false, false},
    {KEY_ED25519, USAGE_ABSENT, EKU_ABSENT, true, false},
    {KEY_ED448, SIGN, EKU_EMAIL, true, false},
    {KEY_OTHER, USAGE_ABSENT, EKU_ABSENT, false, false},
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
		f.usage = rows[i].usage;
		f.extended_usage = rows[i].extended;
		if ((usage_sign(&f, &why) == DONE) != rows[i].sign ||
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
