#ifndef DIRECTORY_AD_ROOT_H
#define DIRECTORY_AD_ROOT_H

#include "directory/ad.h"

/*
 * Read what the server is from the root of its tree (MS-ADTS 3.1.1.3.2)
 * into ad: naming contexts, forest, whether it is a global catalog.  LATER
 * (directory-down): read-only, and ad is not for a global catalog;
 * (directory-busy): it has not caught up with the others since its start.
 */
MUST_CHECK enum outcome ad_root_read(
    struct ad *ad, const char *server, struct reason *why);

#endif
