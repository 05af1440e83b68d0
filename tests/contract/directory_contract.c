/*
 * What every kind of directory must do, through the real child process:
 *
 *	directory_contract PROGRAM SETTINGS EXPECTED [exchange]
 *	directory_contract PROGRAM SETTINGS publish ADDRESS MILLISECONDS [NAME]
 *	directory_contract PROGRAM SETTINGS list
 *
 * The second form publishes for one address and prints outcome, reason,
 * milliseconds and text, for tests of what can go wrong; the third prints the
 * ids of what is listed, a line each, and an empty line behind each page.
 *
 * In the first form the directory must hold what
 *tests/contract/directory_prepared.ldif says, and directory_exchange.ldif with
 *the last word. One line a case, "ok" or "not
 *ok"; what the directory must hold afterwards goes to the file EXPECTED, one
 *contact a line (address, display name, fingerprints), to be compared by
 *tests/contract/directory_oracle.py with what an independent reader finds.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "directory/child.h"
#include "directory/mark.h"
#include "directory/plan.h"

#define DOMAIN "@partner.example"
#define MAX_VALUE 2048

static const struct span site_key = {(const uint8_t *)"contract", 8};
static struct directory_child *child;
static FILE *expected;
static struct create_policy creating; /* for anybody, but in case_creating() */
static unsigned failed;

static void
result(bool ok, const char *name, const struct reason *why)
{
	printf("%s - %s%s%s%s\n", ok ? "ok" : "not ok", name,
	    why->code != REASON_OK ? " # " : "",
	    why->code != REASON_OK ? reason_name(why->code) : "",
	    ok ? "" : why->text);
	fflush(stdout);
	failed += !ok;
}

/* A certificate of ours: what matters of it, and bytes in its place. */
struct sample {
	struct harvest *harvest;
	struct facts facts;
};

static struct sample
sample_make(const char *address, const char *name, int number)
{
	struct sample s = {.harvest = harvest_new()};
	char text[512];
	uint8_t der[MAX_VALUE];
	int n;

	snprintf(s.harvest->address, sizeof s.harvest->address, "%s", address);
	n = snprintf(text, sizeof text, "%d of %s", number, address);
	/* Bytes that neither LDIF nor a filter may take for text. */
	for (size_t i = 0; i < sizeof der; i++)
		der[i] = (uint8_t)(i < 4 ? (uint8_t) "\x30\x82\x00\x0a"[i]
					 : text[i % (size_t)n] ^ (i & 0xff));
	if (!bytes_dup((struct span){der, sizeof der}, &s.harvest->certificate))
		abort();
	digest_sha256(span_bytes(&s.harvest->certificate), s.facts.sha256);
	snprintf(s.facts.name, sizeof s.facts.name, "%s", name);
	s.facts.can_receive = true;
	s.facts.not_before = clock_now() + number;
	s.facts.not_after = clock_now() + 365 * 86400;
	return s;
}

/* The facts of a contact's values, of which the samples are known. */
static void
look(const struct contact *c, const struct sample *known, unsigned n_known,
    struct facts *out)
{
	for (unsigned i = 0; i < c->n_values; i++) {
		memset(&out[i], 0, sizeof out[i]);
		out[i].malformed = true;
		digest_sha256(span_bytes(&c->values[i]), out[i].sha256);
		for (unsigned k = 0; k < n_known; k++)
			if (memcmp(out[i].sha256, known[k].facts.sha256,
				DIGEST_LEN) == 0)
				out[i] = known[k].facts;
	}
}

/* Find and plan for the last of the samples. */
static enum outcome
prepare(const struct sample *known, unsigned n, struct contact *c,
    struct change *change, struct reason *why)
{
	static struct facts values[CONTACT_VALUES];
	const struct sample *s = &known[n - 1];
	const struct plan_policy policy = {.now = clock_now(),
	    .create = creating,
	    .certificates = 1,
	    .key_change_days = 60,
	    .site_key = site_key};
	char wish[LIMIT_NAME + 1];
	enum outcome o;

