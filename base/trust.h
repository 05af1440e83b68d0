#ifndef BASE_TRUST_H
#define BASE_TRUST_H

#include "base/bytes.h"
#include "base/harvest.h"

/*
 * The trust bundle: what a judge believes, as plain DER.  Made by pki/ from
 * the settings and the publisher's snapshot in a process that reads no
 * mail, sealed into a memfd, inherited by the workers.
 */
struct trust_anchor {
	struct bytes der;
	char origin[256]; /* file it came from, for messages */
	bool public_ca;	  /* of the default set */
	char *domains;	  /* canonical, separated by spaces; NULL: all */
};

struct trust {
	struct trust_anchor *anchors;
	unsigned n_anchors;
	struct bytes *known; /* untrusted: intermediates, encryption certs */
	unsigned n_known;
	uint8_t digest[DIGEST_LEN]; /* of the bundle; zero unless read */
};

/* An empty bundle, or NULL when out of memory. */
struct trust *trust_new(void);

/* Free; NULL is allowed. */
void trust_free(struct trust *t);

/*
 * Add a copy of an anchor; a certificate that is there already is NOTHING.
 * domains may be NULL.  LATER (memory); REFUSED above LIMIT_ANCHORS.
 */
MUST_CHECK enum outcome trust_add_anchor(struct trust *t, struct span der,
    const char *origin, bool public_ca, const char *domains,
    struct reason *why);

/* Add a copy of a certificate that may help to build a chain; as above. */
MUST_CHECK enum outcome trust_add_known(
    struct trust *t, struct span der, struct reason *why);

/* Write the bundle into a new sealed memfd, which is the caller's. */
MUST_CHECK enum outcome trust_seal(
    const struct trust *t, int *out, struct reason *why);

/* Read a bundle from a descriptor that trust_seal() made. */
MUST_CHECK enum outcome trust_read(
    int fd, struct trust **out, struct reason *why);

#endif
