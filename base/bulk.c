#include "base/bulk.h"

#include <string.h>

static const char *const names[BULKS] = {
    [BULK_NONE] = "",
    [BULK_LIST] = "list-id",
    [BULK_PRECEDENCE] = "precedence",
    [BULK_AUTO] = "auto-submitted",
};

const char *
bulk_name(enum bulk b)
{
	return names[b];
}

bool
bulk_parse(struct span name, enum bulk *out)
{
	unsigned b;

	for (b = 0; b < BULKS; b++)
		if (span_equal(name, span_str(names[b]))) {
			*out = (enum bulk)b;
			return true;
		}
	return false;
}

void
bulk_digest(struct digest *d, enum bulk b)
{
	if (b == BULK_NONE)
		return;
	digest_add_field(d, span_str("bulk"));
	digest_add_field(d, span_str(names[b]));
}
