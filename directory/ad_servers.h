#ifndef DIRECTORY_AD_SERVERS_H
#define DIRECTORY_AD_SERVERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reason.h"

/*
 * The servers in the order in which they are preferred, the same for all
 * relays, and the memory of those that failed.  One that failed comes last
 * for a while that doubles with each failure, so that servers which are away
 * cannot eat the time of every question.  The memory is kept in a file too, as
 * a child that hangs is killed and knows nothing afterwards; so is whom the
 * log says that we use, or each new child would tell it anew.
 */
#define AD_SERVERS_MAX 64
#define AD_PENALTIES_MAX 32
#define AD_HOST_SIZE 256

struct ad_server {
	char host[AD_HOST_SIZE];
	unsigned port;
	bool ldaps;
	/* From DNS (RFC 2782); of a list in the settings all alike. */
	bool elsewhere; /* not in our site */
	unsigned priority;
	unsigned weight;
};

struct ad_penalty {
	char host[AD_HOST_SIZE];
	unsigned port;
	unsigned failures;
	int64_t until; /* seconds since 1970 */
};

struct ad_servers {
	char *path;    /* ours; NULL: no file */
	int64_t quiet; /* seconds without it, after the first failure */
	struct ad_server list[AD_SERVERS_MAX];
	unsigned n;
	struct ad_penalty penalties[AD_PENALTIES_MAX];
	unsigned n_penalties;
	struct ad_server told; /* host and port; host "": nobody so far */
};

/* Whether it is a name or a number of a host, as we let them into files and
 * logs: letters, digits, and the few signs that stand in them. */
bool ad_host_is_valid(const char *host);

/* No servers yet; quiet is set.  The memory is read from the file state with
 * ".servers" behind it; state "": none.  A damaged one is no memory. */
MUST_CHECK enum outcome ad_servers_open(
    struct ad_servers *s, const char *state, int64_t now, struct reason *why);

/* Free the contents. */
void ad_servers_close(struct ad_servers *s);

/*
 * Take a list, the first AD_SERVERS_MAX of it.  sorted: in the order given.
 * Else it is sorted first, in its place: our site's first, by ascending
 * priority, descending weight, and name: RFC 2782 would draw lots by weight,
 * but all relays shall prefer one.  Of servers that are named twice the first
 * counts.
 */
void ad_servers_set(
    struct ad_servers *s, struct ad_server *list, unsigned n, bool sorted);

/* Which to try, in this order: indexes into the list.  Returns s->n. */
unsigned ad_servers_order(
    const struct ad_servers *s, int64_t now, unsigned order[AD_SERVERS_MAX]);

/* The place of a server in the list; s->n when it is not in it. */
unsigned ad_servers_rank(
    const struct ad_servers *s, const struct ad_server *which);

/* Before an attempt: into the file as if it had failed, for the case that the
 * child does not live to see its end.  chance is any number, for the jitter. */
void ad_servers_try(struct ad_servers *s, const struct ad_server *which,
    int64_t now, uint32_t chance);

/* It failed. */
void ad_servers_fail(struct ad_servers *s, const struct ad_server *which,
    int64_t now, uint32_t chance);

/* It works. */
void ad_servers_pass(struct ad_servers *s, const struct ad_server *which);

/* Whoever reads the log knows that we use this one. */
void ad_servers_tell(struct ad_servers *s, const struct ad_server *which);

/* It ended for a reason that is not the server's: as if not tried. */
void ad_servers_forgive(struct ad_servers *s);

#endif
