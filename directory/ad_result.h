#ifndef DIRECTORY_AD_RESULT_H
#define DIRECTORY_AD_RESULT_H

#include <ldap.h>
#include <stdbool.h>

#include "base/reason.h"

/*
 * What an LDAP result code means to us: one table, by code, by what was
 * being done, and by the words that the server or the library adds.
 */
enum ad_operation {
	AD_TLS = 1 << 0,
	AD_BIND = 1 << 1,
	AD_SEARCH = 1 << 2,
	AD_ADD = 1 << 3,
	AD_MODIFY = 1 << 4
};

/*
 * Set the reason for result code rc of an operation on ld (whose diagnostic
 * message is looked at); what names the object.  DONE for LDAP_SUCCESS.
 */
MUST_CHECK enum outcome ad_result(LDAP *ld, int rc, enum ad_operation operation,
    const char *what, struct reason *why);

/* Whether after this the connection is of no use any more. */
bool ad_result_is_disconnect(int rc);

#endif
