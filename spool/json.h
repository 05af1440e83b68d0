#ifndef SPOOL_JSON_H
#define SPOOL_JSON_H

#include <jansson.h>

#include "base/bytes.h"
#include "base/reason.h"

/*
 * JSON values that a stranger may have written, one at a time, each under
 * a cap.  Readers say REFUSED (spool-damaged) with the key in the text.
 */

/* Parse the whole text as one object without duplicate keys; *out is the
 * caller's (json_decref). */
MUST_CHECK enum outcome json_read(
    struct span text, json_t **out, struct reason *why);

/* Write the object as one line; *out is the caller's to clear. */
MUST_CHECK enum outcome json_write(
    const json_t *root, struct bytes *out, struct reason *why);

/* Bytes as a string of hexadecimal digits; NULL when out of memory. */
json_t *json_hex(struct span s);

/* The text as a string; what is not UTF-8 or a control character becomes
 * '?'.  NULL when out of memory. */
json_t *json_words(const char *s);

/* The string under key into out of size bytes.  An absent key is "". */
MUST_CHECK enum outcome json_get_text(const json_t *object, const char *key,
    char *out, size_t size, struct reason *why);

/* The seconds since 1970 under key; an absent key is 0. */
MUST_CHECK enum outcome json_get_time(
    const json_t *object, const char *key, int64_t *out, struct reason *why);

/* The bytes of a string of hexadecimal digits, at most cap and at least
 * one; *out is the caller's to clear. */
MUST_CHECK enum outcome json_get_hex(const json_t *value, const char *key,
    size_t cap, struct bytes *out, struct reason *why);

#endif
