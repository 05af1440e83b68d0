#ifndef DIRECTORY_AD_H
#define DIRECTORY_AD_H

#include <ldap.h>
#include <stdbool.h>

#include "base/settings.h"
#include "directory/ad_forest.h"
#include "directory/ad_hold.h"
#include "directory/ad_locate.h"
#include "directory/ad_result.h"
#include "directory/ad_schema.h"
#include "directory/ad_seen.h"
#include "directory/ad_servers.h"
#include "directory/ad_tls.h"
#include "directory/contact.h"
#include "directory/news.h"
#include "directory/turns.h"

/*
 * The Active Directory backend's own house: one connection, opened when
 * first needed, dropped when it fails; and a second one to a global catalog.
 * The steps of a connection are connect (TCP, by us, so that a server that
 * is away is told from one whose TLS fails), TLS, bind, and reading what the
 * server is.
 */
#define AD_CONNECT_MAX 5000 /* milliseconds, all steps, for one server */
#define AD_OPERATION_MAX 10000

/* What all connections of one backend have in common. */
struct ad_shared {
	struct ad_hold hold;
	struct ad_tls tls;
	struct ad_locator locator;
	struct ad_locator catalogs;
	directory_tell *tell; /* may be NULL */
	void *tell_arg;
};

struct ad {
	const struct settings *settings; /* borrowed */
	LDAP *ld;			 /* NULL: not connected */
	unsigned connection;		 /* which one, counted */
	bool ready;			 /* connected, and for all */
	struct turns *turns;		 /* borrowed */
	unsigned waiting;		 /* answers outstanding */
	struct {
		unsigned group; /* turns_number() of those it is for */
		struct reason why;
	} refusal;		 /* the last failure to connect */
	char base[CONTACT_DN];	 /* to search in */
	char domain[CONTACT_DN]; /* defaultNamingContext */
	char schema[CONTACT_DN]; /* schemaNamingContext */
	struct ad_forest configuration;
	struct ad_schema attributes; /* what the schema says of them */
	int64_t connect_ms;	   /* for one server: a fifth of the timeout */
	int64_t operation_ms;	   /* two fifths: others get their turn */
	int64_t deadline;	   /* of the question, on clock_ms() */
	int64_t since;		   /* when ld was connected, on clock_ms() */
	struct ad_server server;   /* whom ld is, or was last, connected to */
	struct reason lost;	   /* why the last connection was dropped */
	char name[AD_HOST_SIZE];   /* as it calls itself */
	bool has_catalog;	   /* that server is a global catalog, too */
	char forest[AD_HOST_SIZE]; /* as a domain of DNS */
	struct {		   /* where ad_list() is */
		bool begun;
		size_t base; /* of directory.bases */
		struct berval cookie;
	} listing;
	struct ad_seen seen; /* on which connection what was read */
	struct ad_servers servers;
	struct ad_shared *shared;
	struct ad *gc; /* for the global catalog; NULL: this is it */
};

/*
 * Be connected and bound: to the first server of the list that answers
 * and can be written to, those that failed lately last.  LATER also when the
 * deadline of the question is too near for another attempt.
 */
MUST_CHECK enum outcome ad_connect(struct ad *ad, struct reason *why);

/*
 * Connect to one server alone, and remember how it ended.  It may take
 * ad->connect_ms; last: all that an operation does not need.  ad->ld must be
 * NULL.
 */
MUST_CHECK enum outcome ad_connect_to(struct ad *ad,
    const struct ad_server *server, bool last, struct reason *why);

/*
 * Between two decisions: when a server that is preferred to ours has had its
 * quiet time, try it, and move to it if it works.  Never fails: the connection
 * that is there stays otherwise.
 */
void ad_return(struct ad *ad);

/*
 * A connection to a global catalog, which knows the addresses of the whole
 * forest (read-only, and not all attributes).  DONE: *out is connected, and
 * ad_search(*out, (*out)->base, ...) looks through the forest; it belongs to
 * ad and is good until the next call.  Its server is that of ad where that
 * is a catalog, else the first that DNS names.  NOTHING:
 * directory.global_catalog is off, or there is none. LATER, BROKEN: there is
 * one, and it cannot be asked.
 */
