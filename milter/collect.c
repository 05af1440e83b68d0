#include "milter/collect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"

/* Memory that a session keeps from one message to the next. */
#define KEEP (64u * 1024)

void
collect_init(struct collect *c, struct collect_budget *budget, uint64_t cap)
{
	memset(c, 0, sizeof *c);
	c->budget = budget;
	c->cap = cap;
	c->file = -1;
	c->file_reading = -1;
	buffer_init(&c->memory, LIMIT_MESSAGE_MEMORY);
}

/* Take n out of what is shared; false when there is not so much. */
static bool
reserve(_Atomic uint64_t *used, uint64_t cap, uint64_t n)
{
	if (atomic_fetch_add(used, n) + n <= cap)
		return true;
	atomic_fetch_sub(used, n);
	return false;
}

void
collect_reset(struct collect *c)
{
	atomic_fetch_sub(&c->budget->bytes, c->size);
	if (c->file < 0)
		atomic_fetch_sub(&c->budget->memory, c->size);
	file_close(&c->file);
	file_close(&c->file_reading);
	if (c->memory.size > KEEP)
		buffer_clear(&c->memory);
	buffer_reset(&c->memory);
	c->size = 0;
	c->given_up = false;
}

void
collect_clear(struct collect *c)
{
	collect_reset(c);
	buffer_clear(&c->memory);
}

/* Both ends of a file that has no name any more. */
static enum outcome
make_file(struct collect *c, struct reason *why)
{
	char path[4096];
	int n;

	n = snprintf(
	    path, sizeof path, "%s/certharvest.XXXXXX", c->budget->folder);
	if (n < 0 || n >= (int)sizeof path)
		return reason_set(
		    why, REASON_IO, "milter.temporary_folder is too long");
	c->file = mkostemp(path, O_CLOEXEC | O_APPEND);
	if (c->file < 0)
		return reason_set(
		    why, REASON_IO, "%s: %s", path, strerror(errno));
	/* The judge gets this one: it cannot write. */
	c->file_reading = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	n = errno;
	(void)unlink(path);
	if (c->file_reading < 0)
		return reason_set(why, REASON_IO, "%s: %s", path, strerror(n));
	return DONE;
}

static enum outcome
write_file(
    const struct collect *c, const void *data, size_t len, struct reason *why)
{
	if (file_write_all(c->file, data, len))
		return DONE;
	return reason_set(
	    why, REASON_IO, "temporary file: %s", strerror(errno));
}

/* From memory into a file; what was counted as memory no longer is. */
static enum outcome
move_to_file(struct collect *c, struct reason *why)
{
	enum outcome o;

	o = make_file(c, why);
	/* From here on collect_reset() counts it as a file. */
	if (c->file >= 0)
		atomic_fetch_sub(&c->budget->memory, c->size);
	if (o == DONE)
		o = write_file(c, c->memory.data, c->memory.len, why);
	buffer_clear(&c->memory);
	return o;
}

static enum outcome
add(struct collect *c, const void *data, size_t len, struct reason *why)
{
	bool fits = c->memory.len + len <= LIMIT_MESSAGE_MEMORY && c->file < 0;
	enum outcome o;

	if (c->given_up)
		return reason_set(why, REASON_TOO_LARGE, "given up before");
	if (len > c->cap || c->size > c->cap - len)
		return reason_set(why, REASON_TOO_LARGE, "more than %llu bytes",
		    (unsigned long long)c->cap);
	if (!reserve(&c->budget->bytes, c->budget->bytes_cap, len))
		return reason_set(why, REASON_NO_ROOM,
		    "messages under way hold milter.candidate_bytes");
	if (fits && reserve(&c->budget->memory, c->budget->memory_cap, len)) {
		c->size += len;
		if (buffer_add(&c->memory, data, len))
			return DONE;
		return reason_set(why, REASON_MEMORY, "out of memory");
	}
	o = c->file < 0 ? move_to_file(c, why) : DONE;
	if (o != DONE) {
		atomic_fetch_sub(&c->budget->bytes, len);
		return o;
	}
	c->size += len;
	return write_file(c, data, len, why);
}

enum outcome
collect_add(struct collect *c, const void *data, size_t len, struct reason *why)
{
	enum outcome o = add(c, data, len, why);

	if (o != DONE) {
		collect_reset(c);
		c->given_up = true;
	}
	return o;
}

/* Sealed, so that not even we can change it under the judge's eyes. */
static enum outcome
open_memory(const struct collect *c, int *out, struct reason *why)
{
	int fd = memfd_create("message", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd >= 0 && file_write_all(fd, c->memory.data, c->memory.len) &&
	    fcntl(fd, F_ADD_SEALS,
		F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) ==
		0) {
		*out = fd;
		return DONE;
	}
	(void)reason_set(why, REASON_IO, "memfd: %s", strerror(errno));
	file_close(&fd);
	return BROKEN;
}

enum outcome
collect_open(const struct collect *c, int *out, struct reason *why)
{
	if (c->file < 0)
		return open_memory(c, out, why);
	*out = fcntl(c->file_reading, F_DUPFD_CLOEXEC, 0);
	if (*out >= 0)
		return DONE;
	return reason_set(why, REASON_IO, "dup: %s", strerror(errno));
}
