#ifndef PUBLISHER_DOMAINS_H
#define PUBLISHER_DOMAINS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/settings.h"

/*
 * A list of mail domains as an operator wrote it: example.org, or
 * .example.org for all below it; kept in canonical form.
 */
struct domains {
	char **patterns;
	size_t n;
};

/* Read the list of the settings; the caller clears *out.  BROKEN
 * (settings), LATER (memory). */
MUST_CHECK enum outcome domains_read(const struct settings *s,
    const char *section, const char *name, struct domains *out,
    struct reason *why);

/* Free the contents; the list is empty afterwards. */
void domains_clear(struct domains *d);

/* Whether the canonical domain is in the list. */
bool domains_have(const struct domains *d, const char *domain);

#endif
