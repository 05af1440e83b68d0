#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "directory/object.h"

void
object_init(struct object *o, struct contact *contact)
{
	memset(o, 0, sizeof *o);
	o->contact = contact;
}

static bool
starts_with(struct span value, const char *prefix)
{
	size_t len = strlen(prefix);

	return value.len >= len && memcmp(value.data, prefix, len) == 0;
}

static enum outcome
note_class(struct object *o, struct span value, struct reason *why)
{
	static const struct {
		const char *name;
		size_t flag;
	} rows[] = {
	    {"contact", offsetof(struct object, is_contact)},
	    {"user", offsetof(struct object, is_user)},
	    {"computer", offsetof(struct object, is_computer)},
	    {"group", offsetof(struct object, is_group)},
	    {"msExchDynamicDistributionList",
		offsetof(struct object, is_group)},
	};

	(void)why;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (value.len == strlen(rows[i].name) &&
		    strncasecmp(
			(const char *)value.data, rows[i].name, value.len) == 0)
			*(bool *)((char *)o + rows[i].flag) = true;
	return DONE;
}

/* A NUL must not make "a@b.example\0..." the address of another one. */
static void
keep(struct object_address *a, struct span value)
{
	size_t len =
	    value.len < sizeof a->text ? value.len : sizeof a->text - 1;

	if (a->n++ > 0)
		return;
	for (size_t i = 0; i < len; i++)
		a->text[i] = value.data[i] != '\0' ? (char)value.data[i] : ' ';
	a->text[len] = '\0';
}

static enum outcome
note_target(struct object *o, struct span value, struct reason *why)
{
	(void)why;
	keep(&o->target, value);
	return DONE;
}

static enum outcome
note_proxy(struct object *o, struct span value, struct reason *why)
{
	(void)why;
	if (starts_with(value, "SMTP:"))
		keep(&o->proxy, value);
	return DONE;
}

static enum outcome
note_mail(struct object *o, struct span value, struct reason *why)
{
	(void)why;
	keep(&o->mail, value);
	return DONE;
}

static enum outcome
note_certificate(struct object *o, struct span value, struct reason *why)
{
	return contact_add_value(o->contact, value, why);
}

static enum outcome
note_shadow(struct object *o, struct span value, struct reason *why)
{
	return contact_add_shadow(o->contact, value, why);
}

static enum outcome
note_mark(struct object *o, struct span value, struct reason *why)
{
	return contact_add_mark(o->contact, value, why);
}

static enum outcome
note_forest(struct object *o, struct span value, struct reason *why)
{
	(void)why;
	if (value.len > 0)
		o->is_foreign = true;
	return DONE;
}

static enum outcome
note_nickname(struct object *o, struct span value, struct reason *why)
{
	(void)why;
	if (value.len > 0)
		o->contact->stamped = true;
	return DONE;
}

enum outcome
object_note(struct object *o, const char *attribute, struct span value,
    struct reason *why)
{
	static const struct {
		const char *name;
		enum outcome (*note)(
		    struct object *, struct span, struct reason *);
	} rows[] = {
	    {"objectClass", note_class},
	    {"targetAddress", note_target},
	    {"proxyAddresses", note_proxy},
	    {"mail", note_mail},
	    {"userCertificate", note_certificate},
	    {"userSMIMECertificate", note_shadow},
	    {"extensionName", note_mark},
	    {"msExchOriginatingForest", note_forest},
	    {"mailNickname", note_nickname},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcasecmp(attribute, rows[i].name) == 0)
			return rows[i].note(o, value, why);
	return DONE;
}

/* A computer is a user, too, by its classes; and what is anything beside a
 * contact is none. */
static enum contact_kind
kind_of(const struct object *o)
{
	if (o->is_computer)
		return CONTACT_OTHER;
	if (o->is_user)
		return o->target.n > 0 ? CONTACT_MAIL_USER : CONTACT_USER;
	if (o->is_group)
		return CONTACT_GROUP;
	return o->is_contact ? CONTACT_ONE : CONTACT_OTHER;
}

static void
set_primary(const struct object *o, struct contact *c)
{
	const struct object_address *best = o->target.n > 0 ? &o->target
	    : o->proxy.n > 0				    ? &o->proxy
							    : &o->mail;
	const char *text = best->text;

	if (best != &o->mail && strncasecmp(text, "smtp:", 5) == 0)
		text += 5;
	if (best->n > 1)
		snprintf(c->primary, sizeof c->primary,
		    "one of %u addresses, %.*s the first", best->n,
		    ADDRESS_SIZE / 2, text);
	else if (address_canonical(span_str(text), c->primary, NULL) != DONE)
		snprintf(c->primary, sizeof c->primary, "%.*s",
		    ADDRESS_SIZE - 1, text);
}

/* Nobody reads certificates of what is never touched. */
static void
drop_values(struct contact *c)
{
	struct contact empty = {.kind = c->kind};

	memcpy(empty.id, c->id, sizeof empty.id);
	memcpy(empty.dn, c->dn, sizeof empty.dn);
	empty.inside = c->inside;
	contact_clear(c);
	*c = empty;
}

void
object_end(struct object *o)
{
	o->contact->kind = kind_of(o);
	if (o->contact->kind != CONTACT_ONE)
		drop_values(o->contact);
	set_primary(o, o->contact);
}

const char *
object_kind_name(enum contact_kind kind)
{
	static const char *const names[] = {
	    [CONTACT_NONE] = "nobody",
	    [CONTACT_ONE] = "contact",
	    [CONTACT_MANY] = "several",
	    [CONTACT_USER] = "user",
	    [CONTACT_MAIL_USER] = "mail user",
	    [CONTACT_GROUP] = "group",
	    [CONTACT_OTHER] = "object",
	};

	return names[kind];
}
