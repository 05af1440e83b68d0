#include "directory/fields.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/name.h"
#include "base/template.h"
#include "base/text.h"
#include "base/utf8.h"
#include "directory/exchange.h"
#include "directory/settings.h"

/* directory.organization_from, in the order of its choices. */
enum { ORGANIZATION_VALIDATED, ORGANIZATION_ANY };

/* The longest value of one of them, in bytes. */
#define VALUE 1024

enum word {
#define FIELD_WORD(name) WORD_##name,
#include "directory/fields.def"
#undef FIELD_WORD
	WORDS
};

/* What the words stand for; the storage of those that are not at hand. */
struct words {
	struct template_word words[WORDS];
	char sha256[DIGEST_HEX];
	char valid_until[CLOCK_TEXT];
	char received[CLOCK_TEXT];
};

/* In units of UTF-16: [MS-ADA1], [MS-ADA3] rangeUpper. */
static const struct {
	const char *name;
	size_t units;
} ranges[] = {
    {"givenName", 64},
    {"sn", 64},
    {"company", 64},
    {"department", 64},
    {"title", 128},
    {"l", 128},
    {"st", 128},
    {"physicalDeliveryOfficeName", 128},
    {"telephoneNumber", 64},
    {"comment", 512},
};

/* Those that every contact may have; a template of the same name replaces
 * one. */
static const struct {
	const char *name;
	enum word word;
} fixed[] = {
    {"givenName", WORD_given_name},
    {"sn", WORD_surname},
    {"company", WORD_organization},
};

void
fields_read(const struct settings *s, struct fields_policy *out)
{
	out->settings = s;
	out->any_organization = settings_choice(s, "directory",
				    "organization_from") == ORGANIZATION_ANY;
	/* Active Directory's child does it by itself, by the schema. */
	out->stamp = exchange_read(s) == EXCHANGE_STAMP &&
	    settings_choice(s, "directory", "backend") == BACKEND_LDIF;
}

/* Whether given name and surname make the name that is taken. */
static bool
makes_name(const struct facts *f, const char *wish)
{
	char both[2 * FACTS_TEXT], name[LIMIT_NAME + 1];

	snprintf(both, sizeof both, "%s %s", f->given_name, f->surname);
	text_show(span_str(both), name, sizeof name);
	return wish[0] != '\0' && name[0] != '\0' &&
	    name_passes_for(name, wish);
}

/* Who looked at papers of the organization, and not at a mailbox alone. */
static bool
is_validated(const struct facts *f)
{
	return f->validation == VALIDATION_ORGANIZATION ||
	    f->validation == VALIDATION_SPONSOR;
}

static void
words_name(struct words *w)
{
	static const char *const all[WORDS] = {
#define FIELD_WORD(name) [WORD_##name] = #name,
#include "directory/fields.def"
#undef FIELD_WORD
	};

	for (unsigned i = 0; i < WORDS; i++)
		w->words[i].name = all[i];
}

static void
words_make(const struct fields_policy *policy, const struct fields_input *in,
    struct words *w)
{
	const struct facts *f = in->certificate;
	bool names = makes_name(f, in->wish);

	words_name(w);
	bytes_hex((struct span){f->sha256, DIGEST_LEN}, w->sha256);
	clock_format(f->not_after, w->valid_until);
	clock_format(in->harvest->received, w->received);
	w->words[WORD_address].value = in->harvest->address;
	w->words[WORD_domain].value = address_peek_domain(in->harvest->address);
	w->words[WORD_name].value = in->display;
	w->words[WORD_given_name].value = names ? f->given_name : "";
	w->words[WORD_surname].value = names ? f->surname : "";
	w->words[WORD_organization].value =
	    policy->any_organization || is_validated(f) ? f->organization : "";
	w->words[WORD_issuer].value = f->issuer;
	w->words[WORD_serial].value = f->serial;
	w->words[WORD_sha256].value = w->sha256;
	w->words[WORD_valid_until].value = w->valid_until;
	w->words[WORD_message_id].value = in->harvest->message_id;
	w->words[WORD_received].value = w->received;
}

/* The value as it may stand there; nothing where nothing is left of it. */
static enum outcome
put(const char *name, const char *raw, struct change *out, struct reason *why)
{
	char value[VALUE + 1], clean[VALUE + 1];

	text_show(span_str(raw), clean, sizeof clean);
	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (strcasecmp(name, ranges[i].name) == 0)
			clean[utf8_cut(span_str(clean), ranges[i].units)] =
			    '\0';
	/* A blank at the end is not kept by all directories. */
	text_show(span_str(clean), value, sizeof value);
	if (value[0] == '\0')
		return DONE;
	return change_add_attribute(out, name, span_str(value), why);
}

/* The template i; false: there is none. */
static bool
template_at(const struct fields_policy *policy, const struct words *w, size_t i,
    char name[TEMPLATE_NAME], const char **text)
{
	const struct settings *s = policy->settings;

	return s != NULL && i < settings_count(s, "directory", "attributes") &&
	    template_split(settings_peek_at(s, "directory", "attributes", i),
		w->words, WORDS, name, text, NULL) == DONE;
}

static bool
is_replaced(
    const struct fields_policy *policy, const struct words *w, const char *name)
{
	char other[TEMPLATE_NAME];
	const char *text;

	for (size_t i = 0; template_at(policy, w, i, other, &text); i++)
		if (strcasecmp(name, other) == 0)
			return true;
	return false;
}

bool
fields_template_name(
    const struct settings *s, size_t i, char name[CHANGE_ATTRIBUTE_NAME])
{
	const struct fields_policy policy = {.settings = s};
	struct words w;
	const char *text;

	_Static_assert(CHANGE_ATTRIBUTE_NAME >= TEMPLATE_NAME, "it fits");
	words_name(&w);
	return template_at(&policy, &w, i, name, &text);
}

const char *
fields_fixed_name(size_t i)
{
	return i < sizeof fixed / sizeof fixed[0] ? fixed[i].name : NULL;
}

static enum outcome
put_stamp(const char *address, struct change *out, struct reason *why)
{
	struct exchange_attribute stamp[EXCHANGE_ATTRIBUTES];
	enum outcome o = DONE;

	exchange_stamp(address, stamp);
	for (unsigned i = 0; o == DONE && i < EXCHANGE_ATTRIBUTES; i++)
		o = change_add_attribute(
		    out, stamp[i].name, span_str(stamp[i].value), why);
	return o;
}

enum outcome
fields_make(const struct fields_policy *policy, const struct fields_input *in,
    struct change *out, struct reason *why)
{
	char name[TEMPLATE_NAME], value[2 * VALUE];
	enum outcome o = DONE;
	struct words w;
	const char *text;
	size_t i;

	words_make(policy, in, &w);
	for (i = 0; o == DONE && i < sizeof fixed / sizeof fixed[0]; i++)
		if (!is_replaced(policy, &w, fixed[i].name))
			o = put(fixed[i].name, w.words[fixed[i].word].value,
			    out, why);
	for (i = 0; o == DONE && template_at(policy, &w, i, name, &text); i++) {
		template_expand(text, w.words, WORDS, value, sizeof value);
		o = put(name, value, out, why);
	}
	if (o == DONE && policy->stamp)
		o = put_stamp(in->harvest->address, out, why);
	return o;
}
