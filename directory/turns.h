#ifndef DIRECTORY_TURNS_H
#define DIRECTORY_TURNS_H

#include "base/reason.h"

/*
 * Several questions at once, over code that does one thing after the other.
 * Each piece of work runs in a thread of its own, but only the one whose
 * turn it is runs.  Having sent something to the server it passes the turn
 * (turns_pass()), and by the time that the turn is back all others have sent
 * something, too: so the server is never idle, no lock is needed, and what
 * is shared changes under somebody only while they pass the turn.
 */
#define TURNS_MAX 32

struct turns;

/* On DONE the caller owns *out. LATER (memory). */
MUST_CHECK enum outcome turns_new(struct turns **out, struct reason *why);

/* Free; NULL is allowed. */
void turns_free(struct turns *t);

/*
 * Call work(arg, 0) to work(arg, n - 1), n at most TURNS_MAX, and return when
 * all have returned.  Where no thread can be had they run one after the
 * other, as a single one does.
 */
void turns_run(struct turns *t, unsigned n, void (*work)(void *arg, unsigned i),
    void *arg);

/* Let all others run until each passes the turn or ends.  Nothing when
 * there is nobody else. */
void turns_pass(struct turns *t);

/* Which run of several this is, counted from 1; 0: nobody else is there. */
unsigned turns_number(const struct turns *t);

#endif
