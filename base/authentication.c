#include "base/authentication.h"

#include <string.h>
#include <strings.h>

/* RFC 8601 section 2.7. */
static const char *const names[AUTHENTICATION_RESULTS] = {
    [AUTHENTICATION_UNSAID] = "",
    [AUTHENTICATION_NONE] = "none",
    [AUTHENTICATION_PASS] = "pass",
    [AUTHENTICATION_FAIL] = "fail",
    [AUTHENTICATION_POLICY] = "policy",
    [AUTHENTICATION_NEUTRAL] = "neutral",
    [AUTHENTICATION_TEMPERROR] = "temperror",
    [AUTHENTICATION_PERMERROR] = "permerror",
    [AUTHENTICATION_CONFLICT] = "conflict",
};

const char *
authentication_name(enum authentication_result r)
{
	return names[r];
}

bool
authentication_parse(struct span word, enum authentication_result *out)
{
	unsigned r;

	for (r = 0; r < AUTHENTICATION_RESULTS; r++)
		if (word.len == strlen(names[r]) &&
		    strncasecmp((const char *)word.data, names[r], word.len) ==
			0) {
			*out = (enum authentication_result)r;
			return true;
		}
	return false;
}

void
authentication_digest(struct digest *d, const struct authentication *a)
{
	if (a->dmarc == AUTHENTICATION_UNSAID &&
	    a->dkim == AUTHENTICATION_UNSAID)
		return;
	digest_add_field(d, span_str("authentication"));
	digest_add_field(d, span_str(authentication_name(a->dmarc)));
	digest_add_field(d, span_str(authentication_name(a->dkim)));
	digest_add_field(d, span_str(a->dkim_domain));
}
