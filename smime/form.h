#ifndef SMIME_FORM_H
#define SMIME_FORM_H

#include "smime/content_type.h"

/*
 * The forms of S/MIME that are seen in the wild (RFC 8551 section 3), as
 * tables: what a message or a part may be, by its media type and the end of
 * its file name.  smime-type is a hint that is not looked at: what a blob
 * is, its own content type says.
 */
enum form {
	FORM_NONE,     /* not S/MIME */
	FORM_DETACHED, /* multipart/signed */
	FORM_OPAQUE    /* one CMS blob */
};

/* What the message with this Content-Type: may be. */
enum form form_of(const struct content_type *t);

/* Whether the second part of a multipart/signed (whole) is a signature of
 * ours, and not PGP's for example. */
bool form_is_signature(
    const struct content_type *whole, const struct content_type *part);

#endif
