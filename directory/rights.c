#include "directory/rights.h"

#include <strings.h>

#include "directory/create.h"

/*
 * The schemaIDGUIDs are those of [MS-ADSC], [MS-ADA1] and [MS-ADA3].
 *
 * There is no write on mail, proxyAddresses or targetAddress, with which a
 * stolen secret could reroute mail: what a new contact needs is in the one
 * add.  And no delete.  Who creates an object owns it, and an owner may
 * change its permissions, unless an entry speaks of OWNER RIGHTS ([MS-DTYP]
 * 2.5.3.2); that one leaves it nothing but reading them.
 */
static const struct right rights[] = {
    {
	.what = "create contacts",
	.mask = "CC",
	.object = "contact",
	.guid = RIGHTS_CONTACT,
	.where = RIGHT_CREATE_OU,
	.when = RIGHT_CREATE,
    },
    {
	.what = "read and write userCertificate of contacts",
	.mask = "RPWP",
	.object = "userCertificate",
	.guid = "bf967a7f-0de6-11d0-a285-00aa003049e2",
	.where = RIGHT_BASES,
    },
    {
	.what = "read and write extensionName of contacts, our marks",
	.mask = "RPWP",
	.object = "extensionName",
	.guid = "bf967972-0de6-11d0-a285-00aa003049e2",
	.where = RIGHT_BASES,
    },
    {
	.what = "read and write userSMIMECertificate of contacts",
	.mask = "RPWP",
	.object = "userSMIMECertificate",
	.guid = "e16a9db2-403c-11d1-a9c0-0000f80367c1",
	.where = RIGHT_BASES,
	.when = RIGHT_SHADOWS,
    },
    {
	.what = "the owner of a contact may not change its permissions",
	.mask = "RC",
	.object = "",
	.guid = "",
	.where = RIGHT_BASES,
	.when = RIGHT_CREATE,
	.owner = true,
    },
    {.what = NULL},
};

const struct right *
rights_peek(void)
{
	return rights;
}

bool
rights_needed(const struct right *r, const struct settings *s)
{
	if (r->when == RIGHT_CREATE)
		return rights_create_count(s) > 0;
	if (r->when == RIGHT_SHADOWS)
		return settings_choice(s, "directory", "shadows") != 0;
	return true;
}

size_t
rights_create_count(const struct settings *s)
{
	return create_is_on(s) ? create_ou_count(s) : 0;
}

const char *
rights_peek_create(const struct settings *s, size_t i)
{
	const char *ou = create_peek_ou_at(s, i);

	for (size_t j = 0; j < i; j++)
		if (strcasecmp(create_peek_ou_at(s, j), ou) == 0)
			return NULL;
	return ou;
}
