#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "base/file.h"
#include "base/name.h"
#include "directory/backend.h"
#include "directory/create.h"
#include "directory/dn.h"
#include "directory/ldif_store.h"
#include "directory/mark.h"

/*
 * The embedded directory: finding and changing entries of one LDIF file as
 * a real directory would, race for race.
 */
#define FALLBACK_OU "ou=certharvest"

struct ldif {
	const struct settings *settings;
	struct turns *turns; /* borrowed */
	struct ldif_store store;
	char (*listed)[LDIF_ID]; /* what list() still has to tell */
	size_t n_listed, next;
};

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

static bool
has(const struct ldif_entry *e, size_t i, const char *name, const char *prefix,
    const char *address)
{
	const char *v = (const char *)e->attributes[i].value.data;
	size_t len = strlen(prefix);

	return ldif_is(e, i, name) && strncasecmp(v, prefix, len) == 0 &&
	    strcasecmp(v + len, address) == 0;
}

static bool
has_address(const struct ldif_entry *e, const char *address)
{
	for (size_t i = 0; i < e->n; i++)
		if (has(e, i, "mail", "", address) ||
		    has(e, i, "proxyAddresses", "smtp:", address) ||
		    has(e, i, "targetAddress", "smtp:", address))
			return true;
	return false;
}

/* The first value of the attribute that starts with prefix (exactly, as
 * the case of SMTP: matters), or NULL. */
static const char *
first_value(const struct ldif_entry *e, const char *name, const char *prefix)
{
	size_t len = strlen(prefix);

	for (size_t i = 0; i < e->n; i++) {
		const char *v = (const char *)e->attributes[i].value.data;

		if (ldif_is(e, i, name) && strncmp(v, prefix, len) == 0)
			return v;
	}
	return NULL;
}

