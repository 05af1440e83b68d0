#ifndef TESTS_UNIT_PKI_SAMPLE_H
#define TESTS_UNIT_PKI_SAMPLE_H

#include "base/trust.h"

/* The certificates that tests/fixtures/pki.sh made. */

#define SAMPLE_FOLDER "tests/pki"

/* The DER of one, which the caller clears; the test ends when there is none. */
struct bytes sample_certificate(const char *name);

/* A bundle with one anchor, scoped unless domains is NULL. */
struct trust *sample_trust(const char *anchor, const char *domains);

#endif
