#ifndef DIRECTORY_SECURITY_H
#define DIRECTORY_SECURITY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/*
 * What a security descriptor ([MS-DTYP] 2.4.6, self-relative, as
 * nTSecurityDescriptor holds it) lets somebody do, for the few rights that no
 * attribute of Active Directory tells without trying.
 */
#define SECURITY_SID 68 /* [MS-DTYP] 2.4.2.2: at most 15 parts */
#define SECURITY_SID_TEXT 192
#define SECURITY_SIDS 1024

/* [MS-ADTS] 5.1.3.2. */
#define SECURITY_DELETE_CHILD 0x00000002u
#define SECURITY_DELETE_TREE 0x00000040u
#define SECURITY_DELETE 0x00010000u
#define SECURITY_WRITE_DAC 0x00040000u
#define SECURITY_WRITE_OWNER 0x00080000u

/* Somebody: himself and his groups. */
struct security_token {
	struct {
		uint8_t octets[SECURITY_SID];
		size_t len;
	} sids[SECURITY_SIDS];
	unsigned n;
};

/* Append a SID; more than SECURITY_SIDS and what is no SID are passed over. */
void security_token_add(struct security_token *t, struct span sid);

/* Whether the SID is among them. */
bool security_token_has(const struct security_token *t, struct span sid);

/* Write a SID as S-1-5-...; "" for what is none. */
void security_sid_show(struct span sid, char out[SECURITY_SID_TEXT]);

/* Whether it is well-formed as far as we read it. */
bool security_is_valid(struct span descriptor);

/* Which of these rights the entries give him: those that come first count
 * (the implicit rights of an owner are not among them).  of is the 16 octets
 * of a schemaIDGUID that entries for one class of objects may name, or NULL. */
uint32_t security_grants(struct span descriptor, const struct security_token *t,
    uint32_t rights, const uint8_t *of);

/* Whether he owns it. */
bool security_is_owner(struct span descriptor, const struct security_token *t);

/* Whether an entry that counts speaks of OWNER RIGHTS (S-1-3-4). */
bool security_limits_owner(struct span descriptor);

#endif
