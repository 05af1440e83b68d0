#include "publisher/trust_requests.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "publisher/request_parts.h"
#include "publisher/scoping.h"
#include "spool/json.h"
#include "store/authority.h"

#define USERS 64 /* more than one domain among them is as good as all */

static struct store_word
word_of(const struct control_peer *peer, const json_t *request)
{
	struct store_word w = {.at = clock_now(), .by = parts_asker(peer)};

	parts_note(request, w.note, sizeof w.note);
	return w;
}

static enum outcome
find(struct store *s, const char *fingerprint, struct store_authority *out,
    struct reason *why)
{
	enum outcome o = store_authority_get(s, fingerprint, out, why);

	if (o == NOTHING)
		o = reason_set(why, REASON_USAGE,
		    "no CA of that fingerprint was seen; certharvest trust "
		    "candidates lists them");
	return o;
}

/* The judge is told, and what waited is decided on. */
static void
decided(struct publisher *p, const struct store_authority *a, const char *what,
    const char *scope, const struct store_word *w)
{
	LOG_EVENT(CA_DECIDED, LOG_STR("decision", what), LOG_STR("ca", a->name),
	    LOG_STR("fingerprint", a->fingerprint), LOG_STR("domains", scope),
	    LOG_NUM("uid", w->by.uid), LOG_STR("who", w->by.name));
	snapshot_hurry(&p->snapshot);
}

struct users {
	char (*at)[ADDRESS_SIZE];
	unsigned n;
};

static void
user_add(void *arg, const struct store_authority_user *u)
{
	struct users *users = arg;

	memcpy(users->at[users->n++], u->address, ADDRESS_SIZE);
}

static enum outcome
scope_of(struct publisher *p, const struct store_authority *a,
    const json_t *request, char out[LIMIT_SCOPE], struct reason *why)
{
	struct users users = {calloc(USERS, ADDRESS_SIZE), 0};
	struct freemail freemail;
	struct scoping_case c = {
	    .kind = authority_parse(a->kind),
	    .more = a->addresses > USERS,
	    .asked = parts_peek(request, "domains"),
	    .before = a->state == STORE_AUTHORITY_APPROVED ? a->scope : "",
	    .freemail = &freemail,
	};
	enum outcome o;

	if (users.at == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = freemail_read(p->work.setup->settings, &freemail, why);
	if (o == DONE)
		o = store_authority_users(
		    p->store, a->fingerprint, USERS, user_add, &users, why);
	c.users = (const char(*)[ADDRESS_SIZE])users.at;
	c.n_users = users.n;
	if (o == DONE)
		o = scoping_decide(&c, out, why);
	freemail_clear(&freemail);
	free(users.at);
	return o;
}

/* What an administrator has in a file: its fingerprint is made here. */
static enum outcome
read_certificate(
    const json_t *request, struct bytes *der, char *out, struct reason *why)
{
	const char *hex = parts_peek(request, "certificate");
	size_t n = strlen(hex) / 2;

	if (n == 0 || n > LIMIT_CERTIFICATE || strlen(hex) % 2 != 0)
		return reason_set(
		    why, REASON_USAGE, "no certificate, or a large one");
	der->data = malloc(n);
	if (der->data == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	der->len = n;
	if (!bytes_unhex(hex, der->data, n))
		return reason_set(
		    why, REASON_USAGE, "a certificate is hexadecimal digits");
	digest_sha256_hex(span_bytes(der), out);
	return DONE;
}

static enum outcome
add_certificate(struct store *s, const json_t *request, int64_t now,
    char fingerprint[STORE_SUBJECT], struct reason *why)
{
	struct store_authority a = {.first_seen = now};
	struct bytes der = {NULL, 0};
	enum outcome o;

	o = read_certificate(request, &der, a.fingerprint, why);
	snprintf(a.kind, sizeof a.kind, "%s",
	    authority_name(authority_parse(parts_peek(request, "kind"))));
	text_show(span_str(parts_peek(request, "name")), a.name, sizeof a.name);
	if (o == DONE && (a.kind[0] == '\0' || strcmp(a.kind, "absent") == 0))
		o = reason_set(why, REASON_USAGE, "a certificate of no kind");
	if (o == DONE)
		o = store_authority_add(s, &a, span_bytes(&der), why);
	bytes_clear(&der);
	snprintf(fingerprint, STORE_SUBJECT, "%s", a.fingerprint);
	return o == NOTHING ? DONE : o;
}

static json_t *
approved(enum outcome o, const struct reason *why, const char *scope,
    const struct store_authority *a)
{
	char words[LIMIT_SCOPE + 128];

	snprintf(words, sizeof words,
	    "an anchor for %s; %" PRId64
	    " that waited for it %s decided on again now",
	    scope, a->held, a->held == 1 ? "is" : "are");
	return parts_conclude(o, why, words,
	    "it is an anchor for these domains already", a->fingerprint);
}

json_t *
trust_requests_approve(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	bool file = json_object_get(request, "certificate") != NULL;
	struct store_word word = word_of(peer, request);
	char fingerprint[STORE_SUBJECT], scope[LIMIT_SCOPE];
	struct store_authority a;
	struct reason why;
	enum outcome o;

	o = file
	    ? add_certificate(p->store, request, word.at, fingerprint, &why)
	    : parts_fingerprint(request, "fingerprint", fingerprint, &why);
	if (o == DONE)
		o = find(p->store, fingerprint, &a, &why);
	if (o == DONE)
		o = scope_of(p, &a, request, scope, &why);
	if (o == DONE)
		o = store_authority_decide(p->store, fingerprint,
		    STORE_AUTHORITY_APPROVED, scope, &word, &why);
	if (o != DONE && o != NOTHING)
		return parts_refuse(&why);
	if (o == DONE)
		decided(p, &a, "approved", scope, &word);
	return approved(o, &why, scope, &a);
}

/* Reject, or take back what was said. */
static json_t *
say(struct publisher *p, const struct control_peer *peer, const json_t *request,
    enum store_authority_state state, const char *done, const char *nothing)
{
	struct store_word word = word_of(peer, request);
	char fingerprint[STORE_SUBJECT];
	struct store_authority a;
	struct reason why;
	enum outcome o;

	o = parts_fingerprint(request, "fingerprint", fingerprint, &why);
	if (o == DONE)
		o = find(p->store, fingerprint, &a, &why);
	if (o == DONE)
		o = store_authority_decide(
		    p->store, fingerprint, state, "", &word, &why);
	if (o == DONE)
		setup_distrust(p->work.setup);
	if (o == DONE)
		decided(p, &a,
		    state == STORE_AUTHORITY_REJECTED ? "rejected" : "revoked",
		    "", &word);
	return parts_conclude(o, &why, done, nothing, fingerprint);
}

json_t *
trust_requests_reject(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	return say(p, peer, request, STORE_AUTHORITY_REJECTED,
	    "rejected; what it issued is refused from now on, and so is what "
	    "waited for it",
	    "is rejected already");
}

json_t *
trust_requests_revoke(
    struct publisher *p, const struct control_peer *peer, const json_t *request)
{
	return say(p, peer, request, STORE_AUTHORITY_SEEN,
	    "neither approved nor rejected any more; what was published on its "
	    "word stays until certharvest withdraw",
	    "nothing was said of it");
}
