#include "smime/phrase.h"

#include <iconv.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/utf8.h"

/* Three bytes for one of a phrase, as in the charsets of one byte each. */
#define DECODED (4 * LIMIT_FROM)

/*
 * What mail is written in; none that escapes to others than it is asked
 * for, as UTF-7 does.  iconv: NULL for UTF-8 itself.
 */
static const struct charset {
	const char *name, *iconv;
} charsets[] = {
    {"utf-8", NULL},
    {"utf8", NULL},
    {"us-ascii", NULL},
    {"ascii", NULL},
    {"iso-8859-1", "ISO-8859-1"},
    {"latin1", "ISO-8859-1"},
    {"iso-8859-2", "ISO-8859-2"},
    {"iso-8859-3", "ISO-8859-3"},
    {"iso-8859-4", "ISO-8859-4"},
    {"iso-8859-5", "ISO-8859-5"},
    {"iso-8859-7", "ISO-8859-7"},
    {"iso-8859-9", "ISO-8859-9"},
    {"iso-8859-10", "ISO-8859-10"},
    {"iso-8859-13", "ISO-8859-13"},
    {"iso-8859-14", "ISO-8859-14"},
    {"iso-8859-15", "ISO-8859-15"},
    {"iso-8859-16", "ISO-8859-16"},
    {"windows-1250", "WINDOWS-1250"},
    {"windows-1251", "WINDOWS-1251"},
    {"windows-1252", "WINDOWS-1252"},
    {"windows-1253", "WINDOWS-1253"},
    {"windows-1254", "WINDOWS-1254"},
    {"windows-1257", "WINDOWS-1257"},
    {"windows-1258", "WINDOWS-1258"},
    {"koi8-r", "KOI8-R"},
    {"koi8-u", "KOI8-U"},
    {"iso-2022-jp", "ISO-2022-JP"},
    {"shift_jis", "SHIFT_JIS"},
    {"euc-jp", "EUC-JP"},
    {"euc-kr", "EUC-KR"},
    {"ks_c_5601-1987", "EUC-KR"},
    {"gb2312", "GBK"},
    {"gbk", "GBK"},
    {"gb18030", "GB18030"},
    {"big5", "BIG5"},
    {"tis-620", "TIS-620"},
};
#define CHARSETS (sizeof charsets / sizeof charsets[0])

/*
 * One for each, NULL or -1 where it is not to be had.  glibc opens files
 * for a charset in iconv_open() alone, so these have to outlive the
 * questions of a worker, which has one thread.
 */
static iconv_t converters[CHARSETS];

/* The name so far. */
struct line {
	uint8_t text[DECODED];
	size_t len;
	uint8_t raw[LIMIT_FROM]; /* of encoded words in a row, undecoded */
	size_t raw_len;
	size_t charset; /* of raw */
	bool bad;
};

/* An encoded word, in spans of the phrase. */
struct encoded {
	struct span charset, text;
	uint8_t encoding;
	size_t len; /* of all */
};

void
phrase_init(void)
{
	size_t i;

	for (i = 0; i < CHARSETS; i++)
		if (charsets[i].iconv != NULL && converters[i] == NULL)
			converters[i] = iconv_open("UTF-8", charsets[i].iconv);
}

/* Characters up to '?', of which there is at least one; behind it then. */
static bool
up_to_mark(struct span *rest, struct span *out)
{
	const uint8_t *p = rest->data, *end = p + rest->len;

	while (p<end && * p> ' ' && *p < 0x7f && *p != '?')
		p++;
	*out = (struct span){rest->data, (size_t)(p - rest->data)};
	if (p == end || *p != '?')
		return false;
	*rest = (struct span){p + 1, (size_t)(end - p - 1)};
	return true;
}

/* "=?" charset [ "*" language ] "?" encoding "?" text "?=" at the start. */
static bool
encoded_read(struct span s, struct encoded *out)
{
	struct span rest = s, encoding;
	const uint8_t *star;

	if (s.len < 2 || s.data[0] != '=' || s.data[1] != '?')
		return false;
	rest.data += 2;
	rest.len -= 2;
	if (!up_to_mark(&rest, &out->charset) ||
	    !up_to_mark(&rest, &encoding) || encoding.len != 1 ||
	    !up_to_mark(&rest, &out->text) || rest.len == 0 ||
	    rest.data[0] != '=')
		return false;
	star = memchr(out->charset.data, '*', out->charset.len);
	if (star != NULL)
		out->charset.len = (size_t)(star - out->charset.data);
	out->encoding = encoding.data[0];
	out->len = (size_t)(rest.data + 1 - s.data);
	return true;
}

static void
add(struct line *l, const void *data, size_t n)
{
	if (n > sizeof l->text - l->len) {
		l->bad = true;
		return;
	}
	memcpy(l->text + l->len, data, n);
	l->len += n;
}

static void
add_raw(struct line *l, uint8_t c)
{
	if (l->raw_len < sizeof l->raw)
		l->raw[l->raw_len++] = c;
	else
		l->bad = true;
}

/* What stood in encoded words, in its charset, to the end of the line. */
static void
flush(struct line *l)
{
	char *in = (char *)l->raw, *out = (char *)l->text + l->len;
	size_t in_left = l->raw_len, out_left = sizeof l->text - l->len;
	iconv_t c = converters[l->charset];

	l->raw_len = 0;
	if (in_left == 0)
		return;
	if (charsets[l->charset].iconv == NULL) {
		add(l, in, in_left);
		return;
	}
	/* From its first state, and back to it: some charsets have states. */
	if (c == NULL || c == (iconv_t)-1 ||
	    iconv(c, NULL, NULL, NULL, NULL) == (size_t)-1 ||
	    iconv(c, &in, &in_left, &out, &out_left) == (size_t)-1 ||
	    iconv(c, NULL, NULL, &out, &out_left) == (size_t)-1)
		l->bad = true;
	l->len = sizeof l->text - out_left;
}

