#ifndef DIRECTORY_CONTACT_H
#define DIRECTORY_CONTACT_H

#include <stdbool.h>

#include "base/address.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/reason.h"

/*
 * A contact as the directory has it, and the changes that a plan makes of
 * it.  Plain C: what travels between publisher and directory child.
 */
#define DIRECTORY_GROUP 32 /* questions that are asked at once, at most */

#define CONTACT_ID 129 /* opaque object id; AD: objectGUID in hexadecimal */
#define CONTACT_DN 1025
#define CONTACT_SERVER 256
#define CONTACT_MARK 256 /* [MS-ADA1] extensionName: at most 255 characters */

/*
 * More than this is not read, and nothing is written to such a contact: an
 * honest one has a handful (Entra Connect refuses more than 15 values,
 * the offline address book cuts at 64 KiB).
 */
#define CONTACT_VALUES 64
#define CONTACT_BYTES (512u * 1024)
#define CONTACT_BYTES_WRITTEN (64u * 1024)

/* Of userSMIMECertificate; with more of them some are not here. */
#define CONTACT_SHADOWS 8

/* Attributes of a new contact, beside those that every one has. */
#define CHANGE_ATTRIBUTES 32
#define CHANGE_ATTRIBUTE_NAME 64
#define CHANGE_ATTRIBUTE_BYTES 4096

/* Who has an address.  All but a contact belong to somebody inside, who is
 * never touched. */
enum contact_kind {
	CONTACT_NONE,
	CONTACT_ONE,
	CONTACT_MANY,
	CONTACT_USER,
	CONTACT_MAIL_USER, /* a user whose mail goes elsewhere */
	CONTACT_GROUP,
	CONTACT_OTHER /* a public folder, a computer, ... */
};

struct contact {
	enum contact_kind
	    kind; /* with NONE, MANY, USER the rest may be empty */
	char id[CONTACT_ID];
	char dn[CONTACT_DN];
	char primary[ADDRESS_SIZE]; /* targetAddress, SMTP: proxy, or mail */
	bool inside;		    /* below one of our bases */
	bool shadowed;		    /* has a userSMIMECertificate */
	bool managed;		    /* by somebody else: never touched */
	bool conflict;		    /* lost a replication conflict: CNF: */
	bool elsewhere;		    /* in another domain of the forest */
	bool name_taken;	    /* with NONE: by somebody inside */
	bool stamped;		    /* Exchange's lists show it */
	bool overfull;	      /* more values than are read; none is here */
	struct bytes *values; /* userCertificate, DER or whatever is there */
	unsigned n_values;
	char (*marks)[CONTACT_MARK]; /* extensionName values that are ours by
					form */
	unsigned n_marks;
	struct bytes *shadows; /* userSMIMECertificate */
	unsigned n_shadows;
	char others[CONTACT_DN];     /* with MANY: who they are, for humans */
	char server[CONTACT_SERVER]; /* that was asked; "": there is but one */
};

/* Free the contents; the struct is empty afterwards. */
void contact_clear(struct contact *c);

/* Append a copy of a userCertificate value; above CONTACT_VALUES or
 * CONTACT_BYTES the contact becomes overfull instead.  LATER (memory). */
MUST_CHECK enum outcome contact_add_value(
    struct contact *c, struct span value, struct reason *why);

/* Append a copy of a userSMIMECertificate value; more than CONTACT_SHADOWS, or
 * CONTACT_BYTES together with the rest, only count as shadowed.  LATER
 * (memory). */
MUST_CHECK enum outcome contact_add_shadow(
    struct contact *c, struct span value, struct reason *why);

/* Take note that there are more values than are read: none is kept. */
void contact_set_overfull(struct contact *c);

/* Append a copy of an extensionName value when it has the form of a mark of
 * ours; anything else, and more than CONTACT_VALUES, is passed over. */
MUST_CHECK enum outcome contact_add_mark(
    struct contact *c, struct span value, struct reason *why);

enum change_kind { CHANGE_NONE, CHANGE_CREATE, CHANGE_MODIFY };

/* One value of one attribute of a new contact. */
struct change_attribute {
	char name[CHANGE_ATTRIBUTE_NAME];
	struct bytes value;
};

/* One write: an add of a whole contact, or one modify. */
struct change {
	enum change_kind kind;
	char id[CONTACT_ID]; /* of the contact to modify */
	char dn[CONTACT_DN];
	char address[ADDRESS_SIZE]; /* from here on to cn: CREATE */
	char cn[LIMIT_CN + 1];
	char name[LIMIT_NAME + 1];
	char refused[LIMIT_NAME + 1]; /* a name that somebody has, or "";
				       * stays with the planner */
	struct bytes *add;	      /* values of userCertificate */
	unsigned n_add;
	struct bytes *remove; /* values of userCertificate */
	unsigned n_remove;
	char (*add_marks)[CONTACT_MARK];
	unsigned n_add_marks;
	char (*remove_marks)[CONTACT_MARK];
	unsigned n_remove_marks;
	struct bytes *remove_shadows; /* values of userSMIMECertificate */
	unsigned n_remove_shadows;
	struct bytes *add_shadows; /* that we took out once: never new ones */
	unsigned n_add_shadows;
	struct change_attribute *attributes; /* CREATE */
	unsigned n_attributes;
};

/* Free the contents; the struct is empty afterwards. */
void change_clear(struct change *c);

/* The lists of a change. */
enum change_list {
	CHANGE_ADD,
	CHANGE_REMOVE,
	CHANGE_ADD_MARK,
	CHANGE_REMOVE_MARK,
	CHANGE_REMOVE_SHADOW,
	CHANGE_ADD_SHADOW
};

/* Append a copy of value to one of them.  LATER (memory). */
MUST_CHECK enum outcome change_append(struct change *c, enum change_list list,
    struct span value, struct reason *why);

/* Append a value to an attribute of a new contact.  BROKEN (protocol): too
 * many, or a name or value that is too long.  LATER (memory). */
MUST_CHECK enum outcome change_add_attribute(
    struct change *c, const char *name, struct span value, struct reason *why);

/* The contacts that a walk through the directory looks at: their ids, page
 * by page. */
#define CONTACT_PAGE 500

struct contact_page {
	char (*ids)[CONTACT_ID];
	unsigned n;
	bool more; /* another page is there */
};

/* Append an id.  BROKEN (protocol): the page is full, or no id.  LATER
 * (memory). */
MUST_CHECK enum outcome contact_page_add(
    struct contact_page *p, const char *id, struct reason *why);

/* Free the contents; the struct is empty afterwards. */
void contact_page_clear(struct contact_page *p);

/* One line for journal and humans: what the change does, fingerprints for
 * certificates. Returns out. */
char *change_describe(const struct change *c, char *out, size_t size);

#endif
