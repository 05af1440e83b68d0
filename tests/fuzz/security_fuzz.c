#include "directory/security.h"
#include "tests/fuzz/fuzz.h"

/* Permissions as a server may send them; the SIDs of the token are taken from
 * the same octets. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct security_token t;
	struct span s = {data, size};
	char text[SECURITY_SID_TEXT];
	uint32_t given;

	t.n = 0;
	for (size_t i = 0; i + 8 <= size && i < 256; i++)
		for (size_t len = 8; len <= 28 && i + len <= size; len += 4)
			security_token_add(&t, (struct span){data + i, len});
	security_sid_show(s, text);
	given = security_grants(s, &t, SECURITY_DELETE | 1, data);
	MUST((given & ~(SECURITY_DELETE | 1u)) == 0);
	(void)security_is_valid(s);
	(void)security_limits_owner(s);
	(void)security_is_owner(s, &t);
	return 0;
}
