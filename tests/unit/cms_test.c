#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "smime/cms.h"
#include "smime/tlv.h"

#define S(x) ((struct span){(const uint8_t *)(x), sizeof(x) - 1})

/* One element as far as its tag and length go; the rest that is left. */
static const struct {
	struct span in;
	int left; /* -1: bad */
} elements[] = {
    {{(const uint8_t *)"\x30\x00", 2}, 0},
    {{(const uint8_t *)"\x30\x00x", 3}, 1},
    {{(const uint8_t *)"\x04\x01x", 3}, 0},
    {{(const uint8_t *)"\x04\x81\x01x", 4}, 0},
    {{(const uint8_t *)"\x04\x84\x00\x00\x00\x01x", 7}, 0},
    {{(const uint8_t *)"\x30\x80\x00\x00", 4}, 0},
    {{(const uint8_t *)"\x30\x80\x04\x01x\x00\x00y", 8}, 1},
    {{(const uint8_t *)"\x30\x80\x30\x80\x00\x00\x00\x00", 8}, 0},
    {{(const uint8_t *)"", 0}, -1}, {{(const uint8_t *)"\x30", 1}, -1},
    {{(const uint8_t *)"\x04\x02x", 3}, -1},
    {{(const uint8_t *)"\x04\x80\x00\x00", 4}, -1}, /* primitive */
    {{(const uint8_t *)"\x30\x80\x00", 3}, -1},
    {{(const uint8_t *)"\x30\x80\x30\x80\x00\x00", 6}, -1},
    {{(const uint8_t *)"\x1f\x01\x00", 3}, -1}, /* long tag */
    {{(const uint8_t *)"\x04\x85\x00\x00\x00\x00\x01x", 8}, -1},
    {{(const uint8_t *)"\x04\x84\xff\xff\xff\xff", 6}, -1},
    {{(const uint8_t *)"\x04\x82\x01", 3}, -1},
    {{(const uint8_t *)"\x00\x00", 2}, -1}, /* ends nothing */
};

static void
tlv_elements(void **state)
{
	struct tlv_reader r;
	struct tlv t;
	size_t i;
	bool ok;

	(void)state;
	for (i = 0; i < sizeof elements / sizeof elements[0]; i++) {
		print_message("%zu\n", i);
		tlv_start(&r, elements[i].in);
		ok = tlv_next(&r, &t);
		assert_int_equal(ok, elements[i].left >= 0);
		assert_int_equal(tlv_ok(&r), ok);
		if (!ok)
			continue;
		assert_int_equal(r.end - r.p, elements[i].left);
		assert_int_equal(tlv_end(&r), elements[i].left == 0);
	}
}

/* What lies behind 00 00 in an element of definite length is not hidden. */
static void
tlv_hidden(void **state)
{
	struct tlv_level level;
	struct tlv_reader r;
	struct tlv t;

	(void)state;
	tlv_start(&r, S("\x31\x08\x04\x01x\x00\x00\x04\x01y"));
	assert_true(tlv_enter(&r, TLV_SET, &level));
	assert_true(tlv_next(&r, &t));
	assert_false(tlv_more(&r));
	assert_false(tlv_ok(&r));
}

static void
tlv_depth(void **state)
{
	uint8_t deep[4 * (LIMIT_BER_DEPTH + 2)];
	struct tlv_reader r;
	unsigned n, i;
	struct tlv t;

	(void)state;
	for (n = LIMIT_BER_DEPTH - 1; n <= LIMIT_BER_DEPTH + 1; n++) {
		for (i = 0; i < n; i++) {
			deep[2 * i] = 0x30;
			deep[2 * i + 1] = 0x80;
		}
		memset(deep + 2 * n, 0, 2 * n);
		tlv_start(&r, (struct span){deep, 4 * n});
		assert_int_equal(tlv_next(&r, &t), n <= LIMIT_BER_DEPTH);
	}
}

static bool
collect(void *arg, struct span s)
{
	return buffer_add(arg, s.data, s.len);
}