static int
hex_digit(uint8_t c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = c == 0 ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)((at - digits) % 16);
}

/* RFC 2047 section 4.2. */
static void
decode_q(struct line *l, struct span text)
{
	size_t i;
	int high, low;

	for (i = 0; i < text.len; i++) {
		if (text.data[i] != '=') {
			add_raw(l, text.data[i] == '_' ? ' ' : text.data[i]);
			continue;
		}
		high = text.len - i > 2 ? hex_digit(text.data[i + 1]) : -1;
		low = text.len - i > 2 ? hex_digit(text.data[i + 2]) : -1;
		if (high < 0 || low < 0) {
			l->bad = true;
			return;
		}
		add_raw(l, (uint8_t)(high << 4 | low));
		i += 2;
	}
}

/* RFC 4648 section 4; programs forget the padding. */
static void
decode_b(struct line *l, struct span text)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t bits = 0;
	unsigned n = 0;
	const char *at;
	size_t i;

	while (text.len > 0 && text.data[text.len - 1] == '=')
		text.len--;
	for (i = 0; i < text.len; i++) {
		at = strchr(alphabet, text.data[i]);
		if (at == NULL) {
			l->bad = true;
			return;
		}
		bits = bits << 6 | (uint32_t)(at - alphabet);
		n += 6;
		if (n >= 8) {
			n -= 8;
			add_raw(l, (uint8_t)(bits >> n));
		}
	}
	l->bad = l->bad || n == 6; /* a character alone makes no octet */
}

static const struct {
	uint8_t letter;
	void (*decode)(struct line *l, struct span text);
} encodings[] = {
    {'q', decode_q},
    {'Q', decode_q},
    {'b', decode_b},
    {'B', decode_b},
};

/* Behind the words before it, in whose charset a character may go on. */
static void
add_encoded(struct line *l, const struct encoded *e)
{
	size_t i;

	for (i = 0; i < CHARSETS; i++)
		if (strlen(charsets[i].name) == e->charset.len &&
		    strncasecmp(charsets[i].name, (const char *)e->charset.data,
			e->charset.len) == 0)
			break;
	if (i == CHARSETS) {
		l->bad = true;
		return;
	}
	if (i != l->charset)
		flush(l);
	l->charset = i;
	for (i = 0; i < sizeof encodings / sizeof encodings[0]; i++)
		if (encodings[i].letter == e->encoding) {
			encodings[i].decode(l, e->text);
			return;
		}
	l->bad = true;
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * The words of a text without quotes and comments.  Blanks between encoded
 * words are not there (RFC 2047 section 6.2).
 */
static void
decode_words(struct line *l, struct span s)
{
	bool blank = false, after_encoded = false;
	struct encoded e;
	size_t n;

	while (s.len > 0) {
		n = 1;
		if (is_blank(s.data[0])) {
			blank = true;
		} else if (encoded_read(s, &e)) {
			if (!after_encoded && blank)
				add(l, " ", 1);
			add_encoded(l, &e);
			after_encoded = true;
			blank = false;
			n = e.len;
		} else {
			flush(l);
			if (blank)
				add(l, " ", 1);
			add(l, s.data, 1);
			after_encoded = blank = false;
		}
		s.data += n;
		s.len -= n;
	}
	flush(l);
}

/* Behind a comment, which may hold others. */
static size_t
comment_len(struct span s)
{
	unsigned depth = 0;
	size_t i;

	for (i = 0; i < s.len; i++) {
		if (s.data[i] == '\\')
			i++;
		else if (s.data[i] == '(')
			depth++;
		else if (s.data[i] == ')' && --depth == 0)
			return i + 1;
	}
	return s.len;
}

/* Copy a quoted string without its quotes, and return its length. */
static size_t
unquote(struct span s, uint8_t *out, size_t *n)
{
	size_t i;

	for (i = 1; i < s.len && s.data[i] != '"'; i++) {
		if (s.data[i] == '\\' && i + 1 < s.len)
			i++;
		out[(*n)++] = s.data[i];
	}
	return i < s.len ? i + 1 : s.len;
}

/* The words without quotes and comments; out is as large as s. */
static size_t
flatten(struct span s, uint8_t *out)
{
	struct encoded e;
	size_t n = 0, step;

	for (; s.len > 0; s.data += step, s.len -= step) {
		if (s.data[0] == '"') {
			step = unquote(s, out, &n);
			continue;
		}
		if (s.data[0] == '(') {
			step = comment_len(s);
			out[n++] = ' ';
			continue;
		}
		/* Some have brackets in encoded words. */
		step = encoded_read(s, &e) ? e.len : 1;
		memcpy(out + n, s.data, step);
		n += step;
	}
	return n;
}

bool
phrase_decode(struct span phrase, char out[LIMIT_NAME + 1])
{
	uint8_t flat[LIMIT_FROM];
	struct line l;

	out[0] = '\0';
	if (phrase.len > sizeof flat)
		return false;
	l.len = l.raw_len = l.charset = 0;
	l.bad = false;
	decode_words(&l, (struct span){flat, flatten(phrase, flat)});
	/* What is left of encoded words that were none would be shown. */
	if (l.bad || !utf8_is_valid((struct span){l.text, l.len}) ||
	    memmem(l.text, l.len, "=?", 2) != NULL)
		return false;
	text_show((struct span){l.text, l.len}, out, LIMIT_NAME + 1);
	return out[0] != '\0';
}
