#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/*
 * SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104): fingerprints, names of
 * spool files, marks of ownership.
 */
#define DIGEST_LEN 32
#define DIGEST_HEX (2 * DIGEST_LEN + 1)

struct digest; /* a running SHA-256 */

/* SHA-256 of s into out. */
void digest_sha256(struct span s, uint8_t out[DIGEST_LEN]);

/* SHA-256 of s as lower-case hexadecimal with a NUL. */
void digest_sha256_hex(struct span s, char out[DIGEST_HEX]);

/* HMAC-SHA-256 of s under key into out. */
void digest_hmac(struct span key, struct span s, uint8_t out[DIGEST_LEN]);

/* Same 32 bytes, in a time that does not depend on where they differ. */
bool digest_equal(const uint8_t a[DIGEST_LEN], const uint8_t b[DIGEST_LEN]);

/* A new running digest, or NULL when out of memory. */
struct digest *digest_new(void);

/* Take s in. */
void digest_add(struct digest *d, struct span s);

/* Take the length of s and then s in, so that fields cannot run together. */
void digest_add_field(struct digest *d, struct span s);

/* The digest of everything taken in; d can only be freed afterwards. */
void digest_finish(struct digest *d, uint8_t out[DIGEST_LEN]);

/* Free; NULL is allowed. */
void digest_free(struct digest *d);

#endif
