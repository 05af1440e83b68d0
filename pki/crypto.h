#ifndef PKI_CRYPTO_H
#define PKI_CRYPTO_H

#include <stdbool.h>

#include "base/reason.h"

/*
 * OpenSSL for a process that is about to be locked in: without its
 * configuration file, and with every algorithm used once, so that nothing
 * is opened, fetched or loaded later.
 */

/*
 * From now on OpenSSL's allocations end the process when memory is out:
 * under allocation failure CMS_verify() just fails, and that must not
 * become a verdict.  The first call of a worker, before any other into
 * OpenSSL; false when that was too late.
 */
bool crypto_abort_without_memory(void);

/*
 * Start OpenSSL; may be called again.  BROKEN (worker-broken) names the
 * algorithm that does not work.
 */
MUST_CHECK enum outcome crypto_open(struct reason *why);

/* Forget the errors that OpenSSL queued up, but for the next one. */
void crypto_forget_errors(void);

/*
 * Whether OpenSSL could not read something that it was given since this was
 * last asked: not that a signature did not hold.
 */
bool crypto_complained(void);

#endif
