#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "directory/create.h"
#include "directory/dn.h"
#include "directory/ldif.h"

#define FALLBACK_OU "ou=certharvest"

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
	for (unsigned i = 0; i < c->n_add_shadows && fits; i++)
		fits = ldif_add(
		    e, "userSMIMECertificate", span_bytes(&c->add_shadows[i]));
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

		if (ldif_has_address(e, address))
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
has_all_removed(const struct ldif_entry *e, const struct change *c)
{
	bool all = true;

	for (unsigned i = 0; i < c->n_remove; i++)
		all = all &&
		    ldif_find(
			e, "userCertificate", span_bytes(&c->remove[i])) >= 0;
	for (unsigned i = 0; i < c->n_remove_marks; i++)
		all = all &&
		    ldif_find(
			e, "extensionName", span_str(c->remove_marks[i])) >= 0;
	for (unsigned i = 0; i < c->n_remove_shadows; i++)
		all = all &&
		    ldif_find(e, "userSMIMECertificate",
			span_bytes(&c->remove_shadows[i])) >= 0;
	return all;
}

static void
remove_value(struct ldif_entry *e, const char *name, struct span value)
{
	long i = ldif_find(e, name, value);

	if (i >= 0)
		ldif_remove(e, (size_t)i);
}

static void
remove_values(struct ldif_entry *e, const struct change *c)
{
	for (unsigned i = 0; i < c->n_remove; i++)
		remove_value(e, "userCertificate", span_bytes(&c->remove[i]));
	for (unsigned i = 0; i < c->n_remove_marks; i++)
		remove_value(e, "extensionName", span_str(c->remove_marks[i]));
	for (unsigned i = 0; i < c->n_remove_shadows; i++)
		remove_value(e, "userSMIMECertificate",
		    span_bytes(&c->remove_shadows[i]));
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
	for (unsigned i = 0; i < c->n_add_shadows; i++)
		if (ldif_find(e, "userSMIMECertificate",
			span_bytes(&c->add_shadows[i])) >= 0)
			return true;
	return false;
}

static enum outcome
modify(struct ldif *l, const struct change *c, struct contact *at,
    struct reason *why)
{
	struct ldif_entry *e = peek_entry(l, c);

	if (e == NULL || !has_all_removed(e, c))
		return reason_set(why, REASON_DIRECTORY_RACE,
		    "%s or a value to remove is not there any more", c->dn);
	if (has_any_added(e, c))
		return reason_set(why, REASON_DIRECTORY_RACE,
		    "a value to add is in %s already", c->dn);
	remove_values(e, c);
	if (!add_values(e, c))
		return reason_set(why, REASON_MEMORY, "out of memory");
	snprintf(at->id, sizeof at->id, "%s", e->id);
	snprintf(at->dn, sizeof at->dn, "%s", e->dn);
	return DONE;
}

/*
 * Write what was changed in memory, once for all that are asked for together:
 * the first one whose turn comes again does it.  What was lost meanwhile, as
 * the file could not be written or was replaced by hand, is to be planned
 * again.
 */
static enum outcome
save_together(struct ldif *l, struct reason *why)
{
	unsigned forgotten = l->store.forgotten;
	uint64_t mine = ++l->changes;
	enum outcome o;

	turns_pass(l->turns);
	if (l->store.forgotten != forgotten)
		return reason_set(why, REASON_DIRECTORY_RACE,
		    "not written, as the file was not what it had been");
	if (l->saved >= mine)
		return DONE;
	o = ldif_store_save(&l->store, why);
	if (o == DONE)
		l->saved = l->changes;
	else
		ldif_store_forget(&l->store);
	return o;
}

enum outcome
ldif_apply(struct ldif *l, const struct change *c, struct contact *at,
    struct reason *why)
{
	enum outcome o;

	if (c->kind == CHANGE_CREATE)
		o = create(l, c, at, why);
	else
		o = modify(l, c, at, why);
	if (o == DONE)
		return save_together(l, why);
	/* Half a change in memory is forgotten: the file has the truth. */
	if (why->code == REASON_MEMORY)
		ldif_store_forget(&l->store);
	return o;
}
