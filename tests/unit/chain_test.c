#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "pki/judge.h"
#include "tests/unit/pki_sample.h"

#define DAY 86400
#define BOTH (PKI_SIGN | PKI_RECEIVE)

/* Judge one certificate, with at most one other, below the anchor. */
struct question {
	const char *name;
	const char *other; /* NULL: none came along */
	const char *anchor;
	const char *domains;
	unsigned purposes;
	int64_t later; /* days from now */
	const char *address;
	bool sha1, subject;
	unsigned hashes, rsa; /* of the policy; 0: the default */
	bool explain;
};

static void
ask(const struct question *q, struct admission *a)
{
	struct trust *t =
	    sample_trust(q->anchor ? q->anchor : "ca", q->domains);
	struct bytes der = sample_certificate(q->name), other = {NULL, 0};
	const struct judge_policy policy = {
	    .now = clock_now() + q->later * DAY,
	    .sha1 = q->sha1,
	    .subject_address = q->subject,
	    .hashes = q->hashes,
	    .explain = q->explain,
	    .key_bits = {[KEY_RSA] = q->rsa, [KEY_EC] = q->rsa != 0 ? 256 : 0},
	};
	struct pki *p = NULL;
	struct reason why;
	struct span span;
	enum outcome o;

	if (q->other != NULL)
		other = sample_certificate(q->other);
	span = span_bytes(&other);
	assert_int_equal(pki_open(t, &p, &why), DONE);
	o = pki_judge(p, q->purposes ? q->purposes : BOTH, span_bytes(&der),
	    q->address ? q->address : "bob@example.org", &span,
	    q->other != NULL, &policy, a);
	assert_int_equal(o, a->outcome);
	pki_close(p);
	trust_free(t);
	bytes_clear(&der);
	bytes_clear(&other);
}

