#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/x509.h>

#include "base/text.h"
#include "pki/certificate.h"
#include "tests/unit/pki_sample.h"

static enum outcome
facts_of(const char *name, struct facts *f, struct reason *why)
{
	struct bytes der = sample_certificate(name);
	X509 *x = NULL;
	enum outcome o;

	memset(f, 0, sizeof *f);
	reason_clear(why);
	o = certificate_decode(span_bytes(&der), &x, why);
	if (o == DONE)
		o = certificate_facts(x, f, why);
	X509_free(x);
	bytes_clear(&der);
	return o;
}

static void
facts_of_a_plain_one(void **state)
{
	struct bytes der = sample_certificate("bob");
	uint8_t digest[DIGEST_LEN];
	struct reason why;
	struct facts f;

	(void)state;
	assert_int_equal(facts_of("bob", &f, &why), DONE);
	digest_sha256(span_bytes(&der), digest);
	assert_memory_equal(f.sha256, digest, DIGEST_LEN);
	assert_string_equal(f.subject, "CN=Bob Example,O=Example");
	assert_string_equal(f.issuer, "CN=Root,O=Partner");
	assert_string_equal(f.name, "Bob Example");
	assert_string_equal(f.organization, "Example");
	assert_int_equal(f.key, KEY_RSA);
	assert_int_equal(f.bits, 2048);
	assert_int_equal(
	    f.usage, USAGE_DIGITAL_SIGNATURE | USAGE_KEY_ENCIPHERMENT);
	assert_int_equal(f.extended_usage, EKU_EMAIL);
	assert_int_equal(f.n_addresses, 1);
	assert_string_equal(f.addresses[0], "bob@example.org");
	assert_string_equal(f.subject_address, "");
	assert_int_equal(f.not_after - f.not_before, 20 * 86400);
	assert_true(f.can_sign && f.can_receive && !f.ca && !f.malformed);
	assert_int_equal(strlen(f.serial), 30);
	assert_memory_equal(f.serial, "f5", 2);
	bytes_clear(&der);
}

/* Only what the CA/Browser Forum has reserved says anything, and it must not
 * contradict itself; an extension that cannot be read refuses nothing. */
static void
validation(void **state)
{
	static const struct {
		const char *name;
		enum validation validation;
	} rows[] = {
	    {"bob", VALIDATION_UNKNOWN},
	    {"policy_mailbox", VALIDATION_MAILBOX},
	    {"policy_organization", VALIDATION_ORGANIZATION},
	    {"policy_sponsor", VALIDATION_SPONSOR},
	    {"policy_individual", VALIDATION_INDIVIDUAL},
	    {"policy_two", VALIDATION_UNKNOWN},
	    {"policy_other", VALIDATION_UNKNOWN},
	    {"policy_bad", VALIDATION_UNKNOWN},
	};
	struct reason why;
	struct facts f;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].name);
		assert_int_equal(facts_of(rows[i].name, &f, &why), DONE);
		assert_int_equal(f.validation, rows[i].validation);
	}
	assert_int_equal(facts_of("policy_sponsor", &f, &why), DONE);
	assert_string_equal(f.given_name, "Bob");
	assert_string_equal(f.surname, "Example");
}

static void
keys_usages_and_what_they_allow(void **state)
{
	static const struct {
		const char *name;
		enum key_kind key;
		unsigned bits;
		bool sign, receive;
	} rows[] = {
	    {"bob", KEY_RSA, 2048, true, true},
	    {"bob_ec", KEY_EC, 256, true, true},
	    {"bob_p384", KEY_EC, 384, true, true},
	    {"bob_p521", KEY_EC, 521, true, true},
	    {"bob_bp256", KEY_EC, 256, true, true},
	    {"bob_bp512", KEY_EC, 512, true, true},
	    {"bob_plain", KEY_RSA, 2048, true, true},
	    {"bob_any", KEY_RSA, 2048, true, true},
	    {"sign", KEY_RSA, 2048, true, false},
	    {"receive", KEY_RSA, 2048, false, true},
	    {"ec_wrong", KEY_EC, 256, true, false},
	    {"ec_decipher", KEY_EC, 256, false, false},
	    {"web", KEY_RSA, 2048, false, false},
	    {"bob_pss", KEY_RSA_PSS, 2048, true, false},
	    {"bob_ed25519", KEY_ED25519, 256, true, false},
	    {"bob_ed448", KEY_ED448, 456, true, false},
	    {"bob_ca", KEY_RSA, 2048, false, false},
	    {"ca", KEY_EC, 256, false, false},
	    {"bob_1024", KEY_RSA, 1024, true, true},
	    {"bob_p224", KEY_OTHER, 0, false, false},
	    {"bob_k256", KEY_OTHER, 0, false, false},
	};
	struct reason why;
	struct facts f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (facts_of(rows[i].name, &f, &why) != DONE ||
		    f.key != rows[i].key || f.bits != rows[i].bits ||
		    f.can_sign != rows[i].sign ||
		    f.can_receive != rows[i].receive)
			fail_msg("%s: key %d, %u bits, sign %d, receive %d; %s",
			    rows[i].name, f.key, f.bits, f.can_sign,
			    f.can_receive, why.text);
	}
}

