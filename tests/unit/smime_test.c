#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "pki/certificate.h"
#include "pki/judge.h"
#include "smime/identity.h"
#include "smime/smime.h"

/*
 * The matrix: every mail that tests/mail/make-mail makes, and the verdict
 * that is expected of it.  Where the openssl command could say whether the
 * signature holds, its word must be ours.
 */
#define NONE SIGNATURE_NONE
#define VALID SIGNATURE_VALID
#define INVALID SIGNATURE_INVALID
#define BOB "bob@partner.example"

static const struct row {
	const char *name;
	enum signature signature;
	enum reason_code code;
	const char *address;
	const char *certificate; /* file name, or NULL */
	enum reason_code chain;
} rows[] = {
    /* forms */
    {"plain", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"crlf", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"opaque", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"stream", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"pieces", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"keyid", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"noattr", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"cades", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"sha512", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"pss", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"ec", VALID, REASON_OK, BOB, "ec", REASON_OK},
    {"brainpool", VALID, REASON_OK, BOB, "brainpool", REASON_OK},
    {"chain", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"protocol", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"xprotocol", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"noprotocol", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"wrongprotocol", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"textplain", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"mime", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"xmime", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"wronghint", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"octets", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"compressed", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"compressedopaque", VALID, REASON_OK, BOB, "bob", REASON_OK},
    /* not for us */
    {"compressedplain", NONE, REASON_COMPRESSED, BOB, NULL, REASON_OK},
    {"compressedtwice", NONE, REASON_COMPRESSED, BOB, NULL, REASON_OK},
    {"bomb", NONE, REASON_CMS_TOO_LARGE, BOB, NULL, REASON_OK},
    {"encrypted", NONE, REASON_ENCRYPTED, BOB, NULL, REASON_OK},
    {"certsonly", NONE, REASON_CERTS_ONLY, BOB, NULL, REASON_OK},
    {"unsigned", NONE, REASON_UNSIGNED, BOB, NULL, REASON_OK},
    {"nested", NONE, REASON_UNSIGNED, BOB, NULL, REASON_OK},
    {"pgp", NONE, REASON_UNSIGNED, BOB, NULL, REASON_OK},
    {"twotypes", NONE, REASON_UNSIGNED, BOB, NULL, REASON_OK},
    {"receipt", VALID, REASON_NOT_DATA, BOB, NULL, REASON_OK},
    /* the signature does not hold, or not by today's means */
    {"changed", INVALID, REASON_DIGEST_MISMATCH, BOB, NULL, REASON_OK},
    {"disclaimer", INVALID, REASON_DIGEST_MISMATCH, BOB, NULL, REASON_OK},
    {"emptylines", INVALID, REASON_DIGEST_MISMATCH, BOB, NULL, REASON_OK},
    {"lineends", INVALID, REASON_DIGEST_MISMATCH, BOB, NULL, REASON_OK},
    {"noattrchanged", INVALID, REASON_BAD_SIGNATURE, BOB, NULL, REASON_OK},
    {"flipped", INVALID, REASON_BAD_SIGNATURE, BOB, NULL, REASON_OK},
    {"stripped", INVALID, REASON_BAD_SIGNATURE, BOB, NULL, REASON_OK},
    {"nocert", NONE, REASON_NO_SIGNER_CERT, "alice@partner.example", NULL,
	REASON_OK},
    {"sha1", VALID, REASON_WEAK_DIGEST, BOB, NULL, REASON_OK},
    {"md5", VALID, REASON_WEAK_DIGEST, BOB, NULL, REASON_OK},
    {"small", VALID, REASON_OK, BOB, "small", REASON_WEAK_KEY},
    /* attacks on the form */
    {"twosigners", NONE, REASON_MANY_SIGNERS, BOB, NULL, REASON_OK},
    {"econtent", NONE, REASON_ECONTENT, BOB, NULL, REASON_OK},
    {"nocontent", NONE, REASON_NO_CONTENT, BOB, NULL, REASON_OK},
    {"trailing", NONE, REASON_CMS_TRAILING, BOB, NULL, REASON_OK},
    {"truncated", NONE, REASON_CMS_MALFORMED, BOB, NULL, REASON_OK},
    {"noise", NONE, REASON_CMS_MALFORMED, BOB, NULL, REASON_OK},
    {"empty", NONE, REASON_BAD_ENCODING, BOB, NULL, REASON_OK},
    {"rot13", NONE, REASON_BAD_ENCODING, BOB, NULL, REASON_OK},
    {"threeparts", NONE, REASON_PART_COUNT, BOB, NULL, REASON_OK},
    {"onepart", NONE, REASON_PART_COUNT, BOB, NULL, REASON_OK},
    {"unclosed", NONE, REASON_MALFORMED, BOB, NULL, REASON_OK},
    {"twoboundaries", NONE, REASON_MALFORMED, BOB, NULL, REASON_OK},
    {"nul", NONE, REASON_MALFORMED, "", NULL, REASON_OK},
    {"barecr", NONE, REASON_MALFORMED, "", NULL, REASON_OK},
    /* attacks on who speaks */
    {"otherfrom", VALID, REASON_NOT_FROM, "alice@partner.example", NULL,
	REASON_OK},
    {"nosan", VALID, REASON_NO_ADDRESS, BOB, NULL, REASON_OK},
    {"subject", VALID, REASON_NO_ADDRESS, BOB, NULL, REASON_OK},
    {"nofrom", VALID, REASON_NO_FROM, "", NULL, REASON_OK},
    {"twofrom", VALID, REASON_MANY_FROM, "", NULL, REASON_OK},
    {"twomailboxes", VALID, REASON_MANY_FROM, "", NULL, REASON_OK},
    {"phrase", VALID, REASON_NOT_FROM, "evil@elsewhere.example", NULL,
	REASON_OK},
    {"sender", VALID, REASON_NOT_FROM, "evil@elsewhere.example", NULL,
	REASON_OK},
    {"group", VALID, REASON_BAD_FROM, "", NULL, REASON_OK},
    {"spacefrom", VALID, REASON_MANY_FROM, "", NULL, REASON_OK},
    {"folded", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"encoded", VALID, REASON_OK, BOB, "bob", REASON_OK},
    /* From: inside the signature */
    {"hpsame", VALID, REASON_OK, BOB, "two", REASON_OK},
    {"hpother", VALID, REASON_INNER_FROM, BOB, NULL, REASON_OK},
    {"hpnone", VALID, REASON_INNER_FROM, BOB, NULL, REASON_OK},
    {"wrapother", VALID, REASON_INNER_FROM, BOB, NULL, REASON_OK},
    {"wrapsame", VALID, REASON_OK, BOB, "two", REASON_OK},
    /* which certificate */
    {"another", VALID, REASON_OK, BOB, "bobenc", REASON_OK},
    {"dedicated", VALID, REASON_OK, BOB, "bobenc", REASON_OK},
    {"injected", VALID, REASON_OK, BOB, "bob", REASON_OK},
    {"injectedonly", VALID, REASON_USAGE_ENCRYPT, BOB, NULL, REASON_OK},
    {"signonly", VALID, REASON_USAGE_ENCRYPT, BOB, NULL, REASON_OK},
    {"stranger", VALID, REASON_USAGE_ENCRYPT, BOB, NULL, REASON_OK},
    {"prefer", VALID, REASON_OK, BOB, "bobenc", REASON_OK},
    {"preferms", VALID, REASON_OK, BOB, "bobenc", REASON_OK},
    {"preferkeyid", VALID, REASON_OK, BOB, "bobenc", REASON_OK},
    {"preferknown", VALID, REASON_OK, BOB, "known", REASON_OK},
    {"preferabsent", VALID, REASON_PREFERRED_ABSENT, BOB, NULL, REASON_OK},
    {"preferalice", VALID, REASON_PREFERRED_UNFIT, BOB, NULL, REASON_OK},
    {"prefertwice", VALID, REASON_CMS_MALFORMED, BOB, NULL, REASON_OK},
    {"prefernoise", VALID, REASON_CMS_MALFORMED, BOB, NULL, REASON_OK},
    {"signingcert", VALID, REASON_SIGNING_CERT, BOB, NULL, REASON_OK},
};

