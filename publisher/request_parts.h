#ifndef PUBLISHER_REQUEST_PARTS_H
#define PUBLISHER_REQUEST_PARTS_H

#include "publisher/control.h"
#include "store/rules.h"

/*
 * What the requests at the control socket are made of, and their answers.
 */

/* An answer for what was not done, and why. */
json_t *parts_refuse(const struct reason *why);

/* The words for what was done when o is DONE, and when there was nothing to
 * do, about the subject; "fresh" tells them apart. */
json_t *parts_conclude(enum outcome o, const struct reason *why,
    const char *done, const char *nothing, const char *subject);

/* "note", made fit to be shown; "" when there is none. */
void parts_note(const json_t *request, char *out, size_t size);

/* The member of that name, or "". */
const char *parts_peek(const json_t *request, const char *name);

/* A mail address as a person writes it. */
MUST_CHECK enum outcome parts_address(const json_t *request, const char *key,
    char out[STORE_SUBJECT], struct reason *why);

/* A SHA-256 fingerprint, as openssl x509 -fingerprint prints it, too. */
MUST_CHECK enum outcome parts_fingerprint(const json_t *request,
    const char *key, char out[STORE_SUBJECT], struct reason *why);

/* Who asks, for the store. */
struct store_asker parts_asker(const struct control_peer *peer);

#endif
