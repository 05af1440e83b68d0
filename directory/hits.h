#ifndef DIRECTORY_HITS_H
#define DIRECTORY_HITS_H

#include "directory/contact.h"

/*
 * What a search by address found, and the one contact that is made of it:
 * the same for all backends.
 */
#define HITS_MAX 8 /* more are as ambiguous as these */

struct hits {
	struct contact list[HITS_MAX];
	unsigned n;
	bool more; /* than these */
};

/* Room for one more, empty and borrowed; NULL: there is none, and it is
 * noted that there are more. */
struct contact *hits_add(struct hits *h);

/* Take back the last one. */
void hits_drop(struct hits *h);

/* Whether one with that id is among them. */
bool hits_have(const struct hits *h, const char *id);

/*
 * None, the one, or CONTACT_MANY: then out->others says for humans which
 * they are, and which of them lost a replication conflict, against whom.
 * The hits are empty afterwards; the caller clears *out.
 */
void hits_end(struct hits *h, struct contact *out);

/* Free the contents. */
void hits_clear(struct hits *h);

#endif
