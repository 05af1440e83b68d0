#ifndef PKI_SOURCES_H
#define PKI_SOURCES_H

#include "base/digest.h"
#include "base/settings.h"
#include "base/trust.h"

/*
 * All that the settings say is to be believed, made into a trust bundle: the
 * one place for every program.  For processes that read no mail.
 */

/* Told of each source that cannot be read: of which setting, and why. */
typedef void sources_complain(
    void *arg, const char *setting, const struct reason *why);

/*
 * Add what trust.* names.  A source that cannot be read is told and left out.
 * DONE; LATER (memory); BROKEN (no-anchors): at least one was left out, the
 * first in why, and t holds what the others gave.
 */
MUST_CHECK enum outcome sources_load(struct trust *t, const struct settings *s,
    sources_complain *complain, void *arg, struct reason *why);

/* Add the revocation lists of a file or folder; one that is none is told and
 * left out.  BROKEN (no-anchors): the place cannot be read. */
MUST_CHECK enum outcome sources_load_crls(struct trust *t, const char *path,
    sources_complain *complain, void *arg, struct reason *why);

/* Take in everything by which a change of the sources can be noticed. */
void sources_stamp(const struct settings *s, struct digest *d);

#endif
