#ifndef DIRECTORY_AD_EXAMINE_H
#define DIRECTORY_AD_EXAMINE_H

#include "directory/ad.h"
#include "directory/findings.h"
#include "directory/security.h"

/*
 * The examination of an Active Directory, step by step; each adds what it
 * found.  Nothing is ever written: what the account may do is read from the
 * attributes that the server computes ([MS-ADTS] 3.1.1.4.5), and from
 * permissions.
 */
struct examination {
	struct ad *ad;
	struct findings *out;
	bool samba;		  /* the server says that it is one */
	char domain[CONTACT_DN];  /* defaultNamingContext */
	char account[CONTACT_DN]; /* who we are; "": not known */
	struct security_token token;
	unsigned version; /* of the key in the keytab; 0: not known */
};

/* The whole of it, as directory_examine() has it. */
void ad_examine(struct ad *ad, struct findings *out);

/* Before a connection: the secret, and for Kerberos its keytab. */
void ad_examine_secret(struct examination *x);

/* Names, ports, TLS, clocks, read-only servers; each server of the list. */
void ad_examine_servers(struct examination *x);

/* From here on with a connection: who we are, and in which groups. */
void ad_examine_account(struct examination *x);

/* Attributes that contacts can have, Exchange, and its domains. */
void ad_examine_schema(struct examination *x);

/* The OUs, and what we may do there. */
void ad_examine_rights(struct examination *x);

/*
 * The first entry of a search; *result is the caller's (ldap_msgfree) whatever
 * is returned.  NULL: there is none, and why says whether the search failed
 * (its code is OK otherwise).
 */
LDAPMessage *ad_examine_first(struct examination *x, const char *base,
    int scope, const char *filter, const char *const *attributes,
    LDAPMessage **result, struct reason *why);

/* Whether the attribute has the value, ignoring case. */
bool ad_examine_has(struct examination *x, LDAPMessage *e,
    const char *attribute, const char *value);

#endif
