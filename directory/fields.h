#ifndef DIRECTORY_FIELDS_H
#define DIRECTORY_FIELDS_H

#include "base/facts.h"
#include "base/harvest.h"
#include "base/settings.h"
#include "directory/contact.h"

/*
 * What a new contact has beside its names and addresses: givenName, sn and
 * company where the certificate proves them, and what directory.attributes
 * says.  All of it is cleaned of what nobody can see and cut at a character.
 */

/* All zero is what the settings are by default. */
struct fields_policy {
	const struct settings *settings; /* of directory.attributes; NULL:
					    none */
	bool any_organization;		 /* directory.organization_from */
	bool stamp; /* directory.exchange, where no schema is asked */
};

struct fields_input {
	const struct harvest *harvest;
	const struct facts *certificate;
	const char *wish;    /* the bare name that is taken, or "" */
	const char *display; /* the display name that it makes */
};

/* Read the policy of the settings, which it borrows. */
void fields_read(const struct settings *s, struct fields_policy *out);

/* The name of template i, of settings that were checked.  false: there is
 * none. */
bool fields_template_name(
    const struct settings *s, size_t i, char name[CHANGE_ATTRIBUTE_NAME]);

/* Of those that need no template, number i; NULL: there is none. */
const char *fields_fixed_name(size_t i);

/*
 * Add the attributes to a change that makes a contact.  Given name and surname
 * count only where together they are the name that is taken: that one alone
 * was compared with those of people inside.  LATER (memory).
 */
MUST_CHECK enum outcome fields_make(const struct fields_policy *policy,
    const struct fields_input *in, struct change *out, struct reason *why);

#endif
