#include "base/facts.h"

#include <string.h>

bool
facts_has_address(const struct facts *f, const char *address)
{
	unsigned i;

	for (i = 0; i < f->n_addresses; i++)
		if (strcmp(f->addresses[i], address) == 0)
			return true;
	return false;
}
