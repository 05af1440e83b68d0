#ifndef STORE_DIGEST_H
#define STORE_DIGEST_H

#include "store/store.h"

/*
 * What the digest tells of: read once a day, at the cost of a look at every
 * row.  Visitors must not call the store.
 */
enum store_digest {
	STORE_DIGEST_PUBLISHED, /* at from or later, the newest first */
	STORE_DIGEST_EXPIRING,	/* from that time on and before to */
	STORE_DIGEST_SHADOWED,	/* all of them */
	STORE_DIGEST_CHANGED,	/* another CA's, published at from or later */
	STORE_DIGESTS
};

struct store_digest_row {
	char address[ADDRESS_SIZE];
	char certificate[DIGEST_HEX];
	char issuer[FACTS_TEXT];
	char subject[FACTS_TEXT];
	int64_t not_after; /* CHANGED: 0 */
	int64_t published;
	char message_id[256];
	int64_t last_seen; /* a mail of that address with a certificate; 0 */
	int64_t total;	   /* of rows like this one, without the limit */
};

/* Visit them, at most limit. */
MUST_CHECK enum outcome store_digest(struct store *s, enum store_digest what,
    int64_t from, int64_t to, unsigned limit,
    void (*visit)(void *arg, const struct store_digest_row *row), void *arg,
    struct reason *why);

/* Visit the reasons that harvests were put off for, with how many. */
MUST_CHECK enum outcome store_waiting_reasons(struct store *s,
    void (*visit)(void *arg, enum reason_code code, int64_t n), void *arg,
    struct reason *why);

/* How many domains sent a signature since then that was good, and how many
 * one that was changed on its way. */
struct store_signing {
	int64_t good, changed;
};

/* Count them. */
MUST_CHECK enum outcome store_signing_domains(struct store *s, int64_t since,
    struct store_signing *out, struct reason *why);

#endif