	reason_clear(why);
	naming_wish(&policy.naming, s->harvest, &s->facts, wish);
	o = directory_child_find(child, s->harvest->address, wish, c, why);
	if (o != DONE)
		return o;
	look(c, known, n, values);
	return plan_make(&(struct plan_input){.contact = c,
			     .values = values,
			     .harvest = s->harvest,
			     .certificate = &s->facts,
			     .policy = &policy},
	    change, why);
}

static enum outcome
publish(const struct sample *known, unsigned n, struct contact *c,
    struct change *change, struct reason *why)
{
	struct contact at = {.kind = CONTACT_NONE};
	enum outcome o = prepare(known, n, c, change, why);

	if (o == DONE)
		o = directory_child_apply(child, change, &at, why);
	if (o == DONE && (at.id[0] == '\0' || at.dn[0] == '\0'))
		o = reason_set(why, REASON_PROTOCOL, "no id or no dn");
	contact_clear(&at);
	return o;
}

/* further is "\t+attribute=value...", or "". */
static void
expect_with(const struct sample *s, const char *wish, const char *further)
{
	const struct naming_policy naming = {.suffix = NULL};
	char name[LIMIT_NAME + 1], hex[DIGEST_HEX];

	naming_make(&naming, wish, s->harvest->address, name);
	bytes_hex((struct span){s->facts.sha256, DIGEST_LEN}, hex);
	fprintf(expected, "%s\t%s\t%s%s\n", s->harvest->address, name, hex,
	    further);
}

static void
expect(const struct sample *s, const char *wish)
{
	expect_with(s, wish, "");
}

/* Create, see that it is there, and that a second time changes nothing;
 * shown says what of the name may be. */
static void
case_named(const char *address, const char *name, const char *shown)
{
	struct contact c = {.kind = CONTACT_NONE};
	struct change change = {.kind = CHANGE_NONE};
	struct sample s = sample_make(address, name, 1);
	struct reason why;
	char title[512];
	enum outcome o;

	o = publish(&s, 1, &c, &change, &why);
	snprintf(title, sizeof title, "create %s (%s)", address, name);
	result(o == DONE && c.kind == CONTACT_NONE &&
		change.kind == CHANGE_CREATE &&
		c.name_taken == (strcmp(name, shown) != 0),
	    title, &why);
	contact_clear(&c);
	change_clear(&change);
	o = prepare(&s, 1, &c, &change, &why);
	snprintf(title, sizeof title, "unchanged %s", address);
	result(o == NOTHING && why.code == REASON_UNCHANGED && c.inside &&
		c.n_values == 1 && c.n_marks == 1 && !c.shadowed,
	    title, &why);
	expect(&s, shown);
	contact_clear(&c);
	change_clear(&change);
	harvest_free(s.harvest);
}

static void
case_create(const char *address, const char *name)
{
	case_named(address, name, name);
}

/* What a certificate proves besides, cut at what the directory takes, in the
 * one write that makes the contact; what it does not prove is left out. */
static void
case_fields(void)
{
	static const char o[] =
	    "Sixty-four characters and no more than that for \xc3\xa4 company "
	    "12345";
	struct contact c = {.kind = CONTACT_NONE};
	struct change change = {.kind = CHANGE_NONE};
	struct sample s = sample_make("fields" DOMAIN, "Field, Ann", 1);
	struct sample t = sample_make("unproven" DOMAIN, "Other Field", 1);
	struct reason why;
	char further[256];
	enum outcome r;

	strcpy(s.facts.given_name, "Ann");
	strcpy(s.facts.surname, "Field");
	strcpy(s.facts.organization, o);
	s.facts.validation = VALIDATION_SPONSOR;
	r = publish(&s, 1, &c, &change, &why);
	result(r == DONE, "fields: proven", &why);
	snprintf(further, sizeof further,
	    "\t+givenName=Ann\t+sn=Field\t+company=%.65s", o);
	expect_with(&s, "Field, Ann", further);
	contact_clear(&c);
	change_clear(&change);
	strcpy(t.facts.given_name, "The");
	strcpy(t.facts.surname, "Boss");
	strcpy(t.facts.organization, "Big Ltd");
	r = publish(&t, 1, &c, &change, &why);
	result(r == DONE, "fields: not proven", &why);
	expect_with(&t, "Other Field", "\t+givenName=\t+sn=\t+company=");
	contact_clear(&c);
	change_clear(&change);
	harvest_free(s.harvest);
	harvest_free(t.harvest);
}

