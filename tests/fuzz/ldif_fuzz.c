#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

#include "directory/ldif_file.h"

static void
print(const struct ldif_file *f, struct buffer *out)
{
	buffer_init(out, LDIF_BYTES);
	if (!ldif_print(f, out))
		abort();
}

/* What is read can be written, and read again as the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ldif_file once = {.n = 0}, twice = {.n = 0};
	struct buffer first, second;
	struct reason why;

	if (ldif_parse((struct span){data, size}, &once, &why) != DONE)
		return 0;
	print(&once, &first);
	if (ldif_parse(span_buffer(&first), &twice, &why) != DONE)
		abort();
	print(&twice, &second);
	if (!span_equal(span_buffer(&first), span_buffer(&second)))
		abort();
	buffer_clear(&first);
	buffer_clear(&second);
	ldif_clear(&once);
	ldif_clear(&twice);
	return 0;
}
