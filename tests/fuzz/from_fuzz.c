#include <string.h>

#include "smime/from.h"
#include "tests/fuzz/fuzz.h"

/* Any value of From:.  What is accepted is canonical, and stands in it. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char out[ADDRESS_SIZE], again[ADDRESS_SIZE];
	struct reason why;

	if (from_parse((struct span){data, size}, out, &why) != DONE)
		return 0;
	MUST(address_canonical(span_str(out), again, &why) == DONE);
	MUST(strcmp(out, again) == 0);
	MUST(memchr(data, '@', size) != NULL);
	return 0;
}