/* The settings of the contract have an OU of its own for big.example. */
static void
case_ou(void)
{
	struct contact c = {.kind = CONTACT_NONE};
	struct reason why;
	enum outcome o;

	case_create("ou@big.example", "In Sub");
	reason_clear(&why);
	o = directory_child_find(child, "ou@big.example", NULL, &c, &why);
	result(o == DONE && strcasestr(c.dn, ",ou=Sub,ou=Partners,") != NULL,
	    "an OU for a domain", &why);
	contact_clear(&c);
}

/* Names of somebody inside, who is a user or a contact that is not ours, and
 * of a partner. */
static void
case_names(void)
{
	case_named("name1" DOMAIN, "A User", "");
	case_named("name2" DOMAIN, "a  USER", "");
	case_named("name3" DOMAIN, "\uff21 Us\u0435r", "");
	case_named("name4" DOMAIN, "User, A", "");
	case_named("name5" DOMAIN, "A User (corp.example)", "");
	case_named("name6" DOMAIN, "Outside", "");
	case_named("name7" DOMAIN, "A User of Partner", "A User of Partner");
	case_named("name8" DOMAIN, "Plain", "Plain");
	case_named("name9" DOMAIN, "A*", "A*");
}

static void
apply_expecting(
    const char *title, const struct change *change, enum reason_code code)
{
	struct contact at = {.kind = CONTACT_NONE};
	struct reason why;
	enum outcome o;

	reason_clear(&why);
	o = directory_child_apply(child, change, &at, &why);
	result(o == reason_outcome(code) && why.code == code, title, &why);
	contact_clear(&at);
}

/* A renewal in one modify, and everything that another one could do to it
 * in between. */
static void
case_refresh(void)
{
	static const char address[] = "refresh" DOMAIN;
	struct contact c = {.kind = CONTACT_NONE};
	struct change create = {.kind = CHANGE_NONE};
	struct change swap = {.kind = CHANGE_NONE};
	struct change add_again;
	struct sample s[2] = {sample_make(address, "Re Fresh", 1),
	    sample_make(address, "Re Fresh", 2)};
	struct reason why;
	enum outcome o;

	o = publish(s, 1, &c, &create, &why);
	result(o == DONE, "refresh: create", &why);
	apply_expecting(
	    "refresh: create again", &create, REASON_DIRECTORY_RACE);
	contact_clear(&c);
	o = publish(s, 2, &c, &swap, &why);
	result(o == DONE && swap.n_remove == 1 && swap.n_add == 1 &&
		swap.n_remove_marks == 1 && swap.n_add_marks == 1,
	    "refresh: one for the other", &why);
	apply_expecting(
	    "refresh: the old one is gone", &swap, REASON_DIRECTORY_RACE);
	add_again = swap;
	add_again.n_remove = add_again.n_remove_marks = 0;
	apply_expecting(
	    "refresh: the new one is there", &add_again, REASON_DIRECTORY_RACE);
	memset(swap.id, '7', 32);
	apply_expecting(
	    "refresh: no such object", &swap, REASON_DIRECTORY_RACE);
	contact_clear(&c);
	change_clear(&create);
	change_clear(&swap);
	o = prepare(s, 2, &c, &swap, &why);
	result(o == NOTHING && c.n_values == 1 && c.n_marks == 1 &&
		mark_owns(&c, site_key, s[1].facts.sha256, address),
	    "refresh: one value, one mark, ours", &why);
	/* without its certificate among the known ones it is garbage */
	expect(&s[1], s[1].facts.name);
	contact_clear(&c);
	change_clear(&swap);
	harvest_free(s[0].harvest);
	harvest_free(s[1].harvest);
}

