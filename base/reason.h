#ifndef BASE_REASON_H
#define BASE_REASON_H

#include "base/outcome.h"

/*
 * Why: a stable code and one sentence.  The codes are one closed table,
 * base/reason.def, the same words in log, metrics, JSON, review, journal
 * and certharvest-reasons(7).  A row also holds the outcome that the code
 * leads to, so that setting the reason decides the outcome:
 *
 *	if (!key)
 *		return reason_set(why, REASON_NO_SIGNER, "no SignerInfo");
 *
 * A struct reason is the caller's, of fixed size: reporting cannot fail.
 */
enum reason_code {
#define REASON(code, name, outcome, advice) REASON_##code,
#include "base/reason.def"
#undef REASON
	REASON_COUNT
};

#define REASON_TEXT_MAX 255

struct reason {
	enum reason_code code;
	char text[REASON_TEXT_MAX + 1]; /* printable UTF-8, one line */
};

/*
 * Write code and sentence into why (NULL is allowed) and return the outcome
 * of the code's row.  A sentence that is too long is cut at a character;
 * control characters become '?'.
 */
enum outcome reason_set(struct reason *why, enum reason_code code,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* REASON_OK and no text. */
void reason_clear(struct reason *why);

/* The code's stable name, for example "not-from". */
const char *reason_name(enum reason_code code);

/* The outcome that the code leads to. */
enum outcome reason_outcome(enum reason_code code);

/* What an administrator can do about it, one sentence. */
const char *reason_advice(enum reason_code code);

/* Find a code by its name.  REFUSED when there is none of that name. */
MUST_CHECK enum outcome reason_parse(const char *name, enum reason_code *out);

#endif
