#ifndef TESTS_UNIT_SAMPLE_H
#define TESTS_UNIT_SAMPLE_H

#include "base/harvest.h"
#include "base/trust.h"

/*
 * Harvests for the tests of spool and store, which never look into a
 * certificate: any bytes will do.  Aborts when out of memory.
 */

/* A chained harvest of partner<n>@example.org, certificate number version. */
struct harvest *sample_harvest(unsigned n, unsigned version);

/* A refusal note of the same partner. */
struct harvest *sample_note(unsigned n, enum reason_code code);

/* A folder of its own below TMPDIR, /dev/shm or /tmp; remove it with
 * sample_remove(). */
char *sample_folder(void);

/* Remove the folder with all that is in it, and free the name. */
void sample_remove(char *folder);

/* "folder/name" in one of four buffers. */
const char *sample_path(const char *folder, const char *name);

/* Write s into the file. */
void sample_write(const char *path, const char *s);

/* How many names the folder holds that do not start with a dot. */
unsigned sample_count(const char *folder);

#endif