/* What was prepared in the directory, and how the plan must end. */
struct prepared {
	const char *address;
	enum reason_code code;
	const char *text; /* must be in the reason; NULL: whatever */
};

static const struct prepared prepared[] = {
    {"user" DOMAIN, REASON_IS_USER, "the user CN=A User,"},
    {"group" DOMAIN, REASON_IS_GROUP, "the group CN=A Group,"},
    {"computer" DOMAIN, REASON_IS_OTHER, "the object CN=PC1,"},
    {"twice" DOMAIN, REASON_AMBIGUOUS, "(1) contact CN=Twice "},
    {"twice" DOMAIN, REASON_AMBIGUOUS, "(2) contact CN=Twice "},
    {"outside" DOMAIN, REASON_OUTSIDE_BASE, "CN=Outside,"},
    {"taken" DOMAIN, REASON_CN_TAKEN, "CN=taken"},
    {"lost" DOMAIN, REASON_CONFLICT_OBJECT, "conflict against ("},
    {"alone" DOMAIN, REASON_CONFLICT_OBJECT, "CN=Alone"},
    /* the primary address: SMTP: in capitals, else mail */
    {"second" DOMAIN, REASON_NOT_PRIMARY, "is first" DOMAIN},
    {"capitals" DOMAIN, REASON_OK, NULL},
    {"other" DOMAIN, REASON_NOT_PRIMARY, "is capitals" DOMAIN},
    {"two-one" DOMAIN, REASON_NOT_PRIMARY, "is one of 2 addresses"},
    {"two-two" DOMAIN, REASON_NOT_PRIMARY, "is one of 2 addresses"},
    {"x500" DOMAIN, REASON_OK, NULL}, /* a new one */
    {"mixed" DOMAIN, REASON_OK, NULL},
    /* found by what is in front of a NUL, and not taken for that */
    {"nul" DOMAIN, REASON_NOT_PRIMARY, "is nul" DOMAIN " "},
    /* as people write it: with an u and two dots */
    {"wide@xn--bcher-kva.example", REASON_OK, NULL},
    {"plain" DOMAIN, REASON_OK, NULL},
};

/* Where there is Exchange: targetAddress before all others. */
static const struct prepared exchanged[] = {
    {"mailuser" DOMAIN, REASON_IS_MAIL_USER, "the mail user CN=A Mail User,"},
    {"target" DOMAIN, REASON_OK, NULL},
    {"target-proxy" DOMAIN, REASON_NOT_PRIMARY, "is target" DOMAIN},
    {"target-mail" DOMAIN, REASON_NOT_PRIMARY, "is target" DOMAIN},
    {"target-case" DOMAIN, REASON_OK, NULL},
    {"x500-proxy" DOMAIN, REASON_NOT_PRIMARY, "is X500:/o="},
    {"notes-proxy" DOMAIN, REASON_NOT_PRIMARY, "is NOTES:"},
    {"managed" DOMAIN, REASON_MANAGED, "CN=Managed,"},
};

/* RFC 4514 lets the type of a name's part be in any case. */
static bool
has_text(const char *text, const char *part)
{
	return part == NULL || strcasestr(text, part) != NULL;
}

static void
case_prepared(const struct prepared *p)
{
	struct contact c = {.kind = CONTACT_NONE};
	struct change change = {.kind = CHANGE_NONE};
	struct sample s = sample_make(p->address, "Pre Pared", 1);
	struct reason why;
	char title[512];
	enum outcome o;

	o = publish(&s, 1, &c, &change, &why);
	snprintf(title, sizeof title, "prepared %s", p->address);
	result(o == reason_outcome(p->code) && why.code == p->code &&
		has_text(why.text, p->text),
	    title, &why);
	contact_clear(&c);
	change_clear(&change);
	harvest_free(s.harvest);
}

