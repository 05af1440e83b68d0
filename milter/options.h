#ifndef MILTER_OPTIONS_H
#define MILTER_OPTIONS_H

#include "base/judge.h"
#include "base/settings.h"
#include "milter/judges.h"
#include "milter/listen.h"
#include "base/network.h"

/*
 * What the milter takes out of the settings, checked and in the form its
 * modules want it.  Borrows from the settings, which must live as long.
 */
struct options {
	struct listen_options listen;
	struct judges_options judges; /* program is left NULL */
	struct judge_policy policy;   /* now is set for each message */
	unsigned deadline;	      /* milliseconds for one question */
	unsigned messages;	      /* then a worker retires */
	unsigned max_sessions;
	unsigned io_timeout; /* seconds */
	unsigned drain;	     /* seconds */
	bool confine;	     /* the sessions process */
	uint64_t candidate_memory;
	uint64_t candidate_bytes;
	unsigned known_entries; /* 0: every signature is verified */
	const char *temporary_folder;
	struct networks own_networks;
	const struct settings *settings;
};

/* Read and check.  BROKEN (settings, socket) names the setting; *out is the
 * caller's to clear. */
MUST_CHECK enum outcome options_read(
    const struct settings *s, struct options *out, struct reason *why);

/* Free what it owns. */
void options_clear(struct options *o);

/* Whether the canonical address is in one of the own domains. */
bool options_is_own(const struct options *o, const char *address);

#endif
