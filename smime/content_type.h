#ifndef SMIME_CONTENT_TYPE_H
#define SMIME_CONTENT_TYPE_H

#include "base/limits.h"
#include "smime/message.h"

/*
 * What Content-Type: and Content-Disposition: say (RFC 2045 section 5.1,
 * RFC 2183).  A parser of our own, not GMime's: that one decodes
 * parameters through iconv, which opens files that a confined worker has
 * not, and forgives what must be refused here (two boundaries, for one, of
 * which every program picks its own).
 */
#define CONTENT_TYPE_TEXT 128

struct content_type {
	char media[CONTENT_TYPE_TEXT]; /* "multipart/signed", lower case */
	char boundary[LIMIT_BOUNDARY + 1];
	char protocol[CONTENT_TYPE_TEXT]; /* lower case */
	char name[CONTENT_TYPE_TEXT];	  /* end of the file name, lower case */
	char hp[16];			  /* RFC 9788 section 2.1.1 */
};

/*
 * Read both fields of m.  A missing or unreadable Content-Type: is
 * text/plain (RFC 2045 section 5.2).  REFUSED (malformed): one that
 * different programs would read differently.
 */
MUST_CHECK enum outcome content_type_read(
    const struct message *m, struct content_type *out, struct reason *why);

#endif