static char folder[] = "/tmp/smime_test.XXXXXX";
static struct trust *trust;
static struct pki *pki;

static bool
slurp(const char *name, const char *end, struct bytes *out)
{
	char path[256];
	struct reason why;

	snprintf(path, sizeof path, "%s/%s%s", folder, name, end);
	return file_read(path, 1u << 24, out, &why) == DONE;
}

static enum outcome
judge_bytes(struct span mail, bool subject, bool sha1, struct judgement *j)
{
	struct judge_policy policy = {.now = time(NULL),
	    .message_size = LIMIT_MESSAGE,
	    .subject_address = subject,
	    .sha1 = sha1};

	return smime_harvest(mail, pki, &policy, j);
}

/* The openssl command's word, where make-mail asked for it. */
static void
oracle_check(const char *name, enum signature signature)
{
	struct bytes word = {NULL, 0};

	if (!slurp(name, ".oracle", &word))
		return;
	if (word.data[0] == 'v')
		assert_int_equal(signature, SIGNATURE_VALID);
	else
		assert_int_not_equal(signature, SIGNATURE_VALID);
	bytes_clear(&word);
}

static void
certificate_check(const struct judgement *j, const struct row *row)
{
	struct bytes der = {NULL, 0};

	assert_true(slurp(row->certificate, ".der", &der));
	assert_true(
	    span_equal(span_bytes(&j->harvest->certificate), span_bytes(&der)));
	assert_int_equal(j->harvest->chain.code, row->chain);
	assert_non_null(j->facts);
	assert_string_equal(j->harvest->address, row->address);
	bytes_clear(&der);
}

