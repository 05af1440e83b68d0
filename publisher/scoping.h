#ifndef PUBLISHER_SCOPING_H
#define PUBLISHER_SCOPING_H

#include "base/judge.h"
#include "publisher/freemail.h"

/*
 * For whom a CA counts that an administrator approves.  Without a word of his:
 * for the one domain that uses it, where only the one address under a
 * free-mail domain.  A certificate that signed itself speaks for addresses
 * alone.  Pure.
 */
struct scoping_case {
	enum authority_kind kind;
	const char (*users)[ADDRESS_SIZE]; /* addresses that use it */
	unsigned n_users;
	bool more;	    /* there are others */
	const char *asked;  /* his words, between blanks or commas; "": none */
	const char *before; /* what it counts for already; "" */
	const struct freemail *freemail;
};

/*
 * DONE: out is the scope, with what it counted for before.  BROKEN (usage): it
 * cannot be approved like that; why says what to ask for instead.
 */
MUST_CHECK enum outcome scoping_decide(
    const struct scoping_case *c, char out[LIMIT_SCOPE], struct reason *why);

#endif
