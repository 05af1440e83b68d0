#ifndef DIRECTORY_AD_H
#define DIRECTORY_AD_H

#include <ldap.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "base/settings.h"
#include "directory/ad_hold.h"
#include "directory/ad_result.h"
#include "directory/contact.h"
#include "directory/turns.h"

/*
 * The Active Directory backend's own house: one connection, opened when
 * first needed, dropped when it fails.  The steps of a connection are
 * connect (TCP, by us, so that a server that is away is told from one whose
 * TLS fails), TLS, bind, and reading what the server is.
 */
#define AD_CONNECT_MAX 5 /* seconds, all steps together, for one server */
#define AD_OPERATION_MAX 10

enum ad_target { AD_TARGET_UNKNOWN, AD_TARGET_YES, AD_TARGET_NO };

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
	char schema[CONTACT_DN]; /* schemaNamingContext */
	enum ad_target target;	 /* contacts may have targetAddress */
	unsigned connect_s;	 /* a third of directory.timeout, so that a */
	unsigned operation_s;	 /* second server gets its turn; the rest */
	struct ad_hold hold;
	struct { /* where ad_list() is */
		bool begun;
		size_t base; /* of directory.bases */
		struct berval cookie;
	} listing;
	void *tls;	    /* libldap's context, kept: each new one leaks */
	struct stat tls_ca; /* the CA file that it was made of */
};

/* Be connected and bound, to the first server of the list that answers. */
MUST_CHECK enum outcome ad_connect(struct ad *ad, struct reason *why);

/* Drop the connection; allowed without one. */
void ad_disconnect(struct ad *ad);

/* DONE: nothing speaks against a bind.  BROKEN: the secret cannot be read,
 * or was refused a short while ago. */
MUST_CHECK enum outcome ad_may_bind(struct ad *ad, struct reason *why);

/* Bind by the settings; secure says whether TLS runs. */
MUST_CHECK enum outcome ad_bind(
    struct ad *ad, const char *server, bool secure, struct reason *why);

/*
 * Be connected, as ad_connect() does it, and give the operations that follow
 * their time, until ad_watch_stop().  While others of the group wait for
 * their answers, the connection that is there is used.
 */
MUST_CHECK enum outcome ad_begin(struct ad *ad, struct reason *why);

/* From now on the server has operation_s. */
void ad_watch(struct ad *ad);

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
 * the ones that came.  Drops a connection that failed.
 */
MUST_CHECK enum outcome ad_search(struct ad *ad, const char *base, int scope,
    const char *filter, const char *const *attributes, int limit,
    LDAPMessage **result, struct reason *why);

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
