#ifndef SMIME_CMS_H
#define SMIME_CMS_H

#include "base/limits.h"
#include "base/reason.h"
#include "smime/content.h"

/*
 * A CMS blob taken apart by its tags and lengths alone (RFC 5652): what it
 * is, how many certificates and signers, where each lies.  OpenSSL sees
 * none of it before every count and size is known, and then only what is
 * needed: of a hostile blob neither content nor certificates nor lists.
 */
struct tlv_reader;

struct cms {
	bool has_content;
	struct content content;	  /* eContent */
	struct span content_type; /* eContentType, the OID's octets */
	unsigned n_certificates;
	struct span certificates[LIMIT_CERTIFICATES]; /* DER, as they came */
	struct span signer_info;		      /* the one; whole */
	struct span attributes; /* signed ones; empty when there are none */
};

/*
 * Take the blob apart; what lies in *out borrows it.  DONE: signed-data
 * with exactly one signer; eContent is there when and only when the form
 * is not detached.  NOTHING (encrypted, compressed, certs-only, unsigned).
 * REFUSED (cms-malformed, cms-trailing, cms-limit, cms-too-large,
 * no-signer, many-signers, econtent, no-content).
 */
MUST_CHECK enum outcome cms_read(
    struct span blob, bool detached, struct cms *out, struct reason *why);

/*
 * The certificates of signed-data, whoever signed it or nobody (certs-only, or
 * a userSMIMECertificate, RFC 2798 section 2.8): n_certificates and
 * certificates alone are set.  NOTHING, REFUSED as above; what is behind
 * the certificates is stepped over and must end where the blob ends.
 */
MUST_CHECK enum outcome cms_read_certificates(
    struct span blob, struct cms *out, struct reason *why);

/*
 * Read the EncapsulatedContentInfo that r stands before: its type, and its
 * content if it has any; both borrowed.  false: it is none.
 */
bool cms_read_content(struct tlv_reader *r, struct span *content_type,
    bool *has_content, struct content *content);

/* Whether the signed content is mail and not a receipt, for example. */
bool cms_is_data(const struct cms *c);

/*
 * The one signer as a detached signed-data of its own, without anything
 * else of the blob, for OpenSSL.  The caller clears *b.  LATER (memory).
 */
MUST_CHECK enum outcome cms_write_signer(
    const struct cms *c, struct buffer *b, struct reason *why);

/*
 * The value of a signed attribute, by the octets of its OID, as one
 * element.  NOTHING: it is not there.  REFUSED (cms-malformed): it is there
 * twice or has not one value (RFC 5652 section 11).
 */
MUST_CHECK enum outcome cms_attribute(
    const struct cms *c, struct span oid, struct span *out, struct reason *why);

#endif
