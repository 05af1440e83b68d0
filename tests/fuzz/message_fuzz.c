#include <string.h>

#include "smime/smime.h"
#include "tests/fuzz/fuzz.h"

static struct pki *pki;

static void
start(void)
{
	struct trust *trust = trust_new();
	struct reason why;

	MUST(trust != NULL && pki_open(trust, &pki, &why) == DONE);
	smime_init();
}

/* Any mail.  A harvest is only there when everything was proven. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct judge_policy policy = {
	    .now = 1795000000, .message_size = LIMIT_MESSAGE, .sha1 = true};
	struct judgement j;
	enum outcome o;

	if (pki == NULL)
		start();
	o = smime_harvest((struct span){data, size}, pki, &policy, &j);
	MUST(o == j.outcome && o == reason_outcome(j.why.code));
	MUST((o == DONE) == (j.harvest != NULL));
	if (o == DONE) {
		MUST(j.signature == SIGNATURE_VALID);
		MUST(strcmp(j.address, j.harvest->address) == 0);
		MUST(facts_has_address(j.facts, j.address));
	}
	judgement_clear(&j);
	return 0;
}
