#include <confuse.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/settings_value.h"

#define FILE_MAX (1024 * 1024)
#define UNKNOWN_MAX 32
#define NAME_SIZE 64

/* A name in the file that no row declares. */
struct unknown {
	char section[NAME_SIZE]; /* "" at the top */
	char name[NAME_SIZE];
	int line;
	bool is_section; /* a brace follows it */
};

/*
 * libconfuse stops at the first name that it does not know.  To tell of all
 * of them the file is read again with that name added, until nothing new
 * turns up; the last reading takes the values.
 */
struct reader {
	struct settings *s;
	struct settings_faults *faults;
	struct unknown unknown[UNKNOWN_MAX];
	size_t n_unknown;
	bool again;  /* something new turned up */
	bool taking; /* the last reading */
};

/* libconfuse's callbacks carry no argument; hence this, set only within
 * settings_parse(), one for each thread. */
static _Thread_local struct reader *reader;

static struct unknown *
unknown_find(const char *section, const char *name)
{
	size_t i;

	for (i = 0; i < reader->n_unknown; i++)
		if (strcmp(reader->unknown[i].section, section) == 0 &&
		    strcmp(reader->unknown[i].name, name) == 0)
			return &reader->unknown[i];
	return NULL;
}

static void
unknown_add(const char *section, const char *name, int line)
{
	struct unknown *u;

	if (reader->n_unknown == UNKNOWN_MAX || reader->taking)
		return;
	u = &reader->unknown[reader->n_unknown++];
	snprintf(u->section, sizeof u->section, "%s", section);
	snprintf(u->name, sizeof u->name, "%s", name);
	u->line = line;
	reader->again = true;
}

__attribute__((format(printf, 2, 0))) static void
on_error(cfg_t *cfg, const char *format, va_list ap)
{
	const char *section = strcmp(cfg->name, "root") == 0 ? "" : cfg->name;
	char text[256], name[NAME_SIZE];
	struct unknown *u;

	vsnprintf(text, sizeof text, format, ap);
	if (sscanf(text, "no such option '%63[^']'", name) == 1) {
		if (unknown_find(section, name) == NULL)
			unknown_add(section, name, cfg->line);
		return;
	}
	if (sscanf(text, "missing equal sign after option '%63[^']'", name) ==
	    1) {
		u = unknown_find(section, name);
		if (u != NULL && !u->is_section) {
			u->is_section = true;
			reader->again = true;
			return;
		}
	}
	if (reader->taking)
		settings_fault_add(
		    reader->faults, reader->s->path, cfg->line, "%s", text);
}

static bool
item_take_list(struct settings_item *item, cfg_opt_t *opt)
{
	unsigned i, n = cfg_opt_size(opt);
	char **list = calloc(n, sizeof *list);

	if (list == NULL)
		return false;
	for (i = 0; i < item->n_list; i++)
		free(item->list[i]);
	free(item->list);
	item->list = list;
	item->n_list = 0;
	for (i = 0; i < n; i++) {
		list[i] = strdup(cfg_opt_getnstr(opt, i));
		if (list[i] == NULL)
			return false;
		item->n_list++;
	}
	return true;
}

static bool
item_take(struct settings_item *item, cfg_opt_t *opt, int line)
{
	char *text, *origin;

	if (asprintf(&origin, "%s:%d", reader->s->path, line) < 0)
		return false;
	free(item->origin);
	item->origin = origin;
	item->line = line;
	if (item->row->kind == SETTING_LIST)
		return item_take_list(item, opt);
	text = strdup(cfg_opt_getnstr(opt, 0));
	if (text == NULL)
		return false;
	free(item->text);
	item->text = text;
	return true;
}

/* A value was read; for a list also after each of its entries. */
static int
on_value(cfg_t *cfg, cfg_opt_t *opt)
{
	struct settings_item *item;

	if (!reader->taking)
		return 0;
	item = settings_find(reader->s, cfg->name, opt->name);
	if (item->line != 0 && item->row->kind != SETTING_LIST)
		settings_fault_add(reader->faults, reader->s->path, cfg->line,
		    "%s.%s is set twice, first in line %d; keep one of them",
		    cfg->name, opt->name, item->line);
	if (!item_take(item, opt, cfg->line))
		settings_fault_add(reader->faults, reader->s->path, cfg->line,
		    "out of memory");
	return 0;
}

/* One name as libconfuse wants it; subopts makes it a section. */
static cfg_opt_t
option(const char *name, bool is_list, cfg_opt_t *subopts)
{
	cfg_opt_t section = CFG_SEC(name, subopts, CFGF_NONE);
	cfg_opt_t list = CFG_STR_LIST(name, 0, CFGF_NODEFAULT);
	cfg_opt_t value = CFG_STR(name, 0, CFGF_NODEFAULT);

	return subopts != NULL ? section : is_list ? list : value;
}

/* The names of one section; an unknown subsection takes nothing, which
 * ends the reading when there is something in it. */
static cfg_opt_t *
section_options(const char *section)
{
	static cfg_opt_t none[] = {CFG_END()}; /* cfg_init() copies it */
	const struct settings *s = reader->s;
	cfg_opt_t end = CFG_END(), *opts;
	size_t i, n = 0;

	opts = calloc(s->n + reader->n_unknown + 1, sizeof *opts);
	if (opts == NULL)
		return NULL;
	for (i = 0; i < s->n; i++) {
		const struct setting *row = s->items[i].row;

		if (strcmp(row->section, section) != 0)
			continue;
		opts[n] = option(row->name, row->kind == SETTING_LIST, NULL);
		opts[n++].validcb = on_value;
	}
	for (i = 0; i < reader->n_unknown; i++) {
		const struct unknown *u = &reader->unknown[i];

		if (strcmp(u->section, section) == 0 && u->section[0] != '\0')
			opts[n++] =
			    option(u->name, true, u->is_section ? none : NULL);
	}
	opts[n] = end;
	return opts;
}

