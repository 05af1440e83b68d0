#include "store/care.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "store/inside.h"

enum outcome
store_measure(struct store *s, struct store_size *out, struct reason *why)
{
	int64_t pages = 0, unused = 0, size = 0;
	char path[PATH_MAX];
	enum outcome o;
	struct stat st;

	o = store_number(s, "PRAGMA page_size", &size, why);
	if (o == DONE)
		o = store_number(s, "PRAGMA page_count", &pages, why);
	if (o == DONE)
		o = store_number(s, "PRAGMA freelist_count", &unused, why);
	if (o == DONE)
		o = schema_version(s, &out->version, why);
	if (o != DONE)
		return o;
	out->bytes = pages * size;
	out->unused = unused * size;
	out->log = 0;
	if (snprintf(path, sizeof path, "%s-wal", s->path) < PATH_MAX &&
	    stat(path, &st) == 0)
		out->log = st.st_size;
	return DONE;
}
