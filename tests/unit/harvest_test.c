#include "tests/unit/unit.h"

#include <string.h>

#include "base/facts.h"
#include "base/harvest.h"

static struct harvest *
sample(void)
{
	struct harvest *h = harvest_new();

	strcpy(h->address, "bob@example.org");
	assert_true(bytes_dup(span_str("certificate"), &h->certificate));
	assert_true(bytes_dup(span_str("signer"), &h->signer));
	assert_true(bytes_dup(span_str("other"), &h->others[0]));
	h->n_others = 1;
	return h;
}

/* What a change of the field does to the name. */
enum field {
	TIMES,
	WORDS,
	PHRASE,
	ADDRESS,
	NAME,
	OTHER,
	CHAIN,
	DMARC,
	DKIM,
	BULK,
	FIELDS
};

static void
change(struct harvest *h, enum field f)
{
	switch (f) {
	case TIMES:
		h->received = h->signing_time = 5;
		break;
	case WORDS:
		strcpy(h->message_id, "<x>");
		strcpy(h->queue_id, "y");
		strcpy(h->chain.text, "z");
		break;
	case PHRASE:
		strcpy(h->phrase, "Bob");
		break;
	case DMARC:
		h->authentication.dmarc = AUTHENTICATION_PASS;
		break;
	case DKIM:
		h->authentication.dkim = AUTHENTICATION_PASS;
		strcpy(h->authentication.dkim_domain, "example.org");
		break;
	case BULK:
		h->bulk = BULK_LIST;
		break;
	case ADDRESS:
		strcpy(h->address, "bob@example.net");
		break;
	case NAME:
		strcpy(h->name, "Bob");
		break;
	case OTHER:
		h->others[0].data[0] = 'O';
		break;
	case CHAIN:
		h->chain.code = REASON_CHAIN_UNKNOWN;
		break;
	case FIELDS:
		break;
	}
}

static void
digest_covers_what_is_decided_on(void **state)
{
	static const bool changes[FIELDS] = {[ADDRESS] = true,
	    [NAME] = true,
	    [OTHER] = true,
	    [CHAIN] = true,
	    [DMARC] = true,
	    [DKIM] = true,
	    [BULK] = true};
	char before[DIGEST_HEX], after[DIGEST_HEX];
	struct harvest *h;
	unsigned f;

	(void)state;
	for (f = 0; f < FIELDS; f++) {
		h = sample();
		harvest_digest(h, before);
		change(h, (enum field)f);
		harvest_digest(h, after);
		print_message("field %u\n", f);
		assert_int_equal(strcmp(before, after) != 0, changes[f]);
		harvest_free(h);
	}
}

static void
note(void **state)
{
	struct harvest *h = sample();

	(void)state;
	assert_false(harvest_is_note(h));
	bytes_clear(&h->certificate);
	assert_true(harvest_is_note(h));
	harvest_free(h);
	harvest_free(NULL);
}

static void
addresses_of_facts(void **state)
{
	static struct facts f = {
	    .n_addresses = 2, .addresses = {"a@example.org", "b@example.org"}};

	(void)state;
	assert_true(facts_has_address(&f, "b@example.org"));
	assert_false(facts_has_address(&f, "c@example.org"));
	f.n_addresses = 1;
	assert_false(facts_has_address(&f, "b@example.org"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(digest_covers_what_is_decided_on),
	    cmocka_unit_test(note),
	    cmocka_unit_test(addresses_of_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
