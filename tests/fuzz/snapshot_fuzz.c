#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

#include "spool/snapshot.h"

/* Whatever is taken keeps the caps. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct trust *t = trust_new();
	struct reason why;
	unsigned i;

	if (t == NULL)
		abort();
	if (snapshot_decode((struct span){data, size}, t, &why) != DONE &&
	    why.code == REASON_OK)
		abort();
	for (i = 0; i < t->n_anchors; i++)
		if (t->anchors[i].der.len == 0 ||
		    t->anchors[i].der.len > LIMIT_CERTIFICATE ||
		    (t->anchors[i].domains != NULL &&
			t->anchors[i].domains[0] == '\0'))
			abort();
	trust_free(t);
	return 0;
}
