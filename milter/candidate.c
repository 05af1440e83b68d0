#include "milter/candidate.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/*
 * What every form of FACTS has in Content-Type or Content-Disposition:
 * multipart/signed, application/(x-)pkcs7-mime, and names that end in .p7m,
 * .p7s, .p7c or .p7z (RFC 8551 section 3.2.1).
 */
static const char *const words[] = {"signed", "pkcs7", ".p7"};

/*
 * A name may be written in ways that hide its end: RFC 2231 continuations
 * and percent-encoding, RFC 2047 encoded words.
 */
static const char *const hiding[] = {"*", "%", "=?"};

static bool
holds_any(const char *value, const char *const *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcasestr(value, list[i]))
			return true;
	return false;
}

bool
candidate_header(const char *name, const char *value)
{
	if (strncasecmp(name, "content-", 8) != 0 ||
	    (strcasecmp(name + 8, "type") != 0 &&
		strcasecmp(name + 8, "disposition") != 0))
		return false;
	if (holds_any(value, words, sizeof words / sizeof words[0]))
		return true;
	/* The forms that are known by their name alone are octet-streams. */
	return strcasestr(value, "octet-stream") &&
	    holds_any(value, hiding, sizeof hiding / sizeof hiding[0]);
}
