#ifndef BASE_TEMPLATE_H
#define BASE_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/reason.h"

/*
 * A line of an operator's settings, "name = text with {word} in it", of which
 * the words are replaced; ${word} is the same.  What stands for a word is a
 * stranger's as a rule: it is put there as it is and never read again.
 */
#define TEMPLATE_NAME 64

struct template_word {
	const char *name;
	const char *value; /* not looked at by template_split() */
};

/*
 * Take the line apart: the name, without the blanks around it, and where the
 * text begins, which may be empty.  BROKEN (settings): there is no "=", the
 * name is not letters, digits and hyphens behind a letter, or a word in braces
 * is none of the n words.
 */
MUST_CHECK enum outcome template_split(const char *line,
    const struct template_word *words, size_t n, char name[TEMPLATE_NAME],
    const char **text, struct reason *why);

/* The text with the values of its words, cut at size. */
void template_expand(const char *text, const struct template_word *words,
    size_t n, char *out, size_t size);

#endif
