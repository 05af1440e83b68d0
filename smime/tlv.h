#ifndef SMIME_TLV_H
#define SMIME_TLV_H

#include <stdbool.h>

#include "base/bytes.h"

/*
 * BER as it lies in the bytes (X.690 section 8): tags, lengths, contents,
 * indefinite lengths included.  Decodes nothing and allocates nothing; one
 * pass over a blob of any shape, so that what OpenSSL gets to see can be
 * counted and cut first: LIMIT_BER_ELEMENTS to a reader.  After the first thing
 * that is not BER every read says no: check tlv_ok() once, at the end.
 */
enum tlv_tag {
	TLV_INTEGER = 0x02,
	TLV_OCTETS = 0x04,
	TLV_OID = 0x06,
	TLV_SEQUENCE = 0x30,
	TLV_SET = 0x31,
	TLV_OCTETS_PIECES = 0x24,
	TLV_CONTEXT_0 = 0xa0,
	TLV_CONTEXT_1 = 0xa1,
	TLV_CONTEXT_2 = 0xa2
};

struct tlv_reader {
	const uint8_t *p, *end;
	unsigned budget; /* elements that may still be read */
	bool indefinite; /* the level that it stands in */
	bool bad;
};

/* One element, borrowed. */
struct tlv {
	uint8_t tag;	   /* first octet; long tags are not read */
	struct span value; /* without the end-of-contents octets */
	struct span whole;
};

/* An element that was entered. */
struct tlv_level {
	const uint8_t *end; /* NULL: of indefinite length */
	const uint8_t *outer;
	bool outer_indefinite;
};

/* Start at the first byte of s. */
void tlv_start(struct tlv_reader *r, struct span s);

/* Whether another element is there, in the entered one if there is any. */
bool tlv_more(struct tlv_reader *r);

/* The tag of the next element, 0 when there is none. */
uint8_t tlv_peek_tag(struct tlv_reader *r);

/* Read the next element, whatever it is. */
bool tlv_next(struct tlv_reader *r, struct tlv *out);

/* Read the next element if it has that tag; bad otherwise. */
bool tlv_take(struct tlv_reader *r, uint8_t tag, struct tlv *out);

/* Step into the next element, which must have that tag. */
bool tlv_enter(struct tlv_reader *r, uint8_t tag, struct tlv_level *l);

/* Step out of it, over what was not read. */
bool tlv_leave(struct tlv_reader *r, const struct tlv_level *l);

/* Everything so far was BER and of the tags asked for. */
bool tlv_ok(const struct tlv_reader *r);

/* Everything was read and nothing is left. */
bool tlv_end(const struct tlv_reader *r);

/*
 * Append an element of definite length to b, which must have room.  For the
 * little that we hand on.
 */
bool tlv_put(struct buffer *b, uint8_t tag, struct span value);

#endif
