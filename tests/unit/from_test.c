#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include <gmime/gmime.h>

#include "base/limits.h"
#include "smime/from.h"

#define BOB "bob@partner.example"

/* value; the address, or the reason. */
static const struct {
	const char *value, *address;
	enum reason_code code;
} rows[] = {
    {" bob@partner.example", BOB, REASON_OK},
    {"<bob@partner.example>", BOB, REASON_OK},
    {"Bob <BOB@Partner.Example>", BOB, REASON_OK},
    {"Bob B. Builder <bob@partner.example>", BOB, REASON_OK},
    {"\"B, Bob\" <bob@partner.example>", BOB, REASON_OK},
    {"\"evil@x.example\" <bob@partner.example>", BOB, REASON_OK},
    {"\"a\\\"<evil@x.example>\" <bob@partner.example>", BOB, REASON_OK},
    {"(evil@x.example) bob@partner.example (Bob)", BOB, REASON_OK},
    {"Bob (a (nested \\) one)) <bob@partner.example>", BOB, REASON_OK},
    {"=?utf-8?Q?B=C3=B6b?= <bob@partner.example>", BOB, REASON_OK},
    {"=?utf-8?Q?Builder,_B=3A?= <bob@partner.example>", BOB, REASON_OK},
    {"=?x?q?a?= =?y?b?Yg==?= <bob@partner.example>", BOB, REASON_OK},
    {"B\xc3\xb6"
     "b <bob@partner.example>",
	BOB, REASON_OK},
    {"B\xf6"
     "b <bob@partner.example>",
	BOB, REASON_OK},
    {"\r\n Bob\r\n\t<bob@partner.example>\r\n ", BOB, REASON_OK},
    {"bob @ partner . example", BOB, REASON_OK},
    {"bob(x)@(y)partner(z).example", BOB, REASON_OK},
    {"< bob@partner.example >", BOB, REASON_OK},
    {"\"bob\"@partner.example", BOB, REASON_OK},
    {"bob@partner.example <bob@partner.example>", BOB, REASON_OK},
    {"Bob <b\xc3\xb6"
     "b@b\xc3\xbc"
     "cher.example>",
	"b\xc3\xb6"
	"b@xn--bcher-kva.example",
	REASON_OK},
    /* more than one, or none */
    {"bob@partner.example, alice@partner.example", NULL, REASON_MANY_FROM},
    {"Bob <bob@partner.example>, x <y@z.example>", NULL, REASON_MANY_FROM},
    {"Builder, Bob <bob@partner.example>", NULL, REASON_MANY_FROM},
    {"bob@partner.example <evil@x.example>", NULL, REASON_BAD_FROM},
    {"evil@x.example <bob@partner.example>", NULL, REASON_BAD_FROM},
    {"<bob@partner.example> <evil@x.example>", NULL, REASON_BAD_FROM},
    {"<bob@partner.example> evil", NULL, REASON_BAD_FROM},
    {"=?utf-8?Q?<evil@x.example>?= <bob@partner.example>", NULL,
	REASON_BAD_FROM},
    {"Bob", NULL, REASON_BAD_FROM},
    {"", NULL, REASON_BAD_FROM},
    {"<>", NULL, REASON_BAD_FROM},
    {"bob", NULL, REASON_BAD_FROM},
    {"@partner.example", NULL, REASON_BAD_FROM},
    {"bob@", NULL, REASON_BAD_FROM},
    /* groups: of one mailbox, and others */
    {"Team: bob@partner.example;", BOB, REASON_OK},
    {"\"Team: x\" (y) : ,Bob <bob@partner.example>, ; (z)", BOB, REASON_OK},
    {"evil@x.example: bob@partner.example;", NULL, REASON_BAD_FROM},
    {"Team: a@b.example, bob@partner.example;", NULL, REASON_MANY_FROM},
    {"Team: bob@partner.example;, a@b.example", NULL, REASON_BAD_FROM},
    {"Team: bob@partner.example; evil", NULL, REASON_BAD_FROM},
    {"Team: bob@partner.example", NULL, REASON_BAD_FROM},
    {"Team: bob@partner.example x;", NULL, REASON_BAD_FROM},
    {"undisclosed:;", NULL, REASON_BAD_FROM},
    {"undisclosed: , ,;", NULL, REASON_BAD_FROM},
    {": bob@partner.example;", NULL, REASON_BAD_FROM},
    {"A: B: bob@partner.example;;", NULL, REASON_BAD_FROM},
    {"a:a:a:a:a:a:a:bob@partner.example", NULL, REASON_BAD_FROM},
    {"bob@partner.example; evil@x.example", NULL, REASON_BAD_FROM},
    {"bob@partner.example;", NULL, REASON_BAD_FROM},
    /* lists with empty places */
    {", bob@partner.example", BOB, REASON_OK},
    {"bob@partner.example,", BOB, REASON_OK},
    {" , (x), Bob <bob@partner.example> , (y)", BOB, REASON_OK},
    {",", NULL, REASON_BAD_FROM},
    {"bob@partner.example,, a@b.example", NULL, REASON_MANY_FROM},
    /* routes */
    {"<@relay.example:bob@partner.example>", BOB, REASON_OK},
    {"Bob <@a.example,@b.example:bob@partner.example>", BOB, REASON_OK},
    {"<, @a (x) . example , , @b : bob@partner.example>", BOB, REASON_OK},
    {"<@partner.example:evil@x.example>", "evil@x.example", REASON_OK},
    {"@relay.example:bob@partner.example", NULL, REASON_BAD_FROM},
    {"<@relay.example bob@partner.example>", NULL, REASON_BAD_FROM},
    {"<@relay.example:@x.example:bob@partner.example>", NULL, REASON_BAD_FROM},
    {"<:bob@partner.example>", NULL, REASON_BAD_FROM},
    {"<@[192.0.2.1]:bob@partner.example>", NULL, REASON_BAD_FROM},
    /* words in quotes that need none */
    {"\"b\".\"o\".b@partner.example", "b.o.b@partner.example", REASON_OK},
    {"\"b.o\" . \"b\" @partner.example", "b.o.b@partner.example", REASON_OK},
    {"\"b\\ob\"@partner.example", BOB, REASON_OK},
    {"\"\".bob@partner.example", NULL, REASON_BAD_ADDRESS},
    {"\".\"bob@partner.example", NULL, REASON_BAD_FROM},
    {"\"bob\\\"\"@partner.example", NULL, REASON_BAD_ADDRESS},
    {"\"bob\\\\\"@partner.example", NULL, REASON_BAD_ADDRESS},
    {"\"bob\r\n \"@partner.example", NULL, REASON_BAD_ADDRESS},
    /* what others may take for an address */
    {"=?utf-8?Q?bob=40partner.example?=", NULL, REASON_BAD_FROM},
    {"=?utf-8?Q?bob?=@partner.example", NULL, REASON_BAD_FROM},
    {"=?utf-8?Q?=3Cbob=40partner.example=3E?= <evil@x.example>",
	"evil@x.example", REASON_OK},
    {"<bob@partner.example>\xc2\xa0", NULL, REASON_BAD_FROM},
    {"bob@partner.example@evil.example", NULL, REASON_BAD_FROM},
    {"bob%partner.example@evil.example", "bob%partner.example@evil.example",
	REASON_OK},
    {"bob@partner.example\\@evil.example", NULL, REASON_BAD_FROM},
    {"(bob@partner.example\\) <evil@x.example>) <bob@partner.example>", BOB,
	REASON_OK},
    {"\"<bob@partner.example> \\\"\" <evil@x.example>", "evil@x.example",
	REASON_OK},
    {"\"Bob via list\" <list@lists.example>", "list@lists.example", REASON_OK},
    {"bob@partner.example <>", NULL, REASON_BAD_FROM},
    {"<<bob@partner.example>>", NULL, REASON_BAD_FROM},
    {"<\"bob@partner.example\"@evil.example>", NULL, REASON_BAD_ADDRESS},
    {"bob@192.0.2.1", NULL, REASON_BAD_ADDRESS},
    {"b\xd0\xbe"
     "b@partner.example",
	"b\xd0\xbe"
	"b@partner.example",
	REASON_OK},
    {"b\xe2\x80\x8b"
     "ob@partner.example",
	NULL, REASON_BAD_ADDRESS},
    /* what does not end */
    {"\"Bob <bob@partner.example>", NULL, REASON_BAD_FROM},
    {"(Bob <bob@partner.example>", NULL, REASON_BAD_FROM},
    {"Bob <bob@partner.example", NULL, REASON_BAD_FROM},
    {"Bob \\", NULL, REASON_BAD_FROM},
    {"\"Bob\\", NULL, REASON_BAD_FROM},
    {"bob@partner.example (x", NULL, REASON_BAD_FROM},
    /* addresses that are none */
    {"bob@[192.0.2.1]", NULL, REASON_BAD_FROM},
    {"bob..b@partner.example", NULL, REASON_BAD_FROM},
    {"\"bob b\"@partner.example", NULL, REASON_BAD_ADDRESS},
    {"\"bob@x\"@partner.example", NULL, REASON_BAD_ADDRESS},
    {"bob@partner_.exa$mple", NULL, REASON_BAD_ADDRESS},
};

