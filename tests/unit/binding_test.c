#include "tests/unit/unit.h"

#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/gateway.h"
#include "pki/binding.h"
#include "pki/certificate.h"
#include "pki/judge.h"
#include "tests/unit/pki_sample.h"

#define JUERGEN "J\xc3\xbcrgen@xn--bcher-kva.example"
#define OE "\xc3\xb6@xn--bcher-kva.example"

/* What a certificate is for: its addresses or domains, or why neither. */
static void
names_of_certificates(void **state)
{
	static const struct {
		const char *name, *addresses, *domains;
		enum reason_code code;
	} rows[] = {
	    /* SmtpUTF8Mailbox, of RFC 9598 and RFC 8398 */
	    {"utf8", JUERGEN, "", REASON_OK},
	    {"utf8_u", JUERGEN, "", REASON_OK},
	    {"utf8_bytes", "j\xc3\xbcrgen@example.org", "", REASON_OK},
	    {"utf8_both", "j\xc3\xbcrgen@example.org bob@example.org", "",
		REASON_OK},
	    /* nothing that a rfc822Name could have said */
	    {"utf8_ascii", "", "", REASON_OK},
	    {"utf8_asciiboth", "b@example.org", "", REASON_OK},
	    {"utf8_domain", "", "xn--bcher-kva.example", REASON_OK},
	    {"utf8_blank", NULL, NULL, REASON_BAD_ADDRESS},
	    {"utf8_hidden", NULL, NULL, REASON_BAD_ADDRESS},
	    {"utf8_bom", NULL, NULL, REASON_BAD_ADDRESS},
	    {"utf8_bmp", NULL, NULL, REASON_BAD_ADDRESS},
	    {"utf8_nul", NULL, NULL, REASON_BAD_ADDRESS},
	    {"utf8_bad", NULL, NULL, REASON_BAD_ADDRESS},
	    {"utf8_surrogate", NULL, NULL, REASON_BAD_ADDRESS},
	    {"utf8_two", NULL, NULL, REASON_BAD_ADDRESS},
	    /* rfc822Name: an IA5String, and DER */
	    {"eight", NULL, NULL, REASON_BAD_ADDRESS},
	    {"rfc_utf8", NULL, NULL, REASON_BAD_ADDRESS},
	    {"ber", NULL, NULL, REASON_CERT_MALFORMED},
	    /* domains */
	    {"domain", "", "example.org", REASON_OK},
	    {"whole_at", "", "example.org", REASON_OK},
	    {"whole_star", "", "example.org", REASON_OK},
	    {"whole_dns", "", "example.org", REASON_OK},
	    {"whole_cn", "", "example.org", REASON_OK},
	    {"whole_subject", "", "example.org", REASON_OK},
	    {"whole_bob", "bob@example.org", "example.org", REASON_OK},
	    {"nobody", "", "", REASON_OK},
	};
	char words[FACTS_ADDRESSES * ADDRESS_SIZE];
	struct reason why;
	struct bytes der;
	struct facts f;
	X509 *x = NULL;
	enum outcome o;
	unsigned n;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		der = sample_certificate(rows[i].name);
		reason_clear(&why);
		o = certificate_decode(span_bytes(&der), &x, &why);
		if (o == DONE)
			o = certificate_facts(x, &f, &why);
		X509_free(x);
		x = NULL;
		bytes_clear(&der);
		print_message("%s: %s\n", rows[i].name, why.text);
		assert_int_equal(why.code, rows[i].code);
		if (o != DONE)
			continue;
		words[0] = '\0';
		for (n = 0; n < f.n_addresses; n++) {
			strcat(words, n > 0 ? " " : "");
			strcat(words, f.addresses[n]);
		}
		assert_string_equal(words, rows[i].addresses);
		assert_int_equal(f.n_domains, rows[i].domains[0] != '\0');
		assert_string_equal(f.domains[0], rows[i].domains);
	}
}

