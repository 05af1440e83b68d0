#ifndef DIRECTORY_MARK_H
#define DIRECTORY_MARK_H

#include "directory/contact.h"

/*
 * Marks of ownership: extensionName values beside the certificates that we
 * wrote.  One is certharvest:1:<sha256>:<HMAC-SHA-256 of "1:sha256:address"
 * under the site key>: whoever lacks the key cannot have us remove a value
 * that we did not write, and a mark copied to another contact is void.
 *
 * certharvest:2: in its front and in what is signed: somebody else wrote that
 * certificate, and it was taken over.  It may be replaced as one of ours, but
 * whoever takes us out again leaves it where it is.
 */

/* Write the mark for a certificate under an address. */
void mark_make(struct span site_key, const uint8_t sha256[DIGEST_LEN],
    const char *address, char out[CONTACT_MARK]);

/* The same for a certificate that is taken over. */
void mark_make_adopted(struct span site_key, const uint8_t sha256[DIGEST_LEN],
    const char *address, char out[CONTACT_MARK]);

/* Whether the mark, which has the form of one, is of the second kind. */
bool mark_is_adopted(const char *mark);

/* Whether the text has the form of a mark, whoever wrote it. */
bool mark_has_form(struct span text);

/* Whether the mark, of either kind, verifies for the address; if so, sha256 is
 * filled in. */
bool mark_verify(const char *mark, struct span site_key, const char *address,
    uint8_t sha256[DIGEST_LEN]);

/* Whether the contact holds a mark, of either kind, that verifies for the
 * certificate. */
bool mark_owns(const struct contact *c, struct span site_key,
    const uint8_t sha256[DIGEST_LEN], const char *address);

#endif
