#include "store/inside.h"

#include <stdio.h>

/*
 * The steps from each version of the tables to the next.  Never edit one
 * that was released; add a row.  All that are due run in one transaction,
 * so that nobody sees a store half-way.
 */
static const char *const steps[] = {
    /* 1: harvests and what became of them */
    "CREATE TABLE certificate ("
    " id INTEGER PRIMARY KEY,"
    " sha256 TEXT NOT NULL UNIQUE,"
    " der BLOB NOT NULL) STRICT;"

    "CREATE TABLE harvest ("
    " id INTEGER PRIMARY KEY,"
    " digest TEXT NOT NULL UNIQUE,"
    " address TEXT NOT NULL,"
    " domain TEXT NOT NULL,"
    " state TEXT NOT NULL CHECK (state IN"
    "  ('due', 'done', 'nothing', 'refused', 'held', 'note')),"
    " head INTEGER NOT NULL DEFAULT 0," /* first in its address's line */
    " reason TEXT NOT NULL,"
    " words TEXT NOT NULL,"
    " decided TEXT NOT NULL DEFAULT ''," /* the last decision's reason */
    " name TEXT NOT NULL,"
    " capabilities BLOB NOT NULL,"
    " chain TEXT NOT NULL,"
    " chain_words TEXT NOT NULL,"
    " message_id TEXT NOT NULL,"
    " queue_id TEXT NOT NULL,"
    " received INTEGER NOT NULL,"
    " signing_time INTEGER NOT NULL,"
    " taken INTEGER NOT NULL,"
    " changed INTEGER NOT NULL,"
    " due INTEGER NOT NULL,"
    " last_seen INTEGER NOT NULL,"
    " seen INTEGER NOT NULL DEFAULT 1,"
    " tries INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE INDEX harvest_due ON harvest (due, id)"
    " WHERE state = 'due' AND head = 1;"
    "CREATE INDEX harvest_line ON harvest (address, received, id)"
    " WHERE state = 'due';"
    "CREATE INDEX harvest_address ON harvest (address, last_seen);"
    "CREATE INDEX harvest_state ON harvest (state, received, id);"
    "CREATE INDEX harvest_note ON harvest (last_seen, id)"
    " WHERE state = 'note';"

    "CREATE TABLE harvest_certificate ("
    " harvest INTEGER NOT NULL REFERENCES harvest ON DELETE CASCADE,"
    " role INTEGER NOT NULL," /* 0 certificate, 1 signer, 2 other */
    " position INTEGER NOT NULL,"
    " certificate INTEGER NOT NULL REFERENCES certificate,"
    " PRIMARY KEY (harvest, role, position)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX harvest_certificate_back"
    " ON harvest_certificate (certificate);"

    "CREATE TABLE intent ("
    " harvest INTEGER PRIMARY KEY REFERENCES harvest ON DELETE CASCADE,"
    " address TEXT NOT NULL,"
    " object TEXT NOT NULL,"
    " certificate TEXT NOT NULL,"
    " plan TEXT NOT NULL,"
    " at INTEGER NOT NULL) STRICT;"

    "CREATE TABLE publication ("
    " address TEXT PRIMARY KEY,"
    " object TEXT NOT NULL,"
    " dn TEXT NOT NULL,"
    " certificate TEXT NOT NULL,"
    " issuer TEXT NOT NULL,"
    " subject TEXT NOT NULL,"
    " not_before INTEGER NOT NULL,"
    " not_after INTEGER NOT NULL,"
    " published INTEGER NOT NULL,"
    " message_id TEXT NOT NULL,"
    " harvest INTEGER REFERENCES harvest ON DELETE SET NULL) STRICT;"
    "CREATE INDEX publication_harvest ON publication (harvest);"

    /* AUTOINCREMENT: an entry's number is never used twice. */
    "CREATE TABLE journal ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " at INTEGER NOT NULL,"
    " address TEXT NOT NULL,"
    " digest TEXT NOT NULL,"
    " what TEXT NOT NULL,"
    " words TEXT NOT NULL) STRICT;"
    "CREATE INDEX journal_address ON journal (address, id);",

    /* 2: what the mail server authenticated, and the phrase of From: */
    "ALTER TABLE harvest ADD COLUMN phrase TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE harvest ADD COLUMN dmarc TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE harvest ADD COLUMN dkim TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE harvest ADD COLUMN dkim_domain TEXT NOT NULL DEFAULT '';",

    /* 3: what people said and ordered, and what became of publications */
    "CREATE TABLE rule ("
    " kind TEXT NOT NULL,"
    " subject TEXT NOT NULL,"
    " certificate TEXT NOT NULL,"
    " note TEXT NOT NULL,"
    " since INTEGER NOT NULL,"
    " uid INTEGER NOT NULL,"
    " who TEXT NOT NULL,"
    " PRIMARY KEY (subject, kind)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE orders ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " kind TEXT NOT NULL,"
    " subject TEXT NOT NULL,"
    " note TEXT NOT NULL,"
    " uid INTEGER NOT NULL,"
    " who TEXT NOT NULL,"
    " asked INTEGER NOT NULL,"
    " due INTEGER NOT NULL,"
    " tries INTEGER NOT NULL DEFAULT 0,"
    " ended INTEGER NOT NULL DEFAULT 0," /* 0: it waits */
    " outcome TEXT NOT NULL DEFAULT '',"
    " reason TEXT NOT NULL DEFAULT '',"
    " words TEXT NOT NULL DEFAULT '') STRICT;"
    "CREATE INDEX orders_due ON orders (due, id) WHERE ended = 0;"
    "CREATE INDEX orders_same ON orders (subject, kind) WHERE ended = 0;"
    "CREATE INDEX orders_ended ON orders (ended) WHERE ended > 0;"
    /* where it was written; since when it is not to be seen at another
     * server; when it was gone for good, and how often that was */
    "ALTER TABLE publication ADD COLUMN server TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE publication ADD COLUMN missing INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE publication ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE publication ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE publication ADD COLUMN lost_at INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE publication ADD COLUMN shadowed INTEGER NOT NULL DEFAULT 0;",

    /* 4: whether the mail was one to many */
    "ALTER TABLE harvest ADD COLUMN bulk TEXT NOT NULL DEFAULT '';",

    /* 5: walks through the directory, what was taken over and what made */
    "CREATE TABLE walk ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " kind TEXT NOT NULL,"
    " dry INTEGER NOT NULL,"
    " uid INTEGER NOT NULL,"
    " who TEXT NOT NULL,"
    " asked INTEGER NOT NULL,"
    " ended INTEGER NOT NULL DEFAULT 0," /* 0: it goes on */
    " listed INTEGER NOT NULL DEFAULT 0,"
    " cancelled INTEGER NOT NULL DEFAULT 0,"
    " total INTEGER NOT NULL DEFAULT 0,"
    " seen INTEGER NOT NULL DEFAULT 0,"
    " changed INTEGER NOT NULL DEFAULT 0,"
    " failed INTEGER NOT NULL DEFAULT 0,"
    " outcome TEXT NOT NULL DEFAULT '',"
    " reason TEXT NOT NULL DEFAULT '',"
    " words TEXT NOT NULL DEFAULT '') STRICT;"
    "CREATE INDEX walk_going ON walk (id) WHERE ended = 0;"
    "CREATE TABLE walk_object ("
    " walk INTEGER NOT NULL REFERENCES walk ON DELETE CASCADE,"
    " object TEXT NOT NULL,"
    " tries INTEGER NOT NULL DEFAULT 0,"
    " plan TEXT NOT NULL DEFAULT ''," /* about to be written */
    " PRIMARY KEY (walk, object)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX walk_object_next ON walk_object (walk, tries, object);"
    "CREATE TABLE walk_line ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " walk INTEGER NOT NULL REFERENCES walk ON DELETE CASCADE,"
    " pending INTEGER NOT NULL," /* true once plan is written */
    " at INTEGER NOT NULL,"
    " kind TEXT NOT NULL,"
    " object TEXT NOT NULL,"
    " dn TEXT NOT NULL,"
    " address TEXT NOT NULL,"
    " certificate TEXT NOT NULL,"
    " findings TEXT NOT NULL,"
    " issuer TEXT NOT NULL,"
    " until INTEGER NOT NULL,"
    " words TEXT NOT NULL) STRICT;"
    "CREATE INDEX walk_line_order ON walk_line (walk, id);"
    "CREATE INDEX walk_line_pending ON walk_line (walk, id)"
    " WHERE pending = 1;"
    "CREATE TABLE adopted ("
    " address TEXT NOT NULL,"
    " certificate TEXT NOT NULL,"
    " object TEXT NOT NULL,"
    " since INTEGER NOT NULL,"
    " PRIMARY KEY (address, certificate)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX adopted_object ON adopted (object);"
    "CREATE TABLE made ("
    " object TEXT PRIMARY KEY,"
    " address TEXT NOT NULL,"
    " since INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX publication_object ON publication (object);",

    /* 6: what Exchange has still to do with what was made */
    "ALTER TABLE made ADD COLUMN stamped INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX made_since ON made (since, object);",

    /* 7: what waits for a human since when, what he said, and whom the
     * publications rest on */
    "ALTER TABLE harvest ADD COLUMN approved INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE harvest ADD COLUMN held INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE harvest ADD COLUMN subject TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE harvest ADD COLUMN issuer TEXT NOT NULL DEFAULT '';"
    "UPDATE harvest SET held = changed WHERE state = 'held';"
    "CREATE INDEX harvest_held ON harvest (held, id) WHERE state = 'held';"
    "CREATE INDEX harvest_held_domain ON harvest (domain, held, id)"
    " WHERE state = 'held';"
    "CREATE INDEX harvest_rejected ON harvest (changed, id)"
    " WHERE reason = 'rejected';"
    "ALTER TABLE publication ADD COLUMN anchor TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE rejected ("
    " address TEXT NOT NULL,"
    " certificate TEXT NOT NULL,"
    " note TEXT NOT NULL,"
    " since INTEGER NOT NULL,"
    " uid INTEGER NOT NULL,"
    " who TEXT NOT NULL,"
    " PRIMARY KEY (address, certificate)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX rejected_since ON rejected (since);",

    /* 8: who was new in which hour */
    "CREATE TABLE newcomer ("
    " hour INTEGER NOT NULL,"
    " domain TEXT NOT NULL,"
    " address TEXT NOT NULL,"
    " PRIMARY KEY (hour, domain, address)) STRICT, WITHOUT ROWID;",

    /* 9: an intent that is kept until the harvest's next try */
    "ALTER TABLE intent ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;",

    /* 10: what was written, with what stood there before.  The triggers are for
     * other programs: no trigger ever fires in our own connections, so that
     * what is too old, and who is to be forgotten, can go. */
    "CREATE TABLE written ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " pending TEXT UNIQUE,"  /* what it is written for; NULL: it is done */
    " entry INTEGER UNIQUE," /* of the journal, then */
    " at INTEGER NOT NULL,"
    " address TEXT NOT NULL,"
    " object TEXT NOT NULL,"
    " dn TEXT NOT NULL,"
    " server TEXT NOT NULL,"
    " created INTEGER NOT NULL,"
    " undoes INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE INDEX written_object ON written (object, id);"
    "CREATE INDEX written_address ON written (address, id);"
    "CREATE INDEX written_undoes ON written (undoes, entry)"
    " WHERE undoes > 0;"
    "CREATE TABLE written_value ("
    " written INTEGER NOT NULL REFERENCES written ON DELETE CASCADE,"
    " position INTEGER NOT NULL,"
    " op TEXT NOT NULL CHECK (op IN ('had', 'removed', 'added')),"
    " part TEXT NOT NULL CHECK (part IN ('certificate', 'mark', 'shadow')),"
    " value TEXT NOT NULL,"
    " certificate INTEGER REFERENCES certificate,"
    " PRIMARY KEY (written, position)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX written_value_certificate ON written_value (certificate)"
    " WHERE certificate IS NOT NULL;"
    "CREATE TABLE journal_told (entry INTEGER NOT NULL) STRICT;"
    "INSERT INTO journal_told SELECT coalesce(max(id), 0) FROM journal;"
    "CREATE TRIGGER journal_stays BEFORE UPDATE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER journal_is_kept BEFORE DELETE ON journal"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER written_stays BEFORE UPDATE ON written"
    " WHEN OLD.entry IS NOT NULL"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER written_is_kept BEFORE DELETE ON written"
    " WHEN OLD.entry IS NOT NULL"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER written_value_stays BEFORE UPDATE ON written_value"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER written_value_is_kept BEFORE DELETE ON written_value"
    " WHEN (SELECT entry FROM written WHERE id = OLD.written) IS NOT NULL"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER written_value_is_all BEFORE INSERT ON written_value"
    " WHEN (SELECT entry FROM written WHERE id = NEW.written) IS NOT NULL"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;",
    /* 11: unknown CAs, who uses them, and what was said of them */
    "CREATE TABLE authority ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " fingerprint TEXT NOT NULL UNIQUE,"
    " kind TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " der BLOB NOT NULL,"
    " domain TEXT NOT NULL,"	 /* of the first that used it */
    " vouched INTEGER NOT NULL," /* the mail server vouched for one */
    " state TEXT NOT NULL DEFAULT 'seen' CHECK (state IN"
    "  ('seen', 'approved', 'rejected')),"
    " scope TEXT NOT NULL DEFAULT '',"
    " first_seen INTEGER NOT NULL,"
    " last_seen INTEGER NOT NULL,"
    " seen INTEGER NOT NULL,"
    " released INTEGER NOT NULL DEFAULT 1,"
    " decided INTEGER NOT NULL DEFAULT 0,"
    " uid INTEGER NOT NULL DEFAULT 0,"
    " who TEXT NOT NULL DEFAULT '',"
    " note TEXT NOT NULL DEFAULT '') STRICT;"
    "CREATE INDEX authority_domain"
    " ON authority (domain, vouched, last_seen) WHERE state = 'seen';"
    "CREATE INDEX authority_released ON authority (id) WHERE released = 0;"
    "CREATE TABLE authority_use ("
    " authority INTEGER NOT NULL REFERENCES authority ON DELETE CASCADE,"
    " address TEXT NOT NULL,"
    " domain TEXT NOT NULL,"
    " first_seen INTEGER NOT NULL,"
    " last_seen INTEGER NOT NULL,"
    " seen INTEGER NOT NULL,"
    " PRIMARY KEY (authority, address)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX authority_use_seen"
    " ON authority_use (authority, last_seen, address);"
    "ALTER TABLE harvest ADD COLUMN authority INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX harvest_authority ON harvest (authority)"
    " WHERE authority <> 0;"
    "CREATE INDEX harvest_chain_domain ON harvest (address)"
    " WHERE reason = 'chain-domain';"
    "CREATE TABLE memo ("
    " name TEXT PRIMARY KEY,"
    " value TEXT NOT NULL) STRICT, WITHOUT ROWID;",

    /* 12: what would have been done */
    "CREATE TABLE observed ("
    " address TEXT NOT NULL,"
    " harvest INTEGER NOT NULL REFERENCES harvest ON DELETE CASCADE,"
    " object TEXT NOT NULL,"
    " dn TEXT NOT NULL,"
    " plan TEXT NOT NULL,"
    " PRIMARY KEY (address, harvest)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX observed_harvest ON observed (harvest);",

    /* 13: which write an order is about */
    "ALTER TABLE orders ADD COLUMN entry INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE orders ADD COLUMN dry INTEGER NOT NULL DEFAULT 0;",

    /* 14: who wrote when with what, whether he encrypts, and whose turn it
     * was before */
    "ALTER TABLE publication ADD COLUMN last_seen INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE publication ADD COLUMN encrypted INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE publication ADD COLUMN encrypted_since INTEGER NOT NULL"
    " DEFAULT 0;"
    "ALTER TABLE publication ADD COLUMN encrypted_last INTEGER NOT NULL"
    " DEFAULT 0;"
    "UPDATE publication SET last_seen = coalesce((SELECT last_seen"
    " FROM harvest WHERE id = publication.harvest), 0);"
    "CREATE TABLE sighting ("
    " address TEXT NOT NULL,"
    " certificate TEXT NOT NULL,"
    " day INTEGER NOT NULL,"
    " mails INTEGER NOT NULL,"
    " authenticated INTEGER NOT NULL,"
    " PRIMARY KEY (address, certificate, day)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX sighting_day ON sighting (address, day);"
    "CREATE TABLE stood ("
    " address TEXT NOT NULL,"
    " certificate TEXT NOT NULL,"
    " since INTEGER NOT NULL,"
    " PRIMARY KEY (address, certificate)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX stood_since ON stood (address, since);"
    "INSERT INTO stood (address, certificate, since)"
    " SELECT address, certificate, published FROM publication;",

    /* 15: who was forgotten: a keyed digest, and when */
    "ALTER TABLE orders ADD COLUMN keep INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE forgotten ("
    " digest TEXT PRIMARY KEY,"
    " at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TRIGGER forgotten_is_kept BEFORE DELETE ON forgotten"
    " BEGIN SELECT RAISE(ABORT, 'a tombstone stays'); END;"
    "CREATE TRIGGER forgotten_stays BEFORE UPDATE ON forgotten"
    " BEGIN SELECT RAISE(ABORT, 'a tombstone stays'); END;",

    /* 16: what is too old is found */
    "CREATE INDEX harvest_seen ON harvest (state, last_seen, id);"
    "CREATE INDEX publication_gone ON publication (gone) WHERE gone > 0;",

    /* 17: the weight is REVIEW_WEIGHT of statements_review.def */
    "DROP INDEX harvest_held_domain;"
    "CREATE INDEX harvest_held_domain ON harvest (domain,"
    " (reason = 'chain-unknown' OR (chain <> 'ok' AND reason IN"
    " ('veto', 'contested', 'pinned'))) * (1 + (dmarc <> 'pass' AND"
    " dkim <> 'pass')), held, id) WHERE state = 'held';"
    /* what its CA vouched for, enum validation */
    "ALTER TABLE publication ADD COLUMN validation INTEGER NOT NULL"
    " DEFAULT 0;",

    /* 18: what REPLACE takes away, no trigger on DELETE hears of */
    "CREATE TRIGGER journal_is_added BEFORE INSERT ON journal"
    " WHEN EXISTS (SELECT 1 FROM journal WHERE id = NEW.id)"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER written_is_added BEFORE INSERT ON written"
    " WHEN EXISTS (SELECT 1 FROM written WHERE entry IS NOT NULL"
    " AND (id = NEW.id OR entry = NEW.entry))"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER written_ends BEFORE UPDATE ON written"
    " WHEN EXISTS (SELECT 1 FROM written WHERE entry IS NOT NULL"
    " AND (id = NEW.id OR entry = NEW.entry))"
    " BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;"
    "CREATE TRIGGER forgotten_is_added BEFORE INSERT ON forgotten"
    " WHEN EXISTS (SELECT 1 FROM forgotten WHERE digest = NEW.digest)"
    " BEGIN SELECT RAISE(ABORT, 'a tombstone stays'); END;",
};
#define VERSION ((int64_t)(sizeof steps / sizeof steps[0]))

