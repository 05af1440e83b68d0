#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include <sys/types.h>

#include "base/settings.h"
#include "directory/findings.h"

/*
 * certharvest doctor, the part that looks at this machine.  As root it first
 * looks at what root alone may see, then becomes the user of the publisher, as
 * whom all else is looked at: what the publisher may not do is found then.
 */

/* The secrets, the site key, users. */
void doctor_look_privileged(const struct settings *s, struct findings *out);

/*
 * Become the user of the publisher, which is the owner of the folder of its
 * store, for good.  BROKEN (io): the system refuses.  Whoever is not root
 * stays who he is.
 */
MUST_CHECK enum outcome doctor_become_publisher(
    const struct settings *s, struct findings *out, struct reason *why);

/* The spool folders, the running publisher. */
void doctor_look(const struct settings *s, struct findings *out);

#endif
