#include <string.h>

#include "pki/certificate.h"
#include "pki/der.h"
#include "pki/judge.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seal.h"

/* When the seeds were valid. */
#define NOW 1795900000

/* Certificates one behind the other: the leaf, then others; the last is the
 * anchor. */
static unsigned
split(struct span all, struct span out[LIMIT_CERTIFICATES])
{
	unsigned n = 0;
	struct der d;

	while (n < LIMIT_CERTIFICATES && der_next(&all, &d))
		out[n++] = d.whole;
	return n;
}

static void
check_facts(struct span der)
{
	char again[ADDRESS_SIZE];
	uint8_t digest[DIGEST_LEN];
	struct facts f;
	unsigned i;

	certificate_describe(der, &f);
	digest_sha256(der, digest);
	MUST(digest_equal(digest, f.sha256));
	MUST(f.n_addresses <= FACTS_ADDRESSES);
	if (f.malformed)
		return;
	for (i = 0; i < f.n_addresses; i++) {
		MUST(address_canonical(span_str(f.addresses[i]), again, NULL) ==
		    DONE);
		MUST(strcmp(again, f.addresses[i]) == 0);
	}
	MUST(f.n_domains <= FACTS_DOMAINS);
	for (i = 0; i < f.n_domains; i++) {
		MUST(address_domain(span_str(f.domains[i]), again, NULL) ==
		    DONE);
		MUST(strcmp(again, f.domains[i]) == 0);
	}
	MUST(strpbrk(f.subject, "\r\n\x1b") == NULL);
	MUST(strpbrk(f.name, "\r\n\x1b") == NULL);
}

static void
check_address(struct pki *pki, const struct span *der, unsigned n,
    const char *address, const struct judge_policy *policy)
{
	static const uint8_t none[DIGEST_LEN];
	struct admission a;

	if (pki_judge(pki, PKI_SIGN | PKI_RECEIVE, der[0], address, der + 1,
		n - 1, policy, &a) != DONE)
		return;
	MUST(a.outcome == DONE && a.why.code == REASON_OK);
	MUST(!a.facts.ca && a.facts.can_sign && a.facts.can_receive);
	MUST(facts_names_address(&a.facts, address, policy->subject_address));
	MUST(memcmp(a.anchor, none, DIGEST_LEN) != 0);
}

/* The seeds are for one or the other address. */
static void
check_chain(const struct span *der, unsigned n, bool scoped)
{
	const struct judge_policy policy = {
	    .now = NOW, .sha1 = true, .subject_address = true};
	struct trust *trust = seal_trust();
	struct pki *pki = NULL;

	(void)!trust_add_anchor(trust, der[n - 1],
	    &(struct trust_grant){
		.origin = "seed", .domains = scoped ? "partner.example" : NULL},
	    NULL);
	MUST(pki_open(trust, &pki, NULL) == DONE);
	check_address(pki, der, n, "bob@example.org", &policy);
	check_address(pki, der, n, "bob@partner.example", &policy);
	/* A SmtpUTF8Mailbox, below name constraints too. */
	check_address(pki, der, n, "\xc3\xb6@xn--bcher-kva.example", &policy);
	pki_close(pki);
	trust_free(trust);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span der[LIMIT_CERTIFICATES];
	unsigned n, i;

	check_facts((struct span){data, size});
	n = split((struct span){data, size}, der);
	for (i = 0; i < n; i++)
		check_facts(der[i]);
	if (n > 0)
		check_chain(der, n, size % 2 != 0);
	return 0;
}