#define APPLICATION 0x63687374 /* chst */

struct header {
	int64_t version, id, tables;
};

/* In one transaction, or a store that is just being made looks foreign. */
static enum outcome
header_read(struct store *s, struct header *out, struct reason *why)
{
	enum outcome o;

	o = store_execute(s, "BEGIN", why);
	if (o != DONE)
		return o;
	o = store_number(
	    s, "SELECT count(*) FROM sqlite_schema", &out->tables, why);
	if (o == DONE)
		o = store_number(s, "PRAGMA user_version", &out->version, why);
	if (o == DONE)
		o = store_number(s, "PRAGMA application_id", &out->id, why);
	return store_end(s, o, why);
}

/* A file that another program's database is in must not become ours. */
enum outcome
schema_version(struct store *s, int64_t *out, struct reason *why)
{
	struct header h = {0, 0, 0};
	enum outcome o;

	o = header_read(s, &h, why);
	if (o != DONE)
		return o;
	if (h.id != APPLICATION &&
	    (h.version != 0 || h.tables != 0 || h.id != 0))
		return reason_set(why, REASON_STORE_CORRUPT,
		    "%s: a database, but not a store", s->path);
	if (h.version > VERSION)
		return reason_set(why, REASON_STORE_VERSION,
		    "%s: version %lld, this program knows %lld", s->path,
		    (long long)h.version, (long long)VERSION);
	*out = h.version;
	return DONE;
}

