#ifndef DIRECTORY_FINDINGS_H
#define DIRECTORY_FINDINGS_H

#include "base/bytes.h"
#include "base/reason.h"
#include "base/wire.h"

/*
 * What certharvest doctor found: codes of one closed table,
 * directory/findings.def, each with a sentence about what was seen.  Those of
 * the directory are made in the directory child.
 */
#define FINDINGS_MAX 128

enum finding_level {
	FINDING_LEVEL_OK,
	FINDING_LEVEL_WARNING,
	FINDING_LEVEL_ERROR
};

enum finding_code {
#define FINDING(code, check, level, advice) FINDING_##code,
#include "directory/findings.def"
#undef FINDING
	FINDING_COUNT
};

struct finding {
	enum finding_code code;
	struct reason seen; /* its code is OK where there was no reason */
};

struct findings {
	unsigned n;
	struct finding list[FINDINGS_MAX];
};

/* None yet; NULL: out of memory. */
struct findings *findings_new(void);

/* Free; NULL is allowed. */
void findings_free(struct findings *f);

/* Append one; beyond FINDINGS_MAX it is passed over. */
void findings_add(struct findings *f, enum finding_code code,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Append one that a reason explains. */
void findings_add_reason(
    struct findings *f, enum finding_code code, const struct reason *why);

/* How bad the code is. */
enum finding_level finding_level(enum finding_code code);

/* The level's word: ok, warning, error. */
const char *finding_level_name(enum finding_level level);

/* The code's stable name, as server-closed. */
const char *finding_name(enum finding_code code);

/* What was looked at, one word. */
const char *finding_check(enum finding_code code);

/* What it means and what to do; "" for what is in order. */
const char *finding_advice(const struct finding *f);

/* Write all of them; a buffer that is full is seen by wire_complete(). */
void findings_put(struct buffer *b, const struct findings *f);

/* Read them, borrowed by nobody: the caller frees.  NULL and w is bad: what
 * came is none, or out of memory. */
struct findings *findings_get(struct wire *w);

#endif
