#ifndef BASE_TRUST_H
#define BASE_TRUST_H

#include "base/bytes.h"
#include "base/digest.h"
#include "base/harvest.h"

/*
 * The trust bundle: what a judge believes, as plain DER.  Made by pki/ from
 * the settings and the publisher's snapshot in a process that reads no
 * mail, sealed into a memfd, inherited by the workers.
 */
struct trust_anchor {
	struct bytes der;
	uint64_t mark;	  /* the same of the same: trust.c's own */
	char origin[256]; /* where it came from, for messages */
	bool public_ca;	  /* of Mozilla's set */
	/* It counts for every domain, for certificates that are valid from
	 * no later than distrust_after (0: whenever); */
	bool everywhere;
	int64_t distrust_after;
	/* and for these, whenever: see scope.h; NULL: none more. */
	char *domains;
};

struct trust_crl {
	struct bytes der;
	char origin[256];
};

struct trust {
	struct trust_anchor *anchors;
	unsigned n_anchors;
	struct bytes *known; /* untrusted: intermediates, encryption certs */
	uint64_t *marks;     /* of these, as an anchor's */
	unsigned n_known;
	struct trust_crl *crls; /* not verified yet */
	unsigned n_crls;
	size_t crl_bytes;	  /* of all of them */
	bool revocation_required; /* without a CRL nothing is good */
	/* Never in a chain, whoever brings them: trust_digest() of what Mozilla
	 * distrusts, SHA-256 of what was rejected here. */
	uint8_t (*distrusted)[DIGEST_LEN];
	unsigned n_distrusted;
	/* CAs that were rejected: their keys vouch for nobody, in whatever
	 * certificate they come. */
	struct bytes *rejected;
	unsigned n_rejected;
	/* For whom something is published, by trust_partner(); sorted once
	 * the bundle is read. */
	uint64_t *partners;
	unsigned n_partners;
	uint8_t digest[DIGEST_LEN]; /* of the bundle; zero unless read */
};

/* What one source says of an anchor. */
struct trust_grant {
	const char *origin;
	bool public_ca;
	int64_t distrust_after; /* with domains NULL alone; 0: none */
	const char *domains;	/* canonical; NULL: for every domain */
};

/* An empty bundle, or NULL when out of memory. */
struct trust *trust_new(void);

/* Free; NULL is allowed. */
void trust_free(struct trust *t);

/*
 * Add a copy of an anchor.  One that is there already counts for all that any
 * source grants it, in whatever order they come; that is NOTHING.  LATER
 * (memory); REFUSED above LIMIT_ANCHORS, or of too many domains.
 */
MUST_CHECK enum outcome trust_add_anchor(struct trust *t, struct span der,
    const struct trust_grant *grant, struct reason *why);

/* The domains of the anchor with that certificate; NULL: there is none, or it
 * is for all.  Dead with the next change of t. */
const char *trust_peek_domains(const struct trust *t, struct span der);

/* Add a copy of a certificate that may help to build a chain; as above. */
MUST_CHECK enum outcome trust_add_known(
    struct trust *t, struct span der, struct reason *why);

/* Add a copy of a revocation list; as above, and REFUSED above LIMIT_CRL and
 * LIMIT_CRL_BYTES. */
MUST_CHECK enum outcome trust_add_crl(
    struct trust *t, struct span der, const char *origin, struct reason *why);

/* Add everything of from; what does not fit any more is left out.  LATER
 * (memory). */
MUST_CHECK enum outcome trust_add_all(
    struct trust *t, const struct trust *from, struct reason *why);

/* The digest that stands for the certificate of that issuer (DER of the
 * name) and serial number (DER of the INTEGER). */
void trust_digest(
    struct span issuer, struct span serial, uint8_t out[DIGEST_LEN]);

/* Let no chain hold that has that certificate in it.  LATER (memory),
 * REFUSED above LIMIT_DISTRUSTED. */
MUST_CHECK enum outcome trust_distrust(
    struct trust *t, const uint8_t digest[DIGEST_LEN], struct reason *why);

/* Add a copy of a rejected CA's certificate.  LATER (memory), REFUSED above
 * LIMIT_REJECTED. */
MUST_CHECK enum outcome trust_reject(
    struct trust *t, struct span der, struct reason *why);

/* Whether it is one that trust_distrust() was told of. */
bool trust_is_distrusted(
    const struct trust *t, const uint8_t digest[DIGEST_LEN]);

/* What stands for an address: an eavesdropper on a relay learns none. */
uint64_t trust_partner(const char *address);

/* Add one for whom something is published.  LATER (memory), REFUSED above
 * LIMIT_PARTNERS. */
MUST_CHECK enum outcome trust_add_partner(
    struct trust *t, uint64_t partner, struct reason *why);

/* Sort them, for trust_is_partner(); trust_read() has done so. */
void trust_sort_partners(struct trust *t);

/* Whether it is one of these; of a bundle that was read. */
bool trust_is_partner(const struct trust *t, const char *address);

/* Write the bundle into a new sealed memfd, which is the caller's. */
MUST_CHECK enum outcome trust_seal(
    const struct trust *t, int *out, struct reason *why);

/* Read a bundle from a descriptor that trust_seal() made. */
MUST_CHECK enum outcome trust_read(
    int fd, struct trust **out, struct reason *why);

#endif
