#ifndef BASE_AUTHENTICATION_H
#define BASE_AUTHENTICATION_H

#include "base/address.h"
#include "base/digest.h"

/*
 * What our own mail server found out about who sent a message, of the
 * domain of its From: (RFC 8601).  SPF is about the envelope and proves
 * nothing of From: by itself, so it is not here; DMARC counts it.
 */
enum authentication_result {
	AUTHENTICATION_UNSAID, /* nobody whom we trust said anything */
	AUTHENTICATION_NONE,   /* there was nothing to check for that domain */
	AUTHENTICATION_PASS,
	AUTHENTICATION_FAIL,
	AUTHENTICATION_POLICY,
	AUTHENTICATION_NEUTRAL,
	AUTHENTICATION_TEMPERROR,
	AUTHENTICATION_PERMERROR,
	AUTHENTICATION_CONFLICT, /* said twice, and differently */
	AUTHENTICATION_RESULTS
};

struct authentication {
	enum authentication_result dmarc;
	/* PASS: a signature of dkim_domain holds, which is the domain of
	 * From: or above it. */
	enum authentication_result dkim;
	char dkim_domain[ADDRESS_SIZE];
};

/* The word for a result, as RFC 8601 has it; "" when nothing was said. */
const char *authentication_name(enum authentication_result r);

/* The result that has the word, without regard to case; false: none has. */
bool authentication_parse(struct span word, enum authentication_result *out);

/*
 * Add it to a digest: nothing where nothing was said, so that a digest of
 * the time before there was an authentication stays what it was.
 */
void authentication_digest(struct digest *d, const struct authentication *a);

#endif
