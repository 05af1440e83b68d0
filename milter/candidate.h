#ifndef MILTER_CANDIDATE_H
#define MILTER_CANDIDATE_H

#include <stdbool.h>

/*
 * Whether a message can be signed, from its headers alone and without
 * parsing them: a stranger's bytes are only searched.  It errs towards yes; the
 * judge decides.
 */

/* Whether this header field makes its message a candidate. */
bool candidate_header(const char *name, const char *value);

#endif
