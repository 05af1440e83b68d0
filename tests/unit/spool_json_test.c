#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spool/spool.h"
#include "tests/unit/sample.h"

static void
same_again(void **state)
{
	struct harvest *h = sample_harvest(1, 1), *again = NULL;
	char before[DIGEST_HEX], after[DIGEST_HEX];
	struct bytes text = {NULL, 0};
	struct reason why;

	(void)state;
	strcpy(h->address, "J\xc3\xb6rg+'@xn--bcher-kva.example");
	reason_set(
	    &h->chain, REASON_CHAIN_UNKNOWN, "no \"issuer\" \xe2\x82\xac");
	assert_true(bytes_dup(span_str("0\x01\x02"), &h->capabilities));
	assert_int_equal(DONE, spool_encode(h, &text, &why));
	assert_int_equal(DONE, spool_decode(span_bytes(&text), &again, &why));
	harvest_digest(h, before);
	harvest_digest(again, after);
	assert_string_equal(before, after);
	assert_string_equal(h->address, again->address);
	assert_string_equal(h->name, again->name);
	assert_string_equal(h->phrase, again->phrase);
	assert_memory_equal(&h->authentication, &again->authentication,
	    sizeof h->authentication);
	assert_int_equal(h->bulk, again->bulk);
	assert_string_equal(h->message_id, again->message_id);
	assert_string_equal(h->queue_id, again->queue_id);
	assert_string_equal(h->chain.text, again->chain.text);
	assert_int_equal(h->received, again->received);
	assert_int_equal(h->signing_time, again->signing_time);
	assert_true(text.len < LIMIT_SPOOL_FILE);
	bytes_clear(&text);
	harvest_free(h);
	harvest_free(again);
}

/* The largest harvest that the caps allow fits a spool file. */
static void
largest_fits(void **state)
{
	struct harvest *h = sample_harvest(1, 1), *again = NULL;
	struct bytes text = {NULL, 0}, *all[18];
	struct reason why;
	uint8_t *big;
	unsigned i;

	(void)state;
	big = calloc(1, LIMIT_CERTIFICATE);
	assert_non_null(big);
	for (i = 0; i < LIMIT_CERTIFICATES; i++)
		all[i] = &h->others[i];
	all[16] = &h->certificate;
	all[17] = &h->signer;
	for (i = 0; i < 18; i++) {
		bytes_clear(all[i]);
		assert_true(
		    bytes_dup((struct span){big, LIMIT_CERTIFICATE}, all[i]));
	}
	h->n_others = LIMIT_CERTIFICATES;
	memset(h->message_id, 1, sizeof h->message_id - 1);
	memset(h->why.text, 0xc3, 1);
	assert_int_equal(DONE, spool_encode(h, &text, &why));
	assert_int_equal(DONE, spool_decode(span_bytes(&text), &again, &why));
	assert_int_equal(again->n_others, LIMIT_CERTIFICATES);
	free(big);
	bytes_clear(&text);
	harvest_free(h);
	harvest_free(again);
}

/* A stranger's message-id can be anything; his name cannot. */
static void
words_are_mended(void **state)
{
	struct harvest *h = sample_harvest(1, 1), *again = NULL;
	struct bytes text = {NULL, 0};
	struct reason why;

	(void)state;
	strcpy(h->message_id, "<a\r\nb\xff@c>");
	assert_int_equal(DONE, spool_encode(h, &text, &why));
	assert_int_equal(DONE, spool_decode(span_bytes(&text), &again, &why));
	assert_string_equal(again->message_id, "<a??b?@c>");
	bytes_clear(&text);
	strcpy(h->name, "\xff");
	assert_int_equal(REFUSED, spool_encode(h, &text, &why));
	assert_int_equal(why.code, REASON_SPOOL_DAMAGED);
	harvest_free(h);
	harvest_free(again);
}

#define GOOD                                                                   \
	"\"version\":1,\"address\":\"a@b.c\",\"certificate\":\"30\","          \
	"\"signer\":\"30\""
#define NOTE                                                                   \
	"\"version\":1,\"address\":\"a@b.c\",\"why\":{\"code\":\"not-from\"}"

