#ifndef CLI_QUOTE_H
#define CLI_QUOTE_H

#include <stddef.h>

#include "base/reason.h"

/*
 * Words from the settings inside command lines that we print for somebody to
 * run.  What cannot be quoted so that it surely stays one word and means
 * itself is refused: REFUSED (unquotable), nothing is written then.
 */

/* For a POSIX shell: single quotes.  Control characters are refused. */
MUST_CHECK enum outcome quote_sh(
    const char *word, char *out, size_t size, struct reason *why);

/*
 * For cmd.exe and the programs that it starts: double quotes around.  Refused
 * are controls, characters beyond ASCII (the code page decides what becomes
 * of them, and some become quotes), the quote itself, '%' and '!', which
 * cmd.exe expands even between quotes, and a backslash at the end, which would
 * hide the closing quote.
 */
MUST_CHECK enum outcome quote_cmd(
    const char *word, char *out, size_t size, struct reason *why);

/*
 * A distinguished name in which everything that quote_cmd() refuses, and the
 * ':' and ';' of dsacls, is written as \XX (RFC 4514 section 2.4), which means
 * the same.  Refused: controls, names in RFC 2253's old quotes, backslashes
 * that escape nothing.
 */
MUST_CHECK enum outcome quote_dn(
    const char *dn, char *out, size_t size, struct reason *why);

#endif
