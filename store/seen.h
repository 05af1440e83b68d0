#ifndef STORE_SEEN_H
#define STORE_SEEN_H

#include "store/store.h"

/*
 * Who wrote last, with which certificate, and whether he encrypts: of the
 * addresses that something was published for.  A milter lets a known signer's
 * mail pass for a day, so that these are days rather than mails.  Bounded:
 * some weeks of each address, and the last certificates that it had.
 */

/* Take note of a verified mail, in the caller's transaction. */
MUST_CHECK enum outcome seen_note(struct store *s, const struct harvest *h,
    int64_t received, struct reason *why);

/* Take note that the mail was encrypted, which nobody verified.  NOTHING:
 * nothing is published for the address. */
MUST_CHECK enum outcome seen_encrypted(
    struct store *s, const char *address, int64_t received, struct reason *why);

/* Take note of what was published: it has had its turn, and what waits of it
 * for a human is decided on again, as it is no question any more; a yes that
 * was said of another one is over.  In the caller's transaction. */
MUST_CHECK enum outcome seen_published(struct store *s, const char *id,
    const struct store_publication *p, struct reason *why);

/* Forget whose turn it was, as somebody said something of the address. */
MUST_CHECK enum outcome seen_forget(
    struct store *s, const char *address, struct reason *why);

/* What is known of a publication's partner. */
struct store_seen {
	int64_t last;		 /* a verified mail with the certificate; 0 */
	int64_t encrypted;	 /* mails since the last one that was signed, */
	int64_t encrypted_since; /* the first and the last of them; 0 */
	int64_t encrypted_last;
};

/* Read it.  NOTHING: nothing is published for the address. */
MUST_CHECK enum outcome store_seen(struct store *s, const char *address,
    struct store_seen *out, struct reason *why);

/* Visit the addresses that something is published for, the newest first. */
MUST_CHECK enum outcome store_partners(struct store *s, unsigned limit,
    void (*visit)(void *arg, const char *address), void *arg,
    struct reason *why);

/* One certificate of an address, held against the one that is published. */
struct store_rivals {
	bool stood;	/* it was published before, and lost its place */
	unsigned after; /* authenticated mails since the other one came last */
	int64_t days;	/* from the first to the last of them */
	unsigned between; /* mails from when the other one was published until
			   * it came last */
};

/* Compare them. */
MUST_CHECK enum outcome store_rivals(struct store *s,
    const struct store_publication *standing, const char *certificate,
    struct store_rivals *out, struct reason *why);

#endif
