#include "store/inside.h"

/*
 * The outcome alone picks the next state.  LATER and BROKEN pick none: a
 * harvest is put off, or stays as it is until our fault is mended.
 */
static const char *const states[] = {
    [DONE] = "done",
    [NOTHING] = "nothing",
    [REFUSED] = "refused",
    [HELD] = "held",
    [LATER] = NULL,
    [BROKEN] = NULL,
};

const char *
state_name(enum outcome o)
{
	return states[o];
}

/* Two updates, so that the work does not grow with the line's length. */
enum outcome
line_form(struct store *s, const char *address, struct reason *why)
{
	enum outcome o;

	o = statement_run(s, STATEMENT_LINE_CLEAR, VALUES(TEXT(address)), why);
	if (o == DONE || o == NOTHING)
		o = statement_run(
		    s, STATEMENT_LINE_HEAD, VALUES(TEXT(address)), why);
	return o == NOTHING ? DONE : o;
}
