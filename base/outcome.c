#include "base/outcome.h"

#include <string.h>

static const char *const names[] = {
    [DONE] = "done",
    [NOTHING] = "nothing",
    [REFUSED] = "refused",
    [HELD] = "held",
    [LATER] = "later",
    [BROKEN] = "broken",
};

const char *
outcome_name(enum outcome o)
{
	return names[o];
}

enum outcome
outcome_parse(const char *word, enum outcome *out)
{
	unsigned i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(word, names[i]) == 0) {
			*out = (enum outcome)i;
			return DONE;
		}
	return REFUSED;
}
