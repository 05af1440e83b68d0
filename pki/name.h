#ifndef PKI_NAME_H
#define PKI_NAME_H

#include <openssl/x509.h>

#include "base/bytes.h"

/*
 * Distinguished names of strangers as text, without OBJ_obj2txt() and the
 * printers that use it: what they cost is the stranger's choice.
 */

/*
 * Write the name as RFC 4514 has it (last RDN first), cut to size.  Types
 * that nobody shows are written as dotted numbers.
 */
void name_show(const X509_NAME *name, char *out, size_t size);

/*
 * Write the last attribute of that type, decoded and cleaned, into out; ""
 * when there is none.
 */
void name_attribute(const X509_NAME *name, int nid, char *out, size_t size);

/* The same of a name in DER; "" when it is none. */
void name_show_der(struct span der, char *out, size_t size);

/* A number that equal names (RFC 5280 section 7.1) share; false when the
 * DER is no name. */
bool name_hash(struct span der, unsigned long *out);

#endif
