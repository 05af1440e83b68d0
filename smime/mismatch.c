#include "smime/mismatch.h"

#include <string.h>

#include <openssl/evp.h>

#include "smime/tlv.h"

#define PKCS9 "\x2a\x86\x48\x86\xf7\x0d\x01\x09"

/* How many separator lines from the end are taken for a footer's start. */
#define SEPARATORS 4

/* The digest that was signed, and how to make it. */
struct target {
	struct span digest;
	const EVP_MD *md;
};

static bool
digest_stretch(void *arg, struct span s)
{
	return EVP_DigestUpdate(arg, s.data, s.len) == 1;
}

/* Whether this content, and n line ends behind it, is what was signed. */
static bool
is_signed(const struct target *t, enum content_kind kind, struct span bytes,
    unsigned n)
{
	struct content c = {kind, bytes};
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	bool ok;

	ok = ctx != NULL && EVP_DigestInit_ex(ctx, t->md, NULL) == 1 &&
	    content_each(&c, digest_stretch, ctx);
	while (ok && n-- > 0)
		ok = EVP_DigestUpdate(ctx, "\r\n", 2) == 1;
	ok = ok && EVP_DigestFinal_ex(ctx, digest, &len) == 1 &&
	    span_equal(t->digest, (struct span){digest, len});
	EVP_MD_CTX_free(ctx);
	return ok;
}

static struct span
without_line_ends(struct span s)
{
	while (s.len > 0 &&
	    (s.data[s.len - 1] == '\n' || s.data[s.len - 1] == '\r'))
		s.len--;
	return s;
}

/* The same with none to two line ends at its end. */
static bool
is_signed_but_for_end(const struct target *t, struct span s)
{
	unsigned n;

	s = without_line_ends(s);
	for (n = 0; n <= 2; n++)
		if (is_signed(t, CONTENT_LINES, s, n))
			return true;
	return false;
}

/* A line like those that programs put above what they add. */
static bool
is_separator(struct span s, size_t at)
{
	return s.len - at >= 2 && s.data[at] == s.data[at + 1] &&
	    strchr("-_=*#~", s.data[at]) != NULL && s.data[at] != '\0';
}

/* Cut at the last separator lines, one after the other. */
static bool
is_signed_but_for_footer(const struct target *t, struct span s)
{
	unsigned n = 0;
	size_t at;

	for (at = s.len; at > 0 && n < SEPARATORS; at--) {
		if (s.data[at - 1] != '\n' || !is_separator(s, at))
			continue;
		n++;
		if (is_signed_but_for_end(t, (struct span){s.data, at}))
			return true;
	}
	return false;
}

const char *
mismatch_explain(const struct cms *cms, const struct content *content,
    const struct signature_check *check)
{
	static const struct span oid = {(const uint8_t *)PKCS9 "\x04", 9};
	struct tlv_reader r;
	struct target t;
	struct span value;
	struct tlv octets;

	if (content->kind != CONTENT_LINES || check->md == NULL ||
	    content->bytes.len > LIMIT_EXPLAIN ||
	    cms_attribute(cms, oid, &value, NULL) != DONE)
		return NULL;
	tlv_start(&r, value);
	if (!tlv_take(&r, TLV_OCTETS, &octets))
		return NULL;
	t.digest = octets.value;
	t.md = check->md;
	if (is_signed(&t, CONTENT_PLAIN, content->bytes, 0))
		return "it was signed with other line ends than mail has";
	if (is_signed_but_for_end(&t, content->bytes))
		return "empty lines were put to its end, or taken from it";
	if (is_signed_but_for_footer(&t, content->bytes))
		return "something was put below it, a footer or a disclaimer";
	return NULL;
}
