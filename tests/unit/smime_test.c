#include "tests/unit/unit.h"

#include <string.h>

#include "pki/certificate.h"
#include "pki/der.h"
#include "pki/judge.h"
#include "smime/identity.h"
#include "smime/smime.h"
#include "smime/tlv.h"
#include "tests/unit/mails.h"

#define BOB "bob@partner.example"

static struct trust *trust;
static struct pki *pki;

static enum outcome
judge_bytes(struct span mail, bool subject, bool sha1, struct judgement *j)
{
	struct judge_policy policy = mails_policy();

	policy.subject_address = subject;
	policy.sha1 = sha1;
	return smime_harvest(mail, pki, &policy, j);
}

/* What policy may tolerate, and what it may not. */
static void
policies(void **state)
{
	static const struct {
		const char *name;
		bool subject, sha1;
		enum reason_code code;
	} cases[] = {
	    {"sha1", false, true, REASON_OK},
	    {"md5", false, true, REASON_WEAK_DIGEST},
	    {"subject", true, false, REASON_OK},
	    {"nosan", true, false, REASON_NO_ADDRESS},
	};
	struct bytes mail = {NULL, 0};
	struct judgement j;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_true(mails_read(cases[i].name, ".eml", &mail));
		(void)!judge_bytes(
		    span_bytes(&mail), cases[i].subject, cases[i].sha1, &j);
		assert_int_equal(j.why.code, cases[i].code);
		judgement_clear(&j);
		bytes_clear(&mail);
	}
}

static void
certificate_check(const struct judgement *j, const char *certificate)
{
	struct bytes der = {NULL, 0};

	assert_true(mails_read(certificate, ".der", &der));
	assert_true(
	    span_equal(span_bytes(&j->harvest->certificate), span_bytes(&der)));
	assert_int_equal(j->harvest->chain.code, REASON_CHAIN_UNKNOWN);
	assert_non_null(j->facts);
	assert_string_equal(j->harvest->address, BOB);
	bytes_clear(&der);
}

/* A CA that nobody knows yet: held, with the right certificate all the same,
 * and not with one that a stranger put in. */
static void
unknown_ca(void **state)
{
	static const struct {
		const char *name, *certificate;
	} cases[] = {
	    {"plain", "bob"},
	    {"another", "bobenc"},
	    {"prefer", "bobenc"},
	    {"injected", "bob"},
	};
	struct bytes mail = {NULL, 0};
	struct trust *none = trust_new();
	struct pki *with = pki;
	struct judgement j;
	struct reason why;
	size_t i;

	(void)state;
	assert_int_equal(pki_open(none, &pki, &why), DONE);
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_true(mails_read(cases[i].name, ".eml", &mail));
		assert_int_equal(
		    judge_bytes(span_bytes(&mail), false, false, &j), DONE);
		certificate_check(&j, cases[i].certificate);
		judgement_clear(&j);
		bytes_clear(&mail);
	}
	assert_true(mails_read("injectedonly", ".eml", &mail));
	assert_int_equal(
	    judge_bytes(span_bytes(&mail), false, false, &j), REFUSED);
	assert_int_equal(j.why.code, REASON_USAGE_ENCRYPT);
	judgement_clear(&j);
	bytes_clear(&mail);
	pki_close(pki);
	pki = with;
	trust_free(none);
}

