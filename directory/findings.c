#include "directory/findings.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/judge_wire.h"

static const struct {
	const char *code, *check;
	enum finding_level level;
	const char *advice; /* NULL: that of the reason */
} rows[FINDING_COUNT] = {
#define FINDING(code, check, level, advice)                                    \
	[FINDING_##code] = {#code, check, FINDING_LEVEL_##level, advice},
#include "directory/findings.def"
#undef FINDING
};

struct findings *
findings_new(void)
{
	return calloc(1, sizeof(struct findings));
}

void
findings_free(struct findings *f)
{
	free(f);
}

void
findings_add(
    struct findings *f, enum finding_code code, const char *format, ...)
{
	char text[2 * REASON_TEXT_MAX];
	struct reason seen;
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	(void)!reason_set(&seen, REASON_OK, "%s", text);
	findings_add_reason(f, code, &seen);
}

void
findings_add_reason(
    struct findings *f, enum finding_code code, const struct reason *why)
{
	if (f->n < FINDINGS_MAX)
		f->list[f->n++] = (struct finding){code, *why};
}

enum finding_level
finding_level(enum finding_code code)
{
	return rows[code].level;
}

const char *
finding_level_name(enum finding_level level)
{
	static const char *const names[] = {"ok", "warning", "error"};

	return names[level];
}

const char *
finding_name(enum finding_code code)
{
	static char name[32]; /* the command alone asks */
	size_t i;

	for (i = 0; rows[code].code[i] != '\0' && i + 1 < sizeof name; i++)
		name[i] = rows[code].code[i] == '_'
		    ? '-'
		    : (char)tolower((unsigned char)rows[code].code[i]);
	name[i] = '\0';
	return name;
}

const char *
finding_check(enum finding_code code)
{
	return rows[code].check;
}

const char *
finding_advice(const struct finding *f)
{
	const char *advice = rows[f->code].advice;

	return advice != NULL ? advice : reason_advice(f->seen.code);
}

void
findings_put(struct buffer *b, const struct findings *f)
{
	wire_put_u32(b, f->n);
	for (unsigned i = 0; i < f->n; i++) {
		wire_put_u32(b, f->list[i].code);
		wire_put_reason(b, &f->list[i].seen);
	}
}

struct findings *
findings_get(struct wire *w)
{
	unsigned n = wire_get_max(w, FINDINGS_MAX);
	struct findings *f = findings_new();
	struct finding one;

	for (unsigned i = 0; i < n && wire_ok(w) && f != NULL; i++) {
		one.code = wire_get_max(w, FINDING_COUNT - 1);
		wire_get_reason(w, &one.seen);
		findings_add_reason(f, one.code, &one.seen);
	}
	if (f == NULL)
		w->bad = true;
	if (!wire_ok(w)) {
		findings_free(f);
		f = NULL;
	}
	return f;
}