static void
matrix(void **state)
{
	struct bytes mail = {NULL, 0};
	struct judgement j;
	enum outcome o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_true(slurp(rows[i].name, ".eml", &mail));
		o = judge_bytes(span_bytes(&mail), false, false, &j);
		print_message("%s: %s, %s: %s\n", rows[i].name,
		    signature_name(j.signature), reason_name(j.why.code),
		    j.why.text);
		assert_int_equal(j.why.code, rows[i].code);
		assert_int_equal(o, reason_outcome(rows[i].code));
		assert_int_equal(o, j.outcome);
		assert_int_equal(j.signature, rows[i].signature);
		assert_string_equal(j.address, rows[i].address);
		oracle_check(rows[i].name, j.signature);
		assert_int_equal(
		    j.harvest != NULL, rows[i].certificate != NULL);
		if (j.harvest != NULL)
			certificate_check(&j, &rows[i]);
		judgement_clear(&j);
		bytes_clear(&mail);
	}
}

/* Which words say what broke it; NULL: none does. */
static void
causes(void **state)
{
	static const struct {
		const char *name, *word;
	} cases[] = {
	    {"disclaimer", "footer"},
	    {"emptylines", "empty lines"},
	    {"lineends", "line ends"},
	    {"changed", NULL},
	};
	struct bytes mail = {NULL, 0};
	struct judgement j;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_true(slurp(cases[i].name, ".eml", &mail));
		assert_int_equal(
		    judge_bytes(span_bytes(&mail), false, false, &j), REFUSED);
		print_message("%s: %s\n", cases[i].name, j.why.text);
		if (cases[i].word != NULL)
			assert_non_null(strstr(j.why.text, cases[i].word));
		else
			assert_null(strstr(j.why.text, "after signing"));
		judgement_clear(&j);
		bytes_clear(&mail);
	}
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
		assert_true(slurp(cases[i].name, ".eml", &mail));
		(void)!judge_bytes(
		    span_bytes(&mail), cases[i].subject, cases[i].sha1, &j);
		assert_int_equal(j.why.code, cases[i].code);
		judgement_clear(&j);
		bytes_clear(&mail);
	}
}

/* A CA that nobody knows yet: held, with the right certificate all the same,
 * and not with one that a stranger put in. */
static void
unknown_ca(void **state)
{
	static const struct row cases[] = {
	    {"plain", VALID, REASON_OK, BOB, "bob", REASON_CHAIN_UNKNOWN},
	    {"another", VALID, REASON_OK, BOB, "bobenc", REASON_CHAIN_UNKNOWN},
	    {"prefer", VALID, REASON_OK, BOB, "bobenc", REASON_CHAIN_UNKNOWN},
	    {"injected", VALID, REASON_OK, BOB, "bob", REASON_CHAIN_UNKNOWN},
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
		assert_true(slurp(cases[i].name, ".eml", &mail));
		assert_int_equal(
		    judge_bytes(span_bytes(&mail), false, false, &j), DONE);
		certificate_check(&j, &cases[i]);
		judgement_clear(&j);
		bytes_clear(&mail);
	}
	assert_true(slurp("injectedonly", ".eml", &mail));
	assert_int_equal(
	    judge_bytes(span_bytes(&mail), false, false, &j), REFUSED);
	assert_int_equal(j.why.code, REASON_USAGE_ENCRYPT);
	judgement_clear(&j);
	bytes_clear(&mail);
	pki_close(pki);
	pki = with;
	trust_free(none);
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
	assert_true(slurp("bob", ".der", &bob));
	assert_true(slurp("alice", ".der", &alice));
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
	assert_true(slurp("protocol", ".eml", &mail));
	assert_true(slurp("bob", ".der", &der));
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
	const char *srcdir = getenv("srcdir");
	struct bytes der = {NULL, 0};
	char command[512];
	struct reason why;

	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(command, sizeof command, "%s/tests/mail/make-mail %s",
	    srcdir == NULL ? "." : srcdir, folder);
	if (system(command) != 0)
		return -1;
	snprintf(command, sizeof command, "./tests/mail/sign_mail %s", folder);
	if (system(command) != 0)
		return -1;
	trust = trust_new();
	if (trust == NULL || !slurp("ca", ".der", &der) ||
	    trust_add_anchor(
		trust, span_bytes(&der), "test", false, NULL, &why) != DONE)
		return -1;
	bytes_clear(&der);
	if (!slurp("known", ".der", &der) ||
	    trust_add_known(trust, span_bytes(&der), &why) != DONE)
		return -1;
	bytes_clear(&der);
	smime_init();
	return pki_open(trust, &pki, &why) == DONE ? 0 : -1;
}

static int
teardown(void **state)
{
	char command[512];

	(void)state;
	pki_close(pki);
	trust_free(trust);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(matrix),
	    cmocka_unit_test(causes),
	    cmocka_unit_test(policies),
	    cmocka_unit_test(unknown_ca),
	    cmocka_unit_test(identities),
	    cmocka_unit_test(too_large),
	    cmocka_unit_test(mutations),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
