#include "store/care.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/inside.h"

/* The copy while it is made, beside the place where it will be. */
struct copy {
	const char *path;
	char made[PATH_MAX];
};

static enum outcome
cannot(const char *path, const char *what, struct reason *why)
{
	return reason_set(
	    why, REASON_IO, "%s: %s: %s", path, what, strerror(errno));
}

/* Whether the file is the store's own; those beside it are there while it is
 * open. */
static bool
is_own(const struct store *s, const struct stat *st)
{
	static const char *const ends[] = {
	    "", "-wal", "-shm", "-journal", ".lock"};
	char own[PATH_MAX + 16];
	struct stat found;
	size_t i;

	for (i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		snprintf(own, sizeof own, "%s%s", s->path, ends[i]);
		if (stat(own, &found) == 0 && found.st_dev == st->st_dev &&
		    found.st_ino == st->st_ino)
			return true;
	}
	return st->st_dev == s->device && st->st_ino == s->inode;
}

/* A backup over the store itself, or the log beside it, would be its end. */
static enum outcome
is_another(const struct store *s, const char *path, struct reason *why)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return DONE;
	if (!S_ISREG(st.st_mode) || is_own(s, &st))
		return reason_set(why, REASON_IO,
		    "%s: not a file that a backup may replace", path);
	return DONE;
}

static enum outcome
make(struct copy *c, struct reason *why)
{
	int fd;

	if (snprintf(c->made, sizeof c->made, "%s.XXXXXX", c->path) >=
	    (int)sizeof c->made)
		return reason_set(why, REASON_IO, "the path is too long");
	fd = mkostemp(c->made, O_CLOEXEC); /* 0600 */
	if (fd < 0) {
		c->made[0] = '\0';
		return cannot(c->path, "cannot be made", why);
	}
	file_close(&fd);
	return DONE;
}

/* All at once, as of one moment: nobody is kept from writing meanwhile, and it
 * need not begin anew because somebody does. */
static enum outcome
fill(struct store *s, sqlite3 *to, const struct copy *c, struct reason *why)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", s->db, "main");
	int code;

	if (b == NULL)
		return reason_set(
		    why, REASON_IO, "%s: %s", c->path, sqlite3_errmsg(to));
	code = sqlite3_backup_step(b, -1);
	if (sqlite3_backup_finish(b) == SQLITE_OK && code == SQLITE_DONE)
		/* a file by itself, without a log beside it */
		code = sqlite3_exec(
		    to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
	if (code == SQLITE_OK)
		return DONE;
	/* of the one or of the other? */
	if (sqlite3_errcode(s->db) == code)
		return store_failed(s, why, code);
	return reason_set(why, REASON_IO, "%s: %s", c->path,
	    sqlite3_system_errno(to) != 0 ? strerror(sqlite3_system_errno(to))
					  : sqlite3_errstr(code));
}

static enum outcome
copy_all(struct store *s, const struct copy *c, struct reason *why)
{
	sqlite3 *to = NULL;
	enum outcome o;
	int code;

	code = sqlite3_open_v2(
	    c->made, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (code == SQLITE_OK)
		code =
		    sqlite3_exec(to, "PRAGMA synchronous = FULL", NULL, 0, 0);
	o = code == SQLITE_OK ? fill(s, to, c, why)
			      : reason_set(why, REASON_IO, "%s: %s", c->path,
				    sqlite3_errstr(code));
	sqlite3_close(to);
	return o;
}

/* What was copied is looked at as if it were to be used. */
static enum outcome
check(const struct copy *c, struct reason *why)
{
	struct store *s = NULL;
	enum outcome o;

	o = store_open_reader(c->made, &s, why);
	if (o == NOTHING)
		o = reason_set(why, REASON_STORE_CORRUPT,
		    "%s: the copy is empty", c->path);
	if (o == DONE)
		o = store_check(s, why);
	store_close(s);
	return o;
}

static bool
sync_path(const char *path, int flags)
{
	int fd = open(path, flags | O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fsync(fd) == 0;

	file_close(&fd);
	return ok;
}

static enum outcome
put(struct copy *c, struct reason *why)
{
	char folder[PATH_MAX], *slash;

	snprintf(folder, sizeof folder, "%s", c->path);
	slash = strrchr(folder, '/');
	if (slash == NULL)
		strcpy(folder, ".");
	else
		slash[slash == folder] = '\0';
	if (!sync_path(c->made, 0) || rename(c->made, c->path) != 0)
		return cannot(c->path, "cannot be written", why);
	c->made[0] = '\0';
	return sync_path(folder, O_DIRECTORY)
	    ? DONE
	    : cannot(folder, "cannot be synced", why);
}

/* Of what did not come to its end. */
static void
remove_rest(const struct copy *c)
{
	static const char *const ends[] = {"", "-journal", "-wal", "-shm"};
	char path[PATH_MAX + 16];
	size_t i;

	for (i = 0; c->made[0] != '\0' && i < sizeof ends / sizeof ends[0];
	     i++) {
		snprintf(path, sizeof path, "%s%s", c->made, ends[i]);
		(void)unlink(path);
	}
}

enum outcome
store_backup(struct store *s, const char *path, struct reason *why)
{
	struct copy c = {.path = path};
	enum outcome o;

	o = is_another(s, path, why);
	if (o == DONE)
		o = make(&c, why);
	if (o == DONE)
		o = copy_all(s, &c, why);
	if (o == DONE)
		o = check(&c, why);
	if (o == DONE)
		o = put(&c, why);
	remove_rest(&c);
	return o;
}
