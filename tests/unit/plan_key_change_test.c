#include "tests/unit/plan_scene.h"

#include <string.h>

#include "directory/plan_key_change.h"

/*
 * Another issuer takes over, or does not: the harvest's certificate N is of
 * issuer A, from -10 to 355 days.  Everything that makes it happen by itself,
 * and each of that missing once.
 */
#define PASS AUTHENTICATION_PASS
#define MAILBOX VALIDATION_MAILBOX
#define SPONSOR VALIDATION_SPONSOR

static const struct {
	const char *name;
	struct value values[3];
	enum validation old, new;
	bool private_ca;
	enum authentication_result dmarc;
	bool approved, pinned, allowed;
	int begins; /* the new one, other than -10 */
	int past;   /* what was published last, of B, had so many days left */
	enum validation counted; /* for what that counted, */
	bool stands;		 /* and it is the first of the values */
	bool none;		 /* and no contact has the address any more */
	enum reason_code reason;
	const char *words; /* within the reason's, or the description's */
	bool changed;	   /* and it is told as a change of the key */
} rows[] = {
    {.name = "same issuer", .values = {{'a', OURS, 'A', -300, 300}}},
    {.name = "same issuer, private, of nobody",
	.values = {{'a', OURS, 'A', -300, 300}},
	.private_ca = true},
    {.name = "near the end, public, DMARC passed",
	.values = {{'a', OURS, 'B', -300, 60}},
	.dmarc = PASS,
	.words = "60 days left",
	.changed = true},
    {.name = "the last day",
	.values = {{'a', OURS, 'B', -300, 0}},
	.dmarc = PASS,
	.words = "0 days left",
	.changed = true},
    {.name = "a day too early",
	.values = {{'a', OURS, 'B', -300, 61}},
	.dmarc = PASS,
	.reason = REASON_KEY_CHANGE,
	.words = "61 days left: it is too early"},
    {.name = "made when the old one was fresh, and kept",
	.values = {{'a', OURS, 'B', -300, 30}},
	.begins = -61,
	.dmarc = PASS,
	.reason = REASON_KEY_CHANGE,
	.words = "30 days left: the new one was made when the old one had 91 "
		 "days left"},
    {.name = "made not long before",
	.values = {{'a', OURS, 'B', -300, 30}},
	.begins = -60,
	.dmarc = PASS,
	.changed = true},
    {.name = "made when the old one was fresh, of the same issuer",
	.values = {{'a', OURS, 'A', -300, 30}},
	.begins = -61},
    {.name = "kept until the old one was past its end",
	.past = -1,
	.begins = -92,
	.dmarc = PASS,
	.reason = REASON_KEY_CHANGE,
	.words = "1 days after the old one ended: the new one was made"},
    {.name = "of a private CA",
	.values = {{'a', OURS, 'B', -300, 60}},
	.dmarc = PASS,
	.private_ca = true,
	.reason = REASON_KEY_CHANGE,
	.words = "not a public one"},
    {.name = "nothing said of DMARC",
	.values = {{'a', OURS, 'B', -300, 60}},
	.reason = REASON_KEY_CHANGE,
	.words = "dmarc nothing"},
    {.name = "DMARC failed",
	.values = {{'a', OURS, 'B', -300, 60}},
	.dmarc = AUTHENTICATION_FAIL,
	.reason = REASON_KEY_CHANGE,
	.words = "dmarc fail"},
    {.name = "DMARC said twice",
	.values = {{'a', OURS, 'B', -300, 60}},
	.dmarc = AUTHENTICATION_CONFLICT,
	.reason = REASON_KEY_CHANGE,
	.words = "dmarc conflict"},
    {.name = "vouches for less",
	.values = {{'a', OURS, 'B', -300, 60}},
	.old = SPONSOR,
	.new = MAILBOX,
	.dmarc = PASS,
	.reason = REASON_KEY_CHANGE,
	.words = "vouches for mailbox, the old one for sponsor"},
    {.name = "vouches for as much",
	.values = {{'a', OURS, 'B', -300, 60}},
	.old = SPONSOR,
	.new = SPONSOR,
	.dmarc = PASS,
	.changed = true},
    {.name = "vouches for more",
	.values = {{'a', OURS, 'B', -300, 60}},
	.old = MAILBOX,
	.new = SPONSOR,
	.dmarc = PASS,
	.changed = true},
    {.name = "all is wrong, and somebody approved it",
	.values = {{'a', OURS, 'B', -300, 300}},
	.old = SPONSOR,
	.private_ca = true,
	.approved = true,
	.changed = true},
    {.name = "or pinned it",
	.values = {{'a', OURS, 'B', -300, 300}},
	.private_ca = true,
	.pinned = true,
	.changed = true},
    {.name = "a veto that was lifted says nothing of what stands",
	.values = {{'a', OURS, 'B', -300, 300}},
	.dmarc = PASS,
	.allowed = true,
	.reason = REASON_KEY_CHANGE},
    {.name = "one of the same issuer beside it changes nothing",
	.values = {{'a', OURS, 'A', -300, 300}, {'b', OURS, 'B', -300, 300}},
	.dmarc = PASS,
	.reason = REASON_KEY_CHANGE},
    {.name = "each of two counts",
	.values = {{'a', OURS, 'B', -300, 30}, {'b', OURS, 'C', -300, 300}},
	.dmarc = PASS,
	.reason = REASON_KEY_CHANGE},
    /* the hour after it expired must not be free for all */
    {.name = "expired yesterday, private",
	.past = -1,
	.private_ca = true,
	.dmarc = PASS,
	.reason = REASON_KEY_CHANGE,
	.words = "1 days after"},
    {.name = "expired yesterday, nobody authenticated",
	.past = -1,
	.reason = REASON_KEY_CHANGE},
    {.name = "expired yesterday, public, DMARC passed",
	.past = -1,
	.dmarc = PASS,
	.words = "1 days after",
	.changed = true},
    {.name = "expired yesterday, and counted for more",
	.past = -1,
	.counted = SPONSOR,
	.new = MAILBOX,
	.dmarc = PASS,
	.reason = REASON_KEY_CHANGE,
	.words = "ended: the new CA vouches for mailbox, the old one for "
		 "sponsor"},
    {.name = "expired yesterday, and counted for as much",
	.past = -1,
	.counted = SPONSOR,
	.new = SPONSOR,
	.dmarc = PASS,
	.changed = true},
    {.name = "of a CA that counts for more than it says",
	.values = {{'a', OURS, 'B', -300, 30}},
	.past = 30,
	.stands = true,
	.counted = VALIDATION_ORGANIZATION,
	.new = MAILBOX,
	.dmarc = PASS,
	.reason = REASON_KEY_CHANGE,
	.words = "the old one for organization"},
    {.name = "beside one that counted for more, and is gone",
	.values = {{'a', OURS, 'B', -300, 30}},
	.past = 30,
	.counted = VALIDATION_ORGANIZATION,
	.new = MAILBOX,
	.dmarc = PASS,
	.changed = true},
    {.name = "of a CA that counts for less than it says",
	.values = {{'a', OURS, 'B', -300, 30}},
	.past = 30,
	.stands = true,
	.counted = MAILBOX,
	.old = SPONSOR,
	.new = MAILBOX,
	.dmarc = PASS,
	.changed = true},
    {.name = "expired, and its contact is gone",
	.past = -100,
	.none = true,
	.private_ca = true,
	.reason = REASON_KEY_CHANGE},
    {.name = "gone, but good for long",
	.past = 300,
	.dmarc = PASS,
	.reason = REASON_KEY_CHANGE,
	.words = "too early"},
    /* else what was held of an impostor comes in with it */
    {.name = "a veto that was lifted says nothing of another CA",
	.past = 300,
	.private_ca = true,
	.allowed = true,
	.reason = REASON_KEY_CHANGE},
    {.name = "expired, of the past of another certificate that stands",
	.past = -100,
	.values = {{'a', OURS, 'A', -300, 30}},
	.private_ca = true},
};

