#include "publisher/reviewing.h"

#include <stddef.h>

/* A rule of the site that holds a harvest is a row; it looks at approved. */
static const enum reason_code approvable[] = {
    REASON_KEY_CHANGE,
    REASON_REVERTED,
    REASON_ALTERNATING,
    REASON_GATEWAY_LIKELY,
    REASON_ASSURANCE,
    REASON_UNAUTHENTICATED,
    REASON_RATE,
};

bool
reviewing_may_approve(enum reason_code code)
{
	for (size_t i = 0; i < sizeof approvable / sizeof approvable[0]; i++)
		if (approvable[i] == code)
			return true;
	return false;
}
