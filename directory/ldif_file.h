#ifndef DIRECTORY_LDIF_FILE_H
#define DIRECTORY_LDIF_FILE_H

#include "base/bytes.h"
#include "base/reason.h"

/*
 * Content LDIF (RFC 2849) in memory: read strictly, kept as it came
 * (attributes that we do not know included), written back.  Every entry has
 * an id of ours, in a comment in front of it, so that other readers
 * (ldapadd, ldifde) do not see it.
 */
#define LDIF_ID 33 /* 32 hexadecimal digits */
#define LDIF_BYTES (256u * 1024 * 1024)
#define LDIF_LINE (128u * 1024) /* unfolded; a value is 32 KiB at most */
#define LDIF_ATTRIBUTE 64

struct ldif_attribute {
	char name[LDIF_ATTRIBUTE];
	struct bytes value;
};

struct ldif_entry {
	char id[LDIF_ID];
	char *dn;
	struct ldif_attribute *attributes;
	size_t n;
};

struct ldif_file {
	struct ldif_entry *entries;
	size_t n;
};

/* Free the contents; the struct is empty afterwards. */
void ldif_clear(struct ldif_file *f);

/* Append an entry without attributes; borrowed, and dead after the next one.
 * NULL: out of memory. */
struct ldif_entry *ldif_add_entry(
    struct ldif_file *f, const char *id, const char *dn);

/* Append a value.  false: out of memory, or the name is too long. */
bool ldif_add(struct ldif_entry *e, const char *name, struct span value);

/* The number of the attribute with that name (ignoring case) and value
 * (byte for byte), or -1. */
long ldif_find(const struct ldif_entry *e, const char *name, struct span value);

/* Remove attribute number i. */
void ldif_remove(struct ldif_entry *e, size_t i);

/* Whether attribute i has that name, ignoring case. */
bool ldif_is(const struct ldif_entry *e, size_t i, const char *name);

/* Write the whole file.  false: above the buffer's cap, or out of memory. */
bool ldif_print(const struct ldif_file *f, struct buffer *out);

/*
 * Read a whole file.  DONE: *out is the caller's.  BROKEN (directory-file):
 * why names the line.  An entry without an id gets one from its DN.
 */
MUST_CHECK enum outcome ldif_parse(
    struct span text, struct ldif_file *out, struct reason *why);

#endif
