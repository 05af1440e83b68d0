#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/name.h"
#include "config/config.h"
#include "directory/naming.h"

static const struct {
	const char *name, *plain;
} plains[] = {
    {"Bob", "Bob"},
    {"J\u00f6rg M\u00fcller", "Jorg Muller"},
    {"Jo\u0308rg", "Jorg"},
    {"\u0141ukasz \u017bak", "Lukasz Zak"},
    {"\uff34\uff48\uff45\u3000\uff23\uff25\uff2f", "The CEO"},
    {"The \u0421\u0415\u041e", "The CEO"},
    {"\u03a4\u03bf\u03bc", "To\u03bc"},
    {"\U0001d413\U0001d421\U0001d41e", "The"},
    {"\u24c9\u24d7\u24d4", "The"},
    {"\u5c71\u7530", "\u5c71\u7530"},
    {"a\uff20b", "a@b"},
    {"\xff", "?"},
};

static void
plain_letters(void **state)
{
	char out[LIMIT_NAME + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof plains / sizeof plains[0]; i++) {
		name_plain(plains[i].name, out);
		assert_string_equal(out, plains[i].plain);
	}
}

/* A stranger's name, somebody inside, and whether it may be taken for him. */
static const struct {
	const char *name, *other;
	bool same;
} pairs[] = {
    {"The CEO", "The CEO", true},
    {"the ceo", "The CEO", true},
    {"The  C.E.O.", "The CEO", true},
    {"TheCEO", "The CEO", true},
    {"The \u0421\u0415\u041e", "The CEO", true},
    {"\u0422h\u0435 CE0", "The CEO", true},
    {"\uff34\uff48\uff45 CEO", "The CEO", true},
    {"The\u200b CEO\u3164", "The CEO", true},
    {"The CEO (corp.example)", "The CEO", true},
    {"The CEO [intern]", "The CEO", true},
    {"Jane Doe", "Doe, Jane", true},
    {"Doe, Jane", "Jane Doe", true},
    {"Jane Mary Doe", "Doe, Jane Mary", true},
    {"PauI Mi11er", "Paul Miller", true},
    {"J\u00f6rg", "Jorg", true},
    {"\u0418\u0432\u0430\u043d", "\u0418\u0432\u0430\u043d", true},
    {"The CEO of Partner", "The CEO", false},
    {"The CFO", "The CEO", false},
    {"Jane", "Jane Doe", false},
    {"", "", false},
    {"(x)", "", false},
    {"...", "-", false},
    {"\u5c71\u7530", "\u5c71\u7533", false},
};

static void
passes_for(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		print_message("%s, %s\n", pairs[i].name, pairs[i].other);
		assert_int_equal(name_passes_for(pairs[i].name, pairs[i].other),
		    pairs[i].same);
	}
}

static const struct {
	const char *name;
	bool holds;
} addresses[] = {
    {"Bob", false},
    {"", false},
    {"Bob at Partner Inc.", false},
    {"Bob (Atlanta)", false},
    {"Bob at work", false},
    {"Dr. Bob B. Builder", false},
    {"Attila", false},
    {"ceo@corp.example", true},
    {"@", true},
    {"ceo\uff20corp.example", true},
    {"ceo\ufe6b"
     "corp.example",
	true},
    {"ceo%40corp.example", true},
    {"ceo&#64;corp.example", true},
    {"ceo(at)corp.example", true},
    {"ceo ( AT ) corp.example", true},
    {"ceo [at] corp", true},
    {"ceo at corp.example", true},
    {"ceo at corp dot example", true},
    {"ceo \u0430t corp\u2024"
     "example",
	true},
};

static void
holds_address(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
		print_message("%s\n", addresses[i].name);
		assert_int_equal(
		    name_holds_address(addresses[i].name), addresses[i].holds);
	}
}

/* Names as long as they come do not grow. */
static void
long_ones(void **state)
{
	char name[LIMIT_NAME + 1], list[NAME_VARIANTS][LIMIT_NAME + 1];
	unsigned i, n;

	(void)state;
	memset(name, 'a', LIMIT_NAME);
	name[LIMIT_NAME] = '\0';
	name[100] = ' ';
	n = name_variants(name, list);
	assert_int_equal(n, 2);
	for (i = 0; i < n; i++)
		assert_int_equal(strlen(list[i]), LIMIT_NAME);
	name[LIMIT_NAME - 1] = ',';
	(void)name_variants(name, list);
	assert_true(name_passes_for(name, name));
}

/* The names of the settings file. */
static void protected(void **state)
{
	char path[] = "/tmp/certharvest-name.XXXXXX";
	struct naming_policy policy;
	struct settings *s = NULL;
	struct reason why;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_true(
	    dprintf(fd, "site { names = { \"The CEO\", \"Doe, Jane\" } }\n") >
	    0);
	close(fd);
	assert_int_equal(config_read(path, NULL, NULL, &s, &why), DONE);
	unlink(path);
	naming_read(s, &policy);
	assert_string_equal(policy.suffix, "({domain})");
	assert_int_equal(policy.from, NAMING_CERTIFICATE);
	assert_true(naming_is_protected(&policy, "the CEO"));
	assert_true(naming_is_protected(&policy, "Jane Doe"));
	assert_false(naming_is_protected(&policy, "Jane Roe"));
	assert_false(naming_is_protected(&policy, ""));
	settings_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_letters),
	    cmocka_unit_test(passes_for),
	    cmocka_unit_test(holds_address),
	    cmocka_unit_test(long_ones),
	    cmocka_unit_test(protected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
