#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "directory/ldif_file.h"

#define FOLD 76

static void
entry_clear(struct ldif_entry *e)
{
	for (size_t i = 0; i < e->n; i++)
		bytes_clear(&e->attributes[i].value);
	free(e->attributes);
	free(e->dn);
}

void
ldif_clear(struct ldif_file *f)
{
	for (size_t i = 0; i < f->n; i++)
		entry_clear(&f->entries[i]);
	free(f->entries);
	*f = (struct ldif_file){.n = 0};
}

/* Room for one more; the array doubles when n is a power of two. */
static bool
grow(void **array, size_t n, size_t size)
{
	void *larger;

	if (n > 0 && (n & (n - 1)) != 0)
		return true;
	larger = reallocarray(*array, n == 0 ? 1 : 2 * n, size);
	if (larger == NULL)
		return false;
	*array = larger;
	return true;
}

struct ldif_entry *
ldif_add_entry(struct ldif_file *f, const char *id, const char *dn)
{
	void *array = f->entries;
	struct ldif_entry *e;

	if (!grow(&array, f->n, sizeof *e))
		return NULL;
	f->entries = array;
	e = &f->entries[f->n];
	*e = (struct ldif_entry){.dn = strdup(dn)};
	if (e->dn == NULL)
		return NULL;
	snprintf(e->id, sizeof e->id, "%s", id);
	f->n++;
	return e;
}

bool
ldif_add(struct ldif_entry *e, const char *name, struct span value)
{
	struct ldif_attribute *a;
	void *array = e->attributes;

	if (strlen(name) >= LDIF_ATTRIBUTE || !grow(&array, e->n, sizeof *a))
		return false;
	e->attributes = array;
	a = &e->attributes[e->n];
	snprintf(a->name, sizeof a->name, "%s", name);
	if (!bytes_dup(value, &a->value))
		return false;
	e->n++;
	return true;
}

bool
ldif_is(const struct ldif_entry *e, size_t i, const char *name)
{
	return strcasecmp(e->attributes[i].name, name) == 0;
}

long
ldif_find(const struct ldif_entry *e, const char *name, struct span value)
{
	for (size_t i = 0; i < e->n; i++)
		if (ldif_is(e, i, name) &&
		    span_equal(span_bytes(&e->attributes[i].value), value))
			return (long)i;
	return -1;
}

/* The array keeps its size, which grow() never takes for less than it is. */
void
ldif_remove(struct ldif_entry *e, size_t i)
{
	bytes_clear(&e->attributes[i].value);
	memmove(&e->attributes[i], &e->attributes[i + 1],
	    (e->n - i - 1) * sizeof e->attributes[0]);
	e->n--;
}

/* RFC 2849 SAFE-STRING; also no space at the end, where it gets lost. */
static bool
is_safe(struct span v)
{
	if (v.len == 0)
		return true;
	if (memchr(" :<", v.data[0], 3) != NULL || v.data[v.len - 1] == ' ')
		return false;
	for (size_t i = 0; i < v.len; i++)
		if (v.data[i] == 0 || v.data[i] == '\n' || v.data[i] == '\r' ||
		    v.data[i] >= 0x80)
			return false;
	return true;
}

static bool
put_folded(struct buffer *out, const char *text, size_t len)
{
	bool fits = true;

	for (size_t used = 0; used < len && fits;) {
		size_t room = used == 0 ? FOLD : FOLD - 1;
		size_t n = len - used < room ? len - used : room;

		fits = (used == 0 || buffer_add(out, " ", 1)) &&
		    buffer_add(out, text + used, n) && buffer_add(out, "\n", 1);
		used += n;
	}
	return fits;
}

static void
base64(struct span s, char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.len; i += 3) {
		unsigned long v = (unsigned long)s.data[i] << 16;

		v |= i + 1 < s.len ? (unsigned long)s.data[i + 1] << 8 : 0;
		v |= i + 2 < s.len ? s.data[i + 2] : 0;
		*out++ = digits[v >> 18];
		*out++ = digits[v >> 12 & 63];
		*out++ = i + 1 < s.len ? digits[v >> 6 & 63] : '=';
		*out++ = i + 2 < s.len ? digits[v & 63] : '=';
	}
	*out = '\0';
}

static bool
put_value(struct buffer *out, const char *name, struct span value)
{
	bool safe = is_safe(value);
	size_t size = strlen(name) + 4 + (value.len + 2) / 3 * 4 + 1;
	char *line = malloc(size);
	bool fits;
	int n;

	if (line == NULL)
		return false;
	if (safe) {
		n = snprintf(line, size, "%s: %.*s", name, (int)value.len,
		    (const char *)value.data);
	} else {
		n = snprintf(line, size, "%s:: ", name);
		base64(value, line + n);
		n += (int)strlen(line + n);
	}
	fits = put_folded(out, line, (size_t)n);
	free(line);
	return fits;
}

static bool
put_text(struct buffer *out, const char *text)
{
	return buffer_add(out, text, strlen(text));
}

static bool
put_entry(struct buffer *out, const struct ldif_entry *e)
{
	bool fits = put_text(out, "\n# id: ") && put_text(out, e->id) &&
	    put_text(out, "\n") && put_value(out, "dn", span_str(e->dn));

	for (size_t i = 0; i < e->n && fits; i++)
		fits = put_value(out, e->attributes[i].name,
		    span_bytes(&e->attributes[i].value));
	return fits;
}

bool
ldif_print(const struct ldif_file *f, struct buffer *out)
{
	bool fits = put_text(out,
	    "version: 1\n"
	    "# Contacts by certharvest: ldapadd -c, or ldifde -i -k.\n"
	    "# Always complete; replaced as a whole at every change.\n");

	for (size_t i = 0; i < f->n && fits; i++)
		fits = put_entry(out, &f->entries[i]);
	return fits;
}
