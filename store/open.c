#include "store/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define BUSY_WAIT 2000	  /* milliseconds */
#define STORE_MODE 0640	  /* the administrators' group reads */
#define WAL_KEPT 67108864 /* bytes; a larger one is cut at a checkpoint */

/*
 * Of the writer: FULL waits for the disk at every commit; secure_delete
 * because what is forgotten must be gone.
 */
static const char *const writer_pragmas[] = {
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA temp_store = MEMORY",
};

static const struct {
	int option, value;
} options[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},
    {SQLITE_DBCONFIG_DQS_DML, 0},
};

/* For both kinds: a file that was tampered with cannot do much. */
static enum outcome
connection_guard(struct store *s, struct reason *why)
{
	enum outcome o;
	size_t i;

	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, BUSY_WAIT);
	for (i = 0; i < sizeof options / sizeof options[0]; i++)
		sqlite3_db_config(
		    s->db, options[i].option, options[i].value, NULL);
	o = store_execute(s, "PRAGMA mmap_size = 0", why);
	if (o == DONE)
		o = store_execute(s, "PRAGMA cell_size_check = ON", why);
	return o;
}

static enum outcome
writer_prepare(struct store *s, struct reason *why)
{
	int64_t version;
	enum outcome o;
	char limit[64];
	int on = 1;
	size_t i;

	if (sqlite3_db_readonly(s->db, "main") != 0)
		return reason_set(why, REASON_STORE_IO,
		    "%s: may be read but not written", s->path);
	/* Refuse a foreign or newer file before anything is changed. */
	o = schema_version(s, &version, why);
	if (o == DONE && version == 0)
		o = store_execute(s, "PRAGMA auto_vacuum = INCREMENTAL", why);
	for (i = 0;
	     o == DONE && i < sizeof writer_pragmas / sizeof *writer_pragmas;
	     i++)
		o = store_execute(s, writer_pragmas[i], why);
	snprintf(
	    limit, sizeof limit, "PRAGMA journal_size_limit = %d", WAL_KEPT);
	if (o == DONE)
		o = store_execute(s, limit, why);
	if (o == DONE)
		o = schema_upgrade(s, why);
	/* A reader without the right to write here needs the WAL kept. */
	if (o == DONE)
		sqlite3_file_control(
		    s->db, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
	return o;
}

bool
store_is_there(const struct store *s)
{
	struct stat st;

	return stat(s->path, &st) == 0 && st.st_dev == s->device &&
	    st.st_ino == s->inode;
}

enum outcome
store_connect(struct store *s, struct reason *why)
{
	struct reason inner;
	enum outcome o;
	struct stat st;
	int code;

	if (why == NULL)
		why = &inner;
	s->sick = false;
	code = sqlite3_open_v2(s->path, &s->db,
	    (s->reader ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
		SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
	    NULL);
	o = code == SQLITE_OK ? DONE : store_failed(s, why, code);
	if (o == DONE && stat(s->path, &st) == 0) {
		s->device = st.st_dev;
		s->inode = st.st_ino;
	}
	if (o == DONE)
		o = connection_guard(s, why);
	if (o == DONE)
		o = s->reader ? schema_check(s, why) : writer_prepare(s, why);
	if (o != DONE)
		store_disconnect(s);
	return o;
}

void
store_disconnect(struct store *s)
{
	unsigned i;

	for (i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(s->statements[i]);
		s->statements[i] = NULL;
	}
	sqlite3_close(s->db);
	s->db = NULL;
}

static enum outcome
store_new(const char *path, struct store **out, struct reason *why)
{
	struct store *s;

	s = calloc(1, sizeof *s);
	if (s != NULL)
		s->path = strdup(path);
	if (s == NULL || s->path == NULL) {
		free(s);
		return reason_set(why, REASON_MEMORY, "out of memory");
	}
	s->lock = -1;
	*out = s;
	return DONE;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	store_disconnect(s);
	file_close(&s->lock);
	free(s->path);
	free(s);
}

/* The folder is synced, or a power cut could take the new store's name. */
static enum outcome
file_create(const char *path, struct reason *why)
{
	char folder[PATH_MAX], *slash;
	bool ok;
	int fd;

	if (access(path, F_OK) == 0)
		return DONE;
	snprintf(folder, sizeof folder, "%s", path);
	slash = strrchr(folder, '/');
	if (slash == NULL)
		strcpy(folder, ".");
	else
		slash[slash == folder] = '\0';
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, STORE_MODE);
	ok = fd >= 0 && fsync(fd) == 0;
	file_close(&fd);
	if (ok) {
		fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		ok = fd >= 0 && fsync(fd) == 0;
		file_close(&fd);
	}
	if (ok)
		return DONE;
	return reason_set(why,
	    errno == ENOSPC || errno == EDQUOT ? REASON_STORE_FULL
					       : REASON_STORE_IO,
	    "%s: %s", path, strerror(errno));
}

static enum outcome
writer_lock(struct store *s, struct reason *why)
{
	char path[PATH_MAX];
	enum outcome o;

	if (snprintf(path, sizeof path, "%s.lock", s->path) >= PATH_MAX)
		return reason_set(why, REASON_STORE_IO, "the path is too long");
	o = file_lock(path, &s->lock, why);
	if (o == BROKEN && why != NULL && why->code == REASON_IO)
		why->code = REASON_STORE_IO;
	return o;
}

enum outcome
store_open(const char *path, struct store **out, struct reason *why)
{
	struct store *s = NULL;
	enum outcome o;

	o = store_new(path, &s, why);
	if (o != DONE)
		return o;
	o = writer_lock(s, why);
	if (o == DONE)
		o = file_create(path, why);
	if (o == DONE)
		o = store_connect(s, why);
	if (o == DONE) {
		*out = s;
		s = NULL; /* the caller owns it now */
	}
	store_close(s);
	return o;
}

enum outcome
store_open_reader(const char *path, struct store **out, struct reason *why)
{
	struct store *s = NULL;
	enum outcome o;

	if (access(path, F_OK) != 0 && errno == ENOENT)
		return NOTHING;
	o = store_new(path, &s, why);
	if (o != DONE)
		return o;
	s->reader = true;
	o = store_connect(s, why);
	if (o == DONE) {
		*out = s;
		s = NULL; /* the caller owns it now */
	}
	store_close(s);
	return o;
}
