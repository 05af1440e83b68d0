#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "directory/create.h"
#include "tests/unit/sample.h"

static void
ignore(void *arg, const char *line)
{
	(void)arg;
	fail_msg("%s", line);
}

static struct settings *
settings_of(const char *text)
{
	char *folder = sample_folder();
	struct settings *s = NULL;
	struct reason why;

	sample_write(sample_path(folder, "conf"), text);
	assert_int_equal(
	    config_read(sample_path(folder, "conf"), ignore, NULL, &s, &why),
	    DONE);
	sample_remove(folder);
	return s;
}

/* What the policy of these settings says of a mail from that address. */
static enum reason_code
ask(const char *text, const char *address)
{
	struct settings *s = settings_of(text);
	struct create_policy p = {.mode = CREATE_ANY};
	struct harvest *h = harvest_new();
	struct reason why;
	enum outcome o;

	reason_clear(&why);
	snprintf(h->address, sizeof h->address, "%s", address);
	assert_int_equal(create_read(s, &p, &why), DONE);
	o = create_may(&p, h, &why);
	assert_int_equal(o, reason_outcome(why.code));
	create_clear(&p);
	harvest_free(h);
	settings_free(s);
	return why.code;
}

#define AD                                                                     \
	"backend = ad uri = \"ldaps://dc1\" keytab = \"/k\" "                  \
	"bases = \"DC=x\" "

static void
for_whom(void **state)
{
	static const struct {
		const char *text, *address;
		enum reason_code code;
	} rows[] = {
	    {"", "bob@partner.example", REASON_OK},
	    {"create = any", "bob@partner.example", REASON_OK},
	    {"create = true", "bob@partner.example", REASON_OK},
	    {"create = on", "bob@partner.example", REASON_OK},
	    {"create = off", "bob@partner.example", REASON_CREATE_OFF},
	    {"create = false", "bob@partner.example", REASON_CREATE_OFF},
	    {"create = no", "bob@partner.example", REASON_CREATE_OFF},
	    {"create = listed create_domains = { \"partner.example\" }",
		"bob@partner.example", REASON_OK},
	    {"create = listed create_domains = { \"Partner.Example\" }",
		"bob@a.partner.example", REASON_CREATE_LISTED},
	    {"create = listed create_domains = { \".partner.example\", "
	     "\"eve@other.example\" }",
		"bob@a.partner.example", REASON_OK},
	    {"create = listed create_domains = { \".partner.example\", "
	     "\"eve@other.example\" }",
		"eve@other.example", REASON_OK},
	    {"create = listed create_domains = { \".partner.example\", "
	     "\"eve@other.example\" }",
		"bob@other.example", REASON_CREATE_LISTED},
	    {AD, "bob@partner.example", REASON_CREATE_OFF},
	    {AD "create_ou = \"OU=P,DC=x\"", "bob@partner.example", REASON_OK},
	    {AD "create_ous = { \"partner.example: OU=P,DC=x\" }",
		"bob@partner.example", REASON_OK},
	    {AD "create_ous = { \"partner.example: OU=P,DC=x\" }",
		"bob@other.example", REASON_CREATE_OFF},
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum reason_code code;

		snprintf(text, sizeof text, "directory { %s }\n", rows[i].text);
		code = ask(text, rows[i].address);
		if (code != rows[i].code)
			fail_msg("%s, %s: %s", rows[i].text, rows[i].address,
			    reason_name(code));
	}
}

static void
where(void **state)
{
	static const struct {
		const char *address, *ou;
	} rows[] = {
	    {"a@one.example", "OU=1,DC=x"},
	    {"a@below.one.example", "OU=1,DC=x"},
	    {"a@two.example", "OU=2,DC=x"},
	    {"a@x.two.example", "OU=others,DC=x"},
	    {"a@xn--bcher-kva.example", "OU=b: 3,DC=x"},
	    {"a@else.example", "OU=others,DC=x"},
	};
	struct settings *s = settings_of(
	    "directory { create_ou = \"OU=others,DC=x\" create_ous = {\n"
	    "\"one.example .one.example: OU=1,DC=x\",\n"
	    "\"Two.Example:OU=2,DC=x\",\n\"two.example: OU=never,DC=x\",\n"
	    "\"b\xc3\xbc"
	    "cher.example: OU=b: 3,DC=x\" } }\n");

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(
		    create_peek_ou(s, rows[i].address), rows[i].ou);
	assert_int_equal(create_ou_count(s), 5);
	assert_string_equal(create_peek_ou_at(s, 3), "OU=b: 3,DC=x");
	assert_string_equal(create_peek_ou_at(s, 4), "OU=others,DC=x");
	settings_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(for_whom),
	    cmocka_unit_test(where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
