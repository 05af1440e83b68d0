#ifndef SMIME_DECODE_H
#define SMIME_DECODE_H

#include "smime/message.h"

/*
 * Content-Transfer-Encoding undone (RFC 2045 section 6), by GMime's
 * decoders, which take single bytes and keep no structure.
 */

/* Once per process: when GLib is out of memory, the process ends as a judge
 * does. */
void decode_init(void);

/*
 * Decode the body of m, at most cap bytes of result.  *out borrows either
 * the message or *storage, which the caller clears.  REFUSED (bad-encoding,
 * cms-too-large); LATER (memory).
 */
MUST_CHECK enum outcome decode_body(const struct message *m, size_t cap,
    struct bytes *storage, struct span *out, struct reason *why);

/* Whether the body stands there as it is: 7bit, 8bit or binary. */
bool decode_is_plain(const struct message *m);

#endif