static const struct {
	const char *text, *complaint; /* NULL: is taken */
} texts[] = {
    {"{" GOOD "}", NULL},
    {"{" GOOD ",\"future\":[1]}", NULL},
    {"{" NOTE "}", NULL},
    {"", "not JSON"},
    {"{", "not JSON"},
    {"[]", "not a JSON object"},
    {"{" GOOD "} x", "not JSON"},
    {"{" GOOD ",\"address\":\"b@b.c\"}", "not JSON"}, /* twice */
    {"{" GOOD ",\"name\":\"\\u0000\"}", "not JSON"},
    {"{" GOOD ",\"name\":\"\xff\"}", "not JSON"},
    {"{" GOOD ",\"name\":\"a\\nb\"}", "name: a control character"},
    {"{" GOOD ",\"name\":7}", "name: not a string"},
    {"{" GOOD ",\"phrase\":7}", "phrase: not a string"},
    {"{" GOOD ",\"dmarc\":\"passed\"}", "dmarc: no result"},
    {"{" GOOD ",\"dkim\":true}", "dkim: not a string"},
    {"{" GOOD ",\"received\":\"now\"}", "received: not an integer"},
    {"{" GOOD ",\"received\":-1}", "received: not a time"},
    {"{" GOOD ",\"received\":999999999999999}", "received: not a time"},
    {"{" GOOD ",\"received\":1e999}", "not JSON"},
    {"{" GOOD ",\"others\":{}}", "others: not a list"},
    {"{" GOOD ",\"others\":[1]}", "others: not a string"},
    {"{" GOOD ",\"others\":[\"\"]}", "others: a bad length"},
    {"{" GOOD ",\"capabilities\":\"3\"}", "capabilities: a bad length"},
    {"{" GOOD ",\"capabilities\":\"3x\"}", "capabilities: not hexadecimal"},
    {"{" GOOD ",\"chain\":\"ok\"}", "chain: not an object"},
    {"{" GOOD ",\"chain\":{\"code\":\"none\"}}", "chain: no such reason"},
    {"{" GOOD ",\"why\":{\"code\":\"not-from\"}}", "with a refusal"},
    {"{" NOTE ",\"others\":[\"30\"]}", "with certificates"},
    {"{\"version\":1,\"address\":\"a@b.c\"}", "without a reason"},
    {"{\"version\":1,\"address\":\"a@b.c\",\"certificate\":\"30\"}",
	"without a signer"},
    {"{\"version\":1,\"address\":\"A@b.c\",\"certificate\":\"30\"}",
	"not canonical"},
    {"{\"version\":1,\"certificate\":\"30\",\"signer\":\"30\"}",
	"not canonical"},
    {"{\"version\":2,\"address\":\"a@b.c\"}", "another version"},
    {"{}", "another version"},
};

static void
hostile_texts(void **state)
{
	struct harvest *h;
	struct reason why;
	enum outcome o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		h = NULL;
		o = spool_decode(span_str(texts[i].text), &h, &why);
		if (o != (texts[i].complaint == NULL ? DONE : REFUSED) ||
		    (o != DONE &&
			(why.code != REASON_SPOOL_DAMAGED ||
			    strstr(why.text, texts[i].complaint) == NULL)))
			fail_msg("%s: %s %s", texts[i].text, outcome_name(o),
			    o == DONE ? "" : why.text);
		harvest_free(h);
	}
}

/* Longer than the caps: certificates, their number, the address. */
static void
caps_hold(void **state)
{
	static char text[LIMIT_SPOOL_FILE + 2];
	struct harvest *h = NULL;
	struct reason why;
	size_t n;
	int i;

	(void)state;
	n = (size_t)sprintf(text, "{" GOOD ",\"capabilities\":\"");
	memset(text + n, '0', 2 * (LIMIT_CAPABILITIES + 1));
	strcpy(text + n + 2 * (LIMIT_CAPABILITIES + 1), "\"}");
	assert_int_equal(REFUSED, spool_decode(span_str(text), &h, &why));
	n = (size_t)sprintf(text, "{" GOOD ",\"others\":[\"30\"");
	for (i = 0; i < LIMIT_CERTIFICATES; i++)
		n += (size_t)sprintf(text + n, ",\"30\"");
	strcpy(text + n, "]}");
	assert_int_equal(REFUSED, spool_decode(span_str(text), &h, &why));
	n = (size_t)sprintf(text, "{" GOOD ",\"name\":\"");
	memset(text + n, 'a', LIMIT_NAME + 1);
	strcpy(text + n + LIMIT_NAME + 1, "\"}");
	assert_int_equal(REFUSED, spool_decode(span_str(text), &h, &why));
	memset(text, '[', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	assert_int_equal(REFUSED, spool_decode(span_str(text), &h, &why));
	text[LIMIT_SPOOL_FILE] = '\0';
	assert_int_equal(REFUSED, spool_decode(span_str(text), &h, &why));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(same_again),
	    cmocka_unit_test(largest_fits),
	    cmocka_unit_test(words_are_mended),
	    cmocka_unit_test(hostile_texts),
	    cmocka_unit_test(caps_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
