#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "publisher/admission.h"
#include "tests/unit/sample.h"

#define NOW 1800000000

static struct admission_rules *rules;

static void
ignore(void *arg, const char *line)
{
	(void)arg;
	fail_msg("%s", line);
}

/* The rules that these settings make. */
static struct admission_rules *
rules_of(const char *text)
{
	char *folder = sample_folder();
	struct admission_rules *made = NULL;
	struct settings *s = NULL;
	struct reason why;

	sample_write(sample_path(folder, "conf"), text);
	assert_int_equal(
	    config_read(sample_path(folder, "conf"), ignore, NULL, &s, &why),
	    DONE);
	assert_int_equal(admission_rules_new(s, &made, &why), DONE);
	settings_free(s);
	sample_remove(folder);
	return made;
}

static int
setup(void **state)
{
	(void)state;
	rules = rules_of("site { own_domains = { \"Corp.Example\", "
			 "\".corp.example\", \"b\u00fccher.example\" } }\n"
			 "publisher {\n"
			 "blocked_domains = { \"bad.example\" }\n"
			 "allowed_domains = { \"partner.example\", "
			 "\".partner.example\", \"bad.example\", "
			 "\"corp.example\" }\n}\n");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	admission_rules_free(rules);
	return 0;
}

static void
senders(void **state)
{
	static const struct {
		const char *address;
		enum reason_code code; /* REASON_OK: admitted */
	} rows[] = {
	    {"a@partner.example", REASON_OK},
	    {"a@sub.partner.example", REASON_OK},
	    /* ours comes before listed and blocked */
	    {"a@corp.example", REASON_OWN_DOMAIN},
	    {"a@mail.corp.example", REASON_OWN_DOMAIN},
	    {"a@xn--bcher-kva.example", REASON_OWN_DOMAIN},
	    /* blocked before listed */
	    {"a@bad.example", REASON_DOMAIN_BLOCKED},
	    {"a@sub.bad.example", REASON_DOMAIN_NOT_LISTED},
	    {"a@notpartner.example", REASON_DOMAIN_NOT_LISTED},
	    {"a@partner.example.org", REASON_DOMAIN_NOT_LISTED},
	    /* nobody reads mail there */
	    {"domain-signing-authority@partner.example",
		REASON_GATEWAY_ADDRESS},
	    {"securemail@partner.example", REASON_OK},
	    /* the domain stands behind the last @ */
	    {"\"a@partner.example\"@evil.example", REASON_DOMAIN_NOT_LISTED},
	};
	struct reason why;
	enum outcome o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		reason_clear(&why);
		o = admission_of_sender(rules, rows[i].address, &why);
		if (why.code != rows[i].code ||
		    o != reason_outcome(rows[i].code))
			fail_msg(
			    "%s: %s", rows[i].address, reason_name(why.code));
	}
}

static void
without_lists_all_are_admitted(void **state)
{
	struct admission_rules *open = rules_of("");
	struct reason why;

	(void)state;
	assert_int_equal(
	    admission_of_sender(open, "a@anybody.example", &why), DONE);
	admission_rules_free(open);
}

static uint8_t der[] = "any certificate";

/* A verdict that is good in every way. */
static struct admission
good(void)
{
	struct admission a;

	memset(&a, 0, sizeof a);
	a.outcome = DONE;
	digest_sha256((struct span){der, sizeof der}, a.facts.sha256);
	a.facts.not_before = NOW - 10;
	a.facts.not_after = NOW + 10;
	a.facts.can_receive = true;
	a.facts.n_addresses = 1;
	strcpy(a.facts.addresses[0], "a@partner.example");
	return a;
}

static enum reason_code
decide(const struct admission *verdict, const char *address)
{
	struct bytes certificate = {der, sizeof der};
	struct reason why;
	enum outcome o;

	reason_clear(&why);
	o = admission_of_certificate(rules,
	    &(struct admission_case){.address = address,
		.certificate = &certificate,
		.verdict = verdict,
		.now = NOW},
	    &why);
	assert_int_equal(o, reason_outcome(why.code));
	return why.code;
}

static void
the_judge_decides_first(void **state)
{
	struct admission a = good();

	(void)state;
	assert_int_equal(decide(&a, "a@partner.example"), REASON_OK);
	a.outcome = reason_set(&a.why, REASON_CHAIN_UNKNOWN, "who?");
	a.facts.not_after = NOW - 1;
	assert_int_equal(decide(&a, "a@partner.example"), REASON_CHAIN_UNKNOWN);
}