static const struct row {
	struct question q;
	enum reason_code code;
} rows[] = {
    /* good ones */
    {{.name = "bob"}, REASON_OK},
    {{.name = "bob_ec"}, REASON_OK},
    {{.name = "bob_p384"}, REASON_OK},
    {{.name = "bob_p521"}, REASON_OK},
    {{.name = "bob_bp256"}, REASON_OK},
    {{.name = "bob_bp512"}, REASON_OK},
    {{.name = "bob_plain"}, REASON_OK},
    {{.name = "bob_any"}, REASON_OK},
    {{.name = "bob_weband"}, REASON_OK},
    {{.name = "bob_criteku"}, REASON_OK},
    {{.name = "repudiate", .purposes = PKI_SIGN}, REASON_OK},
    {{.name = "repudiate", .purposes = PKI_RECEIVE}, REASON_USAGE_ENCRYPT},
    {{.name = "bob_sub", .other = "sub"}, REASON_OK},
    {{.name = "bob_sub", .anchor = "sub"}, REASON_OK},
    {{.name = "bob", .anchor = "bob"}, REASON_OK},
    {{.name = "bob_self", .anchor = "bob_self"}, REASON_OK},
    {{.name = "bob_self", .anchor = "bob_self", .domains = "bob@example.org"},
	REASON_OK},
    {{.name = "bob_self", .anchor = "bob_self", .domains = "eve@example.org"},
	REASON_CHAIN_DOMAIN},
    {{.name = "bob", .domains = "eve@example.org bob@example.org"}, REASON_OK},
    {{.name = "bob", .domains = "bob@example.org.net"}, REASON_CHAIN_DOMAIN},
    {{.name = "many", .address = "b@example.org"}, REASON_OK},
    {{.name = "bob_ed25519", .purposes = PKI_SIGN}, REASON_OK},
    {{.name = "bob_pss", .purposes = PKI_SIGN}, REASON_OK},
    {{.name = "sign", .purposes = PKI_SIGN}, REASON_OK},
    {{.name = "receive", .purposes = PKI_RECEIVE}, REASON_OK},
    /* usage */
    {{.name = "sign"}, REASON_USAGE_ENCRYPT},
    {{.name = "receive"}, REASON_USAGE_SIGN},
    {{.name = "web", .purposes = PKI_SIGN}, REASON_USAGE_SIGN},
    {{.name = "web", .purposes = PKI_RECEIVE}, REASON_USAGE_ENCRYPT},
    {{.name = "bob_ca", .purposes = PKI_SIGN}, REASON_CA_SIGNER},
    {{.name = "bob_ca", .purposes = PKI_RECEIVE}, REASON_USAGE_ENCRYPT},
    /* keys and digests */
    {{.name = "bob_1024"}, REASON_WEAK_KEY},
    {{.name = "bob_p224"}, REASON_WEAK_KEY},
    {{.name = "bob_k256"}, REASON_WEAK_KEY},
    {{.name = "bob_explicit"}, REASON_WEAK_KEY},
    {{.name = "bob_weakca", .other = "weakca"}, REASON_WEAK_KEY},
    {{.name = "bob_sha1"}, REASON_WEAK_DIGEST},
    {{.name = "bob_sha1", .sha1 = true}, REASON_OK},
    {{.name = "bob_sha1ca", .other = "sha1ca"}, REASON_WEAK_DIGEST},
    {{.name = "bob_sha3", .other = "rsaca"}, REASON_OK},
    {{.name = "bob_sha224"}, REASON_WEAK_DIGEST},
    {{.name = "bob_sha224", .hashes = 1u << HASH_SHA224 | 1u << HASH_SHA256},
	REASON_OK},
    {{.name = "bob", .hashes = 1u << HASH_SHA512}, REASON_WEAK_DIGEST},
    {{.name = "bob_p521", .hashes = 1u << HASH_SHA512}, REASON_OK},
    {{.name = "bob", .rsa = 2048}, REASON_OK},
    {{.name = "bob", .rsa = 3072}, REASON_WEAK_KEY},
    {{.name = "bob_pss", .purposes = PKI_SIGN, .rsa = 2048}, REASON_WEAK_KEY},
    /* RSASSA-PSS with all that may be in its parameters */
    {{.name = "bob_psssig", .other = "rsaca"}, REASON_OK},
    {{.name = "bob_psssalt", .other = "rsaca"}, REASON_OK},
    {{.name = "bob_pssmask", .other = "rsaca"}, REASON_WEAK_DIGEST},
    {{.name = "bob_pssmask", .other = "rsaca", .sha1 = true}, REASON_OK},
    {{.name = "bob_psssha1", .other = "rsaca"}, REASON_WEAK_DIGEST},
    /* ... but nobody's signature makes an anchor one */
    {{.name = "bob_sha1ca", .anchor = "sha1ca"}, REASON_OK},
    /* time */
    {{.name = "bob", .later = 19}, REASON_OK},
    {{.name = "bob", .later = 21}, REASON_CERT_EXPIRED},
    {{.name = "bob", .later = -2}, REASON_CERT_NOT_YET},
    {{.name = "bob_sub", .other = "sub", .later = 11}, REASON_CHAIN_EXPIRED},
    /* address */
    {{.name = "bob", .address = "eve@example.org"}, REASON_NOT_FROM},
    {{.name = "nobody"}, REASON_NO_ADDRESS},
    {{.name = "domain"}, REASON_DOMAIN_CERTIFICATE},
    {{.name = "nul"}, REASON_BAD_ADDRESS},
    {{.name = "subject"}, REASON_NO_ADDRESS},
    {{.name = "subject", .subject = true}, REASON_OK},
    /* chain */
    {{.name = "bob_sub"}, REASON_CHAIN_UNKNOWN},
    {{.name = "bob_sub", .other = "bob"}, REASON_CHAIN_UNKNOWN},
    {{.name = "bob_other"}, REASON_CHAIN_UNKNOWN},
    {{.name = "bob_other", .other = "other"}, REASON_CHAIN_UNKNOWN},
    {{.name = "bob_self"}, REASON_CHAIN_UNKNOWN},
    {{.name = "bob", .anchor = "other"}, REASON_CHAIN_UNKNOWN},
    {{.name = "bob_webca", .other = "webca"}, REASON_CHAIN_USAGE},
    {{.name = "bob_noca", .other = "noca"}, REASON_CHAIN_BAD},
    {{.name = "bob_limited", .other = "limited"}, REASON_CHAIN_BAD},
    {{.name = "bob_badext", .other = "badext"}, REASON_CRITICAL_EXTENSION},
    {{.name = "bob_plainca", .other = "plainca"}, REASON_CHAIN_BAD},
    {{.name = "bob_deep", .other = "deep", .anchor = "sub"}, REASON_CHAIN_BAD},
    {{.name = "bob_critical"}, REASON_CRITICAL_EXTENSION},
    {{.name = "bob_fakeca"}, REASON_CHAIN_BAD},
    {{.name = "bob_fakeca", .other = "fakeca"}, REASON_CHAIN_BAD},
    {{.name = "bob_forged", .other = "sub"}, REASON_CHAIN_BAD},
    {{.name = "bob_forged"}, REASON_CHAIN_UNKNOWN},
    /* constraints on User Principal Names, and the others beside them */
    {{.name = "upn_good", .other = "upn_permit"}, REASON_OK},
    {{.name = "upn_none", .other = "upn_permit"}, REASON_OK},
    {{.name = "upn_sub", .other = "upn_below"}, REASON_OK},
    {{.name = "upn_fine", .other = "upn_exclude"}, REASON_OK},
    {{.name = "upn_good", .anchor = "upn_permit"}, REASON_OK},
    {{.name = "upn_other", .other = "upn_permit"}, REASON_CHAIN_BAD},
    {{.name = "upn_host", .other = "upn_permit"}, REASON_CHAIN_BAD},
    {{.name = "upn_no_host", .other = "upn_permit"}, REASON_CHAIN_BAD},
    {{.name = "upn_not_sub", .other = "upn_below"}, REASON_CHAIN_BAD},
    {{.name = "upn_out", .other = "upn_exclude"}, REASON_CHAIN_BAD},
    {{.name = "upn_mail", .other = "upn_narrow"}, REASON_CHAIN_BAD},
    /* anchors for some domains */
    {{.name = "bob", .domains = "example.org"}, REASON_OK},
    {{.name = "bob", .domains = "example.net .org"}, REASON_OK},
    {{.name = "bob", .domains = "example.net"}, REASON_CHAIN_DOMAIN},
    {{.name = "bob", .domains = ".example.org"}, REASON_CHAIN_DOMAIN},
    {{.name = "bob_sub", .other = "sub", .domains = "example.net"},
	REASON_CHAIN_DOMAIN},
};

