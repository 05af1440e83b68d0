#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "directory/create.h"
#include "directory/noreply.h"
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
	    {"never_create = { \"eve@partner.example\", \".b.example\" }",
		"bob@partner.example", REASON_OK},
	    {"never_create = { \"eve@partner.example\", \".b.example\" }",
		"eve@partner.example", REASON_NEVER_CREATE},
	    {"never_create = { \"eve@partner.example\", \".b.example\" }",
		"eve@a.b.example", REASON_NEVER_CREATE},
	    {"create = off never_create = { \"b.example\" }",
		"noreply@b.example", REASON_NEVER_CREATE},
	    {"exchange = update-only", "bob@partner.example",
		REASON_UPDATE_ONLY},
	    {"exchange = plain", "bob@partner.example", REASON_OK},
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

/* Whose mail makes no contact, whatever else is set. */
static void
nobody_reads_it(void **state)
{
	static const struct {
		const char *address;
		bool is;
	} rows[] = {
	    {"noreply@x.example", true},
	    {"no-reply@x.example", true},
	    {"no.reply_2@x.example", true},
	    {"noreply+token=1@x.example", true},
	    {"orders-noreply@x.example", true},
	    {"donotreply@x.example", true},
	    {"do_not_reply@x.example", true},
	    {"mailer-daemon@x.example", true},
	    {"postmaster@x.example", true},
	    {"bounces+1-2@x.example", true},
	    {"bounce-17@x.example", true},
	    {"invoices@x.example", true},
	    {"in.voices99@x.example", true},
	    {"bob@x.example", false},
	    {"bob@noreply.example", false},
	    {"bouncer@x.example", false},
	    {"rooth@x.example", false},
	    {"+noreply@x.example", true},
	    {"123@x.example", false},
	    {"-@x.example", false},
	    {"n\xc3\xb6reply@x.example", false},
	};
	struct settings *s = settings_of(
	    "directory { noreply_names = { \"Invoices\", \"-\" } }\n");

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (noreply_is(s, rows[i].address) != rows[i].is)
			fail_msg("%s", rows[i].address);
	assert_false(noreply_is(NULL, "invoices@x.example"));
	settings_free(s);
}

/* What nobody has to decide on is told first. */
static void
in_order(void **state)
{
	static const struct create_policy off = {.mode = CREATE_OFF};
	static const struct {
		enum bulk bulk;
		const char *address;
		enum reason_code code;
	} rows[] = {
	    {BULK_LIST, "noreply@x.example", REASON_CREATE_BULK},
	    {BULK_PRECEDENCE, "bob@x.example", REASON_CREATE_BULK},
	    {BULK_AUTO, "bob@x.example", REASON_CREATE_BULK},
	    {BULK_NONE, "noreply@x.example", REASON_CREATE_NOREPLY},
	    {BULK_NONE, "bob@x.example", REASON_CREATE_OFF},
	};
	struct harvest *h = harvest_new();
	struct reason why;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		strcpy(h->address, rows[i].address);
		h->bulk = rows[i].bulk;
		assert_int_equal(
		    create_may(&off, h, &why), reason_outcome(rows[i].code));
		assert_int_equal(why.code, rows[i].code);
	}
	harvest_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(for_whom),
	    cmocka_unit_test(where),
	    cmocka_unit_test(nobody_reads_it),
	    cmocka_unit_test(in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
