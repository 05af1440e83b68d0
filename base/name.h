#ifndef BASE_NAME_H
#define BASE_NAME_H

#include <stdbool.h>

#include "base/limits.h"

/*
 * Names of people as people see them: a stranger may write "The CEO" with
 * Cyrillic letters, wide ones or other blanks.  Within reason: these catch the
 * usual tricks, not every font's look-alikes.
 */
#define NAME_VARIANTS 4

/* The name in plain letters: without accents, wide, circled and mathematical
 * forms, and what looks like Latin as Latin; the rest as it is. */
void name_plain(const char *name, char out[LIMIT_NAME + 1]);

/*
 * The forms that somebody of that name could be listed by: as it is, plain,
 * without what is in brackets or behind them, and the other way round ("Doe,
 * Jane").  Returns how many; none is empty.
 */
unsigned name_variants(
    const char *name, char out[NAME_VARIANTS][LIMIT_NAME + 1]);

/* Whether a reader may take the one for the other: a variant of name and
 * other have the same letters and digits, whatever their case. */
bool name_passes_for(const char *name, const char *other);

/* Whether it holds a mail address, or something to be read as one. */
bool name_holds_address(const char *name);

#endif