static void
every_row(void **state)
{
	struct admission a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		ask(&rows[i].q, &a);
		if (a.why.code != rows[i].code ||
		    a.outcome != reason_outcome(rows[i].code))
			fail_msg("row %zu, %s: %s (%s), not %s", i,
			    rows[i].q.name, reason_name(a.why.code), a.why.text,
			    reason_name(rows[i].code));
	}
}

static void
the_anchor_is_told(void **state)
{
	struct bytes ca = sample_certificate("ca");
	static const uint8_t none[DIGEST_LEN];
	uint8_t digest[DIGEST_LEN];
	struct admission a;

	(void)state;
	digest_sha256(span_bytes(&ca), digest);
	ask(&(struct question){.name = "bob_sub", .other = "sub"}, &a);
	assert_memory_equal(a.anchor, digest, DIGEST_LEN);
	assert_string_equal(a.facts.addresses[0], "bob@example.org");
	assert_int_equal(a.n_chain, 0);
	ask(
	    &(struct question){
		.name = "bob_sub", .other = "sub", .explain = true},
	    &a);
	assert_int_equal(a.n_chain, 3);
	assert_string_equal(a.chain[1], "CN=Mail CA,O=Partner");
	assert_string_equal(a.chain[2], "CN=Root,O=Partner");
	assert_string_equal(a.origin, "ca");
	/* of one that breaks off what there is */
	ask(&(struct question){.name = "bob_sub", .explain = true}, &a);
	assert_int_equal(a.n_chain, 1);
	assert_string_equal(a.origin, "");
	ask(&(struct question){.name = "bob_other"}, &a);
	assert_memory_equal(a.anchor, none, DIGEST_LEN);
	bytes_clear(&ca);
}

static void
too_early_by_hours_is_waited_for(void **state)
{
	struct bytes der = sample_certificate("bob");
	struct trust *t = sample_trust("ca", NULL);
	struct judge_policy policy = {.now = clock_now()};
	struct admission a;
	struct reason why;
	struct pki *p;

	(void)state;
	assert_int_equal(pki_open(t, &p, &why), DONE);
	assert_int_equal(pki_judge(p, BOTH, span_bytes(&der), "bob@example.org",
			     NULL, 0, &policy, &a),
	    DONE);
	/* by its own clock: it may have been made long ago */
	policy.now = a.facts.not_before - 3 * 3600;
	assert_int_equal(pki_judge(p, BOTH, span_bytes(&der), "bob@example.org",
			     NULL, 0, &policy, &a),
	    LATER);
	assert_int_equal(a.why.code, REASON_CERT_SOON);
	pki_close(p);
	trust_free(t);
	bytes_clear(&der);
}