/* Judge for an address, with the issuer along; openssl's word on the chain. */
static const struct {
	const char *name, *issuer, *address;
	const char *openssl; /* NULL: not asked */
	bool subject;
	enum reason_code code;
} rows[] = {
    {"utf8", NULL, JUERGEN, NULL, false, REASON_OK},
    {"utf8_u", NULL, JUERGEN, NULL, false, REASON_OK},
    {"utf8_both", NULL, "j\xc3\xbcrgen@example.org", NULL, false, REASON_OK},
    {"utf8_both", NULL, "bob@example.org", NULL, false, REASON_OK},
    /* octet for octet: another case, another form, one that looks alike */
    {"utf8", NULL, "j\xc3\xbcrgen@xn--bcher-kva.example", NULL, false,
	REASON_NOT_FROM},
    {"utf8", NULL, "Ju\xcc\x88rgen@xn--bcher-kva.example", NULL, false,
	REASON_NOT_FROM},
    {"bob", NULL,
	"b\xd0\xbe"
	"b@example.org",
	NULL, false, REASON_NOT_FROM},
    /* a rfc822Name and a SmtpUTF8Mailbox never stand for each other */
    {"utf8_ascii", NULL, "bob@example.org", NULL, true, REASON_NO_ADDRESS},
    {"utf8_asciiboth", NULL, "bob@example.org", NULL, true, REASON_NOT_FROM},
    /* whole domains */
    {"domain", NULL, "bob@example.org", NULL, true, REASON_DOMAIN_CERTIFICATE},
    {"whole_at", NULL, "bob@example.org", NULL, true,
	REASON_DOMAIN_CERTIFICATE},
    {"whole_star", NULL, "bob@example.org", NULL, true,
	REASON_DOMAIN_CERTIFICATE},
    {"whole_star", NULL, "*@example.org", NULL, true,
	REASON_DOMAIN_CERTIFICATE},
    {"whole_dns", NULL, "bob@example.org", NULL, true,
	REASON_DOMAIN_CERTIFICATE},
    {"whole_cn", NULL, "bob@example.org", NULL, true,
	REASON_DOMAIN_CERTIFICATE},
    {"whole_subject", NULL, "*@example.org", NULL, true,
	REASON_DOMAIN_CERTIFICATE},
    {"whole_bob", NULL, "bob@example.org", NULL, true, REASON_OK},
    {"whole_bob", NULL, "eve@example.org", NULL, true,
	REASON_DOMAIN_CERTIFICATE},
    {"whole_bob", NULL, "eve@sub.example.org", NULL, true, REASON_NOT_FROM},
    {"domain", NULL, "bob@example.net", NULL, true, REASON_NO_ADDRESS},
    /* gateways */
    {"gateway", NULL, "bob@example.org", NULL, false, REASON_GATEWAY_ADDRESS},
    {"gateway", NULL, "bob@example.net", NULL, false, REASON_NOT_FROM},
    {"gateway", NULL, "domain-confidentiality-authority@example.org", NULL,
	false, REASON_GATEWAY_ADDRESS},
    {"gateway_likely", NULL, "bob@example.org", NULL, false,
	REASON_GATEWAY_ADDRESS},
    {"gateway_likely", NULL, "securemail@example.org", NULL, false, REASON_OK},
    {"gateway_subject", NULL, "bob@example.org", NULL, true,
	REASON_GATEWAY_ADDRESS},
    {"bob", NULL, "domain-signing-authority@example.org", NULL, false,
	REASON_GATEWAY_ADDRESS},
    /* name constraints on rfc822Names hold for SmtpUTF8Mailbox */
    {"nc_permit_u", "permit", OE, "OK", false, REASON_OK},
    {"nc_permit_a", "permit", OE, "error 47", false, REASON_CHAIN_BAD},
    {"nc_permit_other", "permit_other", OE, "error 47", false,
	REASON_CHAIN_BAD},
    {"nc_exclude_u", "exclude", OE, "error 48", false, REASON_CHAIN_BAD},
    {"nc_fine", "exclude_other", OE, "OK", false, REASON_OK},
    /* ... where openssl does not see it too */
    {"nc_exclude_a", "exclude", OE, "OK", false, REASON_CHAIN_BAD},
    {"nc_exclude_wide", "exclude", OE, "OK", false, REASON_CHAIN_BAD},
    {"nc_below_a", "exclude_below", OE, "OK", false, REASON_CHAIN_BAD},
    {"nc_case", "exclude_bob", "bob@example.org", "OK", false,
	REASON_CHAIN_BAD},
};

static void
openssl_says(const char *name, const char *word)
{
	struct bytes text = {NULL, 0};
	struct reason why;
	char path[256];

	snprintf(path, sizeof path, SAMPLE_FOLDER "/%s.verify", name);
	if (file_read(path, 4096, &text, &why) != DONE)
		fail_msg("%s: run make check", path);
	if (memmem(text.data, text.len, word, strlen(word)) == NULL)
		fail_msg("%s: openssl says %.*s", name, (int)text.len,
		    (const char *)text.data);
	bytes_clear(&text);
}

static void
judged_for_an_address(void **state)
{
	struct bytes der, issuer = {NULL, 0};
	struct trust *t = sample_trust("ca", NULL);
	struct judge_policy policy = {.now = clock_now()};
	struct admission a;
	struct reason why;
	struct span other;
	struct pki *p;
	size_t i;

	(void)state;
	assert_int_equal(pki_open(t, &p, &why), DONE);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		der = sample_certificate(rows[i].name);
		if (rows[i].issuer != NULL)
			issuer = sample_certificate(rows[i].issuer);
		if (rows[i].openssl != NULL)
			openssl_says(rows[i].name, rows[i].openssl);
		other = span_bytes(&issuer);
		policy.subject_address = rows[i].subject;
		(void)!pki_judge(p, PKI_SIGN | PKI_RECEIVE, span_bytes(&der),
		    rows[i].address, &other, issuer.len > 0, &policy, &a);
		if (a.why.code != rows[i].code)
			fail_msg("%s for %s: %s (%s), not %s", rows[i].name,
			    rows[i].address, reason_name(a.why.code),
			    a.why.text, reason_name(rows[i].code));
		bytes_clear(&der);
		bytes_clear(&issuer);
	}
	pki_close(p);
	trust_free(t);
}

static void
gateways_by_name(void **state)
{
	(void)state;
	assert_int_equal(gateway_of("domain-signing-authority@example.org"),
	    GATEWAY_CERTAIN);
	assert_int_equal(
	    gateway_of("smime-gateway@example.org"), GATEWAY_LIKELY);
	assert_int_equal(
	    gateway_of("smime-gateways@example.org"), GATEWAY_NONE);
	assert_int_equal(gateway_of("smi@example.org"), GATEWAY_NONE);
	assert_int_equal(gateway_of("bob@smime-gateway"), GATEWAY_NONE);
	assert_int_equal(gateway_of(""), GATEWAY_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_of_certificates),
	    cmocka_unit_test(judged_for_an_address),
	    cmocka_unit_test(gateways_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