/* A contact with an old userSMIMECertificate: published, and told. */
static void
case_shadowed(void)
{
	struct contact c = {.kind = CONTACT_NONE};
	struct change change = {.kind = CHANGE_NONE};
	struct sample s = sample_make("shadow" DOMAIN, "", 1);
	struct reason why;
	enum outcome o;

	o = publish(&s, 1, &c, &change, &why);
	result(o == DONE && c.shadowed && c.n_values == 0, "shadowed", &why);
	contact_clear(&c);
	change_clear(&change);
	harvest_free(s.harvest);
}

/* What would be a wider search, were it not escaped. */
static void
case_filters(void)
{
	static const char *const addresses[] = {"nobody" DOMAIN, "*" DOMAIN,
	    "*", "x)(mail=*", "*)(objectClass=*", "x\\2a", "(((",
	    "\"bob\"" DOMAIN, "'or'" DOMAIN,
	    "sixty-five-characters-in-a-local-part-are-one-more-than-allowed-"
	    "t" DOMAIN};
	char title[128];

	for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
		struct contact c = {.kind = CONTACT_NONE};
		struct reason why;
		enum outcome o;

		reason_clear(&why);
		o = directory_child_find(child, addresses[i], NULL, &c, &why);
		snprintf(title, sizeof title, "nobody is \"%s\"", addresses[i]);
		result(o == DONE && c.kind == CONTACT_NONE, title, &why);
		contact_clear(&c);
	}
}

/* What was found by its address is found by its id, too; an id that nobody
 * has is nobody's. */
static void
case_get(void)
{
	struct contact c = {.kind = CONTACT_NONE}, by_id = c, none = c;
	struct reason why;
	enum outcome o;

	reason_clear(&why);
	o = directory_child_find(child, "bob" DOMAIN, NULL, &c, &why);
	if (o == DONE)
		o = directory_child_get(child, c.id, &by_id, &why);
	result(o == DONE && by_id.kind == CONTACT_ONE && by_id.inside &&
		strcmp(by_id.dn, c.dn) == 0 &&
		strcmp(by_id.primary, "bob" DOMAIN) == 0 &&
		by_id.n_values == 1 && by_id.n_marks == 1,
	    "get by id", &why);
	o = directory_child_get(
	    child, "00112233445566778899aabbccddeeff", &none, &why);
	result(o == DONE && none.kind == CONTACT_NONE, "get nobody", &why);
	o = directory_child_get(child, "*)(cn=*", &none, &why);
	result(o == BROKEN && why.code == REASON_PROTOCOL, "get no id", &why);
	contact_clear(&c);
	contact_clear(&by_id);
}

/* Whether all pages have the contact, and how many there are. */
static enum outcome
list_all(const char *id, bool *found, unsigned *n, struct reason *why)
{
	struct contact_page page;
	bool anew = true, more = true;
	enum outcome o = DONE;

	*found = false;
	*n = 0;
	while (more) {
		o = directory_child_list(child, anew, &page, why);
		if (o != DONE)
			return o;
		for (unsigned i = 0; i < page.n; i++)
			*found = *found || strcmp(page.ids[i], id) == 0;
		*n += page.n;
		more = page.more;
		anew = false;
		contact_page_clear(&page);
	}
	return o;
}

/* Those with a certificate, a shadow or a mark: not the one outside of the
 * bases, nor the two without anything. */
static void
case_list(void)
{
	static const struct {
		const char *address;
		bool listed;
	} rows[] = {
	    {"bob" DOMAIN, true},
	    {"shadow" DOMAIN, true},
	    {"plain" DOMAIN, true},
	    {"first" DOMAIN, false},
	    {"outside" DOMAIN, false},
	    {"user" DOMAIN, false},
	};
	char title[128];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct contact c = {.kind = CONTACT_NONE};
		struct reason why;
		bool found = false;
		unsigned n = 0;
		enum outcome o;

		reason_clear(&why);
		o = directory_child_find(
		    child, rows[i].address, NULL, &c, &why);
		if (o == DONE)
			o = list_all(c.id, &found, &n, &why);
		snprintf(title, sizeof title, "%s %s",
		    rows[i].listed ? "lists" : "does not list",
		    rows[i].address);
		result(o == DONE && found == rows[i].listed && n >= 3, title,
		    &why);
		contact_clear(&c);
	}
}

