#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "pki/crl.h"

/* What is found lies within what was given. */
static int
is_within(struct span whole, struct span part)
{
	return part.len == 0 ||
	    (part.data >= whole.data &&
		part.data + part.len <= whole.data + whole.len);
}

/* A revocation list from a folder that somebody's timer fills. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1); /* so that one byte too far is seen */
	struct crl_entry e;
	struct span whole, rest;
	struct crl crl;

	MUST(copy != NULL);
	if (size > 0)
		memcpy(copy, data, size);
	whole = (struct span){copy, size};
	if (crl_skim(whole, &crl, NULL) == DONE) {
		MUST(is_within(whole, crl.signed_part));
		MUST(is_within(crl.signed_part, crl.issuer));
		MUST(is_within(crl.signed_part, crl.entries));
		MUST(is_within(crl.signed_part, crl.point));
		MUST(is_within(whole, crl.algorithm));
		MUST(is_within(whole, crl.signature));
		MUST(crl.signature.len > 0 && crl.issuer.len > 0);
		rest = crl.entries;
		while (crl_next(&rest, &e)) {
			MUST(is_within(crl.entries, e.serial));
			MUST(e.serial.len > 1);
			MUST(is_within(crl.entries, rest));
		}
	}
	free(copy);
	return 0;
}
