#ifndef SMIME_CONTENT_H
#define SMIME_CONTENT_H

#include <stdbool.h>

#include "base/bytes.h"

/*
 * The signed bytes, wherever they lie: a range of the message, of which
 * the signature means the canonical form with CRLF (RFC 8551 section
 * 3.1.1), or an OCTET STRING inside the signature, as it is, perhaps in
 * pieces (X.690 section 8.7.3).  Given away piece by piece; never copied
 * whole.
 */
enum content_kind {
	CONTENT_LINES, /* line ends become CRLF */
	CONTENT_PLAIN, /* as they are */
	CONTENT_PIECES /* BER: OCTET STRINGs in a row */
};

struct content {
	enum content_kind kind;
	struct span bytes;
};

/* Told of each stretch in order; false ends the walk. */
typedef bool content_visit(void *arg, struct span stretch);

/* Walk over the content.  false: the pieces are no BER, or visit said so. */
bool content_each(const struct content *c, content_visit *visit, void *arg);

/* Copy the start of the content, at most size bytes; returns how many. */
size_t content_head(const struct content *c, uint8_t *out, size_t size);

#endif