/* For whom no contact is made: by settings, by what the mail says of itself, by
 * the name of the mailbox.  One that is there is refreshed all the same. */
static void
case_creating(void)
{
	static char partner[] = "partner.example", nobody[] = "other.example";
	static char *those[] = {partner}, *others[] = {nobody};
	static const struct roster ours = {those, 1, 1},
				   not_ours = {others, 1, 1};
	const struct {
		const char *what, *address;
		struct create_policy policy;
		enum bulk bulk;
		enum reason_code code;
	} rows[] = {
	    {"off", "make1" DOMAIN, {.mode = CREATE_OFF}, BULK_NONE,
		REASON_CREATE_OFF},
	    {"not listed", "make2" DOMAIN,
		{.mode = CREATE_LISTED, .listed = not_ours}, BULK_NONE,
		REASON_CREATE_LISTED},
	    {"never", "make3" DOMAIN, {.never = ours}, BULK_NONE,
		REASON_NEVER_CREATE},
	    {"update only", "make4" DOMAIN, {.update_only = true}, BULK_NONE,
		REASON_UPDATE_ONLY},
	    {"a list", "make5" DOMAIN, {.mode = CREATE_ANY}, BULK_LIST,
		REASON_CREATE_BULK},
	    {"bulk", "make6" DOMAIN, {.mode = CREATE_ANY}, BULK_PRECEDENCE,
		REASON_CREATE_BULK},
	    {"a program", "make7" DOMAIN, {.mode = CREATE_ANY}, BULK_AUTO,
		REASON_CREATE_BULK},
	    {"nobody reads it", "no-reply" DOMAIN, {.mode = CREATE_ANY},
		BULK_NONE, REASON_CREATE_NOREPLY},
	    {"listed", "make8" DOMAIN, {.mode = CREATE_LISTED, .listed = ours},
		BULK_NONE, REASON_OK},
	};
	struct sample known[2] = {sample_make("made" DOMAIN, "Made", 1)};
	struct contact c = {.kind = CONTACT_NONE};
	struct change change = {.kind = CHANGE_NONE};
	struct reason why;
	char title[128];

	result(
	    publish(known, 1, &c, &change, &why) == DONE, "made before", &why);
	contact_clear(&c);
	change_clear(&change);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct sample s = sample_make(rows[i].address, "Made", 1);
		enum outcome o;

		creating = rows[i].policy;
		s.harvest->bulk = rows[i].bulk;
		o = publish(&s, 1, &c, &change, &why);
		snprintf(title, sizeof title, "create: %s", rows[i].what);
		result(o == reason_outcome(rows[i].code) &&
			why.code == rows[i].code &&
			(change.kind == CHANGE_NONE) == (o != DONE),
		    title, &why);
		if (o == DONE)
			expect(&s, "Made");
		contact_clear(&c);
		change_clear(&change);
		harvest_free(s.harvest);

		known[1] = sample_make("made" DOMAIN, "Made", (int)i + 2);
		known[1].harvest->bulk = rows[i].bulk;
		o = publish(known, 2, &c, &change, &why);
		snprintf(title, sizeof title, "refresh all the same: %s",
		    rows[i].what);
		result(o == DONE && change.n_remove == 1 && change.n_add == 1,
		    title, &why);
		contact_clear(&c);
		change_clear(&change);
		harvest_free(known[0].harvest);
		known[0] = known[1];
	}
	creating = (struct create_policy){.mode = CREATE_ANY};
	expect(&known[0], "Made");
	harvest_free(known[0].harvest);
}

#define GROUP 6