/* What is known from before helps to build a chain and vouches for nothing. */
static void
known_ones_help(void **state)
{
	struct bytes der = sample_certificate("bob_sub");
	struct bytes sub = sample_certificate("sub");
	struct bytes self = sample_certificate("bob_self");
	const struct judge_policy policy = {.now = clock_now()};
	struct trust *t = sample_trust("ca", NULL);
	struct admission a;
	struct reason why;
	struct pki *p;

	(void)state;
	assert_int_equal(trust_add_known(t, span_bytes(&sub), &why), DONE);
	assert_int_equal(trust_add_known(t, span_bytes(&self), &why), DONE);
	assert_int_equal(pki_open(t, &p, &why), DONE);
	assert_int_equal(pki_known_count(p), 2);
	assert_true(span_equal(pki_peek_known(p, 0), span_bytes(&sub)));
	assert_int_equal(pki_judge(p, BOTH, span_bytes(&der), "bob@example.org",
			     NULL, 0, &policy, &a),
	    DONE);
	assert_int_equal(pki_judge(p, BOTH, span_bytes(&self),
			     "bob@example.org", NULL, 0, &policy, &a),
	    HELD);
	pki_close(p);
	trust_free(t);
	bytes_clear(&der);
	bytes_clear(&sub);
	bytes_clear(&self);
}

/* A hundred of the same name, as a gateway issues them, cost no work. */
static void
namesakes_do_not_spoil(void **state)
{
	struct bytes der = sample_certificate("bob_sub");
	struct bytes sub = sample_certificate("sub");
	struct bytes other = sample_certificate("bob_sub");
	const struct judge_policy policy = {.now = clock_now()};
	struct trust *t = sample_trust("ca", NULL);
	const struct span message = span_bytes(&sub);
	struct admission a;
	struct reason why;
	struct pki *p;
	unsigned i;

	(void)state;
	for (i = 1; i <= 100; i++) {
		other.data[other.len - 1] =
		    (uint8_t)(der.data[der.len - 1] + i);
		assert_int_equal(
		    trust_add_known(t, span_bytes(&other), &why), DONE);
	}
	assert_int_equal(pki_open(t, &p, &why), DONE);
	assert_int_equal(pki_judge(p, BOTH, span_bytes(&der), "bob@example.org",
			     &message, 1, &policy, &a),
	    DONE);
	pki_close(p);
	trust_free(t);
	bytes_clear(&der);
	bytes_clear(&sub);
	bytes_clear(&other);
}

/* A false CA that somebody slipped in spoils nothing. */
static void
false_ones_do_not_spoil(void **state)
{
	struct bytes der = sample_certificate("bob_sub");
	struct bytes known[] = {sample_certificate("fakeca"),
	    sample_certificate("fakesub"), sample_certificate("sub")};
	const struct judge_policy policy = {.now = clock_now()};
	struct trust *t = sample_trust("ca", NULL);
	struct span others[] = {span_bytes(&known[0]), span_bytes(&known[1])};
	struct admission a;
	struct reason why;
	struct pki *p;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		assert_int_equal(
		    trust_add_known(t, span_bytes(&known[i]), &why), DONE);
	assert_int_equal(pki_open(t, &p, &why), DONE);
	assert_int_equal(pki_judge(p, BOTH, span_bytes(&der), "bob@example.org",
			     others, 2, &policy, &a),
	    DONE);
	pki_close(p);
	trust_free(t);
	bytes_clear(&der);
	for (i = 0; i < 3; i++)
		bytes_clear(&known[i]);
}

static enum outcome
judge_pair(const char *signer, const char *certificate, struct admission *a)
{
	struct bytes sub = sample_certificate("sub");
	const struct judge_policy policy = {.now = clock_now()};
	struct trust *t = sample_trust("ca", NULL);
	struct harvest *h = harvest_new();
	struct reason why;
	struct pki *p;
	enum outcome o;

	strcpy(h->address, "bob@example.org");
	h->signer = sample_certificate(signer);
	h->certificate = sample_certificate(certificate);
	h->others[h->n_others++] = sub;
	assert_int_equal(pki_open(t, &p, &why), DONE);
	o = pki_judge_harvest(p, h, &policy, a);
	pki_close(p);
	trust_free(t);
	harvest_free(h);
	return o;
}

