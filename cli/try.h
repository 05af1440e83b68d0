#ifndef CLI_TRY_H
#define CLI_TRY_H

#include "base/judge.h"
#include "cli/try_store.h"
#include "directory/contact.h"

/*
 * What try found out about one mail, and how it is told.
 */
struct try_verdict {
	const char *file;
	struct judgement judgement;
	struct admission admission; /* where there is a harvest */
	struct facts signer;	    /* malformed: not known */
	enum outcome outcome;	    /* what would become of the mail */
	struct reason why;
	/* of a new contact, where there is a harvest */
	char name[LIMIT_NAME + 1];
	bool asked_create; /* the next is set: why none would be made, */
	struct reason create;
	const char *ou;	       /* or where; borrowed from the settings */
	struct change contact; /* its further attributes */
	const char *mode;      /* publish, pilot or observe; NULL: not asked */
	bool writes;	       /* in that mode, for this address */
	struct try_said said;  /* by the store */
};

/* The word for it: publish, hold, refuse or nothing. */
const char *try_word(enum outcome o);

/* Print one verdict for people. */
void try_print_text(const struct try_verdict *v);

/* Print one verdict as a JSON object on a line of its own; the exit status. */
int try_print_json(const struct try_verdict *v);

#endif