/* In the caller's transaction. */
static enum outcome
step_up(struct store *s, int64_t version, struct reason *why)
{
	char pragmas[100];
	enum outcome o;

	snprintf(pragmas, sizeof pragmas,
	    "PRAGMA user_version = %lld; PRAGMA application_id = %d;",
	    (long long)(version + 1), APPLICATION);
	o = store_execute(s, steps[version], why);
	if (o == DONE)
		o = store_execute(s, pragmas, why);
	return o;
}

enum outcome
schema_upgrade(struct store *s, struct reason *why)
{
	int64_t version = 0;
	enum outcome o;

	o = schema_version(s, &version, why);
	if (o != DONE || version == VERSION)
		return o;
	o = store_execute(s, "BEGIN IMMEDIATE", why);
	if (o != DONE)
		return o;
	for (; o == DONE && version < VERSION; version++)
		o = step_up(s, version, why);
	return store_end(s, o, why);
}

enum outcome
schema_check(struct store *s, struct reason *why)
{
	int64_t version = 0;
	enum outcome o;

	o = schema_version(s, &version, why);
	if (o == DONE && version == 0)
		return NOTHING;
	if (o == DONE && version < VERSION)
		o = reason_set(why, REASON_STORE_VERSION,
		    "%s: version %lld; starting the publisher upgrades it",
		    s->path, (long long)version);
	return o;
}
