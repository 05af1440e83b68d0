#ifndef PKI_PEM_FILE_H
#define PKI_PEM_FILE_H

#include "base/bytes.h"
#include "base/digest.h"
#include "base/reason.h"

/*
 * What an operator laid down for us: files in PEM or DER form, and folders
 * of them.  For processes that read no mail.
 */

/*
 * Told of one object: the file, its number in it from 1 on, its DER.
 * NOTHING and DONE go on; anything else ends the reading.  Number 0 and no DER:
 * a file that is not empty has no such object in it.
 */
typedef enum outcome pem_visit(void *arg, const char *path, unsigned position,
    struct span der, struct reason *why);

/*
 * Visit every object with one of the labels (ends with NULL) in the file, or
 * in each file of the folder that is not hidden.  A file that begins like
 * DER is one object; what else stands between PEM blocks is somebody
 * else's.  BROKEN (no-anchors): something cannot be read, with the path and
 * position in why.
 */
MUST_CHECK enum outcome pem_load(const char *path, const char *const *labels,
    pem_visit *visit, void *arg, struct reason *why);

/* Take everything into d by which a change of the file, or of the folder and
 * its files, can be noticed. */
void pem_stamp(const char *path, struct digest *d);

#endif
