#ifndef DIRECTORY_EXCHANGE_H
#define DIRECTORY_EXCHANGE_H

#include "base/address.h"
#include "base/settings.h"

/*
 * What makes a contact a recipient of Exchange's address lists.  Exchange
 * wants to set most of it by itself (Update-Recipient, Enable-MailContact);
 * what it needs before that can stand in the one add.
 */

/* In the order of the choices of directory.exchange. */
enum exchange_mode {
	EXCHANGE_AUTO,	/* stamp where the schema has the attributes */
	EXCHANGE_PLAIN, /* a contact alone: Enable-MailContact does the rest */
	EXCHANGE_STAMP,
	EXCHANGE_UPDATE_ONLY /* contacts are made by others */
};

/* The mode of the settings. */
enum exchange_mode exchange_read(const struct settings *s);

#define EXCHANGE_ATTRIBUTES 3

struct exchange_attribute {
	const char *name;
	char value[ADDRESS_SIZE + 8];
};

/*
 * The stamp for a canonical address: mailNickname, by which the default lists
 * choose (a digest: the local part of a stranger called ceo would become an
 * address of ours under a policy); targetAddress; and that no address policy
 * is for this contact (msExchPoliciesExcluded).
 */
void exchange_stamp(
    const char *address, struct exchange_attribute out[EXCHANGE_ATTRIBUTES]);

#endif
