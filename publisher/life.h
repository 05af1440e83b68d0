#ifndef PUBLISHER_LIFE_H
#define PUBLISHER_LIFE_H

#include "publisher/publish.h"
#include "publisher/respect.h"
#include "publisher/shadows.h"

/*
 * What the lives of a group's harvests are made of, and the machine that leads
 * them through the phases (publisher/group.c), of which only publish.c has a
 * table.
 */

/* One harvest on its way. */
struct life {
	struct group *group;
	struct publish_job *job;
	const struct harvest *harvest; /* the job's, as report is */
	struct publish_report *report;
	bool ended;
	struct respect respect;
	struct admission verdict;
	unsigned trust_turn; /* the setup's, of the verdict */
	struct contact contact;
	struct facts *values; /* of the contact */
	struct shadows shadows;
	bool shadowed; /* once the change is made */
	struct change change;
	char wish[LIMIT_NAME + 1]; /* a new contact's name */
	struct directory_ask *ask; /* what the directory was asked last; NULL:
				    * it was not asked for this one */
};

/*
 * One of these: one is what to do with each life (anything but DONE ends it),
 * put is what to ask the directory for each.  With together, all that is
 * written to the store is one transaction.
 */
struct phase {
	enum outcome (*one)(struct life *l, struct reason *why);
	void (*put)(struct life *l, struct directory_ask *ask);
	bool (*needs)(const struct life *l); /* put; NULL: all do */
	/* Once more, right before the directory is asked, as another group may
	 * have been waited for since; NULL: nothing.  As one.  renew comes
	 * first, for all of them, as others may be heard meanwhile; what they
	 * said counts with still, in which nobody is. */
	enum outcome (*renew)(struct life *l, struct reason *why);
	enum outcome (*still)(struct life *l, struct reason *why);
	bool together;
	bool again; /* where those start once more that met a race */
};

struct group {
	struct setup *setup;
	struct store *store;
	int64_t now;
	const struct phase *phases;
	unsigned n_phases;
	unsigned phase; /* the next one */
	unsigned round;
	struct life *lives;
	unsigned n;
	bool broken; /* as the next one's judge would be */
	struct directory_ask asks[DIRECTORY_GROUP];
	unsigned n_asks;
};

/* A group at the first phase.  Returns NULL when out of memory. */
struct group *group_new(struct setup *s, struct store *store,
    struct publish_job *jobs, unsigned n, const struct phase *phases,
    unsigned n_phases);

#endif