static bool
is_contact(const struct ldif_entry *e)
{
	for (size_t i = 0; i < e->n; i++)
		if (has(e, i, "objectClass", "", "contact"))
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

/* The entry's userCertificate, userSMIMECertificate and marks. */
static enum outcome
read_values(const struct ldif_entry *e, struct contact *out, struct reason *why)
{
	enum outcome o = DONE;

	for (size_t i = 0; i < e->n && o == DONE; i++) {
		struct span v = span_bytes(&e->attributes[i].value);

		if (ldif_is(e, i, "userCertificate"))
			o = contact_add_value(out, v, why);
		else if (ldif_is(e, i, "extensionName"))
			o = contact_add_mark(out, v, why);
		else if (ldif_is(e, i, "userSMIMECertificate"))
			o = contact_add_shadow(out, v, why);
	}
	return o;
}

static enum outcome
describe(const struct ldif *l, const struct ldif_entry *e, struct contact *out,
    struct reason *why)
{
	out->kind = is_contact(e) ? CONTACT_ONE : CONTACT_USER;
	out->inside = is_inside(l, e->dn);
	snprintf(out->id, sizeof out->id, "%s", e->id);
	snprintf(out->dn, sizeof out->dn, "%s", e->dn);
	contact_set_primary(out, first_value(e, "targetAddress", ""),
	    first_value(e, "proxyAddresses", "SMTP:"),
	    first_value(e, "mail", ""));
	return out->kind == CONTACT_ONE ? read_values(e, out, why) : DONE;
}

static enum outcome
find_locked(struct ldif *l, const char *address, struct contact *out,
    struct reason *why)
{
	const struct ldif_entry *found = NULL;
	enum outcome o = ldif_store_load(&l->store, why);
	unsigned n = 0;

	for (size_t i = 0; i < l->store.file.n && o == DONE; i++)
		if (has_address(&l->store.file.entries[i], address)) {
			found = &l->store.file.entries[i];
			n++;
		}
	if (n > 1)
		out->kind = CONTACT_MANY;
	else if (n == 1)
		o = describe(l, found, out, why);
	return o;
}

static enum outcome
find(void *handle, const char *address, struct contact *out, struct reason *why)
{
	struct ldif *l = handle;
	int lock = -1;
	enum outcome o = ldif_store_lock(&l->store, &lock, why);

	if (o == DONE)
		o = find_locked(l, address, out, why);
	file_close(&lock);
	return o;
}

/* Whether the entry is somebody who is called so, and no contact of ours. */
static bool
is_called(const struct ldif *l, const struct ldif_entry *e, const char *name)
{
	if (is_contact(e) && is_inside(l, e->dn))
		return false;
	for (size_t i = 0; i < e->n; i++)
		if ((ldif_is(e, i, "displayName") || ldif_is(e, i, "cn")) &&
		    name_passes_for(
			name, (const char *)e->attributes[i].value.data))
			return true;
	return false;
}

static enum outcome
named(void *handle, const char *name, bool *taken, struct reason *why)
{
	struct ldif *l = handle;
	int lock = -1;
	enum outcome o = ldif_store_lock(&l->store, &lock, why);

	if (o == DONE)
		o = ldif_store_load(&l->store, why);
	*taken = false;
	for (size_t i = 0; o == DONE && i < l->store.file.n; i++)
		*taken =
		    *taken || is_called(l, &l->store.file.entries[i], name);
	file_close(&lock);
	return o;
}

static bool
add_text(struct ldif_entry *e, const char *name, const char *value)
{
	return ldif_add(e, name, span_str(value));
}

/* The values that a change adds; false: out of memory. */
static bool
add_values(struct ldif_entry *e, const struct change *c)
{
	bool fits = true;

	for (unsigned i = 0; i < c->n_add && fits; i++)
		fits = ldif_add(e, "userCertificate", span_bytes(&c->add[i]));
	for (unsigned i = 0; i < c->n_add_marks && fits; i++)
		fits = add_text(e, "extensionName", c->add_marks[i]);
	return fits;
}

static bool
add_attributes(struct ldif_entry *e, const struct change *c)
{
	bool fits = true;

	for (unsigned i = 0; i < c->n_attributes && fits; i++)
		fits = ldif_add(e, c->attributes[i].name,
		    span_bytes(&c->attributes[i].value));
	return fits;
}

static bool
fill_new(struct ldif_entry *e, const struct change *c)
{
	char proxy[ADDRESS_SIZE + 5];

	snprintf(proxy, sizeof proxy, "SMTP:%s", c->address);
	return add_text(e, "objectClass", "top") &&
	    add_text(e, "objectClass", "person") &&
	    add_text(e, "objectClass", "organizationalPerson") &&
	    add_text(e, "objectClass", "contact") && add_text(e, "cn", c->cn) &&
	    add_text(e, "displayName", c->name) &&
	    add_text(e, "mail", c->address) &&
	    add_text(e, "proxyAddresses", proxy) && add_attributes(e, c) &&
	    add_values(e, c);
}

/* Sixteen random bytes; they only have to differ. */
static bool
make_id(char out[LDIF_ID])
{
	uint8_t raw[16];

	if (getrandom(raw, sizeof raw, 0) != (ssize_t)sizeof raw)
		return false;
	bytes_hex((struct span){raw, sizeof raw}, out);
	return true;
}

/* Result 68 of a real directory: by whom is the name taken? */
static enum outcome
check_name(
    struct ldif *l, const char *dn, const char *address, struct reason *why)
{
	for (size_t i = 0; i < l->store.file.n; i++) {
		const struct ldif_entry *e = &l->store.file.entries[i];

		if (has_address(e, address))
			return reason_set(why, REASON_DIRECTORY_RACE,
			    "%s has %s by now", e->dn, address);
		if (dn_is_same(e->dn, dn))
			return reason_set(
			    why, REASON_CN_TAKEN, "%s is taken", dn);
	}
	return DONE;
}

static enum outcome
create(struct ldif *l, const struct change *c, struct contact *at,
    struct reason *why)
{
	const char *ou = create_peek_ou(l->settings, c->address);
	char id[LDIF_ID];
	struct ldif_entry *e;
	enum outcome o;

	o = dn_make(c->cn, ou[0] != '\0' ? ou : FALLBACK_OU, at->dn,
	    sizeof at->dn, why);
	if (o == DONE)
		o = check_name(l, at->dn, c->address, why);
	if (o != DONE)
		return o;
	e = make_id(id) ? ldif_add_entry(&l->store.file, id, at->dn) : NULL;
	if (e == NULL || !fill_new(e, c))
		return reason_set(why, REASON_MEMORY, "out of memory");
	snprintf(at->id, sizeof at->id, "%s", id);
	return DONE;
}

static struct ldif_entry *
peek_entry(struct ldif *l, const struct change *c)
{
	for (size_t i = 0; i < l->store.file.n; i++)
		if (strcmp(l->store.file.entries[i].id, c->id) == 0 &&
		    strcmp(l->store.file.entries[i].dn, c->dn) == 0)
			return &l->store.file.entries[i];
	return NULL;
}

/* Results 16 and 20 of a real directory. */
static bool
remove_value(struct ldif_entry *e, const char *name, struct span value)
{
	long i = ldif_find(e, name, value);

	if (i >= 0)
		ldif_remove(e, (size_t)i);
	return i >= 0;
}

static bool
has_any_added(const struct ldif_entry *e, const struct change *c)
{
	for (unsigned i = 0; i < c->n_add; i++)
		if (ldif_find(e, "userCertificate", span_bytes(&c->add[i])) >=
		    0)
			return true;
	for (unsigned i = 0; i < c->n_add_marks; i++)
		if (ldif_find(e, "extensionName", span_str(c->add_marks[i])) >=
		    0)
			return true;
	return false;
}

static enum outcome
modify(struct ldif *l, const struct change *c, struct contact *at,
    struct reason *why)
{
	struct ldif_entry *e = peek_entry(l, c);
	bool there = e != NULL;

	for (unsigned i = 0; i < c->n_remove && there; i++)
		there = remove_value(
		    e, "userCertificate", span_bytes(&c->remove[i]));
	for (unsigned i = 0; i < c->n_remove_marks && there; i++)
		there = remove_value(
		    e, "extensionName", span_str(c->remove_marks[i]));
	for (unsigned i = 0; i < c->n_remove_shadows && there; i++)
		there = remove_value(e, "userSMIMECertificate",
		    span_bytes(&c->remove_shadows[i]));
	if (!there)
		return reason_set(why, REASON_DIRECTORY_RACE,
		    "%s or a value to remove is not there any more", c->dn);
	if (has_any_added(e, c))
		return reason_set(why, REASON_DIRECTORY_RACE,
		    "a value to add is in %s already", c->dn);
	if (!add_values(e, c))
		return reason_set(why, REASON_MEMORY, "out of memory");
	snprintf(at->id, sizeof at->id, "%s", e->id);
	snprintf(at->dn, sizeof at->dn, "%s", e->dn);
	return DONE;
}

static enum outcome
apply_locked(struct ldif *l, const struct change *c, struct contact *at,
    struct reason *why)
{
	enum outcome o = ldif_store_load(&l->store, why);

	if (o != DONE)
		return o;
	if (c->kind == CHANGE_CREATE)
		o = create(l, c, at, why);
	else
		o = modify(l, c, at, why);
	if (o == DONE)
		o = ldif_store_save(&l->store, why);
	/* Half a change in memory is forgotten: the file has the truth. */
	if (o != DONE)
		ldif_store_forget(&l->store);
	return o;
}

static enum outcome
apply(void *handle, const struct change *c, struct contact *at,
    struct reason *why)
{
	struct ldif *l = handle;
	int lock = -1;
	enum outcome o = ldif_store_lock(&l->store, &lock, why);

	if (o == DONE)
		o = apply_locked(l, c, at, why);
	file_close(&lock);
	return o;
}

static enum outcome
get(void *handle, const char *object, struct contact *out, struct reason *why)
{
	struct ldif *l = handle;
	int lock = -1;
	enum outcome o = ldif_store_lock(&l->store, &lock, why);

	if (o == DONE)
		o = ldif_store_load(&l->store, why);
	for (size_t i = 0; o == DONE && i < l->store.file.n; i++)
		if (strcmp(l->store.file.entries[i].id, object) == 0) {
			o = describe(l, &l->store.file.entries[i], out, why);
			break;
		}
	file_close(&lock);
	return o;
}

/* Whether adopt, rollback and the sweep have a look at it. */
static bool
is_listed(const struct ldif *l, const struct ldif_entry *e)
{
	if (!is_contact(e) || !is_inside(l, e->dn))
		return false;
	for (size_t i = 0; i < e->n; i++)
		if (ldif_is(e, i, "userCertificate") ||
		    ldif_is(e, i, "userSMIMECertificate") ||
		    (ldif_is(e, i, "extensionName") &&
			mark_has_form(span_bytes(&e->attributes[i].value))))
			return true;
	return false;
}

/* All ids at once, so that what changes between two pages does not matter. */
static enum outcome
list_anew(struct ldif *l, struct reason *why)
{
	size_t n = l->store.file.n;

	free(l->listed);
	l->n_listed = l->next = 0;
	l->listed = calloc(n + 1, sizeof *l->listed);
	if (l->listed == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	for (size_t i = 0; i < n; i++)
		if (is_listed(l, &l->store.file.entries[i]))
			memcpy(l->listed[l->n_listed++],
			    l->store.file.entries[i].id, LDIF_ID);
	return DONE;
}

static enum outcome
list(void *handle, bool anew, struct contact_page *out, struct reason *why)
{
	struct ldif *l = handle;
	int lock = -1;
	enum outcome o = ldif_store_lock(&l->store, &lock, why);

	if (o == DONE && anew)
		o = ldif_store_load(&l->store, why);
	if (o == DONE && anew)
		o = list_anew(l, why);
	else if (o == DONE && l->listed == NULL)
		o = reason_set(why, REASON_DIRECTORY_RACE, "no list was begun");
	while (o == DONE && l->next < l->n_listed && out->n < CONTACT_PAGE)
		o = contact_page_add(out, l->listed[l->next++], why);
	out->more = l->next < l->n_listed;
	file_close(&lock);
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
