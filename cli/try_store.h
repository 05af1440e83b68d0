#ifndef CLI_TRY_STORE_H
#define CLI_TRY_STORE_H

#include "base/harvest.h"
#include "base/settings.h"

/*
 * What the publisher's store knows of a mail's address and certificate, for
 * try: where it may be read; nothing depends on it.
 */
struct try_store;

/* What of the certificate stands, as far as the store knows. */
enum try_stands { TRY_NOTHING, TRY_THE_SAME, TRY_ANOTHER };

struct try_said {
	bool asked; /* the rest is set: */
	enum try_stands stands;
	int64_t since;
};

/* Open it; tells the standard error when it may not be read.  NULL: it is not
 * asked. */
struct try_store *try_store_open(const struct settings *s);

/* Close; NULL is allowed. */
void try_store_close(struct try_store *t);

/*
 * Ask it: a ban, a no of the review, a veto, a pin.  DONE: nobody said
 * anything; else as admission_of_word() has it.  NULL is allowed: DONE.
 */
MUST_CHECK enum outcome try_store_ask(const struct try_store *t,
    const struct harvest *h, struct try_said *out, struct reason *why);

#endif
