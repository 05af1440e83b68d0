#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "spool/spool.h"

/* What is taken comes out again as it is, under the same name. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct harvest *h = NULL, *again = NULL;
	char before[DIGEST_HEX], after[DIGEST_HEX];
	struct bytes text = {NULL, 0};
	struct reason why;

	if (spool_decode((struct span){data, size}, &h, &why) != DONE)
		return 0;
	if (spool_encode(h, &text, &why) != DONE ||
	    spool_decode(span_bytes(&text), &again, &why) != DONE)
		abort();
	harvest_digest(h, before);
	harvest_digest(again, after);
	if (strcmp(before, after) != 0 ||
	    strcmp(h->message_id, again->message_id) != 0 ||
	    h->received != again->received)
		abort();
	bytes_clear(&text);
	harvest_free(h);
	harvest_free(again);
	return 0;
}
