#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directory/ad.h"
#include "directory/ad_result.h"
#include "directory/create.h"
#include "directory/dn.h"
#include "directory/exchange.h"

/* Those that every contact has, and what the settings add. */
#define MODS (12 + EXCHANGE_ATTRIBUTES + CHANGE_ATTRIBUTES)

/*
 * The parts of one add or modify.  Everything points into what the caller
 * has; the arrays alone are ours.
 */
struct parts {
	LDAPMod mods[MODS];
	LDAPMod *list[MODS + 1];
	struct berval **values[MODS];
	unsigned n;
	bool memory; /* was short */
};

/* Start an attribute with room for n values. */
static void
start_attribute(struct parts *p, int operation, const char *name, unsigned n)
{
	LDAPMod *m = &p->mods[p->n];
	struct berval **values;

	values = calloc(n + 1, sizeof *values);
	if (values == NULL || p->n >= MODS) {
		free(values);
		p->memory = true;
		return;
	}
	m->mod_op = operation | LDAP_MOD_BVALUES;
	memcpy(&m->mod_type, &name, sizeof name); /* only read */
	m->mod_bvalues = values;
	p->values[p->n] = values;
	p->list[p->n] = m;
	p->n++;
}

/* Put value i of the attribute started last. */
static void
put_value(struct parts *p, unsigned i, struct span value)
{
	struct berval *v;

	if (p->memory)
		return;
	v = malloc(sizeof *v);
	if (v == NULL) {
		p->memory = true;
		return;
	}
	v->bv_len = value.len;
	memcpy(&v->bv_val, &value.data, sizeof value.data); /* only read */
	p->values[p->n - 1][i] = v;
}

static void
parts_clear(struct parts *p)
{
	for (unsigned i = 0; i < p->n; i++) {
		for (unsigned k = 0; p->values[i][k] != NULL; k++)
			free(p->values[i][k]);
		free(p->values[i]);
	}
}

static void
put_text(struct parts *p, const char *name, const char *text)
{
	start_attribute(p, LDAP_MOD_ADD, name, 1);
	put_value(p, 0, span_str(text));
}

static void
put_bytes(struct parts *p, int operation, const char *name,
    const struct bytes *list, unsigned n)
{
	if (n == 0)
		return;
	start_attribute(p, operation, name, n);
	for (unsigned i = 0; i < n; i++)
		put_value(p, i, span_bytes(&list[i]));
}

static void
put_marks(struct parts *p, int operation, char (*const list)[CONTACT_MARK],
    unsigned n)
{
	if (n == 0)
		return;
	start_attribute(p, operation, "extensionName", n);
	for (unsigned i = 0; i < n; i++)
		put_value(p, i, span_str(list[i]));
}

/* Values of one attribute stand behind each other.  What the schema does not
 * let stand there is left out, or cut. */
static void
put_attributes(
    struct parts *p, const struct ad_schema *schema, const struct change *c)
{
	unsigned i, n, fitting;

	for (i = 0; i < c->n_attributes; i += n) {
		for (n = 1; i + n < c->n_attributes &&
		     strcmp(c->attributes[i].name, c->attributes[i + n].name) ==
			 0;
		     n++)
			;
		fitting = 0;
		for (unsigned k = 0; k < n; k++) {
			struct span v = span_bytes(&c->attributes[i + k].value);

			if (!ad_schema_fit(schema, c->attributes[i].name, &v))
				continue;
			if (fitting == 0)
				start_attribute(
				    p, LDAP_MOD_ADD, c->attributes[i].name, n);
			put_value(p, fitting++, v);
		}
	}
}

/* Read back the id of what was just made. */
static enum outcome
read_id(struct ad *ad, struct contact *at, struct reason *why)
{
	static const char *const attributes[] = {"objectGUID", NULL};
	LDAPMessage *result = NULL, *entry = NULL;
	enum outcome o;

	o = ad_search(ad, at->dn, LDAP_SCOPE_BASE, "(objectClass=*)",
	    attributes, 1, &result, why);
	if (o == DONE)
		entry = ldap_first_entry(ad->ld, result);
	if (entry != NULL)
		ad_get_id(ad, entry, at->id);
	if (o == DONE && at->id[0] == '\0')
		o = reason_set(why, REASON_DIRECTORY_RACE,
		    "%s was made and cannot be found", at->dn);
	ldap_msgfree(result);
	return o;
}

/* The name is taken: by the contact that another one just made, or by a
 * stranger to whom we leave it? */
static enum outcome
name_taken(
    struct ad *ad, const struct change *c, const char *dn, struct reason *why)
{
	struct contact found = {.kind = CONTACT_NONE};
	enum outcome o = ad_find(ad, c->address, &found, why);

