#ifndef CLI_TRUST_H
#define CLI_TRUST_H

#include "cli/report.h"
#include "store/authority.h"

/*
 * The parts of certharvest trust: what is believed, CAs that nobody vouches
 * for, and what is said of them.
 */
struct trust_options {
	bool json;
	bool all;	     /* candidates: also those that nothing waits for */
	const char *domains; /* NULL: not given */
	const char *file;
	const char *note;
	const char *fingerprint; /* NULL: none */
};

/* CAs of the store, with their certificates' facts as a confined worker read
 * them. */
struct trust_ca {
	struct store_authority a;
	struct bytes der;
	struct facts facts; /* malformed: absent, or cannot be read */
};

struct trust_cas {
	struct trust_ca *at;
	unsigned n, room;
};

/* Read those in that state, at most limit; the caller clears *out in any
 * case. */
MUST_CHECK enum outcome trust_cas_read(const struct settings *s,
    struct store *store, enum store_authority_state state, unsigned limit,
    struct trust_cas *out, struct reason *why);

/* Free the contents. */
void trust_cas_clear(struct trust_cas *cas);

/* certharvest trust candidates; returns the exit status, as the next one. */
int trust_candidates(const struct cli *cli, const struct trust_options *o);

/* certharvest trust approve, reject, revoke. */
int trust_say(
    const struct cli *cli, const char *what, const struct trust_options *o);

#endif
