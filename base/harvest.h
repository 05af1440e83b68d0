#ifndef BASE_HARVEST_H
#define BASE_HARVEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/authentication.h"
#include "base/bulk.h"
#include "base/bytes.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/reason.h"

/*
 * The one value that travels from the mail to the directory: who wrote,
 * and the certificates that came along.  The judge makes it, the milter
 * puts it into the spool, the publisher decides on it.
 *
 * A refusal with a From: travels too, as a harvest without certificates
 * and with why set (harvest_is_note()).
 */
struct harvest {
	char address[ADDRESS_SIZE];  /* From:, canonical */
	char name[LIMIT_NAME + 1];   /* that the certificate proves, or "" */
	char phrase[LIMIT_NAME + 1]; /* beside From:'s address, decoded and
				      * clean: a stranger's word, or "" */
	struct authentication authentication;
	enum bulk bulk;		  /* written to many, or by a program */
	struct bytes certificate; /* DER, the one to encrypt to */
	struct bytes signer;	  /* DER; equal to certificate as a rule */
	struct bytes others[LIMIT_CERTIFICATES]; /* DER, as they came */
	unsigned n_others;
	struct bytes capabilities; /* DER of sMIMECapabilities, or empty */
	struct reason why;	   /* REASON_OK, or the refusal of a note */
	struct reason chain;	   /* the judge's advice on the certificate */
	char message_id[256];
	char queue_id[64];
	int64_t received;     /* seconds since 1970 */
	int64_t signing_time; /* 0: not said */
};

/* An empty harvest, or NULL when out of memory. */
struct harvest *harvest_new(void);

/* Free with its contents; NULL is allowed. */
void harvest_free(struct harvest *h);

/* Whether h is a refusal note: it holds no certificate. */
bool harvest_is_note(const struct harvest *h);

/*
 * The digest of everything that the publisher decides on, that is all but
 * times, message-id, queue id, words and the phrase (which says nothing of
 * the certificate, and of which a stranger has as many as he likes): the name
 * of its spool file and its key in the store.  A mail seen fifty times has
 * one digest; one that the mail server authenticated has another, and so has
 * one of a list.
 */
void harvest_digest(const struct harvest *h, char out[DIGEST_HEX]);

#endif