static void
expired(struct admission *a)
{
	a->facts.not_after = NOW - 1;
}

static void
early(struct admission *a)
{
	a->facts.not_before = NOW + 1;
}

static void
last_second(struct admission *a)
{
	a->facts.not_before = a->facts.not_after = NOW;
}

static void
another(struct admission *a)
{
	a->facts.sha256[31] ^= 1;
}

static void
unreadable(struct admission *a)
{
	a->facts.malformed = true;
}

static void
signs_only(struct admission *a)
{
	a->facts.can_receive = false;
}

static void
authority(struct admission *a)
{
	a->facts.ca = true;
}

static void
no_address(struct admission *a)
{
	a->facts.n_addresses = 0;
	strcpy(a->facts.subject_address, "a@partner.example");
}

/* A judge that was taken over says DONE to anything. */
static void
a_good_verdict_on_bad_facts_is_not_believed(void **state)
{
	static const struct {
		void (*spoil)(struct admission *a);
		enum reason_code code;
	} rows[] = {
	    {last_second, REASON_OK},
	    {another, REASON_WORKER_DIED},
	    {unreadable, REASON_WORKER_DIED},
	    {expired, REASON_CERT_EXPIRED},
	    {early, REASON_CERT_NOT_YET},
	    {signs_only, REASON_USAGE_ENCRYPT},
	    {authority, REASON_USAGE_ENCRYPT},
	    {no_address, REASON_NOT_FROM},
	};
	struct admission a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		a = good();
		rows[i].spoil(&a);
		if (decide(&a, "a@partner.example") != rows[i].code)
			fail_msg("row %zu: %s", i,
			    reason_name(decide(&a, "a@partner.example")));
	}
	a = good();
	assert_int_equal(decide(&a, "b@partner.example"), REASON_NOT_FROM);
}

static void
modes(void **state)
{
	static const char ad[] =
	    "directory { backend = ad\nuri = { \"ldaps://dc\" }\n"
	    "bases = { \"OU=a\" }\ncreate_ou = \"OU=a\"\n"
	    "keytab = \"/k\" }\n";
	static const struct {
		const char *mode;
		bool ad, publishes;
	} rows[] = {
	    {"auto", false, true},
	    {"auto", true, false},
	    {"observe", false, false},
	    {"observe", true, false},
	    {"publish", false, true},
	    {"publish", true, true},
	};
	struct admission_rules *r;
	char text[512];
	struct reason why;
	enum outcome o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		snprintf(text, sizeof text, "publisher { mode = %s }\n%s",
		    rows[i].mode, rows[i].ad ? ad : "");
		r = rules_of(text);
		o = admission_to_write(r, "a@partner.example", "create", &why);
		assert_int_equal(o, rows[i].publishes ? DONE : NOTHING);
		if (o != DONE)
			assert_int_equal(why.code, REASON_OBSERVED);
		assert_string_equal(admission_mode(r),
		    rows[i].publishes ? "publish" : "observe");
		admission_rules_free(r);
	}
}

/* The order in which it counts what people said. */
static void
words(void **state)
{
	static const struct {
		struct store_rules word;
		enum reason_code code;
	} rows[] = {
	    {{.veto = false}, REASON_OK},
	    {{.allowed = true}, REASON_OK},
	    {{.pinned = "aa"}, REASON_OK},
	    {{.pinned = "bb"}, REASON_PINNED},
	    {{.veto = true, .pinned = "aa"}, REASON_VETO},
	    {{.veto = true, .pinned = "bb"}, REASON_VETO},
	    {{.veto = true, .contested = true}, REASON_CONTESTED},
	    {{.contested = true, .banned_certificate = true}, REASON_BANNED},
	    {{.veto = true, .banned_address = true}, REASON_BANNED},
	    {{.rejected = true}, REASON_REJECTED},
	    {{.rejected = true, .pinned = "aa"}, REASON_REJECTED},
	    {{.rejected = true, .veto = true}, REASON_REJECTED},
	    {{.rejected = true, .banned_address = true}, REASON_BANNED},
	};
	struct reason why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		reason_clear(&why);
		assert_int_equal(admission_of_word(&rows[i].word,
				     "a@partner.example", "aa", &why),
		    reason_outcome(rows[i].code));
		assert_int_equal(why.code, rows[i].code);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(senders),
	    cmocka_unit_test(without_lists_all_are_admitted),
	    cmocka_unit_test(the_judge_decides_first),
	    cmocka_unit_test(a_good_verdict_on_bad_facts_is_not_believed),
	    cmocka_unit_test(modes),
	    cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
