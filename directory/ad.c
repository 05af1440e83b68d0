#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "directory/ad.h"
#include "directory/ad_examine.h"
#include "directory/ad_result.h"
#include "directory/ad_watch.h"
#include "directory/backend.h"

/* So much of a question's time is for the way of its answer, at most. */
#define MARGIN 500

/* A question is tried on so many connections. */
#define FIND_TRIES 4

/* What belongs to one backend. */
struct house {
	struct ad ad;
	struct ad gc;
	struct ad_shared shared;
	int64_t timeout_ms;
};

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void
ad_init(struct ad *ad, struct house *h, const struct settings *settings,
    struct turns *turns)
{
	ad->settings = settings;
	ad->turns = turns;
	ad->shared = &h->shared;
	ad->connection = 1; /* of none anything was seen */
	ad->connect_ms = least(h->timeout_ms / 5, AD_CONNECT_MAX);
	ad->operation_ms = least(2 * h->timeout_ms / 5, AD_OPERATION_MAX);
	ad->servers.quiet =
	    settings_number(settings, "directory", "return_after");
}

static enum outcome
open_ad(const struct settings *settings, struct turns *turns, void **out,
    struct reason *why)
{
	const char *state = settings_peek(settings, "directory", "state_file");
	struct house *h = calloc(1, sizeof *h);
	enum outcome o;

	if (h == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	h->timeout_ms =
	    1000 * settings_number(settings, "directory", "timeout");
	ad_hold_init(&h->shared.hold, state);
	ad_init(&h->ad, h, settings, turns);
	ad_init(&h->gc, h, settings, turns);
	h->ad.gc = &h->gc;
	o = ad_servers_open(&h->ad.servers, state, clock_now(), why);
	if (o == DONE)
		*out = h;
	else
		free(h);
	return o;
}

static void
close_ad(void *handle)
{
	struct house *h = handle;

	if (h == NULL)
		return;
	ad_disconnect(&h->ad);
	ad_disconnect(&h->gc);
	ad_servers_close(&h->ad.servers);
	ad_forest_clear(&h->ad.configuration);
	free(h);
}

static void
observe(void *handle, directory_tell *tell, void *arg)
{
	struct house *h = handle;

	h->shared.tell = tell;
	h->shared.tell_arg = arg;
}

void
ad_disconnect(struct ad *ad)
{
	if (ad->ld != NULL)
		ldap_unbind_ext_s(ad->ld, NULL, NULL);
	ad->ld = NULL;
	ad->ready = false;
	ad->connection++;
	ad_list_reset(ad);
}

enum outcome
ad_search(struct ad *ad, const char *base, int scope, const char *filter,
    const char *const *attributes, int limit, LDAPMessage **result,
    struct reason *why)
{
	struct timeval tv;
	struct ad_call call = {.operation = AD_SEARCH, .what = base};
	char *names[16];
	enum outcome o;
	size_t n;

