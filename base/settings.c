#include "base/settings.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/settings_value.h"

static void
item_clear(struct settings_item *item)
{
	size_t i;

	for (i = 0; i < item->n_list; i++)
		free(item->list[i]);
	free(item->list);
	free(item->text);
	free(item->origin);
}

void
settings_free(struct settings *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->n; i++)
		item_clear(&s->items[i]);
	free(s->items);
	free(s->path);
	free(s);
}

/* The default of a row; false when out of memory. */
static bool
item_default(struct settings_item *item)
{
	const char *p = item->row->fallback;
	size_t n;

	if (item->row->kind != SETTING_LIST) {
		item->text = strdup(p);
		return item->text != NULL;
	}
	/* No entry is shorter than one character and its blank. */
	item->list = p == NULL ? NULL : calloc(strlen(p), sizeof *item->list);
	if (p != NULL && item->list == NULL)
		return false;
	for (; p != NULL && *p != '\0'; p += n + (p[n] == ' ')) {
		n = strcspn(p, " ");
		item->list[item->n_list] = strndup(p, n);
		if (item->list[item->n_list] == NULL)
			return false;
		item->n_list++;
	}
	return true;
}

/* All rows with their defaults; NULL when out of memory. */
static struct settings *
settings_new(const char *path, const struct setting_rows *tables, size_t n)
{
	struct settings *s = calloc(1, sizeof *s);
	size_t t, r, all = 0;

	if (s == NULL)
		return NULL;
	for (t = 0; t < n; t++)
		all += tables[t].n;
	s->items = calloc(all, sizeof *s->items);
	if (path != NULL)
		s->path = strdup(path);
	if (s->items == NULL || (path != NULL && s->path == NULL))
		goto fail;
	for (t = 0; t < n; t++)
		for (r = 0; r < tables[t].n; r++) {
			struct settings_item *item = &s->items[s->n++];

			item->row = &tables[t].rows[r];
			if (!item_default(item))
				goto fail;
		}
	return s;
fail:
	settings_free(s);
	return NULL;
}

static int
fault_compare(const void *a, const void *b)
{
	const struct settings_fault *x = a, *y = b;

	if (x->line != y->line || x->text == NULL || y->text == NULL)
		return x->line - y->line;
	return strcmp(x->text, y->text);
}

/* Tell all of them in the order of the file, and free them. */
static enum outcome
faults_tell(struct settings_faults *f, settings_complain *complain, void *arg,
    struct reason *why)
{
	enum outcome o = DONE;
	size_t i;

	if (f->n > 1)
		qsort(f->list, f->n, sizeof f->list[0], fault_compare);
	for (i = 0; i < f->n; i++) {
		const char *text = f->list[i].text;

		if (text == NULL)
			text = "out of memory";
		complain(arg, text);
		if (i == 0)
			o = reason_set(why, REASON_SETTINGS, "%s", text);
		free(f->list[i].text);
	}
	free(f->list);
	return o;
}

enum outcome
settings_read(const char *path, const struct setting_rows *tables,
    size_t n_tables, settings_complain *complain, void *arg,
    struct settings **out, struct reason *why)
{
	struct settings *s = settings_new(path, tables, n_tables);
	struct settings_faults faults = {NULL, 0};
	char problem[200];
	enum outcome o;
	size_t i;

	if (s == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	if (path != NULL)
		settings_parse(s, &faults);
	for (i = 0; i < s->n; i++) {
		struct settings_item *item = &s->items[i];

		if (!item->bad &&
		    !settings_convert(item, problem, sizeof problem))
			settings_fault_add(&faults, s->path, item->line,
			    "%s.%s: %s", item->row->section, item->row->name,
			    problem);
	}
	o = faults_tell(&faults, complain, arg, why);
	if (o == DONE) {
		*out = s;
		s = NULL; /* the caller owns it now */
	}
	settings_free(s);
	return o;
}

struct settings_item *
settings_find(const struct settings *s, const char *section, const char *name)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->items[i].row->section, section) == 0 &&
		    strcmp(s->items[i].row->name, name) == 0)
			return &s->items[i];
	return NULL;
}

/* As above, for callers who name a row: not there is a fault of ours. */
static const struct settings_item *
item_of(const struct settings *s, const char *section, const char *name)
{
	const struct settings_item *item = settings_find(s, section, name);

	if (item == NULL) {
		fprintf(stderr, "no row for setting %s.%s\n", section, name);
		abort();
	}
	return item;
}

const char *
settings_peek(const struct settings *s, const char *section, const char *name)
{
	return item_of(s, section, name)->text;
}

int64_t
settings_number(const struct settings *s, const char *section, const char *name)
{
	return item_of(s, section, name)->number;
}

bool
settings_is(const struct settings *s, const char *section, const char *name)
{
	return item_of(s, section, name)->number != 0;
}

size_t
settings_count(const struct settings *s, const char *section, const char *name)
{
	return item_of(s, section, name)->n_list;
}

const char *
settings_peek_at(
    const struct settings *s, const char *section, const char *name, size_t i)
{
	return item_of(s, section, name)->list[i];
}

unsigned
settings_choice(const struct settings *s, const char *section, const char *name)
{
	return (unsigned)item_of(s, section, name)->number;
}

const char *
settings_peek_origin(
    const struct settings *s, const char *section, const char *name)
{
	const char *origin = item_of(s, section, name)->origin;

	return origin != NULL ? origin : "default";
}

enum outcome
settings_object(const struct settings *s, const char *section, const char *name,
    struct reason *why, const char *format, ...)
{
	const struct settings_item *item = item_of(s, section, name);
	const char *where = item->origin;
	char text[REASON_TEXT_MAX + 1];
	va_list ap;

	if (where == NULL)
		where = s->path != NULL ? s->path : "default";
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	return reason_set(
	    why, REASON_SETTINGS, "%s: %s.%s: %s", where, section, name, text);
}

static void
string_print(FILE *f, const char *s)
{
	fputc('"', f);
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			fputc('\\', f);
		fputc(*s, f);
	}
	fputc('"', f);
}

/* The value as it would stand in a file, strings quoted. */
static void
value_print(FILE *f, const struct settings_item *item)
{
	size_t i;

	switch (item->row->kind) {
	case SETTING_STRING:
	case SETTING_PATH:
	case SETTING_CHOICE:
		string_print(f, item->text);
		break;
	case SETTING_LIST:
		fputc('{', f);
		for (i = 0; i < item->n_list; i++) {
			fputs(i > 0 ? ", " : " ", f);
			string_print(f, item->list[i]);
		}
		fputs(item->n_list > 0 ? " }" : "}", f);
		break;
	default:
		fputs(item->text, f);
	}
}

void
settings_visit(const struct settings *s,
    void (*visit)(void *arg, const struct setting *row, const char *value,
	const char *origin),
    void *arg)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct settings_item *item = &s->items[i];
		char *value = NULL;
		size_t len = 0;
		FILE *f = open_memstream(&value, &len);

		if (f == NULL)
			return;
		value_print(f, item);
		if (fclose(f) == 0 && value != NULL)
			visit(arg, item->row, value,
			    item->origin != NULL ? item->origin : "default");
		free(value);
	}
}
