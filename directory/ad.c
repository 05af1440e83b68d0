#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directory/ad.h"
#include "directory/ad_result.h"
#include "directory/ad_watch.h"
#include "directory/backend.h"

/* At least a second, too. */
static unsigned
at_most(unsigned seconds, unsigned most)
{
	if (seconds == 0)
		return 1;
	return seconds < most ? seconds : most;
}

static enum outcome
open_ad(const struct settings *settings, struct turns *turns, void **out,
    struct reason *why)
{
	struct ad *ad = calloc(1, sizeof *ad);
	unsigned timeout;

	if (ad == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	ad->settings = settings;
	ad->turns = turns;
	timeout = (unsigned)settings_number(settings, "directory", "timeout");
	ad->connect_s = at_most(timeout / 3, AD_CONNECT_MAX);
	ad->operation_s = at_most(timeout - timeout / 3, AD_OPERATION_MAX);
	ad_hold_init(
	    &ad->hold, settings_peek(settings, "directory", "state_file"));
	*out = ad;
	return DONE;
}

static void
close_ad(void *handle)
{
	struct ad *ad = handle;

	if (ad == NULL)
		return;
	ad_disconnect(ad);
	free(ad);
}

void
ad_disconnect(struct ad *ad)
{
	if (ad->ld != NULL)
		ldap_unbind_ext_s(ad->ld, NULL, NULL);
	ad->ld = NULL;
	ad->connection++;
	ad_list_reset(ad);
}

enum outcome
ad_search(struct ad *ad, const char *base, int scope, const char *filter,
    const char *const *attributes, int limit, LDAPMessage **result,
    struct reason *why)
{
	struct timeval tv = {.tv_sec = (time_t)ad->operation_s};
	struct ad_call call = {.operation = AD_SEARCH, .what = base};
	char *names[16];
	enum outcome o;
	size_t n;

	/* libldap only reads the names. */
	for (n = 0; attributes[n] != NULL && n < 15; n++)
		memcpy(&names[n], &attributes[n], sizeof names[n]);
	names[n] = NULL;
	call.rc = ldap_search_ext(ad->ld, base, scope, filter, names, 0, NULL,
	    NULL, &tv, limit, &call.id);
	o = ad_finish(ad, &call, why);
	*result = call.result;
	return o;
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

static enum outcome
find_once(
    struct ad *ad, const char *address, struct contact *out, struct reason *why)
{
	enum outcome o = ad_begin(ad, why);

	if (o != DONE)
		return o;
	o = ad_find(ad, address, out, why);
	ad_watch_stop();
	return o;
}

/*
 * A connection that was idle may have been closed by the server: one new
 * one is tried.  Only for reading: nothing happens twice.
 */
static enum outcome
find(void *handle, const char *address, struct contact *out, struct reason *why)
{
	struct ad *ad = handle;
	bool was_connected = ad->ld != NULL;
	unsigned before = ad->connection;
	enum outcome o = find_once(ad, address, out, why);

	if (o == LATER && was_connected && ad->connection != before) {
		contact_clear(out);
		o = find_once(ad, address, out, why);
	}
	return o;
}

/* Right behind a search that found nothing, on its connection. */
static enum outcome
named(void *handle, const char *name, bool *taken, struct reason *why)
{
	struct ad *ad = handle;
	enum outcome o = ad_begin(ad, why);

	if (o != DONE)
		return o;
	o = ad_named(ad, name, taken, why);
	ad_watch_stop();
	return o;
}

static enum outcome
apply(void *handle, const struct change *change, struct contact *at,
    struct reason *why)
{
	struct ad *ad = handle;
	enum outcome o = ad_begin(ad, why);

	if (o != DONE)
		return o;
	o = ad_apply(ad, change, at, why);
	ad_watch_stop();
	return o;
}

static enum outcome
get_once(
    struct ad *ad, const char *object, struct contact *out, struct reason *why)
{
	enum outcome o = ad_begin(ad, why);

	if (o != DONE)
		return o;
	o = ad_get(ad, object, out, why);
	ad_watch_stop();
	return o;
}

static enum outcome
get(void *handle, const char *object, struct contact *out, struct reason *why)
{
	struct ad *ad = handle;
	bool was_connected = ad->ld != NULL;
	unsigned before = ad->connection;
	enum outcome o = get_once(ad, object, out, why);

	if (o == LATER && was_connected && ad->connection != before) {
		contact_clear(out);
		o = get_once(ad, object, out, why);
	}
	return o;
}

static enum outcome
list(void *handle, bool anew, struct contact_page *out, struct reason *why)
{
	struct ad *ad = handle;
	enum outcome o = ad_begin(ad, why);

	if (o != DONE)
		return o;
	o = ad_list(ad, anew, out, why);
	ad_watch_stop();
	return o;
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
	    .get = get,
	    .list = list,
	};

	return &ad;
}
