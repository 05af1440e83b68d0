#ifndef DIRECTORY_AD_TLS_H
#define DIRECTORY_AD_TLS_H

#include <ldap.h>
#include <sys/stat.h>

#include "base/settings.h"

/*
 * TLS 1.2 or better with a domain controller whose certificate and name are
 * checked, and with our own certificate where the settings name one.
 *
 * libldap 2.5 leaks GnuTLS's priorities with every context that has some: one
 * context serves, for all connections, until a file that it was made of
 * changes.
 */
enum { AD_TLS_FILES = 3 };

struct ad_tls {
	void *context; /* libldap's; NULL: none yet */
	struct stat files[AD_TLS_FILES];
};

/* Begin TLS on a connection that was just made: at once for ldaps, else by
 * StartTLS; host is the name that the certificate must have.  BROKEN
 * (directory-tls), LATER (directory-down). */
MUST_CHECK enum outcome ad_tls_start(struct ad_tls *tls,
    const struct settings *settings, LDAP *ld, bool ldaps, const char *host,
    struct reason *why);

#endif
