#include <string.h>

#include "base/address.h"
#include "tests/fuzz/fuzz.h"

/* Any octets as an address, as a domain, and as a pattern of domains. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char out[ADDRESS_SIZE], again[ADDRESS_SIZE];
	const char *domain;
	struct reason why;

	if (address_canonical((struct span){data, size}, out, &why) == DONE) {
		MUST(strlen(out) <= LIMIT_ADDRESS);
		MUST(strpbrk(out, " \t\r\n\"<>(),;:\\") == NULL);
		MUST(address_canonical(span_str(out), again, &why) == DONE);
		MUST(strcmp(out, again) == 0);
		domain = address_peek_domain(out);
		MUST(address_domain(span_str(domain), again, &why) == DONE);
		MUST(strcmp(domain, again) == 0);
	}
	if (address_domain((struct span){data, size}, out, &why) == DONE) {
		MUST(strchr(out, '@') == NULL && out[0] != '.');
		MUST(address_domain_matches(out, out));
		MUST(address_domain(span_str(out), again, &why) == DONE);
		MUST(strcmp(out, again) == 0);
	}
	return 0;
}
