#ifndef DIRECTORY_OBJECT_H
#define DIRECTORY_OBJECT_H

#include <stdbool.h>

#include "directory/contact.h"

/*
 * What an object of a directory is, told value by value, the same for all
 * backends: a contact or whose else, where its mail goes, and what it holds.
 */

/* One of its addresses; longer ones are cut, and are none then. */
#define OBJECT_ADDRESS (2 * ADDRESS_SIZE + 8)

struct object_address {
	unsigned n; /* how many there are */
	char text[OBJECT_ADDRESS];
};

struct object {
	struct contact *contact; /* borrowed: what is told goes there */
	bool is_contact, is_user, is_computer, is_group;
	bool is_foreign; /* msExchOriginatingForest: synchronised */
	struct object_address target; /* targetAddress */
	struct object_address proxy;  /* proxyAddresses with SMTP: */
	struct object_address mail;
};

/* Start with an empty contact, which is borrowed. */
void object_init(struct object *o, struct contact *contact);

/*
 * Take note of one value of an attribute (its name in any case, without
 * options); those that do not matter are passed over.  LATER (memory).
 */
MUST_CHECK enum outcome object_note(struct object *o, const char *attribute,
    struct span value, struct reason *why);

/*
 * All is told: set kind and primary of the contact.  The primary address is
 * what Exchange delivers to: targetAddress, else the proxy address with SMTP:
 * in capitals, else mail; canonical where it is an address of SMTP at all, so
 * that one of another kind (X500:, two with SMTP:) equals nobody's.  Of what
 * is no contact nothing but that is kept.
 */
void object_end(struct object *o);

/* What a kind is called in a sentence: "contact", "user", ... */
const char *object_kind_name(enum contact_kind kind);

#endif