static void
harvests(void **state)
{
	struct bytes receive = sample_certificate("receive");
	uint8_t digest[DIGEST_LEN];
	struct admission a;

	(void)state;
	digest_sha256(span_bytes(&receive), digest);
	assert_int_equal(judge_pair("bob", "bob", &a), DONE);
	assert_int_equal(judge_pair("sign", "receive", &a), DONE);
	assert_memory_equal(a.facts.sha256, digest, DIGEST_LEN);
	assert_int_equal(judge_pair("sign", "sign", &a), REFUSED);
	assert_int_equal(a.why.code, REASON_USAGE_ENCRYPT);
	assert_int_equal(judge_pair("bob_ed25519", "bob_sub", &a), DONE);
	/* a signer that does not hold spoils the other one, whose facts
	 * are told nevertheless */
	assert_int_equal(judge_pair("bob_self", "receive", &a), HELD);
	assert_int_equal(a.why.code, REASON_CHAIN_UNKNOWN);
	assert_memory_equal(a.facts.sha256, digest, DIGEST_LEN);
	assert_int_equal(judge_pair("sign", "bob_self", &a), HELD);
	bytes_clear(&receive);
}

/* Whom a human could trust.  Names prove nothing: fakeca has that of ca. */
static void
unknown_authorities(void **state)
{
	static const struct {
		const char *signer, *others[3];
		enum authority_kind kind;
		const char *top, *name;
	} table[] = {
	    {"bob_sub", {"sub", "ca"}, AUTHORITY_ROOT, "ca",
		"CN=Root,O=Partner"},
	    {"bob_sub", {"ca", "bob", "sub"}, AUTHORITY_ROOT, "ca",
		"CN=Root,O=Partner"},
	    {"bob", {"ca"}, AUTHORITY_ROOT, "ca", "CN=Root,O=Partner"},
	    {"bob_sub", {"sub"}, AUTHORITY_INTERMEDIATE, "sub",
		"CN=Mail CA,O=Partner"},
	    {"bob_sub", {"sub", "fakeca"}, AUTHORITY_INTERMEDIATE, "sub",
		"CN=Mail CA,O=Partner"},
	    {"bob_sub", {"fakesub"}, AUTHORITY_ABSENT, NULL,
		"CN=Mail CA,O=Partner"},
	    {"bob_sub", {"ca"}, AUTHORITY_ABSENT, NULL, "CN=Mail CA,O=Partner"},
	    {"bob", {"fakeca"}, AUTHORITY_ABSENT, NULL, "CN=Root,O=Partner"},
	    {"bob", {NULL}, AUTHORITY_ABSENT, NULL, "CN=Root,O=Partner"},
	    {"bob_self", {"ca"}, AUTHORITY_LEAF, "bob_self", "CN=Bob"},
	};
	const struct judge_policy policy = {.now = clock_now()};
	uint8_t digest[DIGEST_LEN];
	struct admission a;
	struct reason why;
	struct bytes der;
	struct pki *p;
	unsigned i, k;

	(void)state;
	for (i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct trust *t = sample_trust("bob_p384", NULL);
		struct harvest *h = harvest_new();

		strcpy(h->address, "bob@example.org");
		h->signer = sample_certificate(table[i].signer);
		h->certificate = sample_certificate(table[i].signer);
		for (k = 0; k < 3 && table[i].others[k] != NULL; k++)
			h->others[h->n_others++] =
			    sample_certificate(table[i].others[k]);
		assert_int_equal(pki_open(t, &p, &why), DONE);
		(void)!pki_judge_harvest(p, h, &policy, &a);
		if (a.why.code != REASON_CHAIN_UNKNOWN ||
		    a.authority.kind != table[i].kind)
			fail_msg("row %u: %s %s, %s", i,
			    reason_name(a.why.code), a.why.text,
			    authority_name(a.authority.kind));
		assert_string_equal(a.authority.name, table[i].name);
		if (table[i].top != NULL) {
			der = sample_certificate(table[i].top);
			digest_sha256(span_bytes(&der), digest);
			assert_memory_equal(
			    a.authority.sha256, digest, DIGEST_LEN);
			bytes_clear(&der);
		}
		pki_close(p);
		trust_free(t);
		harvest_free(h);
	}
	/* Without a need none is told. */
	assert_int_equal(judge_pair("bob", "bob", &a), DONE);
	assert_int_equal(a.authority.kind, AUTHORITY_NONE);
	assert_int_equal(judge_pair("bob_ca", "bob", &a), REFUSED);
	assert_int_equal(a.authority.kind, AUTHORITY_NONE);
}

