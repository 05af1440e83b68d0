#ifndef PUBLISHER_PUBLISH_H
#define PUBLISHER_PUBLISH_H

#include "publisher/setup.h"
#include "store/observed.h"

/*
 * The life of a harvest, from the rules to the directory: a table of phases in
 * publish.c, through which a group of harvests is led together, so that the
 * directory and the disk are waited for once for all.  It decides and
 * writes; what the decision means for a harvest's state is
 * publisher/batch.h's.
 */
struct group;

#define PUBLISH_KEY_CHANGE 320 /* in words */

struct publish_report {
	struct reason why;  /* its row is the outcome, but for publications */
	int64_t begins;	    /* cert-soon: when it becomes valid; 0: else */
	bool reached;	    /* the directory answered */
	bool wrote;	    /* and was changed */
	bool published;	    /* publication is set */
	bool settled_again; /* by an earlier write whose record was cut off */
	struct store_publication publication;
	char subject[FACTS_TEXT];   /* of the certificate */
	char issuer[FACTS_TEXT];    /* the same; "": not judged */
	struct authority authority; /* with chain-unknown */
	char anchor[DIGEST_HEX];    /* that it chains to; "": it does not */
	char key_change[PUBLISH_KEY_CHANGE]; /* "": the issuer is the same */
	struct store_observed observed;	     /* with observed and is-mail-user:
					      * object, dn, plan */
	char plan[2048]; /* one line; "" when it did not come to one */
};

/* One harvest of a group. */
struct publish_job {
	const struct harvest *harvest; /* borrowed, as id is */
	const char *id;
	bool approved; /* a human looked at it and said yes */
	enum outcome outcome;
	struct publish_report report;
	bool untouched; /* it did not come to its turn: outcome says nothing */
};

/*
 * Begin to decide on the harvests, of n different addresses, at most
 * DIRECTORY_GROUP, and to do it.  The jobs are borrowed until publish_end();
 * what they point to, too.  Returns NULL when out of memory.
 */
struct group *publish_start(
    struct setup *s, struct store *store, struct publish_job *jobs, unsigned n);

/*
 * Do what can be done without the directory.  true: it is to be asked now.
 * false: the end; each job has its own outcome, whatever became of the others.
 * DONE: our certificate stands in the directory.  NOTHING, REFUSED, HELD: the
 * end, too.  LATER: try again.  BROKEN: our fault, whatever the harvest.  An
 * intent may be left in the store: settling or putting off removes it.
 */
bool publish_work(struct group *g);

/* Ask the directory.  No other group may do so before publish_hear(). */
void publish_ask(struct group *g);

/* Wait for the answers; publish_work() goes on with them. */
void publish_hear(struct group *g);

/* Free; NULL is allowed. */
void publish_end(struct group *g);

/* What to remember of a certificate of ours that stands at a contact. */
void publish_record(const struct contact *at, const struct facts *certificate,
    const char *address, const char *message_id, int64_t now,
    struct store_publication *out);

/* Of a publication that was found standing: the reason to settle it with,
 * which tells when it is by another issuer than what was published before,
 * whose fields are empty when nothing was.  DONE. */
enum outcome publish_found(const struct store_publication *before,
    const struct store_publication *now, char key_change[PUBLISH_KEY_CHANGE],
    struct reason *why);

/* Log it, unless it is "". */
void publish_tell_key_change(
    const struct store_publication *p, const char *key_change);

/* The facts of all values of a contact, which become *out, the caller's to
 * free().  Outcomes as judge_process_facts() has them. */
MUST_CHECK enum outcome publish_values(struct setup *s,
    const struct contact *contact, int64_t now, struct facts **out,
    struct reason *why);

#endif