/* Find all the samples at once and plan for each. */
static void
group_plan(struct sample *all, struct directory_ask *asks, struct change *plans)
{
	const struct plan_policy policy = {.now = clock_now(),
	    .certificates = 1,
	    .key_change_days = 60,
	    .site_key = site_key};

	memset(asks, 0, GROUP * sizeof *asks);
	for (unsigned i = 0; i < GROUP; i++)
		asks[i].address = all[i].harvest->address;
	directory_child_ask(child, asks, GROUP);
	directory_child_hear(child, asks, GROUP);
	for (unsigned i = 0; i < GROUP; i++) {
		struct contact *c = &asks[i].contact;
		enum outcome o = asks[i].outcome;

		if (o == DONE)
			o = plan_make(&(struct plan_input){.contact = c,
					  .harvest = all[i].harvest,
					  .certificate = &all[i].facts,
					  .policy = &policy},
			    &plans[i], &asks[i].why);
		result(o == DONE && c->kind == CONTACT_NONE, "find a group",
		    &asks[i].why);
		contact_clear(c);
	}
}

/* Several are found and created at once; of the two that are for one address
 * the second one finds the first there. */
static void
case_group(void)
{
	static const char *const addresses[GROUP] = {"g1" DOMAIN, "g2" DOMAIN,
	    "g3" DOMAIN, "g4" DOMAIN, "g5" DOMAIN, "g5" DOMAIN};
	struct directory_ask asks[GROUP];
	struct change plans[GROUP] = {{.kind = CHANGE_NONE}};
	struct sample all[GROUP];
	unsigned made = 0, raced = 0;

	for (unsigned i = 0; i < GROUP; i++)
		all[i] = sample_make(addresses[i], "In A Group", 1);
	group_plan(all, asks, plans);
	memset(asks, 0, sizeof asks);
	for (unsigned i = 0; i < GROUP; i++)
		asks[i].change = &plans[i];
	directory_child_ask(child, asks, GROUP);
	directory_child_hear(child, asks, GROUP);
	for (unsigned i = 0; i < GROUP; i++) {
		made += asks[i].outcome == DONE && asks[i].contact.id[0] != 0 &&
		    (i == GROUP - 1 || i == GROUP - 2 ||
			strstr(asks[i].contact.dn, addresses[i]) != NULL);
		raced += asks[i].outcome == LATER && i >= GROUP - 2 &&
		    asks[i].why.code == REASON_DIRECTORY_RACE;
		contact_clear(&asks[i].contact);
	}
	result(made == GROUP - 1 && raced == 1, "create a group",
	    &asks[GROUP - 1].why);
	for (unsigned i = 0; i < GROUP; i++) {
		if (i < GROUP - 1)
			expect(&all[i], "In A Group");
		change_clear(&plans[i]);
		harvest_free(all[i].harvest);
	}
}

/* Everything is looked at, nothing that is in order is complained of, and the
 * child answers on. */
static void
case_examine(void)
{
	struct findings *f = NULL;
	pid_t before = directory_child_pid(child);
	struct reason why;
	unsigned good = 0;
	enum outcome o;

	reason_clear(&why);
	o = directory_child_examine(child, &f, &why);
	for (unsigned i = 0; o == DONE && i < f->n; i++) {
		enum finding_code code = f->list[i].code;

		if (finding_level(code) == FINDING_LEVEL_OK)
			good++;
		/* the settings of this test name no domains of ours */
		else if (finding_level(code) == FINDING_LEVEL_ERROR &&
		    code != FINDING_DOMAINS_NONE) {
			why = f->list[i].seen;
			o = BROKEN;
		}
	}
	result(o == DONE && good > 0 && directory_child_pid(child) == before,
	    "examine", &why);
	findings_free(f);
}

/* A child that is killed between two questions is replaced. */
static void
case_killed(void)
{
	struct contact c = {.kind = CONTACT_NONE};
	pid_t before = directory_child_pid(child);
	struct reason why;
	enum outcome o;

	reason_clear(&why);
	(void)kill(before, SIGKILL);
	o = directory_child_find(child, "bob" DOMAIN, NULL, &c, &why);
	/* the kill may come before or after the question is sent */
	if (o == LATER && why.code == REASON_DIRECTORY_SLOW)
		o = directory_child_find(child, "bob" DOMAIN, NULL, &c, &why);
	result(o == DONE && c.kind == CONTACT_ONE &&
		directory_child_pid(child) != before,
	    "killed and replaced", &why);
	contact_clear(&c);
}