static void
check(size_t i)
{
	struct row row = {.pinned = rows[i].pinned};
	struct change c = {.kind = CHANGE_NONE};
	struct plan_past past = {
	    .issuer = "CN=B", .not_after = NOW + (int64_t)rows[i].past * DAY};
	struct reason why;
	struct scene s;
	char words[320];
	enum outcome o;
	bool changed;

	memcpy(row.values, rows[i].values, sizeof rows[i].values);
	scene_make(&row, &s);
	s.allowed = rows[i].allowed;
	s.approved = rows[i].approved;
	s.public_ca = !rows[i].private_ca;
	s.harvest->authentication.dmarc = rows[i].dmarc;
	s.certificate.validation = rows[i].new;
	s.values[0].validation = rows[i].old;
	strcpy(s.certificate.issuer, "CN=A");
	if (rows[i].begins != 0)
		s.certificate.not_before = NOW + (int64_t)rows[i].begins * DAY;
	s.past = rows[i].past != 0 ? &past : NULL;
	past.validation = rows[i].counted;
	if (rows[i].stands)
		memcpy(past.sha256, s.values[0].sha256, DIGEST_LEN);
	if (rows[i].none)
		s.contact.kind = CONTACT_NONE;
	o = scene_plan(&s, &c, &why);
	if (why.code != rows[i].reason)
		fail_msg(
		    "%s: %s %s", rows[i].name, reason_name(why.code), why.text);
	assert_int_equal(o, reason_outcome(rows[i].reason));
	changed = scene_key_change(&s, words, sizeof words);
	if (o == DONE && changed != rows[i].changed)
		fail_msg("%s: told: %s", rows[i].name, words);
	if (rows[i].words != NULL &&
	    strstr(o == DONE ? words : why.text, rows[i].words) == NULL)
		fail_msg("%s: %s", rows[i].name, o == DONE ? words : why.text);
	change_clear(&c);
	scene_clear(&s);
}

static void
another_issuer_takes_over(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check(i);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(another_issuer_takes_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
