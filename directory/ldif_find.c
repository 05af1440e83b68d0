#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/name.h"
#include "base/search_filter.h"
#include "directory/dn.h"
#include "directory/hits.h"
#include "directory/ldif.h"
#include "directory/object.h"

/* An internationalised domain may stand there as people write it. */
static bool
is_same_address(const char *value, const char *address)
{
	char canonical[ADDRESS_SIZE];

	return strcasecmp(value, address) == 0 ||
	    (address_is_utf8(value) &&
		address_canonical(span_str(value), canonical, NULL) == DONE &&
		strcmp(canonical, address) == 0);
}

static bool
has(const struct ldif_entry *e, size_t i, const char *name, const char *prefix,
    const char *address)
{
	const char *v = (const char *)e->attributes[i].value.data;
	size_t len = strlen(prefix);

	return ldif_is(e, i, name) && strncasecmp(v, prefix, len) == 0 &&
	    is_same_address(v + len, address);
}

bool
ldif_has_address(const struct ldif_entry *e, const char *address)
{
	for (size_t i = 0; i < e->n; i++)
		if (has(e, i, "mail", "", address) ||
		    has(e, i, "proxyAddresses", "smtp:", address) ||
		    has(e, i, "targetAddress", "smtp:", address))
			return true;
	return false;
}

static bool
is_inside(const struct ldif *l, const char *dn)
{
	size_t n = settings_count(l->settings, "directory", "bases");

	for (size_t i = 0; i < n; i++)
		if (dn_is_inside(dn,
			settings_peek_at(l->settings, "directory", "bases", i)))
			return true;
	return n == 0;
}

bool
ldif_is_ours(const struct ldif *l, const struct ldif_entry *e)
{
	if (!is_inside(l, e->dn))
		return false;
	for (size_t i = 0; i < e->n; i++)
		if (has(e, i, "objectClass", "", "contact"))
			return true;
	return false;
}

/* Whether some value of the entry, arg, fits. */
static bool
fits(void *arg, const struct search_filter_item *item)
{
	const struct ldif_entry *e = arg;

	for (size_t i = 0; i < e->n; i++)
		if (ldif_is(e, i, item->attribute) &&
		    search_filter_fits(
			item, span_bytes(&e->attributes[i].value)))
			return true;
	return false;
}

static bool
is_managed(const struct ldif *l, struct ldif_entry *e)
{
	const char *filter =
	    settings_peek(l->settings, "directory", "managed_filter");

	return search_filter_matches(filter, fits, e);
}

static enum outcome
describe(const struct ldif *l, struct ldif_entry *e, struct contact *out,
    struct reason *why)
{
	char winner[CONTACT_DN];
	struct object object;
	enum outcome o = DONE;

	object_init(&object, out);
	snprintf(out->id, sizeof out->id, "%s", e->id);
	snprintf(out->dn, sizeof out->dn, "%s", e->dn);
	out->inside = is_inside(l, e->dn);
	for (size_t i = 0; i < e->n && o == DONE; i++)
		o = object_note(&object, e->attributes[i].name,
		    span_bytes(&e->attributes[i].value), why);
	object_end(&object);
	out->conflict = dn_is_conflict(e->dn, winner, sizeof winner);
	out->managed = is_managed(l, e);
	return o;
}

enum outcome
ldif_find_address(struct ldif *l, const char *address, struct contact *out,
    struct reason *why)
{
	const struct ldif_file *file = &l->store.file;
	struct hits hits = {.n = 0};
	enum outcome o = DONE;

	for (size_t i = 0; i < file->n && o == DONE; i++) {
		struct contact *c;

		if (!ldif_has_address(&file->entries[i], address))
			continue;
		c = hits_add(&hits);
		if (c == NULL)
			break;
		o = describe(l, &file->entries[i], c, why);
	}
	if (o == DONE)
		hits_end(&hits, out);
	hits_clear(&hits);
	return o;
}

enum outcome
ldif_find_id(
    struct ldif *l, const char *object, struct contact *out, struct reason *why)
{
	const struct ldif_file *file = &l->store.file;

	for (size_t i = 0; i < file->n; i++)
		if (strcmp(file->entries[i].id, object) == 0)
			return describe(l, &file->entries[i], out, why);
	return DONE;
}

/* Whether the entry is somebody who is called so, and no contact of ours. */
static bool
is_called(const struct ldif *l, const struct ldif_entry *e, const char *name)
{
	if (ldif_is_ours(l, e))
		return false;
	for (size_t i = 0; i < e->n; i++)
		if ((ldif_is(e, i, "displayName") || ldif_is(e, i, "cn")) &&
		    name_passes_for(
			name, (const char *)e->attributes[i].value.data))
			return true;
	return false;
}

bool
ldif_find_name(const struct ldif *l, const char *name)
{
	for (size_t i = 0; i < l->store.file.n; i++)
		if (is_called(l, &l->store.file.entries[i], name))
			return true;
	return false;
}
