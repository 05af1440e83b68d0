#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"

static void
keep(void *arg, const char *line)
{
	char *all = arg;

	strncat(all, line, 4000 - strlen(all));
	strcat(all, "\n");
}

static enum outcome
read_text(const char *text, char *complaints)
{
	char path[] = "/tmp/config_test_XXXXXX.conf";
	struct settings *s = NULL;
	struct reason why;
	enum outcome o;
	int fd = mkstemps(path, 5);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	complaints[0] = '\0';
	o = config_read(path, keep, complaints, &s, &why);
	unlink(path);
	settings_free(s);
	return o;
}

#define AD                                                                     \
	"directory { backend = ad bases = { \"OU=P,DC=x\" } "                  \
	"create_ou = \"OU=P,DC=x\" "
#define SIMPLE AD "bind = simple user = u@X password_file = \"/p\" "

static void
what_goes_together(void **state)
{
	static const struct {
		const char *text, *complaint; /* NULL: none */
	} rows[] = {
	    {"", NULL},
	    {SIMPLE "uri = \"ldaps://dc1\" }", NULL},
	    {SIMPLE "uri = \"ldap://dc1\" starttls = on }", NULL},
	    {AD "uri = \"ldap://dc1\" bind = gssapi keytab = \"/k\" }", NULL},
	    {SIMPLE "uri = { \"ldaps://dc1\", \"ldap://dc2\" } }",
		"simple without TLS"},
	    {SIMPLE "uri = \"ldaps://dc1\" starttls = on }",
		"speaks TLS from the start"},
	    {SIMPLE "}", "needs at least one server"},
	    {SIMPLE "uri = \"dc1\" }", "is not an address of a server"},
	    {SIMPLE "domain = \"x.example\" site = Berlin_1 }", NULL},
	    {SIMPLE "domain = \"x.example\" uri = \"ldaps://dc1\" }",
		"not both"},
	    {SIMPLE "domain = \"x..example\" }", "no name for DNS"},
	    {SIMPLE "domain = \"x y\" }", "no name for DNS"},
	    {SIMPLE "domain = \"x.example\" site = \"a.b\" }",
		"no name for DNS"},
	    {AD "uri = \"ldaps://dc1\" bind = external "
		"certificate_file = \"/c\" key_file = \"/k\" }",
		NULL},
	    {AD "uri = \"ldap://dc1\" bind = external "
		"certificate_file = \"/c\" key_file = \"/k\" }",
		"external needs TLS"},
	    {AD "uri = \"ldaps://dc1\" bind = external }",
		"needs the certificate of the account"},
	    {SIMPLE "uri = \"ldaps://dc1\" key_file = \"/k\" }", "go together"},
	    {AD "uri = \"ldap://dc1\" }", "gssapi needs a keytab"},
	    {AD "uri = \"ldaps://dc1\" bind = simple user = u }",
		"needs the file that holds the password"},
	    {AD "uri = \"ldaps://dc1\" bind = simple password_file = \"/p\" }",
		"simple needs a user"},
	    {"directory { backend = ad uri = \"ldaps://dc1\" keytab = \"/k\" "
	     "create = off }",
		"the part of the directory that we may touch"},
	    {"directory { backend = ad uri = \"ldaps://dc1\" keytab = \"/k\" "
	     "bases = \"DC=x\" }",
		NULL},
	    {"directory { backend = ad uri = \"ldaps://dc1\" keytab = \"/k\" "
	     "bases = \"DC=x\" create = true }",
		"needs the OU for new contacts"},
	    {"directory { create = on }", NULL},
	    {"directory { create = some }",
		"\"some\" is none of off, listed, any, false,"},
	    {"directory { create = listed }", "listed needs the list"},
	    {"directory { create = listed create_domains = { \"x.example\", "
	     "\"/p\", \"a@b.example\" } }",
		NULL},
	    {"directory { create_domains = \"x.example\" }",
		"counts with create = listed alone"},
	    {"directory { create_ous = { \"x.example .x.example: OU=X\" } }",
		NULL},
	    {"directory { create_ous = { \"x.example\" } }",
		"write \"example.org .example.org: OU=Partners"},
	    {"directory { create_ous = { \"a b@c: OU=X\" } }",
		"\"b@c\" is not a domain"},
	    {"site { own_domains = { \"example.com\", \".example.com\" } }",
		NULL},
	    {"site { own_domains = { \"a b\" } }", "is not a domain"},
	    {"publisher { blocked_domains = { \"\xc3\xbc.example\" } }", NULL},
	    {"publisher { allowed_domains = { \"x@y.example\" } }",
		"is not a domain"},
	    {"trust { digests = { \"sha512\" } keys = { \"rsa:3072\" } }",
		NULL},
	    {"trust { digests = { \"sha256\", \"sha1\" } }",
		".conf:1: trust.digests: \"sha1\" is broken"},
	    {"trust { keys = { \"rsa:1024\" } }",
		".conf:1: trust.keys: \"rsa:1024\" is not within"},
	    {"publisher { spools = { \"/a\", \"b\" } }",
		"\"b\" must begin with a slash"},
	    {"publisher { retry_min = 2h }", "not be less than retry_min"},
	    {"milter { candidate_bytes = 1M }",
		"not be less than candidate_memory"},
	};
	char complaints[4200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(read_text(rows[i].text, complaints),
		    rows[i].complaint == NULL ? DONE : BROKEN);
		if (rows[i].complaint == NULL)
			assert_string_equal(complaints, "");
		else
			assert_non_null(strstr(complaints, rows[i].complaint));
	}
}

static void
every_complaint_is_told(void **state)
{
	char complaints[4200];

	(void)state;
	assert_int_equal(BROKEN,
	    read_text("directory { backend = ad }\n"
		      "publisher {\n retry_min = 2h\n retry_max = 1h\n}\n",
		complaints));
	assert_non_null(strstr(complaints, "at least one server"));
	assert_non_null(strstr(complaints, "may touch"));
	assert_non_null(strstr(complaints, ":4: publisher.retry_max"));
}

static void
the_sample_is_in_order(void **state)
{
	const char *srcdir = getenv("srcdir");
	struct settings *s = NULL;
	char complaints[4200] = "", path[4096];
	struct reason why;

	(void)state;
	snprintf(path, sizeof path, "%s/conf/certharvest.conf",
	    srcdir != NULL ? srcdir : ".");
	assert_int_equal(DONE, config_read(path, keep, complaints, &s, &why));
	assert_string_equal(complaints, "");
	settings_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_goes_together),
	    cmocka_unit_test(every_complaint_is_told),
	    cmocka_unit_test(the_sample_is_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
