#include "store/inside.h"

#include <errno.h>
#include <string.h>

/*
 * SQLite's result codes, the extended ones first; a primary one stands for
 * all that extend it.  reopen: the connection itself may be what is wrong
 * (the file was replaced, the disk was read-only), so that the next caller
 * tries with a new one.  Codes that are not here are faults of ours.
 */
static const struct {
	int code;
	enum reason_code reason;
	bool reopen;
} errors[] = {
    /* A reader finds what a killed writer left, and may not mend it. */
    {SQLITE_READONLY_RECOVERY, REASON_STORE_BUSY, true},
    {SQLITE_READONLY_CANTLOCK, REASON_STORE_BUSY, true},
    {SQLITE_READONLY_ROLLBACK, REASON_STORE_BUSY, true},
    {SQLITE_IOERR_NOMEM, REASON_MEMORY, true},
    {SQLITE_BUSY, REASON_STORE_BUSY, false},
    {SQLITE_LOCKED, REASON_STORE_BUSY, false},
    {SQLITE_PROTOCOL, REASON_STORE_BUSY, true},
    {SQLITE_INTERRUPT, REASON_STORE_BUSY, false},
    {SQLITE_ABORT, REASON_STORE_BUSY, false},
    {SQLITE_FULL, REASON_STORE_FULL, false},
    {SQLITE_NOMEM, REASON_MEMORY, false},
    {SQLITE_IOERR, REASON_STORE_IO, true},
    {SQLITE_READONLY, REASON_STORE_IO, true},
    {SQLITE_CANTOPEN, REASON_STORE_IO, true},
    {SQLITE_PERM, REASON_STORE_IO, true},
    {SQLITE_AUTH, REASON_STORE_IO, true},
    {SQLITE_CORRUPT, REASON_STORE_CORRUPT, true},
    {SQLITE_NOTADB, REASON_STORE_CORRUPT, true},
};

enum outcome
store_failed(struct store *s, struct reason *why, int code)
{
	enum reason_code reason = REASON_STORE_IO;
	int e = s->db == NULL ? 0 : sqlite3_system_errno(s->db);
	size_t i;

	for (i = 0; i < sizeof errors / sizeof errors[0]; i++)
		if (errors[i].code == code || errors[i].code == (code & 0xff)) {
			reason = errors[i].reason;
			s->sick = s->sick || errors[i].reopen;
			break;
		}
	/* What fails for want of space or descriptors says so in errno. */
	if ((code & 0xff) == SQLITE_IOERR && (e == ENOSPC || e == EDQUOT))
		reason = REASON_STORE_FULL;
	if ((code & 0xff) == SQLITE_CANTOPEN && (e == EMFILE || e == ENFILE))
		reason = REASON_MEMORY;
	return reason_set(why, reason, "%s: %s (%d)", s->path,
	    s->db == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(s->db), code);
}
