#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "directory/fields.h"
#include "tests/unit/sample.h"

static void
ignore(void *arg, const char *line)
{
	(void)arg;
	fail_msg("%s", line);
}

/* "name=value|name=value" of what these settings make. */
static void
make(const char *text, const struct facts *f, const char *wish, char *out,
    size_t size)
{
	char *folder = sample_folder();
	struct fields_policy policy = {.settings = NULL};
	struct settings *s = NULL;
	struct harvest *h = harvest_new();
	struct change c = {.kind = CHANGE_CREATE};
	struct reason why;

	strcpy(h->address, "bob@partner.example");
	strcpy(h->message_id, "<1@x>");
	h->received = 1800000000;
	sample_write(sample_path(folder, "conf"), text);
	assert_int_equal(
	    config_read(sample_path(folder, "conf"), ignore, NULL, &s, &why),
	    DONE);
	fields_read(s, &policy);
	assert_int_equal(fields_make(&policy,
			     &(struct fields_input){.harvest = h,
				 .certificate = f,
				 .wish = wish,
				 .display = "Bob (partner.example)"},
			     &c, &why),
	    DONE);
	out[0] = '\0';
	for (unsigned i = 0; i < c.n_attributes; i++)
		snprintf(out + strlen(out), size - strlen(out), "%s%s=%.*s",
		    i == 0 ? "" : "|", c.attributes[i].name,
		    (int)c.attributes[i].value.len,
		    (const char *)c.attributes[i].value.data);
	change_clear(&c);
	settings_free(s);
	harvest_free(h);
	sample_remove(folder);
}

#define LETTERS64                                                              \
	"\xc3\xa4"                                                             \
	"23456789012345678901234567890123456789012345678901234567890123\xc3"   \
	"\xa4"

#define LETTERS62                                                              \
	"12345678901234567890123456789012345678901234567890123456789012"
#define FACE "\xf0\x9f\x98\x80"

static void
what_is_proven(void **state)
{
	static const struct {
		const char *settings, *wish, *given, *surname, *organization;
		enum validation validation;
		const char *made;
	} rows[] = {
	    {"", "Bob Jones", "Bob", "Jones", "", VALIDATION_UNKNOWN,
		"givenName=Bob|sn=Jones"},
	    {"", "Jones, Bob", "Bob", "Jones", "", VALIDATION_UNKNOWN,
		"givenName=Bob|sn=Jones"},
	    {"", "Jones", "", "Jones", "", VALIDATION_UNKNOWN, "sn=Jones"},
	    /* another name than the one that was looked for */
	    {"", "Bob Jones", "The", "CEO", "", VALIDATION_UNKNOWN, ""},
	    {"", "Bob Jones", "Bob", "CEO", "", VALIDATION_UNKNOWN, ""},
	    {"", "", "Bob", "Jones", "", VALIDATION_UNKNOWN, ""},
	    {"", "", "", "", "", VALIDATION_UNKNOWN, ""},
	    /* whose word the organization is */
	    {"", "", "", "", "Big Ltd", VALIDATION_UNKNOWN, ""},
	    {"", "", "", "", "Big Ltd", VALIDATION_MAILBOX, ""},
	    {"", "", "", "", "Big Ltd", VALIDATION_INDIVIDUAL, ""},
	    {"", "", "", "", "Big Ltd", VALIDATION_ORGANIZATION,
		"company=Big Ltd"},
	    {"", "", "", "", "Big Ltd", VALIDATION_SPONSOR, "company=Big Ltd"},
	    {"organization_from = any", "", "", "", "Big Ltd",
		VALIDATION_MAILBOX, "company=Big Ltd"},
	    {"", "", "", "", LETTERS64 "5", VALIDATION_SPONSOR,
		"company=" LETTERS64},
	    /* two of the 64, as Active Directory counts */
	    {"", "", "", "", LETTERS62 FACE FACE, VALIDATION_SPONSOR,
		"company=" LETTERS62 FACE},
	    {"", "", "", "", LETTERS62 "3" FACE, VALIDATION_SPONSOR,
		"company=" LETTERS62 "3"},
	    {"exchange = stamp", "", "", "", "", VALIDATION_UNKNOWN,
		"mailNickname=certharvest-"
		"fd3d10d8500df46baf095c85|"
		"targetAddress=SMTP:bob@partner.example|"
		"msExchPoliciesExcluded={26491cfc-9e50-4857-861b-"
		"0cb8df22b5d7}"},
	    {"exchange = auto", "", "", "", "", VALIDATION_UNKNOWN, ""},
	    /* templates, also in the place of those */
	    {"attributes = { \"company = of {domain}\", \"info = {name}, "
	     "{message_id}\" }",
		"", "", "", "Big Ltd", VALIDATION_SPONSOR,
		"company=of partner.example|info=Bob (partner.example), "
		"<1@x>"},
	    {"attributes = { \"COMPANY =\", \"sn =\" }", "Bob Jones", "Bob",
		"Jones", "Big Ltd", VALIDATION_SPONSOR, "givenName=Bob"},
	    {"attributes = { \"department = {organization}\" }", "", "", "",
		"Big Ltd", VALIDATION_MAILBOX, ""},
	    {"attributes = { 'department = ${organization}' }", "", "", "",
		"Big Ltd", VALIDATION_SPONSOR,
		"company=Big Ltd|department=Big Ltd"},
	    {"attributes = { \"info =   {surname}  \" }", "Bob Jones", "Bob",
		"Jones", "", VALIDATION_UNKNOWN,
		"givenName=Bob|sn=Jones|info=Jones"},
	    {"attributes = { \"info = {received} {valid_until} {serial} "
	     "{issuer} {address}\" }",
		"", "", "", "", VALIDATION_UNKNOWN,
		"info=2027-01-15T08:00:00Z 1970-01-01T00:00:07Z 0a CN=x "
		"bob@partner.example"},
	    {"attributes = { \"info = {surname}\" }", "a\u202eb \x1b[2J",
		"a\u202eb", "\x1b[2J\n", "", VALIDATION_UNKNOWN,
		"givenName=ab|sn=[2J|info=[2J"},
	};
	char text[512], made[4096];

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct facts f = {
		    .validation = rows[i].validation, .not_after = 7};

		snprintf(
		    text, sizeof text, "directory { %s }\n", rows[i].settings);
		strcpy(f.given_name, rows[i].given);
		strcpy(f.surname, rows[i].surname);
		strcpy(f.organization, rows[i].organization);
		strcpy(f.serial, "0a");
		strcpy(f.issuer, "CN=x");
		make(text, &f, rows[i].wish, made, sizeof made);
		print_message("%zu\n", i);
		assert_string_equal(made, rows[i].made);
	}
}

