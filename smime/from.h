#ifndef SMIME_FROM_H
#define SMIME_FROM_H

#include "base/address.h"
#include "smime/message.h"

/*
 * Who a message says that it is from: exactly one From: field with exactly
 * one mailbox (RFC 5322 section 3.6.2, with its obsolete syntax, RFC 6854's
 * groups, and RFC 6532's UTF-8).  Routes and the names of groups say nothing;
 * all that counts is that the grammar leaves no doubt which mailbox it is, as
 * only the certificate proves that it is the sender's.  A parser of our own:
 * GMime's follows groups into each other until the stack ends, and decodes
 * phrases through iconv, for which a confined worker has no files.  The phrase
 * is stepped over and never taken for an address.
 */

/*
 * Read the From: fields of a header block.  DONE: out is canonical.
 * REFUSED (no-from, many-from, bad-from, bad-address).
 */
MUST_CHECK enum outcome from_read(
    const struct message *m, char out[ADDRESS_SIZE], struct reason *why);

/* Read one value of the field; as above. */
MUST_CHECK enum outcome from_parse(
    struct span value, char out[ADDRESS_SIZE], struct reason *why);

/* The phrase of a value that from_parse() accepts, or an empty span; it
 * borrows value. */
struct span from_phrase(struct span value);

#endif
