#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/reason.h"

/*
 * The settings file: sections of name = value, read with libconfuse,
 * checked against rows that the folders export.  Every row has a default that
 * works. Read once, then const.
 */
enum setting_kind {
	SETTING_STRING,
	SETTING_PATH,	  /* absolute, or "" for none */
	SETTING_INTEGER,  /* min..max */
	SETTING_BOOLEAN,  /* true, false, yes, no, on, off */
	SETTING_DURATION, /* "90", "15s", "5m", "2h", "7d": seconds */
	SETTING_SIZE,	  /* "4096", "64K", "30M", "1G": bytes */
	SETTING_CHOICE,	  /* one of choices */
	SETTING_LIST	  /* { "a", "b" }, or "a" alone */
};

struct setting {
	const char *section;
	const char *name;
	enum setting_kind kind;
	/* As written in the file; of a list its entries with one blank
	 * between them, or NULL for none. */
	const char *fallback;
	int64_t min, max;	    /* integer, duration, size */
	const char *const *choices; /* ends with NULL */
};

struct setting_rows {
	const struct setting *rows;
	size_t n;
};

struct settings;

/*
 * Told of every complaint: one line without its newline, "file:line: what is
 * wrong, what to do".
 */
typedef void settings_complain(void *arg, const char *line);

/*
 * Read the file at path (NULL: defaults alone) against the tables.  All
 * complaints are told, not only the first; an unknown name comes with the
 * nearest known one.  DONE: *out is the caller's.  BROKEN (settings): at
 * least one complaint was made.
 */
MUST_CHECK enum outcome settings_read(const char *path,
    const struct setting_rows *tables, size_t n_tables,
    settings_complain *complain, void *arg, struct settings **out,
    struct reason *why);

/* Free; NULL is allowed. */
void settings_free(struct settings *s);

/* A string, path or choice; never NULL.  Borrowed.  Asking for a setting
 * that no row declares is a fault of ours and aborts. */
const char *settings_peek(
    const struct settings *s, const char *section, const char *name);

/* An integer, duration (seconds) or size (bytes). */
int64_t settings_number(
    const struct settings *s, const char *section, const char *name);

/* A boolean. */
bool settings_is(
    const struct settings *s, const char *section, const char *name);

/* How many entries a list has. */
size_t settings_count(
    const struct settings *s, const char *section, const char *name);

/* Entry i of a list; borrowed. */
const char *settings_peek_at(
    const struct settings *s, const char *section, const char *name, size_t i);

/* The index of the chosen word in the row's choices. */
unsigned settings_choice(
    const struct settings *s, const char *section, const char *name);

/* Where the value comes from: "default" or "file:line".  Borrowed. */
const char *settings_peek_origin(
    const struct settings *s, const char *section, const char *name);

/*
 * Complain of a value in the way of settings_read() (its origin in front),
 * for checks that need more than one row.  Returns BROKEN.
 */
enum outcome settings_object(const struct settings *s, const char *section,
    const char *name, struct reason *why, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/*
 * Call visit for every setting in the order of the rows with its value as
 * it would stand in a file and its origin.
 */
void settings_visit(const struct settings *s,
    void (*visit)(void *arg, const struct setting *row, const char *value,
	const char *origin),
    void *arg);

#endif
