#include "tests/unit/unit.h"

#include <string.h>

#include "directory/hits.h"
#include "directory/object.h"

struct pair {
	const char *name, *value;
};

static void
tell(const struct pair *pairs, struct contact *c)
{
	struct object o;

	object_init(&o, c);
	for (; pairs->name != NULL; pairs++)
		assert_int_equal(
		    object_note(&o, pairs->name, span_str(pairs->value), NULL),
		    DONE);
	object_end(&o);
}

/* By its classes, as Active Directory lists them. */
static void
kinds_are_told_apart(void **state)
{
	static const struct {
		const char *classes[5];
		bool target;
		enum contact_kind kind;
	} table[] = {
	    {{"top", "person", "organizationalPerson", "contact"}, true,
		CONTACT_ONE},
	    {{"CONTACT"}, false, CONTACT_ONE},
	    {{"top", "person", "organizationalPerson", "user"}, false,
		CONTACT_USER},
	    {{"top", "person", "organizationalPerson", "user"}, true,
		CONTACT_MAIL_USER},
	    {{"top", "person", "user", "inetOrgPerson"}, false, CONTACT_USER},
	    {{"top", "person", "user", "computer"}, false, CONTACT_OTHER},
	    {{"top", "group"}, false, CONTACT_GROUP},
	    {{"top", "msExchDynamicDistributionList"}, false, CONTACT_GROUP},
	    {{"top", "publicFolder"}, true, CONTACT_OTHER},
	    {{"contact", "user"}, false, CONTACT_USER},
	    {{"contacts"}, false, CONTACT_OTHER},
	    {{"contac"}, false, CONTACT_OTHER},
	    {{NULL}, false, CONTACT_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct pair pairs[8] = {{NULL, NULL}};
		struct contact c = {.kind = CONTACT_NONE};
		unsigned n = 0;

		for (; table[i].classes[n] != NULL; n++)
			pairs[n] =
			    (struct pair){"objectclass", table[i].classes[n]};
		pairs[n++] = (struct pair){"userCertificate", "der"};
		if (table[i].target)
			pairs[n++] =
			    (struct pair){"targetAddress", "SMTP:a@b.example"};
		tell(pairs, &c);
		if (c.kind != table[i].kind)
			fail_msg("row %zu: %s", i, object_kind_name(c.kind));
		assert_int_equal(c.n_values, c.kind == CONTACT_ONE);
		contact_clear(&c);
	}
}

/* What Exchange delivers to; whatever else is set does not matter then. */
static void
primaries_are_what_is_delivered_to(void **state)
{
	static const struct {
		struct pair pairs[5];
		const char *primary; /* NULL: nobody's */
	} table[] = {
	    {{{NULL, NULL}}, NULL},
	    {{{"mail", "Bob@B.Example"}}, "bob@b.example"},
	    {{{"mail", "b@x.example"},
		 {"PROXYADDRESSES", "SMTP:Bob@P.example"}},
		"bob@p.example"},
	    {{{"proxyAddresses", "SMTP:p@p.example"}, {"mail", "m@m.example"},
		 {"targetAddress", "smtp:T@t.example"}},
		"t@t.example"},
	    {{{"targetAddress", "t@t.example"}}, "t@t.example"},
	    {{{"targetAddress", "X400:c=de"},
		 {"proxyAddresses", "SMTP:p@p.example"}},
		NULL},
	    {{{"targetAddress", "X500:/o=x/cn=p@p.example"},
		 {"mail", "p@p.example"}},
		NULL},
	    {{{"targetAddress", ""}, {"mail", "p@p.example"}}, NULL},
	    /* the one in capitals alone, and only one of them */
	    {{{"proxyAddresses", "smtp:second@p.example"},
		 {"mail", "m@m.example"}},
		"m@m.example"},
	    {{{"proxyAddresses", "X500:/cn=x"}, {"mail", "m@m.example"}},
		"m@m.example"},
	    {{{"proxyAddresses", "smtp:s@p.example"},
		 {"proxyAddresses", "SMTP:p@p.example"},
		 {"mail", "m@m.example"}},
		"p@p.example"},
	    {{{"proxyAddresses", "SMTP:p@p.example"},
		 {"proxyAddresses", "SMTP:q@p.example"}},
		NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct contact c = {.kind = CONTACT_NONE};
		char canonical[ADDRESS_SIZE];

		tell(table[i].pairs, &c);
		if (table[i].primary != NULL)
			assert_string_equal(c.primary, table[i].primary);
		else if (address_canonical(
			     span_str(c.primary), canonical, NULL) == DONE)
			fail_msg("row %zu: %s", i, c.primary);
		contact_clear(&c);
	}
}

/* Neither a NUL nor a cut makes another address of one. */
static void
strange_addresses_are_nobodys(void **state)
{
	static const char nul[] = "SMTP:bob@b.example\0.evil.example";
	char longer[2 * OBJECT_ADDRESS];
	struct contact c = {.kind = CONTACT_NONE};
	struct object o;

	(void)state;
	object_init(&o, &c);
	assert_int_equal(
	    object_note(&o, "targetAddress",
		(struct span){(const uint8_t *)nul, sizeof nul - 1}, NULL),
	    DONE);
	object_end(&o);
	assert_string_equal(c.primary, "bob@b.example .evil.example");
	memset(longer, 'a', sizeof longer);
	memcpy(longer + OBJECT_ADDRESS - 11, "@b.example", 10);
	object_init(&o, &c);
	assert_int_equal(
	    object_note(&o, "mail",
		(struct span){(const uint8_t *)longer, sizeof longer}, NULL),
	    DONE);
	object_end(&o);
	assert_int_equal(strlen(c.primary), ADDRESS_SIZE - 1);
	contact_clear(&c);
}

static void
add(struct hits *h, enum contact_kind kind, const char *id, const char *dn)
{
	struct contact *c = hits_add(h);

	assert_non_null(c);
	c->kind = kind;
	c->conflict = strstr(dn, "CNF:") != NULL;
	strcpy(c->id, id);
	strcpy(c->dn, dn);
}

/* None and one are what they are; several are described. */
static void
several_are_named(void **state)
{
	struct contact c = {.kind = CONTACT_NONE};
	struct hits h = {.n = 0};

	(void)state;
	hits_end(&h, &c);
	assert_int_equal(c.kind, CONTACT_NONE);
	add(&h, CONTACT_USER, "01", "CN=a,DC=x");
	assert_true(hits_have(&h, "01"));
	assert_false(hits_have(&h, "02"));
	hits_end(&h, &c);
	assert_int_equal(c.kind, CONTACT_USER);
	assert_string_equal(c.dn, "CN=a,DC=x");
	contact_clear(&c);
	add(&h, CONTACT_ONE, "01", "CN=a\\0ACNF:1,DC=x");
	add(&h, CONTACT_GROUP, "02", "cn=A,DC=x");
	hits_end(&h, &c);
	assert_int_equal(c.kind, CONTACT_MANY);
	assert_true(c.conflict);
	assert_string_equal(c.others,
	    "(1) contact CN=a\\0ACNF:1,DC=x, which lost a replication "
	    "conflict against (2), (2) group cn=A,DC=x");
	contact_clear(&c);
}

/* A search that was cut has more, even when one came. */
static void
what_is_cut_is_not_one(void **state)
{
	struct contact c = {.kind = CONTACT_NONE};
	struct hits h = {.n = 0};

	(void)state;
	add(&h, CONTACT_ONE, "01", "CN=a,DC=x");
	h.more = true;
	hits_end(&h, &c);
	assert_int_equal(c.kind, CONTACT_MANY);
	assert_false(c.conflict);
	assert_string_equal(c.others, "(1) contact CN=a,DC=x, and more");
	contact_clear(&c);
	h.more = false;
	for (unsigned i = 0; i < HITS_MAX; i++)
		add(&h, CONTACT_ONE, "01", "CN=a,DC=x");
	assert_null(hits_add(&h));
	assert_true(h.more);
	hits_end(&h, &c);
	assert_int_equal(c.kind, CONTACT_MANY);
	assert_int_equal(h.n, 0);
	contact_clear(&c);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(kinds_are_told_apart),
	    cmocka_unit_test(primaries_are_what_is_delivered_to),
	    cmocka_unit_test(strange_addresses_are_nobodys),
	    cmocka_unit_test(several_are_named),
	    cmocka_unit_test(what_is_cut_is_not_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
