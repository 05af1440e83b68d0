#ifndef PUBLISHER_SETUP_H
#define PUBLISHER_SETUP_H

#include "base/judge_process.h"
#include "base/settings.h"
#include "directory/child.h"
#include "directory/plan.h"
#include "publisher/admission.h"
#include "publisher/retry.h"
#include "store/store.h"

/*
 * What the settings make: the rules and the two helpers, a judge for the
 * certificates and a child for the directory.  Made as a whole and replaced
 * as a whole, so that wrong settings leave the old ones in use.
 */
struct setup {
	struct settings *settings;
	struct admission_rules *rules;
	struct judge_policy judging; /* now is set for each harvest */
	struct plan_policy planning; /* the same; borrows site_key */
	struct retry_policy retry;
	struct bytes site_key;
	int trust_fd;
	uint8_t trust_stamp[DIGEST_LEN]; /* of the files, before reading */
	unsigned trust_turn; /* how often something was not to be believed any
			      * more: a verdict of before is none */
	bool trust_stale;    /* the judge believes that still */
	struct judge_process *judge;
	struct directory_child *directory;
	struct directory_child_start directory_start;
	char *settings_path; /* NULL: the default */
	char *directory_program;
};

struct setup_options {
	const char *settings_path; /* NULL: the default */
	struct store *store;
	void (*meanwhile)(void *arg); /* while a child is waited for */
	void *arg;
};

/*
 * Make all of it.  Swallows the settings, also on failure.  Starts no
 * process yet.  BROKEN (settings, no-anchors, worker-broken, io), LATER.
 */
MUST_CHECK enum outcome setup_give_settings(struct settings *settings,
    const struct setup_options *options, struct setup **out,
    struct reason *why);

/* End the helpers and free; NULL is allowed. */
void setup_free(struct setup *s);

/* Let the judge believe what files and store say now. */
MUST_CHECK enum outcome setup_renew_trust(
    struct setup *s, struct store *store, struct reason *why);

/*
 * A CA is not to be believed any more: from now on no verdict counts that was
 * given before, and none is given until the judge was told.
 */
void setup_distrust(struct setup *s);

/* Tell the judge, if that is still to be done.  As setup_renew_trust(). */
MUST_CHECK enum outcome setup_keep_distrust(
    struct setup *s, struct store *store, struct reason *why);

/* Whether a file or folder of trust.* is another one than when it was read, or
 * was tried to be, last. */
bool setup_trust_changed(const struct setup *s);

/* End the directory child; the next one reads settings and secrets anew. */
MUST_CHECK enum outcome setup_renew_directory(
    struct setup *s, struct reason *why);

#endif
