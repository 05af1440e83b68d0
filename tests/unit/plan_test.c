#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directory/mark.h"
#include "directory/plan.h"

#define NOW 1800000000
#define DAY 86400
#define ADDRESS "bob@partner.example"

static const uint8_t key_bytes[] = "the site key of this test";
static const struct span key = {key_bytes, sizeof key_bytes};

/* How a value came to stand in the contact. */
enum origin { OURS, FOREIGN, FORGED_MARK, OTHER_ADDRESS, GARBAGE, SIGN_ONLY };

/* One value: its letter is its name, its "DER", and its fingerprint. */
struct value {
	char letter; /* 0 ends the list; N is the harvest's certificate */
	enum origin origin;
	char issuer;
	int begins, ends; /* days from now */
};

struct row {
	const char *name;
	struct value values[LIMIT_VALUES + 2];
	enum reason_code reason; /* REASON_OK: a change */
	const char *removed;	 /* letters */
	bool added;
	unsigned marks_removed;
	unsigned keep; /* certificates_per_contact; 0: 1 */
	size_t size;   /* of each value; 0: 1 */
	bool orphan;   /* a mark of ours for N, without the value */
};

/* The harvest's certificate: issuer A, from -10 to 355 days. */
static const struct row rows[] = {
    {.name = "empty contact", .added = true},
    {.name = "the same, ours",
	.values = {{'N', OURS, 'A', -10, 355}},
	.reason = REASON_UNCHANGED},
    {.name = "the same, by hand",
	.values = {{'N', FOREIGN, 'A', -10, 355}},
	.reason = REASON_UNCHANGED},
    {.name = "the same beside an expired one of ours",
	.values = {{'N', OURS, 'A', -10, 355}, {'a', OURS, 'A', -400, -1}},
	.removed = "a",
	.marks_removed = 1},
    {.name = "the same beside an expired foreign one",
	.values = {{'N', OURS, 'A', -10, 355}, {'a', FOREIGN, 'A', -400, -1}},
	.reason = REASON_UNCHANGED},
    {.name = "renewal",
	.values = {{'a', OURS, 'A', -300, 65}},
	.removed = "a",
	.added = true,
	.marks_removed = 1},
    {.name = "older one of the same issuer comes by",
	.values = {{'a', OURS, 'A', -5, 200}},
	.reason = REASON_OLDER},
    {.name = "older one, though it would live longer",
	.values = {{'a', OURS, 'A', -5, 20}},
	.reason = REASON_OLDER},
    {.name = "same notBefore: that which is there stays",
	.values = {{'a', OURS, 'A', -10, 355}},
	.reason = REASON_OLDER},
    {.name = "a newer foreign one of the same issuer",
	.values = {{'a', FOREIGN, 'A', -5, 355}},
	.reason = REASON_OLDER},
    {.name = "expired ones of ours go",
	.values = {{'a', OURS, 'A', -900, -400}, {'b', OURS, 'B', -400, -1}},
	.removed = "ab",
	.added = true,
	.marks_removed = 2},
    {.name = "key change while the old one is good",
	.values = {{'a', OURS, 'B', -300, 61}},
	.reason = REASON_KEY_CHANGE},
    {.name = "key change near the end",
	.values = {{'a', OURS, 'B', -300, 60}},
	.removed = "a",
	.added = true,
	.marks_removed = 1},
    {.name = "key change to a good foreign one's contact",
	.values = {{'a', FOREIGN, 'B', -300, 61}},
	.reason = REASON_KEY_CHANGE},
    {.name = "foreign and live",
	.values = {{'a', FOREIGN, 'A', -300, 65}},
	.reason = REASON_FOREIGN_VALUE},
    {.name = "foreign and live of another issuer near its end",
	.values = {{'a', FOREIGN, 'B', -300, 20}},
	.reason = REASON_FOREIGN_VALUE},
    {.name = "foreign and expired stays",
	.values = {{'a', FOREIGN, 'B', -400, -1}},
	.added = true},
    {.name = "foreign that cannot be encrypted to stays",
	.values = {{'a', SIGN_ONLY, 'B', -300, 300}},
	.added = true},
    {.name = "garbage stays",
	.values = {{'a', GARBAGE, 0, 0, 0}},
	.added = true},
    {.name = "a forged mark does not make it ours",
	.values = {{'a', FORGED_MARK, 'A', -300, 65}},
	.reason = REASON_FOREIGN_VALUE},
    {.name = "a forged mark does not expire a value",
	.values = {{'a', FORGED_MARK, 'A', -300, -65}},
	.added = true},
    {.name = "a mark of another address is void",
	.values = {{'a', OTHER_ADDRESS, 'A', -300, 65}},
	.reason = REASON_FOREIGN_VALUE},
    {.name = "two kept: the old one stays beside",
	.values = {{'a', OURS, 'A', -300, 65}},
	.added = true,
	.keep = 2},
    {.name = "two kept: the oldest goes",
	.values = {{'b', OURS, 'A', -200, 165}, {'a', OURS, 'A', -300, 65}},
	.removed = "a",
	.added = true,
	.marks_removed = 1,
	.keep = 2},
    {.name = "two kept: a foreign one counts",
	.values = {{'a', OURS, 'A', -300, 65}, {'f', FOREIGN, 'A', -200, 90}},
	.removed = "a",
	.added = true,
	.marks_removed = 1,
	.keep = 2},
    {.name = "fewer kept than before: all but one go",
	.values = {{'a', OURS, 'A', -300, 65}, {'b', OURS, 'A', -200, 90}},
	.removed = "ab",
	.added = true,
	.marks_removed = 2},
    {.name = "14 foreign expired ones: the fifteenth fits",
	.values = {{'a', FOREIGN, 'B', -400, -1}, {'b', FOREIGN, 'B', -400, -1},
	    {'c', FOREIGN, 'B', -400, -1}, {'d', FOREIGN, 'B', -400, -1},
	    {'e', FOREIGN, 'B', -400, -1}, {'f', FOREIGN, 'B', -400, -1},
	    {'g', FOREIGN, 'B', -400, -1}, {'h', FOREIGN, 'B', -400, -1},
	    {'i', FOREIGN, 'B', -400, -1}, {'j', FOREIGN, 'B', -400, -1},
	    {'k', FOREIGN, 'B', -400, -1}, {'l', FOREIGN, 'B', -400, -1},
	    {'m', FOREIGN, 'B', -400, -1}, {'n', GARBAGE, 'B', -400, -1}},
	.added = true},
    {.name = "15 of them: the next does not",
	.values = {{'a', FOREIGN, 'B', -400, -1}, {'b', FOREIGN, 'B', -400, -1},
	    {'c', FOREIGN, 'B', -400, -1}, {'d', FOREIGN, 'B', -400, -1},
	    {'e', FOREIGN, 'B', -400, -1}, {'f', FOREIGN, 'B', -400, -1},
	    {'g', FOREIGN, 'B', -400, -1}, {'h', FOREIGN, 'B', -400, -1},
	    {'i', FOREIGN, 'B', -400, -1}, {'j', FOREIGN, 'B', -400, -1},
	    {'k', FOREIGN, 'B', -400, -1}, {'l', FOREIGN, 'B', -400, -1},
	    {'m', FOREIGN, 'B', -400, -1}, {'n', FOREIGN, 'B', -400, -1},
	    {'o', GARBAGE, 'B', -400, -1}},
	.reason = REASON_TOO_MANY_VALUES},
    {.name = "64 KiB in all",
	.values = {{'a', FOREIGN, 'B', -400, -1}, {'b', GARBAGE, 0, 0, 0}},
	.size = 22000,
	.reason = REASON_TOO_MANY_VALUES},
    {.name = "ours was taken out by hand",
	.orphan = true,
	.reason = REASON_VETO},
    {.name = "ours was put back by hand",
	.values = {{'N', FOREIGN, 'A', -10, 355}},
	.orphan = true,
	.reason = REASON_UNCHANGED},
};

