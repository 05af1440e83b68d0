#ifndef SMIME_BULK_H
#define SMIME_BULK_H

#include "base/bulk.h"
#include "smime/message.h"

/*
 * What a scanned header block says of the mail as a whole; of several
 * fields the first of enum bulk counts.  A value that cannot be read says
 * nothing, but for Auto-Submitted, where anything but "no" counts.
 */
enum bulk bulk_read(const struct message *m);

#endif
