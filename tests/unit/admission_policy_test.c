#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "publisher/admission.h"
#include "tests/unit/sample.h"

/*
 * The rules of policy: each with the settings that it has, passed, held,
 * refused, and approved by somebody.
 */
#define ANCHOR                                                                 \
	"AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:"                     \
	"AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB"

static unsigned complaints;

static void
count(void *arg, const char *line)
{
	(void)arg;
	(void)line;
	complaints++;
}

/* The rules that these settings make; NULL: they are refused. */
static struct admission_rules *
rules_of(const char *text)
{
	char *folder = sample_folder();
	struct admission_rules *made = NULL;
	struct settings *s = NULL;
	struct reason why;
	enum outcome o;

	complaints = 0;
	sample_write(sample_path(folder, "conf"), text);
	o = config_read(sample_path(folder, "conf"), count, NULL, &s, &why);
	if (o == DONE)
		(void)!admission_rules_new(s, &made, &why);
	settings_free(s);
	sample_remove(folder);
	return made;
}

#define UNSAID AUTHENTICATION_UNSAID
#define PASS AUTHENTICATION_PASS
#define FAIL AUTHENTICATION_FAIL

struct row {
	const char *settings; /* of section publisher */
	enum validation validation;
	bool scoped, named; /* the anchor: of some domains, in assurance_of */
	enum authentication_result dmarc, dkim;
	const char *address; /* NULL: a person's */
	bool domain;	     /* the certificate names the domain, too */
	enum reason_code code;
	bool approvable; /* an approved one passes */
};

static const struct row rows[] = {
    {.settings = ""},
    /* assurance: what the policies say */
    {.settings = "assurance = mailbox",
	.code = REASON_ASSURANCE,
	.approvable = true},
    {.settings = "assurance = mailbox", .validation = VALIDATION_MAILBOX},
    {.settings = "assurance = organization",
	.validation = VALIDATION_MAILBOX,
	.code = REASON_ASSURANCE,
	.approvable = true},
    {.settings = "assurance = organization",
	.validation = VALIDATION_ORGANIZATION},
    {.settings = "assurance = sponsor",
	.validation = VALIDATION_ORGANIZATION,
	.code = REASON_ASSURANCE,
	.approvable = true},
    {.settings = "assurance = sponsor", .validation = VALIDATION_SPONSOR},
    {.settings = "assurance = sponsor", .validation = VALIDATION_INDIVIDUAL},
    {.settings = "assurance = individual",
	.validation = VALIDATION_SPONSOR,
	.code = REASON_ASSURANCE,
	.approvable = true},
    {.settings = "assurance = individual", .validation = VALIDATION_INDIVIDUAL},
    /* what the site says of a partner's own CA, whatever that one says */
    {.settings = "assurance = organization", .scoped = true},
    {.settings = "assurance = sponsor",
	.scoped = true,
	.validation = VALIDATION_INDIVIDUAL,
	.code = REASON_ASSURANCE,
	.approvable = true},
    {.settings = "assurance = sponsor\nassurance_scoped = individual",
	.scoped = true},
    {.settings = "assurance = mailbox\nassurance_scoped = any",
	.scoped = true,
	.code = REASON_ASSURANCE,
	.approvable = true},
    /* and of one CA */
    {.settings = "assurance = sponsor\n"
		 "assurance_of = { \"sponsor: " ANCHOR "\" }",
	.named = true},
    {.settings = "assurance = sponsor\n"
		 "assurance_of = { \"sponsor: " ANCHOR "\" }",
	.code = REASON_ASSURANCE,
	.approvable = true},
    {.settings = "assurance = sponsor\n"
		 "assurance_of = { \"mailbox: " ANCHOR "\" }",
	.named = true,
	.validation = VALIDATION_INDIVIDUAL,
	.code = REASON_ASSURANCE,
	.approvable = true},
    /* authentication */
    {.settings = "authentication = dkim",
	.code = REASON_UNAUTHENTICATED,
	.approvable = true},
    {.settings = "authentication = dkim", .dkim = PASS},
    {.settings = "authentication = dkim", .dmarc = PASS},
    {.settings = "authentication = dkim",
	.dkim = FAIL,
	.dmarc = FAIL,
	.code = REASON_UNAUTHENTICATED,
	.approvable = true},
    {.settings = "authentication = dmarc",
	.dkim = PASS,
	.code = REASON_UNAUTHENTICATED,
	.approvable = true},
    {.settings = "authentication = dmarc",
	.dmarc = AUTHENTICATION_CONFLICT,
	.code = REASON_UNAUTHENTICATED,
	.approvable = true},
    {.settings = "authentication = dmarc", .dmarc = PASS, .dkim = FAIL},
    {.settings = "authentication = none", .dmarc = FAIL, .dkim = FAIL},
    /* gateways */
    {.settings = "gateways = admit", .address = "smime-gateway@p.example"},
    {.settings = "gateways = admit", .domain = true},
    {.settings = "gateways = hold"},
    {.settings = "gateways = hold",
	.address = "smime-gateway@p.example",
	.code = REASON_GATEWAY_LIKELY,
	.approvable = true},
    {.settings = "gateways = hold",
	.domain = true,
	.code = REASON_GATEWAY_LIKELY,
	.approvable = true},
    {.settings = "gateways = refuse",
	.address = "secure-mail@p.example",
	.code = REASON_GATEWAY_ADDRESS},
    {.settings = "gateways = refuse",
	.domain = true,
	.code = REASON_DOMAIN_CERTIFICATE},
    /* in their order */
    {.settings = "assurance = mailbox\nauthentication = dkim\n"
		 "gateways = hold",
	.domain = true,
	.code = REASON_GATEWAY_LIKELY,
	.approvable = true},
    {.settings = "assurance = mailbox\nauthentication = dkim",
	.code = REASON_ASSURANCE,
	.approvable = true},
};

