#ifndef DIRECTORY_NAMING_H
#define DIRECTORY_NAMING_H

#include "base/facts.h"
#include "base/harvest.h"
#include "base/settings.h"

/*
 * The display name of a new contact.  No stranger may put "The CEO" into the
 * address list of a company: the name is one that a certificate proves, or by
 * setting the phrase of From:, never one that holds an address or that
 * somebody inside has, and the mail domain stands behind it.
 */

/* In the order of the choices of directory.name_from. */
enum naming_from { NAMING_CERTIFICATE, NAMING_FROM, NAMING_ADDRESS };

/* All zero is what the settings are by default. */
struct naming_policy {
	enum naming_from from;
	const char *suffix; /* directory.name_suffix; NULL: "({domain})" */
	const struct settings *settings; /* of site.names; NULL: none */
};

/* Read the policy of the settings, which it borrows. */
void naming_read(const struct settings *s, struct naming_policy *out);

/* The name to take, clean and bare, or "" for the address: for the
 * directory to look whether somebody has it. */
void naming_wish(const struct naming_policy *policy, const struct harvest *h,
    const struct facts *certificate, char out[LIMIT_NAME + 1]);

/* Whether site.names has somebody of that name. */
bool naming_is_protected(const struct naming_policy *policy, const char *name);

/*
 * The display name: the name, a blank and the suffix, cut at a character so
 * that all of the suffix is there; the address when name is empty, or the
 * domain is so long that little would be left of it.
 */
void naming_make(const struct naming_policy *policy, const char *name,
    const char *address, char out[LIMIT_NAME + 1]);

#endif
