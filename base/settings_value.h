#ifndef BASE_SETTINGS_VALUE_H
#define BASE_SETTINGS_VALUE_H

#include "base/settings.h"

/*
 * Inside the settings reader only: one value against its row, what the
 * reader found, and how to be helpful about a name that nobody knows.
 */

/* A row with its value. */
struct settings_item {
	const struct setting *row;
	char *text;	/* as written; NULL for a list */
	int64_t number; /* also the index of a choice; 0 or 1 */
	char **list;
	size_t n_list;
	char *origin; /* "file:line"; NULL: the default */
	int line;     /* 0: the default */
	bool bad;     /* already complained about */
};

struct settings {
	char *path; /* NULL: no file */
	struct settings_item *items;
	size_t n;
};

/* One thing that is wrong, kept until all of them can be told by line. */
struct settings_fault {
	int line;
	char *text; /* "file:line: what is wrong" */
};

struct settings_faults {
	struct settings_fault *list;
	size_t n;
};

/* Add one; on memory failure it is counted all the same. */
void settings_fault_add(struct settings_faults *f, const char *path, int line,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * Make the text ready for libconfuse 3.3.  Comments become blanks: it counts
 * lines wrongly behind them and bears none within a list.  ${NAME} is a
 * fault: it would put the environment there, which our programs do not
 * share.  So is a section that is not closed, which it lets pass.
 */
void settings_text_prepare(
    char *text, const char *path, struct settings_faults *faults);

/*
 * Parse the file at s->path into the items: the libconfuse side.  A file
 * that cannot be read and everything that is wrong with its form and names
 * are faults; values are taken as text.
 */
void settings_parse(struct settings *s, struct settings_faults *faults);

/*
 * Turn the item's text into its number by its row; false with words for
 * what is wrong in problem.
 */
bool settings_convert(struct settings_item *item, char *problem, size_t size);

/* The item of that name; NULL when no row declares it. */
struct settings_item *settings_find(
    const struct settings *s, const char *section, const char *name);

/*
 * The known name nearest to an unknown one: a section when section is NULL,
 * else a name, of that section if there is one near ("name"), else of
 * any other ("section.name").  "" when nothing is near.  Returns out.
 */
char *settings_nearest(const struct settings *s, const char *section,
    const char *name, char *out, size_t size);

#endif
