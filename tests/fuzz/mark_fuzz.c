#include <string.h>

#include "directory/mark.h"
#include "tests/fuzz/fuzz.h"

/*
 * What stands in extensionName, which many may write: nothing verifies that
 * was not made with the key, for this certificate and this address.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t key[] = "of this site";
	const struct span site_key = {key, sizeof key};
	char text[2 * CONTACT_MARK], again[CONTACT_MARK];
	uint8_t sha256[DIGEST_LEN];
	bool form = mark_has_form((struct span){data, size});

	if (size >= sizeof text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	/* the form has no NUL in it */
	MUST(!form || strlen(text) == size);
	if (!mark_verify(text, site_key, "pat@example.org", sha256))
		return 0;
	if (mark_is_adopted(text))
		mark_make_adopted(site_key, sha256, "pat@example.org", again);
	else
		mark_make(site_key, sha256, "pat@example.org", again);
	MUST(strcmp(text, again) == 0);
	MUST(!mark_verify(text, site_key, "kim@example.org", sha256));
	return 0;
}
