#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "directory/ldif_store.h"

static enum outcome
open_folder(struct ldif_store *l, struct reason *why)
{
	size_t len = (size_t)(l->name - l->path);

	/* "/" for a file in the root */
	l->parent = strndup(l->path, len > 1 ? len - 1 : len);
	if (l->parent == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	l->folder = open(l->parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (l->folder < 0)
		return reason_set(why, REASON_DIRECTORY_FILE, "%s: folder: %s",
		    l->path, strerror(errno));
	return DONE;
}

enum outcome
ldif_store_init(struct ldif_store *l, const char *path, struct reason *why)
{
	const char *slash = strrchr(path, '/');

	*l = (struct ldif_store){.path = path, .folder = -1, .lock = -1};
	if (slash == NULL || slash[1] == '\0')
		return reason_set(
		    why, REASON_SETTINGS, "directory.file is not set");
	l->name = slash + 1;
	return open_folder(l, why);
}

void
ldif_store_clear(struct ldif_store *l)
{
	ldif_clear(&l->file);
	free(l->parent);
	l->parent = NULL;
	file_close(&l->folder);
}

enum outcome
ldif_store_lock(struct ldif_store *l, struct reason *why)
{
	char name[NAME_MAX + 1];

	if (l->holders++ > 0 && l->lock >= 0)
		return DONE;
	snprintf(name, sizeof name, ".%.200s.lock", l->name);
	l->lock = openat(
	    l->folder, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	while (l->lock >= 0 && flock(l->lock, LOCK_EX) != 0)
		if (errno != EINTR)
			file_close(&l->lock);
	if (l->lock < 0)
		return reason_set(why, REASON_DIRECTORY_FILE,
		    "%s: its lock: %s", l->path, strerror(errno));
	return DONE;
}

void
ldif_store_unlock(struct ldif_store *l)
{
	if (--l->holders == 0)
		file_close(&l->lock);
}

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	    a->st_size == b->st_size &&
	    a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	    a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

void
ldif_store_forget(struct ldif_store *l)
{
	ldif_clear(&l->file);
	l->loaded = false;
	l->forgotten++;
}

static enum outcome
read_file(struct ldif_store *l, struct reason *why)
{
	struct bytes text = {.len = 0};
	struct reason inner;
	enum outcome o;

	o = file_read(l->path, LDIF_BYTES, &text, &inner);
	if (o == DONE)
		o = ldif_parse(span_bytes(&text), &l->file, &inner);
	if (o == NOTHING)
		o = DONE;
	else if (o != DONE)
		o = reason_set(
		    why, REASON_DIRECTORY_FILE, "%s: %s", l->path, inner.text);
	bytes_clear(&text);
	return o;
}

enum outcome
ldif_store_load(struct ldif_store *l, struct reason *why)
{
	struct stat now = {.st_ino = 0};
	enum outcome o;

	if (stat(l->path, &now) != 0 && errno != ENOENT)
		return reason_set(why, REASON_DIRECTORY_FILE, "%s: %s", l->path,
		    strerror(errno));
	if (l->loaded && is_same_file(&now, &l->read))
		return DONE;
	ldif_store_forget(l);
	file_sweep(l->folder, l->name); /* the lock is held */
	o = read_file(l, why);
	if (o == DONE) {
		l->read = now;
		l->loaded = true;
	}
	return o;
}

enum outcome
ldif_store_save(struct ldif_store *l, struct reason *why)
{
	struct buffer text;
	struct reason inner = {.code = REASON_OK};
	enum outcome o;

	buffer_init(&text, LDIF_BYTES);
	if (ldif_print(&l->file, &text))
		o = file_write(
		    l->folder, l->name, span_buffer(&text), 0640, &inner);
	else
		o = reason_set(
		    &inner, REASON_MEMORY, "too large, or out of memory");
	if (o == DONE && stat(l->path, &l->read) != 0)
		ldif_store_forget(l);
	if (o != DONE)
		o = reason_set(why,
		    o == LATER ? REASON_DIRECTORY_BUSY : REASON_DIRECTORY_FILE,
		    "%s: %s", l->path, inner.text);
	buffer_clear(&text);
	return o;
}
