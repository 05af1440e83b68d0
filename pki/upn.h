#ifndef PKI_UPN_H
#define PKI_UPN_H

#include <stdbool.h>

#include <openssl/x509.h>

/*
 * Name constraints on Microsoft's User Principal Names, as the CAs of
 * companies that run Active Directory have them: otherName
 * 1.3.6.1.4.1.311.20.2.3, a UTF8String like a mail address.  OpenSSL knows
 * no constraint on an otherName but SmtpUTF8Mailbox and refuses every
 * certificate that has such a name, which would refuse all mail of those
 * companies.
 */

/*
 * Whether the certificate keeps all name constraints of the CA, those on
 * User Principal Names included: they are compared as RFC 5280 section
 * 4.2.1.10 has it for mail addresses.  For certificates of which OpenSSL
 * says X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE.
 */
bool upn_constraints_hold(X509 *x, const X509 *ca);

#endif