static void
what_is_refused(void **state)
{
	static const struct {
		const char *name;
		enum reason_code code;
	} rows[] = {
	    {"bob_explicit", REASON_WEAK_KEY},
	    {"nul", REASON_BAD_ADDRESS},
	    {"newline", REASON_BAD_ADDRESS},
	    {"quoted", REASON_BAD_ADDRESS},
	    {"eight", REASON_BAD_ADDRESS},
	    {"two", REASON_BAD_ADDRESS},
	    {"sans", REASON_CMS_LIMIT},
	};
	struct reason why;
	struct facts f;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (facts_of(rows[i].name, &f, &why) != REFUSED ||
		    why.code != rows[i].code)
			fail_msg("%s: %s (%s)", rows[i].name,
			    reason_name(why.code), why.text);
}

static void
names_and_addresses(void **state)
{
	struct reason why;
	struct facts f;

	(void)state;
	assert_int_equal(facts_of("many", &f, &why), DONE);
	assert_string_equal(f.name, "Bob Example");
	assert_string_equal(f.given_name, "Bob");
	assert_string_equal(f.surname, "Example");
	assert_string_equal(f.organization, "Bäckerei \"Süß\", GmbH");
	assert_string_equal(
	    f.subject, "O=Bäckerei \\\"Süß\\\"\\, GmbH,SN=Example,GN=Bob");
	assert_int_equal(f.n_addresses, 2);
	assert_string_equal(f.addresses[0], "bob@example.org");
	assert_string_equal(f.addresses[1], "b@example.org");

	assert_int_equal(facts_of("subject", &f, &why), DONE);
	assert_int_equal(f.n_addresses, 0);
	assert_string_equal(f.subject_address, "bob@example.org");
	assert_false(facts_names_address(&f, "bob@example.org", false));
	assert_true(facts_names_address(&f, "bob@example.org", true));

	assert_int_equal(facts_of("domain", &f, &why), DONE);
	assert_int_equal(f.n_addresses, 0);

	assert_int_equal(facts_of("bidi", &f, &why), DONE);
	assert_string_equal(f.name, "Bob gro.elpmaxe");
}

static void
nothing_behind_and_nothing_missing(void **state)
{
	struct bytes der = sample_certificate("bob");
	uint8_t *longer = malloc(der.len + 1);
	struct reason why;
	struct facts f;
	X509 *x = NULL;
	size_t len;

	(void)state;
	memcpy(longer, der.data, der.len);
	longer[der.len] = 0;
	assert_int_equal(
	    certificate_decode((struct span){longer, der.len + 1}, &x, &why),
	    REFUSED);
	assert_int_equal(why.code, REASON_CERT_MALFORMED);
	for (len = 0; len < der.len; len++) {
		assert_int_equal(
		    certificate_decode((struct span){longer, len}, &x, &why),
		    REFUSED);
		certificate_describe((struct span){longer, len}, &f);
		assert_true(f.malformed);
	}
	assert_null(x);
	free(longer);
	bytes_clear(&der);
}

static void
large_ones_are_not_looked_at(void **state)
{
	struct span s = {NULL, LIMIT_CERTIFICATE + 1};
	struct reason why;
	X509 *x = NULL;

	(void)state;
	s.data = calloc(1, s.len);
	assert_int_equal(certificate_decode(s, &x, &why), REFUSED);
	assert_int_equal(why.code, REASON_CMS_LIMIT);
	free((void *)(uintptr_t)s.data);
}

static void
words_that_can_be_shown(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
	    {"Bob", "Bob"},
	    {"  Bob \t\n Example ", "Bob Example"},
	    {"B\xc3\xb6"
	     "b",
		"B\xc3\xb6"
		"b"},
	    {"a\xe2\x80\xae"
	     "b",
		"ab"},
	    {"a\xe2\x81\xa6"
	     "b\xe2\x81\xa9",
		"ab"},
	    {"a\xe3\x80\x80"
	     "b\xe2\x80\xa8",
		"a b"},
	    {"a\xe3\x85\xa4"
	     "b\xe2\xa0\x80",
		"ab"},
	    {"a\xff"
	     "b",
		"a?b"},
	    {"\xc0\xaf", "??"},
	    {"\xed\xa0\x80", "???"},
	    {"a\x1b[31mb", "a[31mb"},
	    {"0123456789", "0123456789"},
	    {"0123456789012345", "012345678901234"},
	    {"01234567890123\xc3\xb6", "01234567890123"},
	};
	char out[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		text_show(span_str(rows[i].in), out, sizeof out);
		assert_string_equal(out, rows[i].out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(facts_of_a_plain_one),
	    cmocka_unit_test(validation),
	    cmocka_unit_test(keys_usages_and_what_they_allow),
	    cmocka_unit_test(what_is_refused),
	    cmocka_unit_test(names_and_addresses),
	    cmocka_unit_test(nothing_behind_and_nothing_missing),
	    cmocka_unit_test(large_ones_are_not_looked_at),
	    cmocka_unit_test(words_that_can_be_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
