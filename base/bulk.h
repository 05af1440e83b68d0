#ifndef BASE_BULK_H
#define BASE_BULK_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/digest.h"

/*
 * Whether a mail was written to one of us, or to many or by a program, as its
 * own header says.  Nobody has to say so; but a mail that does makes no
 * contact.
 */
enum bulk {
	BULK_NONE,
	BULK_LIST,	 /* List-Id, RFC 2919 */
	BULK_PRECEDENCE, /* bulk, list or junk, RFC 3834 section 3.1.8 */
	BULK_AUTO,	 /* Auto-Submitted other than no, RFC 3834 section 5 */
	BULKS
};

/* The field that says so: "list-id", ...; "" for none. */
const char *bulk_name(enum bulk b);

/* The one that has the name, as bulk_name() has it; false: none has. */
bool bulk_parse(struct span name, enum bulk *out);

/* Add it to a digest: nothing for none, so that a digest of the time before
 * this was read stays what it was. */
void bulk_digest(struct digest *d, enum bulk b);

#endif
