#include "spool/json.h"

#include <stdlib.h>
#include <string.h>

#define TIME_MAX 253402300799 /* the last second of the year 9999 */

enum outcome
json_read(struct span text, json_t **out, struct reason *why)
{
	json_error_t e;
	json_t *root;

	/* jansson wants a pointer even for nothing. */
	root = json_loadb(text.len > 0 ? (const char *)text.data : "", text.len,
	    JSON_REJECT_DUPLICATES, &e);
	if (root == NULL && json_error_code(&e) == json_error_out_of_memory)
		return reason_set(why, REASON_MEMORY, "out of memory");
	if (root == NULL)
		return reason_set(why, REASON_SPOOL_DAMAGED,
		    "not JSON at line %d, column %d", e.line, e.column);
	if (!json_is_object(root)) {
		json_decref(root);
		return reason_set(
		    why, REASON_SPOOL_DAMAGED, "not a JSON object");
	}
	*out = root;
	return DONE;
}

enum outcome
json_write(const json_t *root, struct bytes *out, struct reason *why)
{
	char *text, *longer = NULL;
	size_t len = 0;

	text = json_dumps(root, JSON_COMPACT | JSON_ENSURE_ASCII);
	if (text != NULL) {
		len = strlen(text);
		longer = realloc(text, len + 2);
	}
	if (longer == NULL) {
		free(text);
		return reason_set(why, REASON_MEMORY, "out of memory");
	}
	strcpy(longer + len, "\n");
	out->data = (uint8_t *)longer;
	out->len = len + 1;
	return DONE;
}

json_t *
json_hex(struct span s)
{
	json_t *value = NULL;
	char *hex;

	hex = malloc(2 * s.len + 1);
	if (hex != NULL) {
		bytes_hex(s, hex);
		value = json_stringn_nocheck(hex, 2 * s.len);
	}
	free(hex);
	return value;
}

json_t *
json_words(const char *s)
{
	json_t *value = NULL;
	char *copy, *p;

	copy = strdup(s);
	if (copy == NULL)
		return NULL;
	for (p = copy; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	value = json_string(copy);
	if (value == NULL) { /* not UTF-8, as a rule */
		for (p = copy; *p != '\0'; p++)
			if ((unsigned char)*p >= 0x80)
				*p = '?';
		value = json_string(copy);
	}
	free(copy);
	return value;
}

static enum outcome
damaged(struct reason *why, const char *key, const char *what)
{
	return reason_set(why, REASON_SPOOL_DAMAGED, "%s: %s", key, what);
}

enum outcome
json_get_text(const json_t *object, const char *key, char *out, size_t size,
    struct reason *why)
{
	const json_t *value = json_object_get(object, key);
	const char *s;
	size_t i, len;

	out[0] = '\0';
	if (value == NULL)
		return DONE;
	if (!json_is_string(value))
		return damaged(why, key, "not a string");
	s = json_string_value(value);
	len = json_string_length(value);
	if (len >= size)
		return damaged(why, key, "too long");
	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return damaged(why, key, "a control character");
	memcpy(out, s, len);
	out[len] = '\0';
	return DONE;
}

enum outcome
json_get_time(
    const json_t *object, const char *key, int64_t *out, struct reason *why)
{
	const json_t *value = json_object_get(object, key);
	json_int_t t;

	*out = 0;
	if (value == NULL)
		return DONE;
	if (!json_is_integer(value))
		return damaged(why, key, "not an integer");
	t = json_integer_value(value);
	if (t < 0 || t > TIME_MAX)
		return damaged(why, key, "not a time");
	*out = t;
	return DONE;
}

enum outcome
json_get_hex(const json_t *value, const char *key, size_t cap,
    struct bytes *out, struct reason *why)
{
	const char *hex;
	size_t len;

	if (!json_is_string(value))
		return damaged(why, key, "not a string");
	hex = json_string_value(value);
	len = json_string_length(value);
	if (len == 0 || len % 2 != 0 || len / 2 > cap)
		return damaged(why, key, "a bad length");
	out->data = malloc(len / 2 + 1);
	if (out->data == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	if (!bytes_unhex(hex, out->data, len / 2)) {
		bytes_clear(out);
		return damaged(why, key, "not hexadecimal");
	}
	out->len = len / 2;
	out->data[out->len] = '\0';
	return DONE;
}