static void
options_free(cfg_opt_t *opts)
{
	size_t i;

	for (i = 0; opts != NULL && opts[i].name != NULL; i++)
		free(opts[i].subopts);
	free(opts);
}

static bool
is_first_of_section(const struct settings *s, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++)
		if (strcmp(s->items[i].row->section,
			s->items[at].row->section) == 0)
			return false;
	return true;
}

/* All sections with their names; free with options_free(). */
static cfg_opt_t *
all_options(void)
{
	const struct settings *s = reader->s;
	cfg_opt_t end = CFG_END(), *opts, *sub;
	size_t i, n = 0;

	opts = calloc(s->n + reader->n_unknown + 1, sizeof *opts);
	if (opts == NULL)
		return NULL;
	for (i = 0; i < s->n + reader->n_unknown; i++) {
		const char *name;
		bool is_section = true;

		if (i < s->n) {
			if (!is_first_of_section(s, i))
				continue;
			name = s->items[i].row->section;
		} else {
			const struct unknown *u = &reader->unknown[i - s->n];

			if (u->section[0] != '\0')
				continue;
			name = u->name;
			is_section = u->is_section;
		}
		sub = is_section ? section_options(name) : NULL;
		if (is_section && sub == NULL) {
			options_free(opts);
			return NULL;
		}
		opts[n++] = option(name, true, sub);
	}
	opts[n] = end;
	return opts;
}

/* No callback tells of a list that was emptied: name = {}. */
static void
take_empty_lists(cfg_t *cfg)
{
	struct settings *s = reader->s;
	struct settings_item *item;
	cfg_opt_t *opt;
	size_t i;

	for (i = 0; i < s->n; i++) {
		item = &s->items[i];
		if (item->row->kind != SETTING_LIST)
			continue;
		opt = cfg_getopt(
		    cfg_getsec(cfg, item->row->section), item->row->name);
		if (opt == NULL || (opt->flags & CFGF_MODIFIED) == 0 ||
		    cfg_opt_size(opt) > 0)
			continue;
		while (item->n_list > 0)
			free(item->list[--item->n_list]);
		free(item->origin);
		item->origin = strdup(s->path);
	}
}

/* One reading; what is wrong arrives in on_error(). */
static void
read_once(const char *text)
{
	cfg_opt_t *opts = all_options();
	cfg_t *cfg = NULL;

	reader->again = false;
	if (opts != NULL)
		cfg = cfg_init(opts, CFGF_NONE);
	if (cfg == NULL) {
		settings_fault_add(
		    reader->faults, reader->s->path, 0, "out of memory");
		goto out;
	}
	cfg_set_error_function(cfg, on_error);
	/* the outcome is in what on_error() was told */
	if (cfg_parse_buf(cfg, text) == CFG_FILE_ERROR)
		settings_fault_add(
		    reader->faults, reader->s->path, 0, "cannot be read");
	if (reader->taking)
		take_empty_lists(cfg);
out:
	if (cfg != NULL)
		cfg_free(cfg);
	options_free(opts);
}

static void
unknown_tell(const struct unknown *u)
{
	const struct settings *s = reader->s;
	char near[2 * NAME_SIZE];
	size_t i;

	/* one complaint about an unknown section is enough */
	for (i = 0; i < reader->n_unknown; i++)
		if (reader->unknown[i].is_section &&
		    strcmp(reader->unknown[i].name, u->section) == 0)
			return;
	settings_nearest(
	    s, u->is_section ? NULL : u->section, u->name, near, sizeof near);
	if (u->section[0] != '\0')
		settings_fault_add(reader->faults, s->path, u->line,
		    "no such setting \"%s\" in section %s%s%s%s", u->name,
		    u->section, near[0] != '\0' ? "; did you mean \"" : "",
		    near, near[0] != '\0' ? "\"?" : "");
	else
		settings_fault_add(reader->faults, s->path, u->line,
		    "no such %s \"%s\"%s%s%s",
		    u->is_section ? "section" : "setting outside a section",
		    u->name, near[0] != '\0' ? "; did you mean \"" : "", near,
		    near[0] != '\0' ? "\"?" : "");
}

static void
parse_text(char *text)
{
	size_t i;

	settings_text_prepare(text, reader->s->path, reader->faults);
	do
		read_once(text);
	while (reader->again && reader->n_unknown < UNKNOWN_MAX);
	reader->taking = true;
	read_once(text);
	for (i = 0; i < reader->n_unknown; i++)
		unknown_tell(&reader->unknown[i]);
}

void
settings_parse(struct settings *s, struct settings_faults *faults)
{
	struct reader r = {.s = s, .faults = faults};
	struct bytes data = {NULL, 0};
	struct reason why;
	char *text = NULL;
	enum outcome o;

	o = file_read(s->path, FILE_MAX, &data, &why);
	if (o != DONE) {
		settings_fault_add(faults, s->path, 0, "cannot be read: %s",
		    o == NOTHING ? "there is no such file" : why.text);
		goto out;
	}
	/* not strndup(): a NUL must not hide what follows */
	if (data.len > 0 && memchr(data.data, '\0', data.len) != NULL) {
		settings_fault_add(faults, s->path, 0, "is not a text file");
		goto out;
	}
	text = data.len > 0 ? strndup((char *)data.data, data.len) : strdup("");
	if (text == NULL) {
		settings_fault_add(faults, s->path, 0, "out of memory");
		goto out;
	}
	reader = &r;
	parse_text(text);
	reader = NULL;
out:
	free(text);
	bytes_clear(&data);
}
