#ifndef PUBLISHER_SHADOWS_H
#define PUBLISHER_SHADOWS_H

#include "publisher/setup.h"

/*
 * What is inside of the userSMIMECertificate values of a contact, read by the
 * judge: these are bytes that anybody may have put there.
 */
struct shadows {
	struct plan_shadow at[CONTACT_SHADOWS];
};

/*
 * Read those of a contact; the caller clears *out in any case, which was clear
 * before.  A value that ends the judge is one that cannot be read.  LATER,
 * BROKEN: as judge_process_shadow() has it.
 */
MUST_CHECK enum outcome shadows_read(struct setup *s,
    const struct contact *contact, int64_t now, struct shadows *out,
    struct reason *why);

/* Free the contents. */
void shadows_clear(struct shadows *s);

#endif
