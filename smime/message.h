#ifndef SMIME_MESSAGE_H
#define SMIME_MESSAGE_H

#include "base/bytes.h"
#include "base/reason.h"

/*
 * The header block of a message or of one MIME part: one pass over the
 * lines, nothing copied, nothing decoded.  Finds the few fields that decide
 * and counts how often each stands there, because a field that stands there
 * twice is read differently by different programs.
 */
enum message_field {
	MESSAGE_FROM,
	MESSAGE_CONTENT_TYPE,
	MESSAGE_ENCODING,
	MESSAGE_DISPOSITION,
	MESSAGE_ID,
	MESSAGE_FIELDS
};

struct message_value {
	struct span raw; /* of the first one: folded, as it came */
	unsigned n;
};

/* Spans borrow the text that was scanned. */
struct message {
	struct message_value fields[MESSAGE_FIELDS];
	struct span header;
	struct span body;
};

/* Whose header block it is: the caps differ (limits.h). */
enum message_kind { MESSAGE_MAIL, MESSAGE_PART };

/*
 * Scan the header block at the start of text; lines end in LF or CRLF, also
 * mixed.  The body is what follows the first empty line, and empty when
 * there is none.  REFUSED (header-limit; malformed: a line that is no
 * field, a NUL, or a CR that ends no line, which some programs take for a
 * line's end and others do not).
 */
MUST_CHECK enum outcome message_scan(struct span text, enum message_kind kind,
    struct message *out, struct reason *why);

/*
 * The next field of a header block, *rest, that was scanned: its name and
 * its value, folded as it came.  false: there is none.  *rest begins behind
 * it afterwards.
 */
bool message_next(struct span *rest, struct span *name, struct span *value);

#endif