/* What is said of each certificate at hand, in the order of the mail. */
static void
candidates(void **state)
{
	static const struct {
		const char *mail;
		const char
		    *names[4]; /* file names; the order does not matter */
		enum reason_code codes[4];
	} cases[] = {
	    {"plain", {"bob"}, {REASON_CHOSEN}},
	    {"prefer", {"bob", "bobenc"}, {REASON_NOT_NAMED, REASON_CHOSEN}},
	    {"preferknown", {"bob", "known"},
		{REASON_NOT_NAMED, REASON_CHOSEN}},
	    {"preferabsent", {"bob"}, {REASON_NOT_NAMED}},
	    {"preferalice", {"bob", "alice"},
		{REASON_NOT_NAMED, REASON_NOT_FROM}},
	    {"preferexpired", {"bob", "expiredenc"},
		{REASON_NOT_NAMED, REASON_CHOSEN}},
	    {"dedicated", {"bob", "bobenc"},
		{REASON_NOT_CHOSEN, REASON_CHOSEN}},
	    {"another", {"signonly", "bobenc"},
		{REASON_USAGE_ENCRYPT, REASON_CHOSEN}},
	    {"twoenc", {"signonly", "bobenc", "recentenc"},
		{REASON_USAGE_ENCRYPT, REASON_CHOSEN, REASON_NOT_CHOSEN}},
	    {"othersubject", {"signonly", "othersubject"},
		{REASON_USAGE_ENCRYPT, REASON_OTHER_SUBJECT}},
	    {"officeenc", {"signonly", "office"},
		{REASON_USAGE_ENCRYPT, REASON_NOT_FROM}},
	    {"expiredenc", {"signonly", "expiredenc"},
		{REASON_USAGE_ENCRYPT, REASON_CERT_EXPIRED}},
	    {"injected", {"bob", "injected"},
		{REASON_CHOSEN, REASON_CHAIN_UNKNOWN}},
	    {"changed", {"bob"}, {REASON_NOT_CHOSEN}},
	    {"chain", {"bob", "ca"}, {REASON_CHOSEN, REASON_USAGE_ENCRYPT}},
	};
	struct judge_policy policy = mails_policy();
	struct bytes mail = {NULL, 0}, der = {NULL, 0};
	uint8_t sha256[DIGEST_LEN];
	struct judgement j;
	unsigned k, n;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_true(mails_read(cases[i].mail, ".eml", &mail));
		policy.explain = false;
		(void)!smime_harvest(span_bytes(&mail), pki, &policy, &j);
		assert_int_equal(j.n_candidates, 0);
		judgement_clear(&j);
		policy.explain = true;
		(void)!smime_harvest(span_bytes(&mail), pki, &policy, &j);
		for (n = 0; n < 4 && cases[i].names[n] != NULL; n++) {
			assert_true(
			    mails_read(cases[i].names[n], ".der", &der));
			digest_sha256(span_bytes(&der), sha256);
			for (k = 0; k < j.n_candidates; k++)
				if (digest_equal(
					j.candidates[k].facts.sha256, sha256))
					break;
			if (k == j.n_candidates ||
			    j.candidates[k].why.code != cases[i].codes[n])
				fail_msg("%s, %s: %s", cases[i].mail,
				    cases[i].names[n],
				    k == j.n_candidates
					? "missing"
					: reason_name(
					      j.candidates[k].why.code));
			assert_int_equal(j.candidates[k].known,
			    strcmp(cases[i].names[n], "known") == 0);
			bytes_clear(&der);
		}
		assert_int_equal(j.n_candidates, n);
		judgement_clear(&j);
		bytes_clear(&mail);
	}
}

/* Who is meant, against what only looks like it in the bytes. */
static void
identities(void **state)
{
	struct bytes bob = {NULL, 0}, alice = {NULL, 0};
	struct skim skim, other;
	struct identity id;
	struct reason why;
	X509 *x = NULL;

	(void)state;
	assert_true(mails_read("bob", ".der", &bob));
	assert_true(mails_read("alice", ".der", &alice));
	assert_int_equal(skim_certificate(span_bytes(&bob), &skim, &why), DONE);
	assert_int_equal(
	    skim_certificate(span_bytes(&alice), &other, &why), DONE);
	assert_int_equal(certificate_decode(span_bytes(&bob), &x, &why), DONE);
	id = (struct identity){.issuer = skim.issuer, .serial = skim.serial};
	assert_true(identity_may_be(&id, span_bytes(&bob), &skim));
	assert_true(identity_is(&id, &skim, x));
	/* the serial number of another CA */
	id.issuer = other.subject;
	assert_true(identity_may_be(&id, span_bytes(&bob), &skim));
	assert_false(identity_is(&id, &skim, x));
	id = (struct identity){.issuer = skim.issuer, .serial = other.serial};
	assert_false(identity_may_be(&id, span_bytes(&bob), &skim));
	assert_false(identity_is(&id, &skim, x));
	/* octets that stand in the certificate, but not as its key id */
	id = (struct identity){.key_id = {skim.key.data + 60, 20}};
	assert_true(identity_may_be(&id, span_bytes(&bob), &skim));
	assert_false(identity_is(&id, &skim, x));
	X509_free(x);
	bytes_clear(&bob);
	bytes_clear(&alice);
}

/* Which mails a library could not read, and which it never saw or took. */
static void
complaints(void **state)
{
	static const struct {
		const char *name;
		bool complained;
	} cases[] = {
	    {"plain", false},
	    {"ec", false},
	    {"bomb", false},
	    {"changed", false},
	    {"flipped", false},
	    {"noattrchanged", false},
	    {"injected", false},
	    {"small", false},
	    {"unclosed", false},
	    {"nul", false},
	    {"rot13", false},
	    {"noise", false},
	    {"truncated", false},
	    {"trailing", false},
	    {"unread", true},
	    {"plain", false},
	};
	struct bytes mail = {NULL, 0};
	struct judgement j;
	char *packed;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_true(mails_read(cases[i].name, ".eml", &mail));
		(void)!judge_bytes(span_bytes(&mail), false, false, &j);
		if (j.malformed != cases[i].complained)
			fail_msg("%s: %s", cases[i].name, j.why.text);
		judgement_clear(&j);
		bytes_clear(&mail);
	}
	/* in the middle of the compressed octets */
	assert_true(mails_read("compressed", ".eml", &mail));
	packed = memmem(mail.data, mail.len, "base64\n\n", 8);
	assert_non_null(packed);
	memset(packed + 408, 'A', 20);
	assert_int_equal(
	    judge_bytes(span_bytes(&mail), false, false, &j), REFUSED);
	assert_true(j.malformed);
	judgement_clear(&j);
	bytes_clear(&mail);
}

