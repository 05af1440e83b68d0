#include <stdlib.h>

#include "directory/backend.h"
#include "directory/ldif.h"

static void
close_ldif(void *handle)
{
	struct ldif *l = handle;

	if (l == NULL)
		return;
	ldif_store_clear(&l->store);
	free(l->listed);
	free(l);
}

static enum outcome
open_ldif(const struct settings *settings, struct turns *turns, void **out,
    struct reason *why)
{
	struct ldif *l = calloc(1, sizeof *l);
	enum outcome o;

	if (l == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	l->settings = settings;
	l->turns = turns;
	o = ldif_store_init(
	    &l->store, settings_peek(settings, "directory", "file"), why);
	if (o == DONE)
		*out = l;
	else
		close_ldif(l);
	return o;
}

/* Take the lock and have the file in memory; ldif_store_unlock() is to
 * follow, whatever the outcome. */
static enum outcome
begin(struct ldif *l, struct reason *why)
{
	enum outcome o = ldif_store_lock(&l->store, why);

	return o == DONE ? ldif_store_load(&l->store, why) : o;
}

static enum outcome
find(void *handle, const char *address, struct contact *out, struct reason *why)
{
	struct ldif *l = handle;
	enum outcome o = begin(l, why);

	if (o == DONE)
		o = ldif_find_address(l, address, out, why);
	ldif_store_unlock(&l->store);
	return o;
}

static enum outcome
named(void *handle, const char *name, bool *taken, struct reason *why)
{
	struct ldif *l = handle;
	enum outcome o = begin(l, why);

	*taken = o == DONE && ldif_find_name(l, name);
	ldif_store_unlock(&l->store);
	return o;
}

static enum outcome
apply(void *handle, const struct change *c, struct contact *at,
    struct reason *why)
{
	struct ldif *l = handle;
	enum outcome o = begin(l, why);

	if (o == DONE)
		o = ldif_apply(l, c, at, why);
	ldif_store_unlock(&l->store);
	return o;
}

static enum outcome
get(void *handle, const char *object, struct contact *out, struct reason *why)
{
	struct ldif *l = handle;
	enum outcome o = begin(l, why);

	if (o == DONE)
		o = ldif_find_id(l, object, out, why);
	ldif_store_unlock(&l->store);
	return o;
}

static enum outcome
list(void *handle, bool anew, struct contact_page *out, struct reason *why)
{
	struct ldif *l = handle;
	enum outcome o = begin(l, why);

	if (o == DONE)
		o = ldif_list(l, anew, out, why);
	ldif_store_unlock(&l->store);
	return o;
}

const struct backend *
backend_ldif(void)
{
	static const struct backend ldif = {
	    .open = open_ldif,
	    .close = close_ldif,
	    .find = find,
	    .named = named,
	    .apply = apply,
	    .get = get,
	    .list = list,
	};

	return &ldif;
}
