#include "publisher/authorities.h"

#include "base/log.h"
#include "base/metrics.h"

static void
fingerprint_of(const struct authority *a, char out[DIGEST_HEX])
{
	bytes_hex((struct span){a->sha256, DIGEST_LEN}, out);
}

enum outcome
authorities_ask(
    struct store *store, const struct authority *a, struct reason *why)
{
	enum store_authority_state state = STORE_AUTHORITY_SEEN;
	char fingerprint[DIGEST_HEX];
	struct reason inner;
	enum outcome o;

	if (a->kind == AUTHORITY_NONE)
		return HELD;
	fingerprint_of(a, fingerprint);
	o = store_authority_state(store, fingerprint, &state, &inner);
	if (o == LATER || o == BROKEN) {
		*why = inner;
		return o;
	}
	if (state == STORE_AUTHORITY_REJECTED)
		return reason_set(why, REASON_CA_REJECTED, "%s", a->name);
	return HELD;
}

static bool
is_it(const struct bytes *der, const struct authority *a)
{
	uint8_t sha256[DIGEST_LEN];

	digest_sha256(span_bytes(der), sha256);
	return digest_equal(sha256, a->sha256);
}

static bool
find_in_harvest(
    const struct harvest *h, const struct authority *a, struct span *out)
{
	const struct bytes *found = NULL;

	if (is_it(&h->signer, a))
		found = &h->signer;
	else if (is_it(&h->certificate, a))
		found = &h->certificate;
	for (unsigned i = 0; found == NULL && i < h->n_others; i++)
		if (is_it(&h->others[i], a))
			found = &h->others[i];
	if (found != NULL)
		*out = span_bytes(found);
	return found != NULL;
}

/* trust.intermediates, and what came with other partners' mail. */
static bool
find_in_trust(
    const struct trust *t, const struct authority *a, struct span *out)
{
	for (unsigned i = 0; i < t->n_known; i++)
		if (is_it(&t->known[i], a)) {
			*out = span_bytes(&t->known[i]);
			return true;
		}
	return false;
}

static void
tell(const struct store_authority_seen *seen)
{
	LOG_EVENT(CA_UNKNOWN, LOG_STR("ca", seen->name),
	    LOG_STR("fingerprint", seen->fingerprint),
	    LOG_STR("kind", seen->kind), LOG_STR("address", seen->address));
}

enum outcome
authorities_note(const struct setup *s, struct store *store, const char *id,
    const struct harvest *h, const struct authority *a, int64_t now,
    struct reason *why)
{
	char fingerprint[DIGEST_HEX];
	struct store_authority_seen seen = {
	    .id = id,
	    .address = h->address,
	    .fingerprint = fingerprint,
	    .kind = authority_name(a->kind),
	    .name = a->name,
	    .vouched = h->authentication.dmarc == AUTHENTICATION_PASS,
	};
	enum store_authority_state state = STORE_AUTHORITY_SEEN;
	struct trust *t = NULL;
	bool found, known;
	enum outcome o;

	fingerprint_of(a, fingerprint);
	o = store_authority_state(store, fingerprint, &state, why);
	if (o == LATER || o == BROKEN)
		return o;
	known = o == DONE;
	/* One that was rejected may be an anchor of the files, and in no mail;
	 * what is kept of it stays as it is. */
	found = a->kind == AUTHORITY_ABSENT ||
	    state == STORE_AUTHORITY_REJECTED ||
	    find_in_harvest(h, a, &seen.der);
	o = DONE;
	if (!found) {
		o = trust_read(s->trust_fd, &t, why);
		found = o == DONE && find_in_trust(t, a, &seen.der);
	}
	/* A judge that was taken over may name what is nowhere. */
	if (found) {
		o = store_authority_note(store, &seen, now, why);
		if (o == DONE && !known)
			tell(&seen);
	}
	trust_free(t);
	return o;
}
