#include "base/outcome.h"

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
