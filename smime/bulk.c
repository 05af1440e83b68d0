#include "smime/bulk.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"

/* The longest word that is compared, and a NUL. */
#define WORD 16

/* White space, folds, and comments that nest: counted, not followed. */
static struct span
skip(struct span s)
{
	unsigned depth = 0;
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (s.data[i] == '(')
			depth++;
		else if (s.data[i] == ')' && depth > 0)
			depth--;
		else if (s.data[i] == '\\' && depth > 0)
			i++;
		else if (depth == 0 && strchr(" \t\r\n", s.data[i]) == NULL)
			break;
	}
	if (i > s.len)
		i = s.len;
	return (struct span){s.data + i, s.len - i};
}

/* The first word of a value; "" when it has none, or one that is no word of
 * ours. */
static void
first_word(struct span value, char out[WORD])
{
	size_t n = 0;

	if (value.len > LIMIT_BULK)
		value.len = LIMIT_BULK;
	value = skip(value);
	while (n < value.len && value.data[n] != 0 &&
	    strchr(" \t\r\n(;", value.data[n]) == NULL)
		n++;
	out[0] = '\0';
	if (n < WORD) {
		memcpy(out, value.data, n);
		out[n] = '\0';
	}
}

static bool
is_list(struct span value)
{
	(void)value;
	return true;
}

static bool
is_bulk(struct span value)
{
	static const char *const words[] = {"bulk", "list", "junk"};
	char word[WORD];
	size_t i;

	first_word(value, word);
	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcasecmp(word, words[i]) == 0)
			return true;
	return false;
}

static bool
is_auto(struct span value)
{
	char word[WORD];

	first_word(value, word);
	return strcasecmp(word, "no") != 0;
}

static const struct {
	enum bulk bulk;
	const char *field;
	bool (*is)(struct span value);
} rows[] = {
    {BULK_LIST, "list-id", is_list},
    {BULK_PRECEDENCE, "precedence", is_bulk},
    {BULK_AUTO, "auto-submitted", is_auto},
};

enum bulk
bulk_read(const struct message *m)
{
	struct span rest = m->header, field, value;
	enum bulk found = BULK_NONE;
	size_t i;

	while (message_next(&rest, &field, &value))
		for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
			if (field.len == strlen(rows[i].field) &&
			    strncasecmp((const char *)field.data, rows[i].field,
				field.len) == 0 &&
			    rows[i].is(value) &&
			    (found == BULK_NONE || rows[i].bulk < found))
				found = rows[i].bulk;
	return found;
}