	if (o == DONE && found.kind == CONTACT_NONE)
		o = reason_set(why, REASON_CN_TAKEN,
		    "%s is taken by an object without %s", dn, c->address);
	else if (o == DONE)
		o = reason_set(why, REASON_DIRECTORY_RACE,
		    "%s was made by somebody else", dn);
	contact_clear(&found);
	return o;
}

static bool
is_stamped(const struct ad *ad)
{
	enum exchange_mode mode = exchange_read(ad->settings);

	return mode == EXCHANGE_STAMP ||
	    (mode == EXCHANGE_AUTO && ad->attributes.stamp);
}

/* Everything in the one add, so that the account needs no right to write
 * addresses afterwards. */
static void
put_contact(struct parts *p, const struct ad *ad, const struct change *c,
    const char *proxy, const struct exchange_attribute *stamp)
{
	put_text(p, "objectClass", "contact");
	put_text(p, "cn", c->cn);
	put_text(p, "displayName", c->name);
	put_text(p, "mail", c->address);
	put_text(p, "proxyAddresses", proxy);
	for (unsigned i = 0; is_stamped(ad) && i < EXCHANGE_ATTRIBUTES; i++)
		put_text(p, stamp[i].name, stamp[i].value);
	put_attributes(p, &ad->attributes, c);
	put_bytes(p, LDAP_MOD_ADD, "userCertificate", c->add, c->n_add);
	put_marks(p, LDAP_MOD_ADD, c->add_marks, c->n_add_marks);
}

static enum outcome
send_parts(struct ad *ad, struct parts *p, bool add, const char *dn,
    const char *what, int *rc, struct reason *why)
{
	struct ad_call call = {
	    .operation = add ? AD_ADD : AD_MODIFY, .what = what};
	enum outcome o;

	if (p->memory)
		return reason_set(why, REASON_MEMORY, "out of memory");
	call.rc = add
	    ? ldap_add_ext(ad->ld, dn, p->list, NULL, NULL, &call.id)
	    : ldap_modify_ext(ad->ld, dn, p->list, NULL, NULL, &call.id);
	o = ad_finish(ad, &call, why);
	ldap_msgfree(call.result);
	*rc = call.rc;
	return o;
}

static enum outcome
create(struct ad *ad, const struct change *c, struct contact *at,
    struct reason *why)
{
	const char *ou = create_peek_ou(ad->settings, c->address);
	struct exchange_attribute stamp[EXCHANGE_ATTRIBUTES];
	char proxy[ADDRESS_SIZE + 5];
	struct parts p = {.n = 0};
	enum outcome o;
	int rc = LDAP_SUCCESS;

	o = dn_make(c->cn, ou, at->dn, sizeof at->dn, why);
	if (o == DONE)
		o = ad_schema_read(ad, why);
	if (o != DONE)
		return o;
	snprintf(proxy, sizeof proxy, "SMTP:%s", c->address);
	at->stamped = is_stamped(ad);
	exchange_stamp(c->address, stamp);
	put_contact(&p, ad, c, proxy, stamp);
	o = send_parts(ad, &p, true, at->dn, at->dn, &rc, why);
	parts_clear(&p);
	if (rc == LDAP_ALREADY_EXISTS)
		return name_taken(ad, c, at->dn, why);
	return o == DONE ? read_id(ad, at, why) : o;
}

/* One modify: removing the old and adding the new is the swap, and the
 * mark goes with its certificate. */
static enum outcome
modify(struct ad *ad, const struct change *c, struct contact *at,
    struct reason *why)
{
	struct parts p = {.n = 0};
	enum outcome o;
	int rc;

	/* By its name and not by <GUID=>: that would follow a contact which
	 * was moved out of the bases since it was found. */
	put_bytes(
	    &p, LDAP_MOD_DELETE, "userCertificate", c->remove, c->n_remove);
	put_bytes(&p, LDAP_MOD_ADD, "userCertificate", c->add, c->n_add);
	put_bytes(&p, LDAP_MOD_DELETE, "userSMIMECertificate",
	    c->remove_shadows, c->n_remove_shadows);
	put_bytes(&p, LDAP_MOD_ADD, "userSMIMECertificate", c->add_shadows,
	    c->n_add_shadows);
	put_marks(&p, LDAP_MOD_DELETE, c->remove_marks, c->n_remove_marks);
	put_marks(&p, LDAP_MOD_ADD, c->add_marks, c->n_add_marks);
	o = send_parts(ad, &p, false, c->dn, c->dn, &rc, why);
	parts_clear(&p);
	if (o != DONE)
		return o;
	snprintf(at->id, sizeof at->id, "%s", c->id);
	snprintf(at->dn, sizeof at->dn, "%s", c->dn);
	return DONE;
}

enum outcome
ad_apply(struct ad *ad, const struct change *change, struct contact *at,
    struct reason *why)
{
	if (change->kind == CHANGE_CREATE)
		return create(ad, change, at, why);
	return modify(ad, change, at, why);
}