/* No value is longer than its cap, also of the longest words. */
static void
caps(void **state)
{
	struct facts f = {.validation = VALIDATION_SPONSOR};
	char made[8192];

	(void)state;
	for (size_t i = 0; i + 2 < sizeof f.organization; i += 2)
		strcpy(f.organization + i, "\xc3\xa4");
	make("directory { attributes = { \"info = "
	     "{organization}{organization}{organization}{organization}"
	     "{organization}{organization}{organization}{organization}"
	     "{organization}{organization}{organization}\" } }\n",
	    &f, "", made, sizeof made);
	assert_non_null(strstr(made, "|info="));
	assert_int_equal(strlen(strstr(made, "|info=") + 6), 1024);
}

/* What config and the programs say at their start. */
static void
complaint(void *arg, const char *line)
{
	snprintf(arg, 1024, "%s", line);
}

static void
complaints(void **state)
{
	static const struct {
		const char *list, *complaint; /* NULL: none */
	} rows[] = {
	    {"\"company = {organisation}\"", "\"{organisation}\" is none of"},
	    {"\"company {organization}\"", "write \"name = text\""},
	    {"\"proxyAddresses = smtp:{address}\"",
		"proxyAddresses is not for templates"},
	    {"\"PROXYADDRESSES = x\"", "is not for templates"},
	    {"\"targetAddress = x\"", "is not for templates"},
	    {"\"memberOf = x\"", "is not for templates"},
	    {"\"objectClass = user\"", "is not for templates"},
	    {"\"nTSecurityDescriptor = x\"", "is not for templates"},
	    {"\"userCertificate = x\"", "is not for templates"},
	    {"\"msExchMasterAccountSid = x\"", "is not for templates"},
	    {"\"publicDelegates = x\"", "is not for templates"},
	    {"\"msDS-AllowedToDelegateTo = x\"", "is not for templates"},
	    {"\"extensionName = x\"", "is not for templates"},
	    {"\"info = x\", \"INFO = y\"", "INFO is there twice"},
	    {"\"msExchHideFromAddressLists = TRUE\"", NULL},
	    {"\"extensionAttribute7 = x\", \"info = {name}\"", NULL},
	    {"\"a1=\",\"a2=\",\"a3=\",\"a4=\",\"a5=\",\"a6=\",\"a7=\",\"a8=\","
	     "\"a9=\",\"b1=\",\"b2=\",\"b3=\",\"b4=\",\"b5=\",\"b6=\",\"b7=\","
	     "\"b8=\"",
		"more than 16"},
	};
	char *folder = sample_folder(), text[512], told[1024];
	struct settings *s;
	struct reason why;
	enum outcome o;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		snprintf(text, sizeof text,
		    "directory {\n attributes = { %s }\n}\n", rows[i].list);
		sample_write(sample_path(folder, "conf"), text);
		told[0] = '\0';
		s = NULL;
		o = config_read(
		    sample_path(folder, "conf"), complaint, told, &s, &why);
		assert_int_equal(o, rows[i].complaint == NULL ? DONE : BROKEN);
		if (rows[i].complaint != NULL &&
		    (strstr(told, rows[i].complaint) == NULL ||
			strstr(told, "conf:2: directory.attributes:") == NULL))
			fail_msg("%s: %s", rows[i].list, told);
		settings_free(s);
	}
	sample_remove(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_proven),
	    cmocka_unit_test(caps),
	    cmocka_unit_test(complaints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
