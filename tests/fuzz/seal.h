#ifndef TESTS_FUZZ_SEAL_H
#define TESTS_FUZZ_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/trust.h"
#include "smime/content.h"

/*
 * One key that signs everything: a fuzzer that changes a certificate or a
 * CMS breaks its signatures, and nothing behind the arithmetic would ever
 * be reached.  So they are made anew.
 */

/* The content of every detached signature of cms_fuzz. */
#define SEAL_CONTENT "Content-Type: text/plain\n\nHello\nline two\n"

/* When the seeds are valid. */
#define SEAL_NOW 1795000000

/* An anchor with that key, and a certificate that is known from before; the
 * caller frees it. */
struct trust *seal_trust(void);

/*
 * Sign every certificate in the BER at data once more, and, where it is a
 * CMS with one signer, that too: over its own content, or over the one given
 * when it has none.  Returns the length, 0 when it does not fit max.
 */
size_t seal(
    uint8_t *data, size_t size, size_t max, const struct content *detached);

#endif