/* kind, bytes, what is signed; NULL: no content. */
static const struct {
	enum content_kind kind;
	struct span bytes;
	const char *out;
} contents[] = {
    {CONTENT_PLAIN, {(const uint8_t *)"a\nb", 3}, "a\nb"},
    {CONTENT_LINES, {(const uint8_t *)"a\nb", 3}, "a\r\nb"},
    {CONTENT_LINES, {(const uint8_t *)"a\r\nb\n", 5}, "a\r\nb\r\n"},
    {CONTENT_LINES, {(const uint8_t *)"\n\n\r\n", 4}, "\r\n\r\n\r\n"},
    {CONTENT_LINES, {(const uint8_t *)"a\rb\r\r\n", 6}, "a\rb\r\r\n"},
    {CONTENT_LINES, {(const uint8_t *)"", 0}, ""},
    {CONTENT_PIECES,
	{(const uint8_t *)"\x24\x80\x04\x01"
			  "a\x04\x02"
			  "bc\x00\x00",
	    11},
	"abc"},
    {CONTENT_PIECES,
	{(const uint8_t *)"\x24\x0a\x24\x80\x04\x01"
			  "a\x00\x00\x04\x01"
			  "b",
	    12},
	"ab"},
    {CONTENT_PIECES, {(const uint8_t *)"\x24\x80\x00\x00", 4}, ""},
    {CONTENT_PIECES,
	{(const uint8_t *)"\x24\x80\x0c\x01"
			  "a\x00\x00",
	    7},
	NULL},
    {CONTENT_PIECES,
	{(const uint8_t *)"\x24\x80\x24\x80\x24\x80\x24\x80"
			  "\x24\x80\x04\x01"
			  "a\x00\x00\x00\x00\x00\x00\x00\x00"
			  "\x00\x00",
	    23},
	NULL},
};

static void
content_kinds(void **state)
{
	struct content c;
	struct buffer b;
	size_t i;
	bool ok;

	(void)state;
	for (i = 0; i < sizeof contents / sizeof contents[0]; i++) {
		print_message("%zu\n", i);
		c.kind = contents[i].kind;
		c.bytes = contents[i].bytes;
		buffer_init(&b, 1000);
		ok = content_each(&c, collect, &b);
		assert_int_equal(ok, contents[i].out != NULL);
		if (ok)
			assert_true(span_equal(
			    span_buffer(&b), span_str(contents[i].out)));
		buffer_clear(&b);
	}
}

/* Lines longer and shorter than what is gathered, against a plain copy. */
static void
content_long(void **state)
{
	enum { SIZE = 100000 };
	uint8_t *in = malloc(SIZE), *want = malloc(2 * SIZE), *p = want;
	struct content c = {CONTENT_LINES, {in, SIZE}};
	unsigned seed = 7, i;
	struct buffer b;

	(void)state;
	for (i = 0; i < SIZE; i++) {
		seed = seed * 1103515245 + 12345;
		in[i] = i < SIZE / 2 && seed >> 28 == 0 ? '\n' : 'x';
		if (in[i] == '\n')
			*p++ = '\r';
		*p++ = in[i];
	}
	buffer_init(&b, 2 * SIZE);
	assert_true(content_each(&c, collect, &b));
	assert_true(span_equal(
	    span_buffer(&b), (struct span){want, (size_t)(p - want)}));
	buffer_clear(&b);
	free(in);
	free(want);
}

/* A signed-data by hand: version, digests, content, certificates, signers. */
#define INFO(oid, rest)                                                        \
	"\x30\x80\x06\x09" oid "\xa0\x80" rest "\x00\x00\x00\x00"
#define SIGNED "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
#define DATA "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
#define HEAD "\x30\x80\x02\x01\x01\x31\x00"
#define EMPTY "\x30\x0b" DATA
#define HELLO "\x30\x12" DATA "\xa0\x05\x24\x03\x04\x01x"
/* version, sid, digest algorithm */
#define SIGNER "\x30\x09\x02\x01\x01\x80\x00\x30\x00\x30\x00"
#define END "\x00\x00"

