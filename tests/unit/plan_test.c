#include "tests/unit/plan_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directory/mark.h"

/* A contact without certificates. */
static const struct row empty = {.name = "empty"};

/* What is decided before any value is looked at. */
static void
some_are_not_touched(void **state)
{
	static const struct {
		enum contact_kind kind;
		const char *set; /* what else it is, by first letters */
		enum reason_code reason;
	} table[] = {
	    {CONTACT_USER, "", REASON_IS_USER},
	    {CONTACT_USER, "e", REASON_IS_USER},
	    {CONTACT_MAIL_USER, "", REASON_IS_MAIL_USER},
	    {CONTACT_GROUP, "", REASON_IS_GROUP},
	    {CONTACT_OTHER, "", REASON_IS_OTHER},
	    {CONTACT_MANY, "", REASON_AMBIGUOUS},
	    {CONTACT_MANY, "c", REASON_CONFLICT_OBJECT},
	    {CONTACT_ONE, "-", REASON_OUTSIDE_BASE},
	    {CONTACT_ONE, "-e", REASON_OTHER_DOMAIN},
	    {CONTACT_ONE, "c", REASON_CONFLICT_OBJECT},
	    {CONTACT_ONE, "m", REASON_MANAGED},
	    {CONTACT_ONE, "s", REASON_NOT_PRIMARY},
	    {CONTACT_ONE, "o", REASON_TOO_MANY_VALUES},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct change c = {.kind = CHANGE_NONE};
		struct reason why;
		struct scene s;

		scene_make(&empty, &s);
		s.contact.kind = table[i].kind;
		s.contact.inside = strchr(table[i].set, '-') == NULL;
		s.contact.elsewhere = strchr(table[i].set, 'e') != NULL;
		s.contact.conflict = strchr(table[i].set, 'c') != NULL;
		s.contact.managed = strchr(table[i].set, 'm') != NULL;
		s.contact.overfull = strchr(table[i].set, 'o') != NULL;
		if (strchr(table[i].set, 's') != NULL)
			strcpy(s.contact.primary, "info@partner.example");
		assert_int_equal(scene_plan(&s, &c, &why), HELD);
		assert_int_equal(why.code, table[i].reason);
		assert_int_equal(c.kind, CHANGE_NONE);
		scene_clear(&s);
	}
}

static void
contacts_are_created(void **state)
{
	struct change c = {.kind = CHANGE_NONE};
	uint8_t named[DIGEST_LEN];
	struct reason why;
	struct scene s;

	(void)state;
	scene_make(&empty, &s);
	contact_clear(&s.contact);
	s.policy.create.mode = CREATE_OFF;
	assert_int_equal(scene_plan(&s, &c, &why), HELD);
	assert_int_equal(why.code, REASON_CREATE_OFF);
	s.policy.create.mode = CREATE_ANY;
	assert_int_equal(scene_plan(&s, &c, &why), DONE);
	assert_int_equal(c.kind, CHANGE_CREATE);
	assert_string_equal(c.address, ADDRESS);
	assert_string_equal(c.cn, ADDRESS);
	assert_string_equal(c.name, "Bob Partner (partner.example)");
	assert_int_equal(c.n_add, 1);
	assert_int_equal(c.n_add_marks, 1);
	assert_true(mark_verify(c.add_marks[0], key, ADDRESS, named));
	assert_memory_equal(named, s.certificate.sha256, DIGEST_LEN);
	change_clear(&c);
	scene_clear(&s);
}

/* What a contact would be called. */
static void
show(const struct naming_policy *policy, const char *proven, const char *phrase,
    char out[LIMIT_NAME + 1])
{
	struct facts f = {.ca = false};
	struct harvest *h = harvest_new();
	char wish[LIMIT_NAME + 1];

	snprintf(f.name, sizeof f.name, "%s", proven);
	snprintf(h->phrase, sizeof h->phrase, "%s", phrase);
	naming_wish(policy, h, &f, wish);
	naming_make(policy, wish, ADDRESS, out);
	harvest_free(h);
}

