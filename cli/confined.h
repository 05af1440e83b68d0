#ifndef CLI_CONFINED_H
#define CLI_CONFINED_H

#include "base/facts.h"
#include "base/settings.h"

/*
 * What strangers' certificates say, read by a confined worker: an
 * administrator looks at them as root.
 */

/*
 * The facts of n certificates, which become *out, the caller's to free(); one
 * that cannot be read has malformed set.  LATER, BROKEN, REFUSED as
 * judge_process_facts() has them.
 */
MUST_CHECK enum outcome confined_facts(const struct settings *s,
    const struct span *der, unsigned n, struct facts **out, struct reason *why);

#endif