	/* libldap only reads the names. */
	for (n = 0; attributes[n] != NULL && n < 15; n++)
		memcpy(&names[n], &attributes[n], sizeof names[n]);
	names[n] = NULL;
	ad_start_operation(ad, &tv);
	call.rc = ldap_search_ext(ad->ld, base, scope, filter, names, 0, NULL,
	    NULL, &tv, limit, &call.id);
	o = ad_finish(ad, &call, why);
	*result = call.result;
	return o;
}

bool
ad_is_cut(struct ad *ad, LDAPMessage *result)
{
	int rc = LDAP_SUCCESS;

	return ldap_parse_result(ad->ld, result, &rc, NULL, NULL, NULL, NULL,
		   0) != LDAP_SUCCESS ||
	    rc == LDAP_SIZELIMIT_EXCEEDED;
}

void
ad_get_string(struct ad *ad, LDAPMessage *entry, const char *attribute,
    char *out, size_t size)
{
	struct berval **v = ldap_get_values_len(ad->ld, entry, attribute);

	out[0] = '\0';
	if (v != NULL && v[0] != NULL && v[0]->bv_len < size &&
	    memchr(v[0]->bv_val, 0, v[0]->bv_len) == NULL)
		snprintf(out, size, "%.*s", (int)v[0]->bv_len, v[0]->bv_val);
	ldap_value_free_len(v);
}

void
ad_get_id(struct ad *ad, LDAPMessage *entry, char out[CONTACT_ID])
{
	struct berval **v = ldap_get_values_len(ad->ld, entry, "objectGUID");

	out[0] = '\0';
	if (v != NULL && v[0] != NULL && v[0]->bv_len == 16)
		bytes_hex(
		    (struct span){(const uint8_t *)v[0]->bv_val, 16}, out);
	ldap_value_free_len(v);
}

/*
 * A question begins: until when it must be answered.  Several at once begin
 * together.
 */
static struct ad *
begin(struct house *h)
{
	h->ad.deadline =
	    clock_ms() + h->timeout_ms - least(h->timeout_ms / 10, MARGIN);
	h->gc.deadline = h->ad.deadline;
	return &h->ad;
}

static enum outcome
read_once(struct ad *ad,
    enum outcome (*read)(struct ad *ad, const char *key, struct contact *out,
	struct reason *why),
    const char *key, struct contact *out, struct reason *why)
{
	unsigned connection = ad->connection;
	enum outcome o = read(ad, key, out, why);

	ad_watch_stop();
	/* what is written then is written where it was read */
	if (o == DONE && ad->connection != connection) {
		contact_clear(out);
		o = reason_set(why, REASON_DIRECTORY_RACE,
		    "another server was turned to in the middle of reading");
	}
	if (o == DONE) {
		snprintf(out->server, sizeof out->server, "%s", ad->name);
		ad_seen_note(&ad->seen, key, ad->connection);
		if (out->id[0] != '\0')
			ad_seen_note(&ad->seen, out->id, ad->connection);
	}
	return o;
}

/* Whether its connection was lost, and there is time for another one. */
static bool
is_worth_another(
    const struct ad *ad, enum outcome o, unsigned connection, unsigned tries)
{
	return o == LATER && ad->connection != connection &&
	    tries < FIND_TRIES && ad->deadline - clock_ms() > ad->connect_ms;
}

/*
 * A connection may have been closed while it was idle, or its server may
 * fail now: another one is tried while there is time.  Only for reading:
 * nothing happens twice.
 */
static enum outcome
read_contact(struct ad *ad,
    enum outcome (*read)(struct ad *ad, const char *key, struct contact *out,
	struct reason *why),
    const char *key, struct contact *out, struct reason *why)
{
	unsigned tries = 0, connection;
	enum outcome o;

	do {
		contact_clear(out);
		reason_clear(why); /* of the attempt before */
		o = ad_begin(ad, why);
		if (o != DONE)
			break;
		connection = ad->connection;
		o = read_once(ad, read, key, out, why);
	} while (is_worth_another(ad, o, connection, ++tries));
	return o;
}

static enum outcome
find(void *handle, const char *address, struct contact *out, struct reason *why)
{
	return read_contact(begin(handle), ad_find, address, out, why);
}

static enum outcome
get(void *handle, const char *object, struct contact *out, struct reason *why)
{
	return read_contact(begin(handle), ad_get, object, out, why);
}

/* Behind a search that found nothing.  If its connection is gone, so is the
 * ground for a write, and it will be searched for again. */
static enum outcome
named(void *handle, const char *name, bool *taken, struct reason *why)
{
	struct house *h = handle;
	struct ad *ad = &h->ad;
	unsigned tries = 0, connection;
	enum outcome o;

	do {
		reason_clear(why);
		o = ad_begin(ad, why);
		if (o != DONE)
			break;
		connection = ad->connection;
		o = ad_named(ad, name, taken, why);
		ad_watch_stop();
	} while (is_worth_another(ad, o, connection, ++tries));
	return o;
}

/*
 * What was read at one server is no ground for a write at another, where
 * the last changes may not have arrived yet.
 */
static enum outcome
apply(void *handle, const struct change *change, struct contact *at,
    struct reason *why)
{
	struct ad *ad = begin(handle);
	const char *key =
	    change->kind == CHANGE_CREATE ? change->address : change->id;
	enum outcome o;

	if (ad->ld == NULL || !ad_seen_has(&ad->seen, key, ad->connection))
		return reason_set(why, REASON_DIRECTORY_RACE,
		    "the connection by which it was found is gone");
	o = ad_apply(ad, change, at, why);
	ad_watch_stop();
	if (o == DONE)
		snprintf(at->server, sizeof at->server, "%s", ad->name);
	return o;
}

static enum outcome
list(void *handle, bool anew, struct contact_page *out, struct reason *why)
{
	struct ad *ad = begin(handle);
	enum outcome o = ad_begin(ad, why);

	if (o != DONE)
		return o;
	o = ad_list(ad, anew, out, why);
	ad_watch_stop();
	return o;
}

static void
examine(void *handle, struct findings *out)
{
	ad_examine(begin(handle), out);
	ad_watch_stop();
}

const struct backend *
backend_ad(void)
{
	static const struct backend ad = {
	    .open = open_ad,
	    .close = close_ad,
	    .find = find,
	    .named = named,
	    .apply = apply,
	    .examine = examine,
	    .get = get,
	    .list = list,
	    .observe = observe,
	};

	return &ad;
}