static void
run(void)
{
	case_filters();
	case_create("bob" DOMAIN, "Bob Partner");
	case_names();
	case_ou();
	case_fields();
	case_create("quotes" DOMAIN, "O'Neil \"the\" (great) * \\ , + ; < > =");
	case_create("sharp" DOMAIN, "#1 of all");
	case_create("utf8" DOMAIN, "J\xc3\xb6rg M\xc3\xbcller \xe6\x97\xa5");
	case_create("a+b=c/d!#$%&'*?^_`{|}~" DOMAIN, "");
	case_create("#start" DOMAIN, "");
	case_create("j\xc3\xb6rg" DOMAIN, "");
	case_create("jorg" DOMAIN, "");
	case_create(
	    "sixty-four-characters-are-the-longest-cn-so-what" DOMAIN, "Long");
	case_create("sixty-five-characters-are-more-than-that-and-cut1" DOMAIN,
	    "Longer");
	case_create("sixty-five-characters-are-more-than-that-and-cut2" DOMAIN,
	    "Longer");
	case_refresh();
	case_creating();
	for (size_t i = 0; i < sizeof prepared / sizeof prepared[0]; i++)
		case_prepared(&prepared[i]);
	case_shadowed();
	case_get();
	case_list();
	case_group();
	case_examine();
	case_killed();
}

static int
publish_one(const char *address, const char *name)
{
	struct contact c = {.kind = CONTACT_NONE};
	struct change change = {.kind = CHANGE_NONE};
	struct sample s = sample_make(address, name, 1);
	int64_t start = clock_ms();
	struct reason why;
	enum outcome o = publish(&s, 1, &c, &change, &why);

	printf("%s %s %lld %s\n", outcome_name(o), reason_name(why.code),
	    (long long)(clock_ms() - start), why.text);
	contact_clear(&c);
	change_clear(&change);
	harvest_free(s.harvest);
	return 0;
}

static int
print_list(void)
{
	bool anew = true, more = true;
	struct contact_page page;
	struct reason why;

	for (; more; anew = false) {
		if (directory_child_list(child, anew, &page, &why) != DONE) {
			fprintf(stderr, "%s\n", why.text);
			return 1;
		}
		for (unsigned i = 0; i < page.n; i++)
			printf("%s\n", page.ids[i]);
		printf("\n");
		more = page.more;
		contact_page_clear(&page);
	}
	return 0;
}

static int
run_contract(const char *path, bool exchange)
{
	expected = fopen(path, "w");
	if (expected == NULL)
		return 2;
	run();
	for (size_t i = 0;
	     exchange && i < sizeof exchanged / sizeof exchanged[0]; i++)
		case_prepared(&exchanged[i]);
	fclose(expected);
	return failed > 0;
}

static int
run_form(int argc, char **argv)
{
	if (strcmp(argv[3], "publish") == 0)
		return publish_one(argv[4], argc > 6 ? argv[6] : "");
	if (strcmp(argv[3], "list") == 0)
		return print_list();
	return run_contract(argv[3], argc > 4);
}

int
main(int argc, char **argv)
{
	struct directory_child_start start = {.deadline = 15000};
	bool one = argc >= 4 && strcmp(argv[3], "publish") == 0;
	struct reason why;
	int status;

	if (argc < (one ? 6 : 4) || argc > (one ? 7 : 5)) {
		fprintf(
		    stderr, "directory_contract PROGRAM SETTINGS EXPECTED\n");
		return 2;
	}
	if (one)
		start.deadline = (unsigned)atoi(argv[5]);
	start.program = argv[1];
	start.settings = argv[2];
	if (directory_child_open(&start, &child, &why) != DONE) {
		fprintf(stderr, "%s\n", why.text);
		return 2;
	}
	status = run_form(argc, argv);
	directory_child_close(child);
	return status;
}