/* A contact, the facts of its values, and a harvest, made from a row. */
struct scene {
	struct contact contact;
	struct facts *values;
	struct facts certificate;
	struct harvest *harvest;
	struct plan_policy policy;
};

static void
make_value(char letter, size_t size, struct bytes *out)
{
	out->len = size > 0 ? size : 1;
	out->data = malloc(out->len);
	assert_non_null(out->data);
	memset(out->data, letter, out->len);
}

static void
make_facts(const struct value *v, struct span der, struct facts *out)
{
	memset(out, 0, sizeof *out);
	digest_sha256(der, out->sha256);
	out->malformed = v->origin == GARBAGE;
	memset(out->issuer_sha256, v->issuer, DIGEST_LEN);
	out->not_before = NOW + (int64_t)v->begins * DAY;
	out->not_after = NOW + (int64_t)v->ends * DAY;
	out->can_receive = v->origin != SIGN_ONLY && !out->malformed;
}

static void
put_mark(struct contact *c, const uint8_t sha256[DIGEST_LEN], enum origin o)
{
	static const struct span other = {(const uint8_t *)"x", 1};
	char mark[CONTACT_MARK];

	if (o != OURS && o != FORGED_MARK && o != OTHER_ADDRESS)
		return;
	mark_make(o == FORGED_MARK ? other : key, sha256,
	    o == OTHER_ADDRESS ? "eve@partner.example" : ADDRESS, mark);
	assert_int_equal(contact_add_mark(c, span_str(mark), NULL), DONE);
}

