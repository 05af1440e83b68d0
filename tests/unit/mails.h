#ifndef TESTS_UNIT_MAILS_H
#define TESTS_UNIT_MAILS_H

#include <stdbool.h>
#include <time.h>

#include "base/judge.h"
#include "base/trust.h"

/*
 * The mails that tests/mail/make-mail made, and who is trusted in them:
 * its CA as the anchor, and a few certificates that are known from before.
 */

/* Read NAME.END, the end with its dot; false: there is none. */
bool mails_read(const char *name, const char *end, struct bytes *out);

/* Who is trusted; NULL on failure.  The caller frees it. */
struct trust *mails_trust(void);

/* Policy as it is by default, now. */
struct judge_policy mails_policy(void);

#endif
