#include <string.h>

#include "directory/keytab.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct keytab k;
	struct reason why;
	enum outcome o = keytab_parse((struct span){data, size}, &k, &why);

	MUST(o == DONE || o == BROKEN);
	MUST(k.n <= KEYTAB_ENTRIES);
	MUST(o != DONE || k.n > 0);
	for (unsigned i = 0; i < k.n; i++)
		MUST(memchr(k.list[i].principal, 0, KEYTAB_PRINCIPAL) != NULL);
	return 0;
}
