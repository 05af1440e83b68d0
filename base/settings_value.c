#include "base/settings_value.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit seconds[] = {
    {"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}, {NULL, 0}};

static const struct unit bytes[] = {{"", 1}, {"K", 1024}, {"M", 1024 * 1024},
    {"G", 1024 * 1024 * 1024}, {NULL, 0}};

static const struct unit plain[] = {{"", 1}, {NULL, 0}};

/* A number with a unit behind it, within the row's bounds. */
static bool
convert_number(struct settings_item *item, const struct unit *units,
    const char *example, char *problem, size_t size)
{
	const struct setting *row = item->row;
	const struct unit *u;
	char *end;
	long long v;

	errno = 0;
	v = strtoll(item->text, &end, 10);
	for (u = units; u->name != NULL; u++)
		if (strcasecmp(u->name, end) == 0)
			break;
	if (end == item->text || errno != 0 || u->name == NULL) {
		snprintf(
		    problem, size, "\"%s\" is not %s", item->text, example);
		return false;
	}
	if (__builtin_mul_overflow(v, (long long)u->factor, &v) ||
	    v < row->min || v > row->max) {
		snprintf(problem, size, "\"%s\" is not within %lld..%lld",
		    item->text, (long long)row->min, (long long)row->max);
		return false;
	}
	item->number = v;
	return true;
}

static bool
convert_boolean(struct settings_item *item, char *problem, size_t size)
{
	static const char *const words[] = {
	    "false", "true", "no", "yes", "off", "on"};
	size_t i;

	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcasecmp(words[i], item->text) == 0) {
			item->number = (int64_t)(i % 2);
			return true;
		}
	snprintf(problem, size, "\"%s\" is neither true nor false", item->text);
	return false;
}

static bool
convert_choice(struct settings_item *item, char *problem, size_t size)
{
	const char *const *c = item->row->choices;
	size_t i, used;

	for (i = 0; c[i] != NULL; i++)
		if (strcmp(c[i], item->text) == 0) {
			item->number = (int64_t)i;
			return true;
		}
	snprintf(problem, size, "\"%s\" is none of", item->text);
	for (i = 0; c[i] != NULL; i++) {
		used = strlen(problem);
		snprintf(problem + used, size - used, "%s %s", i > 0 ? "," : "",
		    c[i]);
	}
	return false;
}

static bool
convert_path(struct settings_item *item, char *problem, size_t size)
{
	if (item->text[0] == '/' || item->text[0] == '\0')
		return true;
	snprintf(problem, size, "\"%s\" must begin with a slash", item->text);
	return false;
}

static bool
is_clean(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

bool
settings_convert(struct settings_item *item, char *problem, size_t size)
{
	size_t i;

	for (i = 0; i < item->n_list; i++)
		if (!is_clean(item->list[i]) || item->list[i][0] == '\0') {
			snprintf(problem, size,
			    "an entry is empty or has a control character");
			return false;
		}
	if (item->row->kind != SETTING_LIST && !is_clean(item->text)) {
		snprintf(problem, size, "there is a control character in it");
		return false;
	}
	switch (item->row->kind) {
	case SETTING_INTEGER:
		return convert_number(
		    item, plain, "a whole number", problem, size);
	case SETTING_DURATION:
		return convert_number(item, seconds,
		    "a duration such as 90s, 5m, 2h or 7d", problem, size);
	case SETTING_SIZE:
		return convert_number(item, bytes,
		    "a size such as 4096, 64K, 30M or 1G", problem, size);
	case SETTING_BOOLEAN:
		return convert_boolean(item, problem, size);
	case SETTING_CHOICE:
		return convert_choice(item, problem, size);
	case SETTING_PATH:
		return convert_path(item, problem, size);
	case SETTING_STRING:
	case SETTING_LIST:
		break;
	}
	return true;
}

#define NAME_MAX_COMPARED 48

/* Levenshtein's distance; long names count as far. */
static unsigned
name_distance(const char *a, const char *b)
{
	unsigned row[NAME_MAX_COMPARED + 1];
	size_t la = strlen(a), lb = strlen(b), i, j;

	if (la > NAME_MAX_COMPARED || lb > NAME_MAX_COMPARED)
		return NAME_MAX_COMPARED;
	for (j = 0; j <= lb; j++)
		row[j] = (unsigned)j;
	for (i = 1; i <= la; i++) {
		unsigned corner = row[0];

		row[0] = (unsigned)i;
		for (j = 1; j <= lb; j++) {
			unsigned best = corner + (a[i - 1] != b[j - 1]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			corner = row[j];
			row[j] = best;
		}
	}
	return row[lb];
}

/* How far off a typing error may be. */
static unsigned
name_tolerance(const char *name)
{
	return 1 + (unsigned)strlen(name) / 3;
}

char *
settings_nearest(const struct settings *s, const char *section,
    const char *name, char *out, size_t size)
{
	unsigned best = name_tolerance(name) + 1, d;
	size_t i;

	out[0] = '\0';
	for (i = 0; i < s->n; i++) {
		const struct setting *row = s->items[i].row;
		bool here =
		    section != NULL && strcmp(row->section, section) == 0;

		d = name_distance(
		    name, section == NULL ? row->section : row->name);
		/* another section's must be the very name */
		if (d >= best || (section != NULL && !here && d > 0))
			continue;
		best = d;
		if (section == NULL)
			snprintf(out, size, "%s", row->section);
		else if (here)
			snprintf(out, size, "%s", row->name);
		else
			snprintf(out, size, "%s.%s", row->section, row->name);
	}
	return out;
}
