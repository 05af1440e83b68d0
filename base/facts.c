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

bool
facts_names_address(
    const struct facts *f, const char *address, bool subject_too)
{
	return facts_has_address(f, address) ||
	    (subject_too && f->subject_address[0] != '\0' &&
		strcmp(f->subject_address, address) == 0);
}
