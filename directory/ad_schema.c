#include "directory/ad_schema.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "directory/ad.h"
#include "directory/create.h"
#include "directory/exchange.h"
#include "directory/fields.h"

/* Classes that contact may have above and beside it: a dozen with Exchange. */
#define CLASSES 48
#define NAME CHANGE_ATTRIBUTE_NAME

/* Room for a filter with all names of one step. */
#define FILTER (CLASSES * (NAME + 24) + 64)

/* The classes whose attributes a contact may have, as they are found. */
struct classes {
	char names[CLASSES][NAME];
	unsigned n;
};

static bool
is_plain(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '-')
			return false;
	return len > 0 && len < NAME;
}

static void
add_class(struct classes *c, const char *name, size_t len)
{
	if (c->n == CLASSES || !is_plain(name, len))
		return;
	for (unsigned i = 0; i < c->n; i++)
		if (strlen(c->names[i]) == len &&
		    strncasecmp(c->names[i], name, len) == 0)
			return;
	memcpy(c->names[c->n], name, len);
	c->names[c->n++][len] = '\0';
}

static struct ad_attribute *
find(struct ad_schema *s, const char *name, size_t len)
{
	for (unsigned i = 0; i < s->n; i++)
		if (strlen(s->attributes[i].name) == len &&
		    strncasecmp(s->attributes[i].name, name, len) == 0)
			return &s->attributes[i];
	return NULL;
}

static void
want(struct ad_schema *s, const char *name)
{
	if (s->n < AD_SCHEMA_ATTRIBUTES && find(s, name, strlen(name)) == NULL)
		snprintf(s->attributes[s->n++].name, NAME, "%s", name);
}

/* Call visit for each value of the attribute. */
static void
each_value(struct ad *ad, LDAPMessage *e, const char *attribute,
    void (*visit)(void *arg, const char *value, size_t len), void *arg)
{
	struct berval **v = ldap_get_values_len(ad->ld, e, attribute);

	for (size_t i = 0; v != NULL && v[i] != NULL; i++)
		visit(arg, v[i]->bv_val, v[i]->bv_len);
	ldap_value_free_len(v);
}

static void
visit_class(void *arg, const char *value, size_t len)
{
	add_class(arg, value, len);
}

static void
visit_allowed(void *arg, const char *value, size_t len)
{
	struct ad_attribute *a = find(arg, value, len);

	if (a != NULL)
		a->allowed = true;
}

/* (&(objectClass=...)(|(lDAPDisplayName=...)...)): names are plain. */
static void
make_filter(const char *class, const char *names, size_t stride, unsigned n,
    char out[FILTER])
{
	size_t used =
	    (size_t)snprintf(out, FILTER, "(&(objectClass=%s)(|", class);

	for (unsigned i = 0; i < n && used < FILTER; i++)
		used += (size_t)snprintf(out + used, FILTER - used,
		    "(lDAPDisplayName=%s)", names + i * stride);
	if (used < FILTER)
		snprintf(out + used, FILTER - used, "))");
}

static void
take_class(
    struct ad *ad, LDAPMessage *e, struct classes *c, struct ad_schema *s)
{
	static const char *const allowed[] = {"mayContain", "systemMayContain",
	    "mustContain", "systemMustContain"};
	static const char *const more[] = {
	    "subClassOf", "auxiliaryClass", "systemAuxiliaryClass"};
	size_t i;

