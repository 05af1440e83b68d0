#ifndef PKI_DER_H
#define PKI_DER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/*
 * Reading DER (X.690) without a library: one tag of one byte, a definite
 * length in its shortest form, the contents.  For looking at a stranger's
 * bytes before OpenSSL does.  Nothing is copied and nothing recurses.
 */
enum der_tag {
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT_0 = 0xa0
};

struct der {
	unsigned tag;
	struct span content;
	struct span whole; /* with tag and length */
};

/* Read the next element and move rest behind it.  false: there is none, or
 * it is not DER; rest is as it was. */
bool der_next(struct span *rest, struct der *out);

/* The same, if it has that tag. */
bool der_expect(struct span *rest, unsigned tag, struct der *out);

/* The bits of the magnitude of a positive INTEGER's contents; 0 for zero,
 * a negative one, or one not in its shortest form. */
unsigned der_integer_bits(struct span content);

#endif
