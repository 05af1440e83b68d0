#include <string.h>

#include "smime/authres.h"
#include "smime/bulk.h"
#include "tests/fuzz/fuzz.h"

#define DOMAIN "mail.partner.example"

/* Any header block.  What passed is about From:'s domain, and was said. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct authentication a;
	struct reason why;
	struct message m;

	if (message_scan((struct span){data, size}, MESSAGE_MAIL, &m, &why) !=
	    DONE)
		return 0;
	MUST(bulk_read(&m) < BULKS);
	authres_read(&m, "", DOMAIN, &a);
	MUST(a.dmarc == AUTHENTICATION_UNSAID);
	MUST(a.dkim == AUTHENTICATION_UNSAID);
	authres_read(&m, "mx", DOMAIN, &a);
	MUST((a.dkim == AUTHENTICATION_PASS) == (a.dkim_domain[0] != '\0'));
	MUST(a.dkim != AUTHENTICATION_PASS ||
	    strstr("." DOMAIN, a.dkim_domain) != NULL);
	return 0;
}