	for (i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
		each_value(ad, e, allowed[i], visit_allowed, s);
	for (i = 0; i < sizeof more / sizeof more[0]; i++)
		each_value(ad, e, more[i], visit_class, c);
}

/* Contact, then what that names, and so on: a step a search. */
static enum outcome
read_classes(struct ad *ad, struct ad_schema *s, struct reason *why)
{
	static const char *const wanted[] = {"mayContain", "systemMayContain",
	    "mustContain", "systemMustContain", "subClassOf", "auxiliaryClass",
	    "systemAuxiliaryClass", NULL};
	struct classes c = {.n = 0};
	char filter[FILTER];
	enum outcome o = DONE;
	unsigned done = 0, n;

	add_class(&c, "contact", 7);
	while (o == DONE && done < c.n) {
		LDAPMessage *result = NULL, *e;

		n = c.n - done;
		make_filter("classSchema", c.names[done], NAME, n, filter);
		o = ad_search(ad, ad->schema, LDAP_SCOPE_ONELEVEL, filter,
		    wanted, CLASSES, &result, why);
		done += n;
		e = o == DONE ? ldap_first_entry(ad->ld, result) : NULL;
		for (; e != NULL; e = ldap_next_entry(ad->ld, e))
			take_class(ad, e, &c, s);
		ldap_msgfree(result);
	}
	return o;
}

/* [MS-ADTS] 3.1.1.2.2.2, by attributeSyntax; 2.5.5.8 and 2.5.5.9 are no
 * text, but a template may hold TRUE or 7. */
static enum ad_syntax
syntax_of(const char *s)
{
	static const struct {
		const char *id;
		enum ad_syntax syntax;
	} rows[] = {
	    {"2.5.5.3", AD_SYNTAX_TEXT},
	    {"2.5.5.4", AD_SYNTAX_TEXT},
	    {"2.5.5.12", AD_SYNTAX_TEXT},
	    {"2.5.5.5", AD_SYNTAX_ASCII},
	    {"2.5.5.6", AD_SYNTAX_NUMERIC},
	    {"2.5.5.8", AD_SYNTAX_BOOLEAN},
	    {"2.5.5.9", AD_SYNTAX_INTEGER},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(rows[i].id, s) == 0)
			return rows[i].syntax;
	return AD_SYNTAX_OTHER;
}

static void
take_attribute(struct ad *ad, LDAPMessage *e, struct ad_schema *s)
{
	char name[NAME], syntax[32], system[8], defunct[8], link[16], flags[16],
	    lower[16], upper[16];
	struct ad_attribute *a;

	ad_get_string(ad, e, "lDAPDisplayName", name, sizeof name);
	ad_get_string(ad, e, "isDefunct", defunct, sizeof defunct);
	a = find(s, name, strlen(name));
	/* The name of a defunct one may be another one's now. */
	if (a == NULL || strcasecmp(defunct, "TRUE") == 0)
		return;
	ad_get_string(ad, e, "attributeSyntax", syntax, sizeof syntax);
	ad_get_string(ad, e, "systemOnly", system, sizeof system);
	ad_get_string(ad, e, "linkID", link, sizeof link);
	ad_get_string(ad, e, "systemFlags", flags, sizeof flags);
	ad_get_string(ad, e, "rangeLower", lower, sizeof lower);
	ad_get_string(ad, e, "rangeUpper", upper, sizeof upper);
	a->exists = true;
	a->syntax = syntax_of(syntax);
	/* FLAG_ATTR_IS_CONSTRUCTED, [MS-ADTS] 2.2.10 */
	a->ours = strcasecmp(system, "TRUE") != 0 && link[0] == '\0' &&
	    (strtol(flags, NULL, 10) & 4) == 0;
	a->units = strtoul(upper, NULL, 10);
	a->ranged = lower[0] != '\0' && upper[0] != '\0';
	a->least = strtoll(lower, NULL, 10);
	a->most = strtoll(upper, NULL, 10);
}

static enum outcome
read_attributes(struct ad *ad, struct ad_schema *s, struct reason *why)
{
	static const char *const wanted[] = {"lDAPDisplayName",
	    "attributeSyntax", "systemOnly", "isDefunct", "linkID",
	    "systemFlags", "rangeLower", "rangeUpper", NULL};
	LDAPMessage *result = NULL, *e;
	char filter[FILTER];
	enum outcome o;

	make_filter("attributeSchema", s->attributes[0].name,
	    sizeof s->attributes[0], s->n, filter);
	o = ad_search(ad, ad->schema, LDAP_SCOPE_ONELEVEL, filter, wanted,
	    AD_SCHEMA_ATTRIBUTES, &result, why);
	e = o == DONE ? ldap_first_entry(ad->ld, result) : NULL;
	for (; e != NULL; e = ldap_next_entry(ad->ld, e))
		take_attribute(ad, e, s);
	ldap_msgfree(result);
	return o;
}

static enum outcome
check_stamp(struct ad *ad, struct ad_schema *s, struct reason *why)
{
	struct exchange_attribute stamp[EXCHANGE_ATTRIBUTES];
	const struct ad_attribute *a;

	exchange_stamp("", stamp);
	s->stamp = true;
	for (unsigned i = 0; i < EXCHANGE_ATTRIBUTES; i++) {
		a = find(s, stamp[i].name, strlen(stamp[i].name));
		if (a != NULL && a->exists && a->allowed)
			continue;
		s->stamp = false;
		if (exchange_read(ad->settings) == EXCHANGE_STAMP)
			return reason_set(why, REASON_DIRECTORY_SCHEMA,
			    "%s: directory.exchange: stamp needs %s, which "
			    "%s; has Exchange prepared this schema?",
			    settings_peek_origin(
				ad->settings, "directory", "exchange"),
			    stamp[i].name,
			    a != NULL && a->exists ? "contacts may not have"
						   : "the schema lacks");
	}
	return DONE;
}

static enum outcome
check_templates(struct ad *ad, struct ad_schema *s, struct reason *why)
{
	const char *what;
	char name[NAME];

	for (size_t i = 0; fields_template_name(ad->settings, i, name); i++) {
		const struct ad_attribute *a = find(s, name, strlen(name));

		if (a == NULL || !a->exists)
			what = "which the schema lacks";
		else if (!a->allowed)
			what = "which contacts may not have";
		else if (!a->ours || a->syntax == AD_SYNTAX_OTHER)
			what = "which is nothing for a text";
		else
			continue;
		return reason_set(why, REASON_DIRECTORY_SCHEMA,
		    "%s: directory.attributes: %s, %s",
		    settings_peek_origin(
			ad->settings, "directory", "attributes"),
		    name, what);
	}
	return DONE;
}

enum outcome
ad_schema_read(struct ad *ad, struct reason *why)
{
	struct exchange_attribute stamp[EXCHANGE_ATTRIBUTES];
	struct ad_schema s = {.read = true};
	char name[NAME];
	enum outcome o;

	if (ad->attributes.read)
		return DONE;
	exchange_stamp("", stamp);
	for (unsigned i = 0; i < EXCHANGE_ATTRIBUTES; i++)
		want(&s, stamp[i].name);
	for (size_t i = 0; fields_fixed_name(i) != NULL; i++)
		want(&s, fields_fixed_name(i));
	for (size_t i = 0; fields_template_name(ad->settings, i, name); i++)
		want(&s, name);
	o = read_classes(ad, &s, why);
	if (o == DONE)
		o = read_attributes(ad, &s, why);
	if (o == DONE)
		o = check_stamp(ad, &s, why);
	if (o == DONE)
		o = check_templates(ad, &s, why);
	if (o == DONE)
		ad->attributes = s;
	return o;
}

static bool
is_ascii(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] >= 0x80)
			return false;
	return true;
}