static void
scene_make(const struct row *r, struct scene *s)
{
	static const struct value new = {'N', FOREIGN, 'A', -10, 355};

	memset(s, 0, sizeof *s);
	s->contact.kind = CONTACT_ONE;
	s->contact.inside = true;
	strcpy(s->contact.primary, ADDRESS);
	strcpy(s->contact.id, "id");
	strcpy(s->contact.dn, "CN=x");
	s->values = calloc(CONTACT_VALUES, sizeof *s->values);
	for (const struct value *v = r->values; v->letter != 0; v++) {
		struct bytes der;

		make_value(v->letter, r->size, &der);
		make_facts(v, span_bytes(&der), &s->values[v - r->values]);
		put_mark(
		    &s->contact, s->values[v - r->values].sha256, v->origin);
		assert_int_equal(
		    contact_add_value(&s->contact, span_bytes(&der), NULL),
		    DONE);
		bytes_clear(&der);
	}
	s->harvest = harvest_new();
	strcpy(s->harvest->address, ADDRESS);
	make_value('N', r->size, &s->harvest->certificate);
	make_facts(&new, span_bytes(&s->harvest->certificate), &s->certificate);
	strcpy(s->certificate.name, "Bob Partner");
	if (r->orphan)
		put_mark(&s->contact, s->certificate.sha256, OURS);
	s->policy = (struct plan_policy){.now = NOW,
	    .certificates = r->keep > 0 ? r->keep : 1,
	    .key_change_days = 60,
	    .site_key = key};
}

static void
scene_clear(struct scene *s)
{
	contact_clear(&s->contact);
	harvest_free(s->harvest);
	free(s->values);
}

static enum outcome
scene_plan(struct scene *s, struct change *out, struct reason *why)
{
	const struct plan_input in = {.contact = &s->contact,
	    .values = s->values,
	    .harvest = s->harvest,
	    .certificate = &s->certificate,
	    .policy = &s->policy};

	reason_clear(why);
	return plan_make(&in, out, why);
}

static void
check_removed(const struct row *r, const struct change *c)
{
	const char *removed = r->removed != NULL ? r->removed : "";

	assert_int_equal(c->n_remove, strlen(removed));
	for (unsigned i = 0; i < c->n_remove; i++)
		assert_non_null(strchr(removed, c->remove[i].data[0]));
	assert_int_equal(c->n_remove_marks, r->marks_removed);
}

static void
check_row(const struct row *r)
{
	struct change c = {.kind = CHANGE_NONE};
	struct reason why;
	struct scene s;
	enum outcome o;

	scene_make(r, &s);
	o = scene_plan(&s, &c, &why);
	if (why.code != r->reason)
		fail_msg("%s: %s %s", r->name, reason_name(why.code), why.text);
	assert_int_equal(o, reason_outcome(r->reason));
	if (o == DONE) {
		if (c.n_remove != strlen(r->removed ? r->removed : ""))
			fail_msg("%s: %u removed", r->name, c.n_remove);
		assert_int_equal(c.kind, CHANGE_MODIFY);
		assert_string_equal(c.id, "id");
		check_removed(r, &c);
		assert_int_equal(c.n_add, r->added);
		assert_int_equal(c.n_add_marks, r->added);
	}
	change_clear(&c);
	scene_clear(&s);
}

static void
contacts_are_refreshed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_row(&rows[i]);
}

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

		scene_make(&rows[0], &s);
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
	scene_make(&rows[0], &s);
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
	scene_make(&rows[0], &s);
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
	    cmocka_unit_test(contacts_are_refreshed),
	    cmocka_unit_test(some_are_not_touched),
	    cmocka_unit_test(contacts_are_created),
	    cmocka_unit_test(names_show_the_domain),
	    cmocka_unit_test(names_by_setting),
	    cmocka_unit_test(names_of_others),
	    cmocka_unit_test(cns_are_made_from_the_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