static void
values(void **state)
{
	char out[ADDRESS_SIZE];
	struct reason why;
	enum outcome o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].value);
		reason_clear(&why);
		o = from_parse(span_str(rows[i].value), out, &why);
		assert_int_equal(why.code, rows[i].code);
		assert_int_equal(o == DONE, rows[i].address != NULL);
		if (o == DONE)
			assert_string_equal(out, rows[i].address);
	}
}

/*
 * GMime as a second opinion: what we take for the one mailbox it must not
 * take for another.  Where it sees more mailboxes or none, we were the more
 * forgiving, which only these rows may be.
 */
static void
second_opinion(void **state)
{
	char ours[ADDRESS_SIZE], theirs[ADDRESS_SIZE];
	InternetAddressList *list;
	InternetAddress *one;
	const char *address;
	struct reason why;
	unsigned agreed = 0;
	size_t i;

	(void)state;
	g_mime_init();
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (rows[i].address == NULL)
			continue;
		assert_int_equal(
		    from_parse(span_str(rows[i].value), ours, &why), DONE);
		list = internet_address_list_parse(NULL, rows[i].value);
		if (list == NULL)
			continue;
		one = NULL;
		if (internet_address_list_length(list) == 1)
			one = internet_address_list_get_address(list, 0);
		if (one != NULL && INTERNET_ADDRESS_IS_MAILBOX(one)) {
			address = internet_address_mailbox_get_addr(
			    INTERNET_ADDRESS_MAILBOX(one));
			print_message("%s: %s\n", rows[i].value, address);
			if (address_canonical(
				span_str(address), theirs, &why) == DONE) {
				assert_string_equal(ours, theirs);
				agreed++;
			}
		} else
			print_message("%s: not one\n", rows[i].value);
		g_object_unref(list);
	}
	assert_true(agreed >= 15);
	g_mime_shutdown();
}

/* What makes recursive parsers fall: long rows of openers. */
static void
deep(void **state)
{
	static const char *const pieces[] = {"a:", "(", "(a", "\"", "<", "=?",
	    ",", ".", "\\", "@", "a@", "[", "=?a?b?", "<@a:", "a ", ";"};
	char text[LIMIT_FROM + 64], out[ADDRESS_SIZE];
	struct reason why;
	size_t i, n, len;

	(void)state;
	for (i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
		len = strlen(pieces[i]);
		for (n = 0; n + len <= LIMIT_FROM; n += len)
			memcpy(text + n, pieces[i], len);
		assert_int_equal(
		    from_parse((struct span){(uint8_t *)text, n}, out, &why),
		    REFUSED);
	}
	memset(text, 'a', sizeof text);
	assert_int_equal(
	    from_parse(
		(struct span){(uint8_t *)text, LIMIT_FROM + 1}, out, &why),
	    REFUSED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values),
	    cmocka_unit_test(second_opinion),
	    cmocka_unit_test(deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