/* Whoever else vouches for it. */
static void
rejected_authorities(void **state)
{
	static const struct {
		const char *anchor, *brought, *rejected;
		bool public_ca;
		enum reason_code code;
		enum authority_kind kind;
		const char *name;
	} table[] = {
	    {"ca", "sub", "sub", false, REASON_CA_REJECTED,
		AUTHORITY_INTERMEDIATE, "CN=Mail CA,O=Partner"},
	    {"ca", "sub", "ca", false, REASON_CA_REJECTED, AUTHORITY_ROOT,
		"CN=Root,O=Partner"},
	    {"sub", "sub", "sub", false, REASON_CA_REJECTED,
		AUTHORITY_INTERMEDIATE, "CN=Mail CA,O=Partner"},
	    /* a certificate more does not make it another CA, */
	    {"ca", "resub", "sub", false, REASON_CA_REJECTED,
		AUTHORITY_INTERMEDIATE, "CN=Mail CA,O=Partner"},
	    {"resub", "resub", "sub", true, REASON_CA_REJECTED,
		AUTHORITY_INTERMEDIATE, "CN=Mail CA,O=Partner"},
	    /* unless somebody said that it is to be believed */
	    {"resub", "resub", "sub", false, REASON_OK, AUTHORITY_NONE, ""},
	    /* what is above an anchor is no matter, nor are namesakes, nor the
	     * key of whom it was issued to */
	    {"sub", "sub", "ca", false, REASON_OK, AUTHORITY_NONE, ""},
	    {"ca", "sub", "fakesub", false, REASON_OK, AUTHORITY_NONE, ""},
	    {"ca", "sub", "fakeca", false, REASON_OK, AUTHORITY_NONE, ""},
	    {"ca", "sub", "bob", false, REASON_OK, AUTHORITY_NONE, ""},
	};
	const struct judge_policy policy = {.now = clock_now()};
	struct admission a;
	struct reason why;
	struct pki *p;

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct trust *t = sample_trust(table[i].anchor, NULL);
		struct bytes der = sample_certificate(table[i].rejected);
		struct harvest *h = harvest_new();
		uint8_t sha256[DIGEST_LEN];

		t->anchors[0].public_ca = table[i].public_ca;
		digest_sha256(span_bytes(&der), sha256);
		assert_int_equal(trust_distrust(t, sha256, &why), DONE);
		assert_int_equal(trust_reject(t, span_bytes(&der), &why), DONE);
		strcpy(h->address, "bob@example.org");
		h->signer = sample_certificate("bob_sub");
		h->certificate = sample_certificate("bob_sub");
		h->others[h->n_others++] = sample_certificate(table[i].brought);
		assert_int_equal(pki_open(t, &p, &why), DONE);
		(void)!pki_judge_harvest(p, h, &policy, &a);
		if (a.why.code != table[i].code ||
		    a.authority.kind != table[i].kind)
			fail_msg("row %zu: %s", i, reason_name(a.why.code));
		assert_string_equal(a.authority.name, table[i].name);
		if (a.authority.kind != AUTHORITY_NONE)
			assert_memory_equal(
			    a.authority.sha256, sha256, DIGEST_LEN);
		pki_close(p);
		trust_free(t);
		harvest_free(h);
		bytes_clear(&der);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_row),
	    cmocka_unit_test(the_anchor_is_told),
	    cmocka_unit_test(too_early_by_hours_is_waited_for),
	    cmocka_unit_test(known_ones_help),
	    cmocka_unit_test(namesakes_do_not_spoil),
	    cmocka_unit_test(false_ones_do_not_spoil),
	    cmocka_unit_test(harvests),
	    cmocka_unit_test(unknown_authorities),
	    cmocka_unit_test(rejected_authorities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