static bool
consists_of(struct span s, const char *allowed)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] == '\0' || strchr(allowed, s.data[i]) == NULL)
			return false;
	return true;
}

static bool
is_word(struct span s, const char *word)
{
	return s.len == strlen(word) && memcmp(s.data, word, s.len) == 0;
}

/* An INTEGER of RFC 4517, 32 bits of it ([MS-ADTS] 3.1.1.2.2.2), in the range
 * of the attribute. */
static bool
is_number(const struct ad_attribute *a, struct span s)
{
	char text[16], again[16];
	long long n;

	if (s.len >= sizeof text)
		return false;
	snprintf(text, sizeof text, "%.*s", (int)s.len, (const char *)s.data);
	n = strtoll(text, NULL, 10);
	snprintf(again, sizeof again, "%d", (int)n);
	return strcmp(text, again) == 0 && n >= INT32_MIN && n <= INT32_MAX &&
	    (!a->ranged || (n >= a->least && n <= a->most));
}

/* Whether a value of that form may stand there. */
static bool
has_form(const struct ad_attribute *a, struct span s)
{
	switch (a->syntax) {
	case AD_SYNTAX_ASCII:
		return is_ascii(s);
	case AD_SYNTAX_NUMERIC:
		return consists_of(s, "0123456789 ");
	case AD_SYNTAX_BOOLEAN:
		return is_word(s, "TRUE") || is_word(s, "FALSE");
	case AD_SYNTAX_INTEGER:
		return is_number(a, s);
	case AD_SYNTAX_TEXT:
	case AD_SYNTAX_OTHER:
		break;
	}
	return true;
}

static bool
is_text(const struct ad_attribute *a)
{
	return a->syntax == AD_SYNTAX_TEXT || a->syntax == AD_SYNTAX_ASCII ||
	    a->syntax == AD_SYNTAX_NUMERIC;
}

bool
ad_schema_fit(const struct ad_schema *s, const char *name, struct span *value)
{
	const struct ad_attribute *a = NULL;

	for (unsigned i = 0; i < s->n && a == NULL; i++)
		if (strcasecmp(s->attributes[i].name, name) == 0)
			a = &s->attributes[i];
	if (a == NULL)
		return true;
	if (!a->exists || !a->allowed || !has_form(a, *value))
		return false;
	if (is_text(a) && a->units > 0)
		value->len = utf8_cut(*value, a->units);
	return value->len > 0;
}