/* Where names come from, and what stands behind them. */
static void
names_by_setting(void **state)
{
	static const struct {
		enum naming_from from;
		const char *suffix, *proven, *phrase, *name;
	} table[] = {
	    {NAMING_CERTIFICATE, NULL, "Bob", "Rob", "Bob (partner.example)"},
	    {NAMING_CERTIFICATE, NULL, "", "Rob", ADDRESS},
	    {NAMING_FROM, NULL, "Bob", "Rob", "Rob (partner.example)"},
	    {NAMING_FROM, NULL, "Bob", "", "Bob (partner.example)"},
	    {NAMING_FROM, NULL, "Bob", "a@b.example", "Bob (partner.example)"},
	    {NAMING_FROM, NULL, "", "", ADDRESS},
	    {NAMING_FROM, NULL, "", "a\u202eb\x1b[2J",
		"ab[2J (partner.example)"},
	    {NAMING_ADDRESS, NULL, "Bob", "Rob", ADDRESS},
	    {NAMING_CERTIFICATE, "", "Bob", "", "Bob"},
	    {NAMING_CERTIFICATE, "- {domain}!", "Bob", "",
		"Bob - partner.example!"},
	    {NAMING_CERTIFICATE, "(extern)", "Bob", "", "Bob (extern)"},
	};
	char name[LIMIT_NAME + 1];

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		const struct naming_policy policy = {
		    .from = table[i].from, .suffix = table[i].suffix};

		show(&policy, table[i].proven, table[i].phrase, name);
		assert_string_equal(name, table[i].name);
	}
}

/* Whom the directory or the settings know inside: the address is shown. */
static void
names_of_others(void **state)
{
	char text[1024];
	struct scene s;
	struct change c;
	struct reason why;

	(void)state;
	scene_make(&empty, &s);
	contact_clear(&s.contact);
	s.contact.name_taken = true;
	assert_int_equal(scene_plan(&s, &c, &why), DONE);
	assert_string_equal(c.name, ADDRESS);
	assert_string_equal(c.refused, "Bob Partner");
	change_describe(&c, text, sizeof text);
	assert_non_null(
	    strstr(text, "somebody inside is called \"Bob Partner"));
	change_clear(&c);
	scene_clear(&s);
}

static void
names_show_the_domain(void **state)
{
	static const struct naming_policy policy = {.suffix = NULL};
	static const struct {
		const char *proven, *name;
	} table[] = {
	    {"Bob", "Bob (partner.example)"},
	    {"", ADDRESS},
	    {"  ", ADDRESS},
	    {"ceo@corp.example", ADDRESS},
	    {" The \t CEO\n (corp.example)  ",
		"The CEO (corp.example) (partner.example)"},
	    {"J\xc3\xb6rg", "J\xc3\xb6rg (partner.example)"},
	};
	char name[LIMIT_NAME + 1], longest[LIMIT_NAME + 1];

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		show(&policy, table[i].proven, "", name);
		assert_string_equal(name, table[i].name);
	}
	/* two bytes each: the cut must not fall inside of one */
	for (size_t i = 0; i < LIMIT_NAME; i += 2)
		memcpy(longest + i, "\xc3\xb6", 2);
	longest[LIMIT_NAME] = '\0';
	show(&policy, longest, "", name);
	assert_true(strlen(name) >= LIMIT_NAME - 1);
	assert_memory_equal(
	    strstr(name, " (") - 2, "\xc3\xb6 (partner.example)", 20);
}

static void
cns_are_made_from_the_address(void **state)
{
	char a[LIMIT_CN + 1], b[LIMIT_CN + 1], address[ADDRESS_SIZE];

	(void)state;
	plan_cn("a@b.example", a);
	assert_string_equal(a, "a@b.example");
	/* 64 characters are the cn, 65 get a digest */
	snprintf(address, sizeof address, "%052d@partner.com", 0);
	assert_int_equal(strlen(address), 64);
	plan_cn(address, a);
	assert_string_equal(a, address);
	snprintf(address, sizeof address, "%053d@partner.com", 0);
	plan_cn(address, a);
	assert_int_equal(strlen(a), LIMIT_CN);
	assert_non_null(strchr(a, '~'));
	snprintf(address, sizeof address, "%053d@partner.net", 0);
	plan_cn(address, b);
	assert_string_not_equal(a, b);
	/* AD takes o and o-umlaut for one */
	plan_cn("j\xc3\xb6rg@partner.example", a);
	plan_cn("jorg@partner.example", b);
	assert_non_null(strchr(a, '~'));
	assert_string_equal(b, "jorg@partner.example");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(some_are_not_touched),
	    cmocka_unit_test(contacts_are_created),
	    cmocka_unit_test(names_show_the_domain),
	    cmocka_unit_test(names_by_setting),
	    cmocka_unit_test(names_of_others),
	    cmocka_unit_test(cns_are_made_from_the_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
