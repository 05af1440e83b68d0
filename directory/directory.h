#ifndef DIRECTORY_DIRECTORY_H
#define DIRECTORY_DIRECTORY_H

#include "base/settings.h"
#include "directory/contact.h"
#include "directory/news.h"
#include "directory/findings.h"

/*
 * A directory of contacts: found by address, changed by one write.  Two
 * backends, one contract (tests/contract): ad (Active Directory over
 * libldap) and ldif (the embedded default, one LDIF file).  The code runs
 * in the directory child, which alone has credentials.
 */
struct directory;

/* Open the backend that the settings choose; connects when first needed. BROKEN
 * (settings, directory-file, ...). */
MUST_CHECK enum outcome directory_open(const struct settings *settings,
    struct directory **out, struct reason *why);

/* Close; NULL is allowed. */
void directory_close(struct directory *d);

/* Have tell called for what happens while questions are answered; it must
 * not call back. */
void directory_observe(struct directory *d, directory_tell *tell, void *arg);

/*
 * Call work(arg, 0) to work(arg, n - 1), n at most TURNS_MAX, which may ask the
 * directory: while one waits for its answer the next one is called, so that
 * the server is not idle.  Never do two of them run at the same moment.
 */
void directory_run(struct directory *d, unsigned n,
    void (*work)(void *arg, unsigned i), void *arg);

/*
 * Find by address (proxyAddresses, mail, targetAddress).  DONE: *out says
 * what is there, CONTACT_NONE included; the caller clears it.  With NONE,
 * and a name that is wished for, it also says whether anybody but a contact
 * below our bases is called so; NULL or "": not asked.  REFUSED (own-domain):
 * the directory says that mail for this domain is ours.  HELD
 * (directory-value): what it says does not fit.  LATER, BROKEN: by the table of
 * LDAP result codes.
 */
MUST_CHECK enum outcome directory_find(struct directory *d, const char *address,
    const char *name, struct contact *out, struct reason *why);

/*
 * Apply one change in one LDAP write.  DONE: id and dn of the contact are
 * in *at (only those are set).  LATER (directory-race): somebody else was
 * there: find and plan again.  HELD (cn-taken): the name of a new contact is
 * taken by an object that does not have the address.
 */
MUST_CHECK enum outcome directory_apply(struct directory *d,
    const struct change *change, struct contact *at, struct reason *why);

/*
 * The object with that id as it is now, wherever it was moved to.  DONE: *out
 * says what is there, CONTACT_NONE (deleted) included; the caller clears it.
 */
MUST_CHECK enum outcome directory_get(struct directory *d, const char *object,
    struct contact *out, struct reason *why);

/*
 * One page of the ids of all contacts below our bases that hold a
 * certificate, a shadow or a mark of ours, in no order; anew starts from the
 * first page.  DONE: the caller clears *out, and asks on while out->more.
 * LATER (directory-race): the listing was cut off; start anew.
 */
MUST_CHECK enum outcome directory_list(struct directory *d, bool anew,
    struct contact_page *out, struct reason *why);

/*
 * Look at everything that publishing needs, without writing anything.  DONE:
 * *out is the caller's, good or bad news.  LATER (memory).
 */
MUST_CHECK enum outcome directory_examine(
    struct directory *d, struct findings **out, struct reason *why);

#endif
