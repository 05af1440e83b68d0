#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/search_filter.h"

static bool
look(void *arg, const struct search_filter_item *item)
{
	const char *value = arg;

	return search_filter_fits(item, span_str(value));
}

/* What is refused never matches; what is not is the same each time, and the
 * opposite of its opposite. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *filter = malloc(size + 4), value[] = "abcabc";
	struct reason why;
	bool local = false, matches, opposite;

	if (filter == NULL)
		abort();
	memcpy(filter, "(!", 2);
	memcpy(filter + 2, data, size);
	strcpy(filter + 2 + size, ")");
	if (memchr(data, '\0', size) != NULL)
		goto out;
	opposite = search_filter_check(filter, &local, &why) == DONE &&
	    search_filter_matches(filter, look, value);
	filter[2 + size] = '\0';
	matches = search_filter_matches(filter + 2, look, value);
	if (search_filter_check(filter + 2, &local, &why) != DONE) {
		if (matches || opposite)
			abort();
	} else if (matches && opposite)
		abort();
out:
	free(filter);
	return 0;
}
