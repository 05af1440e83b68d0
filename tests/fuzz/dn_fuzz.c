#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "directory/dn.h"

/*
 * A name that a stranger's mail address became part of: below its parent
 * whatever it is, and never read as being anywhere else.  libldap does the
 * work, and nobody else fuzzes it.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char parent[] = "OU=Partners,DC=corp,DC=example";
	char text[LIMIT_CN + 1], dn[1024], winner[1024];
	size_t n = size < LIMIT_CN ? size : LIMIT_CN;
	char *whole = malloc(size + 1);

	if (whole == NULL)
		abort();
	memcpy(text, data, n);
	text[n] = '\0';
	memcpy(whole, data, size);
	whole[size] = '\0';
	if (text[0] != '\0' &&
	    dn_make(text, parent, dn, sizeof dn, NULL) == DONE &&
	    (!dn_is_inside(dn, parent) || dn_is_same(dn, parent) ||
		!dn_is_inside(dn, "DC=corp,DC=example") ||
		dn_is_inside(dn, "OU=Other,DC=corp,DC=example")))
		abort();
	if (dn_is_conflict(whole, winner, sizeof winner) && winner[0] != '\0' &&
	    dn_is_same(whole, winner))
		abort();
	if (dn_is_in_domain(whole, "DC=corp,DC=example") &&
	    !dn_is_inside(whole, "DC=corp,DC=example"))
		abort();
	(void)dn_is_inside(whole, parent);
	(void)dn_is_inside(parent, whole);
	free(whole);
	return 0;
}