static enum reason_code
decide(const struct row *r, bool approved)
{
	struct harvest *h = harvest_new();
	struct admission_rules *rules;
	struct admission verdict;
	struct reason why;
	char text[512];
	enum outcome o;

	snprintf(text, sizeof text, "publisher {\n%s\n}\n", r->settings);
	rules = rules_of(text);
	if (rules == NULL)
		fail_msg("refused: %s", r->settings);
	memset(&verdict, 0, sizeof verdict);
	verdict.scoped = r->scoped;
	memset(verdict.anchor, r->named ? 0xab : 0xcd, DIGEST_LEN);
	verdict.facts.validation = r->validation;
	verdict.facts.n_domains = r->domain;
	strcpy(verdict.facts.domains[0], "p.example");
	strcpy(h->address, r->address != NULL ? r->address : "pat@p.example");
	h->authentication.dmarc = r->dmarc;
	h->authentication.dkim = r->dkim;
	reason_clear(&why);
	o = admission_of_policy(rules,
	    &(struct admission_policy_case){
		.harvest = h, .verdict = &verdict, .approved = approved},
	    &why);
	assert_int_equal(o, reason_outcome(why.code));
	admission_rules_free(rules);
	harvest_free(h);
	return why.code;
}

static void
policy(void **state)
{
	enum reason_code code;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		code = decide(&rows[i], false);
		if (code != rows[i].code)
			fail_msg("row %zu, %s: %s", i, rows[i].settings,
			    reason_name(code));
		code = decide(&rows[i], true);
		if (code != (rows[i].approvable ? REASON_OK : rows[i].code))
			fail_msg("row %zu, %s, approved: %s", i,
			    rows[i].settings, reason_name(code));
	}
}

static void
rates(void **state)
{
	static const struct {
		const char *settings;
		struct admission_rates seen;
		enum reason_code code;
	} table[] = {
	    {"", {999, 99}, REASON_OK},
	    {"", {1000, 0}, REASON_RATE},
	    {"", {100, 100}, REASON_RATE},
	    {"new_contacts_per_hour = 0", {100000, 99}, REASON_OK},
	    {"new_contacts_per_domain = 0", {999, 999}, REASON_OK},
	    {"new_contacts_per_hour = 5", {4, 4}, REASON_OK},
	    {"new_contacts_per_hour = 5", {5, 0}, REASON_RATE},
	    {"new_contacts_per_domain = 1", {3, 0}, REASON_OK},
	    {"new_contacts_per_domain = 1", {3, 1}, REASON_RATE},
	};
	struct admission_rules *r;
	struct reason why;
	char text[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof table[0]; i++) {
		snprintf(text, sizeof text, "publisher {\n%s\n}\n",
		    table[i].settings);
		r = rules_of(text);
		reason_clear(&why);
		assert_int_equal(reason_outcome(table[i].code),
		    admission_of_rate(r, &table[i].seen, "a@p.example", &why));
		assert_int_equal(why.code, table[i].code);
		admission_rules_free(r);
	}
}

/* Everybody is observed but for the domains of the pilot. */
static void
pilots(void **state)
{
	static const struct {
		const char *settings, *address;
		enum outcome outcome;
		const char *mode;
	} table[] = {
	    {"mode = observe", "a@p.example", NOTHING, "observe"},
	    {"mode = observe\npilot_domains = { \"p.example\" }", "a@p.example",
		DONE, "pilot"},
	    {"mode = observe\npilot_domains = { \"p.example\" }", "a@q.example",
		NOTHING, "pilot"},
	    {"mode = observe\npilot_domains = { \"p.example\" }",
		"a@b.p.example", NOTHING, "pilot"},
	    {"mode = observe\npilot_domains = { \".P.Example\" }",
		"a@b.p.example", DONE, "pilot"},
	    {"mode = publish\npilot_domains = { \"p.example\" }", "a@q.example",
		DONE, "publish"},
	};
	struct admission_rules *r;
	struct reason why;
	char text[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof table[0]; i++) {
		snprintf(text, sizeof text, "publisher {\n%s\n}\n",
		    table[i].settings);
		r = rules_of(text);
		assert_int_equal(table[i].outcome,
		    admission_to_write(r, table[i].address, "a plan", &why));
		assert_string_equal(admission_mode(r), table[i].mode);
		assert_int_equal(
		    admission_writes(r), strcmp(table[i].mode, "observe") != 0);
		admission_rules_free(r);
	}
}

static void
wrong_settings(void **state)
{
	static const char *const table[] = {
	    "assurance = high",
	    "assurance_of = { \"sponsor\" }",
	    "assurance_of = { \"sponsor:\" }",
	    "assurance_of = { \"any: " ANCHOR "\" }",
	    "assurance_of = { \"sponsor: " ANCHOR ":AB\" }",
	    "assurance_of = { \"sponsor: zz\" }",
	    "pilot_domains = { \"a b\" }",
	    "new_contacts_per_hour = -1",
	};
	char text[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof table / sizeof table[0]; i++) {
		snprintf(text, sizeof text, "publisher {\n%s\n}\n", table[i]);
		if (rules_of(text) != NULL)
			fail_msg("taken: %s", table[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(policy),
	    cmocka_unit_test(rates),
	    cmocka_unit_test(pilots),
	    cmocka_unit_test(wrong_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