/* A list in that name, by an algorithm that nobody knows. */
static struct bytes
list_make(struct span issuer)
{
	static const char algorithm[] = "\x30\x04\x06\x02\x2a\x03";
	static const char time[] = "\x17\x0d"
				   "260101000000Z";
	struct bytes out = {NULL, 0};
	struct buffer part, whole, list;

	buffer_init(&part, LIMIT_CRL);
	buffer_init(&whole, LIMIT_CRL);
	buffer_init(&list, LIMIT_CRL);
	if (buffer_add(&part, algorithm, sizeof algorithm - 1) &&
	    buffer_add(&part, issuer.data, issuer.len) &&
	    buffer_add(&part, time, sizeof time - 1) &&
	    tlv_put(&whole, TLV_SEQUENCE, span_buffer(&part)) &&
	    buffer_add(&whole, algorithm, sizeof algorithm - 1) &&
	    tlv_put(&whole, DER_BIT_STRING,
		(struct span){(const uint8_t *)"\0x", 2}) &&
	    tlv_put(&list, TLV_SEQUENCE, span_buffer(&whole)))
		(void)!bytes_dup(span_buffer(&list), &out);
	buffer_clear(&part);
	buffer_clear(&whole);
	buffer_clear(&list);
	return out;
}

/* A list that no library can read is no fault of the mail's. */
static void
lists_complain(void **state)
{
	static const uint8_t number[] = {0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08,
	    0x06, 0x03, 0x55, 0x04, 0x03, 0x02, 0x01, 0x01};
	struct bytes mail = {NULL, 0}, ca = {NULL, 0}, list;
	struct judge_policy policy = mails_policy();
	struct skim skim;
	struct span names[2] = {{number, sizeof number}};
	struct trust *t;
	struct pki *own;
	struct judgement j;
	struct reason why;
	size_t i;

	(void)state;
	assert_true(mails_read("plain", ".eml", &mail));
	assert_true(mails_read("ca", ".der", &ca));
	assert_int_equal(skim_certificate(span_bytes(&ca), &skim, &why), DONE);
	names[1] = skim.subject;
	for (i = 0; i < 2; i++) {
		list = list_make(names[i]);
		t = mails_trust();
		assert_non_null(t);
		assert_int_equal(
		    trust_add_crl(t, span_bytes(&list), "x", &why), DONE);
		assert_int_equal(pki_open(t, &own, &why), DONE);
		assert_int_equal(
		    smime_harvest(span_bytes(&mail), own, &policy, &j), DONE);
		if (j.malformed)
			fail_msg("list %zu", i);
		judgement_clear(&j);
		pki_close(own);
		trust_free(t);
		bytes_clear(&list);
	}
	bytes_clear(&mail);
	bytes_clear(&ca);
}

static void
too_large(void **state)
{
	struct judge_policy policy = {.now = 0, .message_size = 10};
	struct judgement j;

	(void)state;
	assert_int_equal(
	    smime_harvest(span_str("From: x\n\nyy\n"), pki, &policy, &j),
	    REFUSED);
	assert_int_equal(j.why.code, REASON_TOO_LARGE);
}

/*
 * Every prefix of a mail, and every octet of it changed: never a crash, and
 * never another certificate that is good.  (A certificate changed outside
 * its key is still the signer's by the arithmetic: the chain refuses it.)
 */
static void
mutations(void **state)
{
	struct bytes mail = {NULL, 0}, der = {NULL, 0};
	struct judgement j;
	size_t i;

	(void)state;
	assert_true(mails_read("protocol", ".eml", &mail));
	assert_true(mails_read("bob", ".der", &der));
	for (i = 0; i < mail.len; i += 7) {
		(void)!judge_bytes(
		    (struct span){mail.data, i}, false, false, &j);
		judgement_clear(&j);
	}
	for (i = 0; i < mail.len; i += 3) {
		mail.data[i] ^= 0x11;
		if (judge_bytes(span_bytes(&mail), false, false, &j) == DONE &&
		    j.harvest->chain.code == REASON_OK)
			assert_true(
			    span_equal(span_bytes(&j.harvest->certificate),
				span_bytes(&der)));
		judgement_clear(&j);
		mail.data[i] ^= 0x11;
	}
	bytes_clear(&mail);
	bytes_clear(&der);
}

static int
setup(void **state)
{
	struct reason why;

	(void)state;
	trust = mails_trust();
	smime_init();
	return trust != NULL && pki_open(trust, &pki, &why) == DONE ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	pki_close(pki);
	trust_free(trust);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(policies),
	    cmocka_unit_test(unknown_ca),
	    cmocka_unit_test(candidates),
	    cmocka_unit_test(identities),
	    cmocka_unit_test(complaints),
	    cmocka_unit_test(lists_complain),
	    cmocka_unit_test(too_large),
	    cmocka_unit_test(mutations),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
