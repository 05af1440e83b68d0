#include <string.h>

#include "smime/smime.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seal.h"

static struct pki *pki;

static void
start(void)
{
	struct trust *trust = seal_trust();
	struct reason why;

	MUST(pki_open(trust, &pki, &why) == DONE);
	smime_init();
}

/* What is proposed is judged again by the publisher's worker: it says the
 * same of the chain. */
static void
check_admission(const struct harvest *h, const struct judge_policy *policy)
{
	struct admission a;
	enum outcome o;

	o = pki_judge_harvest(pki, h, policy, &a);
	MUST(o == a.outcome);
	/* Unless the message had used up what its chains may cost. */
	if (h->chain.code == REASON_CHAIN_UNKNOWN)
		return;
	MUST((o == DONE) == (h->chain.code == REASON_OK));
	MUST(o == DONE || a.why.code == h->chain.code);
}

/* The parent's answer: some signers are known. */
static enum outcome
ask(void *arg, const uint8_t digest[DIGEST_LEN], bool *known,
    struct reason *why)
{
	(void)arg;
	*known = digest[0] < 16;
	reason_clear(why);
	return DONE;
}

/* Any mail.  A harvest is only there when everything was proven. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* What an operator may choose goes by the length. */
	struct judge_policy policy = {.now = SEAL_NOW,
	    .message_size = LIMIT_MESSAGE,
	    .sha1 = (size & 1) != 0,
	    .subject_address = (size & 2) != 0,
	    .explain = (size & 4) != 0,
	    .authserv_id = "mx.corp.example"};
	const struct smime_known known = {ask, NULL};
	struct judgement j;
	enum outcome o;

	if (pki == NULL)
		start();
	o = smime_harvest_unless_known((struct span){data, size}, pki, &policy,
	    (size & 8) != 0 ? &known : NULL, &j);
	MUST(o == j.outcome && o == reason_outcome(j.why.code));
	MUST((o == DONE) == (j.harvest != NULL));
	if (o == DONE) {
		MUST(j.signature == SIGNATURE_VALID);
		MUST(strcmp(j.address, j.harvest->address) == 0);
		MUST(facts_names_address(
		    j.facts, j.address, policy.subject_address));
		MUST(j.facts->can_receive && !j.facts->ca);
		check_admission(j.harvest, &policy);
	}
	judgement_clear(&j);
	return 0;
}