MUST_CHECK enum outcome ad_gc_connect(
    struct ad *ad, struct ad **out, struct reason *why);

/* Before each operation on ad->ld, and before its result is waited for: its
 * time, at most what is left of the question's. */
void ad_start_operation(struct ad *ad, struct timeval *time);

/* Behind it: look at the result, drop a connection that is of no use any
 * more, and remember a server that is to blame. */
void ad_end_operation(struct ad *ad, int rc, enum ad_operation operation,
    const struct reason *why);

/* The connection is to be dropped after this result: whether its server is
 * to be avoided for a while. */
void ad_note_failure(struct ad *ad, int rc, enum ad_operation operation);

/* Drop the connection; allowed without one. */
void ad_disconnect(struct ad *ad);

/* DONE: nothing speaks against a bind.  BROKEN: the secret cannot be read,
 * or was refused a short while ago. */
MUST_CHECK enum outcome ad_may_bind(struct ad *ad, struct reason *why);

/* Bind by the settings; secure says whether TLS runs. */
MUST_CHECK enum outcome ad_bind(
    struct ad *ad, const char *server, bool secure, struct reason *why);

/*
 * Be connected, as ad_connect() does it, after ad_return().  While others of
 * the group wait for their answers, the connection that is there is used.
 */
MUST_CHECK enum outcome ad_begin(struct ad *ad, struct reason *why);

/* An operation that was sent, and its result. */
struct ad_call {
	enum ad_operation operation;
	const char *what;    /* the object, for humans */
	int rc;		     /* of sending; of all, afterwards */
	int id;		     /* libldap's, of the message */
	LDAPMessage *result; /* the caller's, whatever the outcome */
};

/*
 * Wait for the result, and meanwhile let the others send theirs.  Drops a
 * connection that failed; so may one of the others: then LATER
 * (directory-down) as well.
 */
MUST_CHECK enum outcome ad_finish(
    struct ad *ad, struct ad_call *call, struct reason *why);

/*
 * As ldap_search_ext_s() with our limits; *result is the caller's
 * (ldap_msgfree) whatever the outcome.  More entries than limit is DONE, with
 * the ones that came: see ad_is_cut().  Drops a connection that failed.
 */
MUST_CHECK enum outcome ad_search(struct ad *ad, const char *base, int scope,
    const char *filter, const char *const *attributes, int limit,
    LDAPMessage **result, struct reason *why);

/* Whether a limit, ours or the server's, ended the search before its end. */
bool ad_is_cut(struct ad *ad, LDAPMessage *result);

/* The first value of an attribute as a string into out; "" when there is
 * none or it does not fit. */
void ad_get_string(struct ad *ad, LDAPMessage *entry, const char *attribute,
    char *out, size_t size);

/* The objectGUID of an entry, in hexadecimal as <GUID=...> takes it. */
void ad_get_id(struct ad *ad, LDAPMessage *entry, char out[CONTACT_ID]);

/* The finding and the changing, on a connection that is there. */
MUST_CHECK enum outcome ad_find(struct ad *ad, const char *address,
    struct contact *out, struct reason *why);

/* As directory_get(). */
MUST_CHECK enum outcome ad_get(
    struct ad *ad, const char *object, struct contact *out, struct reason *why);

/* As directory_list(). */
MUST_CHECK enum outcome ad_list(
    struct ad *ad, bool anew, struct contact_page *out, struct reason *why);

/* Forget the place in the list: it died with the connection. */
void ad_list_reset(struct ad *ad);

/* Whether somebody who is no contact below our bases has the name. */
MUST_CHECK enum outcome ad_named(
    struct ad *ad, const char *name, bool *taken, struct reason *why);

/* As directory_apply(). */
MUST_CHECK enum outcome ad_apply(struct ad *ad, const struct change *change,
    struct contact *at, struct reason *why);

#endif