static const struct {
	const char *name;
	bool detached;
	enum reason_code code;
	struct span blob;
} blobs[] = {
#define BLOB(s)                                                                \
	{                                                                      \
		(const uint8_t *)(s), sizeof(s) - 1                            \
	}
    {"detached", true, REASON_OK,
	BLOB(INFO(SIGNED, HEAD EMPTY "\x31\x0b" SIGNER END))},
    {"opaque", false, REASON_OK,
	BLOB(INFO(SIGNED, HEAD HELLO "\x31\x0b" SIGNER END))},
    {"econtent", true, REASON_ECONTENT,
	BLOB(INFO(SIGNED, HEAD HELLO "\x31\x0b" SIGNER END))},
    {"no content", false, REASON_NO_CONTENT,
	BLOB(INFO(SIGNED, HEAD EMPTY "\x31\x0b" SIGNER END))},
    {"no signer", true, REASON_NO_SIGNER,
	BLOB(INFO(SIGNED, HEAD EMPTY "\x31\x00" END))},
    {"no signer, content", false, REASON_NO_SIGNER,
	BLOB(INFO(SIGNED, HEAD HELLO "\x31\x00" END))},
    {"certs-only", false, REASON_CERTS_ONLY,
	BLOB(INFO(SIGNED, HEAD EMPTY "\x31\x00" END))},
    {"two signers", true, REASON_MANY_SIGNERS,
	BLOB(INFO(SIGNED, HEAD EMPTY "\x31\x16" SIGNER SIGNER END))},
    {"hidden signer", true, REASON_CMS_MALFORMED,
	BLOB(INFO(SIGNED, HEAD EMPTY "\x31\x18" SIGNER "\x00\x00" SIGNER END))},
    {"trailing", true, REASON_CMS_TRAILING,
	BLOB(INFO(SIGNED, HEAD EMPTY "\x31\x0b" SIGNER END) "\x00")},
    {"more in SignedData", true, REASON_CMS_MALFORMED,
	BLOB(INFO(SIGNED, HEAD EMPTY "\x31\x0b" SIGNER "\x05\x00" END))},
    {"more in content", true, REASON_CMS_MALFORMED,
	BLOB(INFO(SIGNED, HEAD EMPTY "\x31\x0b" SIGNER END "\x05\x00"))},
    {"lists skipped", true, REASON_OK,
	BLOB(INFO(SIGNED,
	    HEAD EMPTY "\xa0\x02\xa1\x00\xa1\x02\x30\x00\x31\x0b" SIGNER END))},
    {"empty attributes", true, REASON_CMS_MALFORMED,
	BLOB(INFO(SIGNED,
	    HEAD EMPTY "\x31\x0d\x30\x0b\x02\x01\x01\x80\x00"
		       "\x30\x00\xa0\x00\x30\x00" END))},
    {"enveloped", true, REASON_ENCRYPTED,
	BLOB(INFO("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", "\x30\x00"))},
    {"data", false, REASON_UNSIGNED,
	BLOB(INFO("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", "\x04\x00"))},
    {"unknown", false, REASON_CMS_MALFORMED,
	BLOB(INFO("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x7f", "\x04\x00"))},
    {"no end", true, REASON_CMS_MALFORMED,
	BLOB("\x30\x80\x06\x09" SIGNED "\xa0\x80" HEAD EMPTY)},
    {"nothing", true, REASON_CMS_MALFORMED, BLOB("")},
};

static void
cms_blobs(void **state)
{
	struct reason why;
	struct buffer b;
	struct cms c;
	enum outcome o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof blobs / sizeof blobs[0]; i++) {
		print_message("%s\n", blobs[i].name);
		reason_clear(&why);
		o = cms_read(blobs[i].blob, blobs[i].detached, &c, &why);
		assert_int_equal(why.code, blobs[i].code);
		assert_int_equal(o, reason_outcome(blobs[i].code));
		if (o != DONE)
			continue;
		assert_true(cms_is_data(&c));
		/* What we write is read again, as detached. */
		assert_int_equal(cms_write_signer(&c, &b, &why), DONE);
		assert_int_equal(
		    cms_read(span_buffer(&b), true, &c, &why), DONE);
		buffer_clear(&b);
	}
}

/* Counts and sizes are told before anything is decoded. */
static void
cms_caps(void **state)
{
	static const char start[] =
	    "\x30\x80\x06\x09" SIGNED "\xa0\x80" HEAD EMPTY "\xa0\x80";
	struct reason why;
	struct buffer b;
	unsigned i, n;
	struct cms c;
	uint8_t *big;

	(void)state;
	for (n = LIMIT_CERTIFICATES; n <= LIMIT_CERTIFICATES + 1; n++) {
		buffer_init(&b, 1000);
		assert_true(buffer_add(&b, start, sizeof start - 1));
		for (i = 0; i < n; i++)
			assert_true(buffer_add(&b, "\x30\x00", 2));
		assert_true(buffer_add(
		    &b, "\x00\x00\x31\x0b" SIGNER "\0\0\0\0\0\0", 21));
		reason_clear(&why);
		(void)!cms_read(span_buffer(&b), true, &c, &why);
		assert_int_equal(why.code,
		    n == LIMIT_CERTIFICATES ? REASON_OK : REASON_CMS_LIMIT);
		buffer_clear(&b);
	}
	big = calloc(1, LIMIT_CERTIFICATE);
	buffer_init(&b, 2 * LIMIT_CERTIFICATE);
	assert_true(buffer_add(&b, start, sizeof start - 1));
	assert_true(
	    tlv_put(&b, TLV_SEQUENCE, (struct span){big, LIMIT_CERTIFICATE}));
	assert_int_equal(cms_read(span_buffer(&b), true, &c, &why), REFUSED);
	assert_int_equal(why.code, REASON_CMS_LIMIT);
	buffer_clear(&b);
	free(big);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tlv_elements),
	    cmocka_unit_test(tlv_hidden),
	    cmocka_unit_test(tlv_depth),
	    cmocka_unit_test(content_kinds),
	    cmocka_unit_test(content_long),
	    cmocka_unit_test(cms_blobs),
	    cmocka_unit_test(cms_caps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
