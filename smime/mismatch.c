#include "smime/mismatch.h"

#include "smime/tlv.h"
#include "smime/undo.h"

#define PKCS9 "\x2a\x86\x48\x86\xf7\x0d\x01\x09"

/* The causes, the cheapest first; each is proven by the digest. */
static const struct {
	bool (*undo)(struct undo *u);
	enum reason_code code;
	const char *words;
} causes[] = {
    {undo_line_ends, REASON_BODY_LINE_ENDS,
	"it was signed with other line ends than mail has"},
    {undo_empty_lines, REASON_BODY_EMPTY_LINES,
	"empty lines were put to its end, or taken from it"},
    {undo_part, REASON_BODY_PART,
	"a part was put behind the others, or another wrapped around them"},
    {undo_spaces, REASON_BODY_SPACES,
	"white space at the end of lines was taken away"},
    {undo_from, REASON_BODY_FROM, "a '>' was put in front of \"From \""},
    {undo_dots, REASON_BODY_DOTS, "dots at the start of lines were doubled"},
    {undo_encoding, REASON_BODY_ENCODING,
	"text in 8bit was brought to quoted-printable"},
    {undo_header, REASON_BODY_HEADER,
	"the header of the signed part was written anew"},
    {undo_footer, REASON_BODY_FOOTER,
	"something was put below the text, a footer or a disclaimer"},
    {undo_banner, REASON_BODY_BANNER,
	"something was put above the text, a banner or a warning"},
};

enum outcome
mismatch_explain(const struct cms *cms, const struct content *content,
    const struct signature_check *check, struct reason *why)
{
	static const struct span oid = {(const uint8_t *)PKCS9 "\x04", 9};
	struct undo_region regions[UNDO_REGIONS];
	struct undo u = {.text = content->bytes,
	    .md = check->md,
	    .budget = LIMIT_EXPLAIN_WORK};
	struct tlv_reader r;
	struct span value;
	struct tlv octets;
	size_t i;

	if (content->kind != CONTENT_LINES || check->md == NULL ||
	    content->bytes.len > LIMIT_EXPLAIN ||
	    cms_attribute(cms, oid, &value, NULL) != DONE)
		return reason_outcome(why->code);
	tlv_start(&r, value);
	if (!tlv_take(&r, TLV_OCTETS, &octets))
		return reason_outcome(why->code);
	u.digest = octets.value;
	undo_find(&u, regions);
	for (i = 0; i < sizeof causes / sizeof causes[0]; i++)
		if (causes[i].undo(&u))
			return reason_set(why, causes[i].code,
			    "the content was changed after signing: %s",
			    causes[i].words);
	return reason_outcome(why->code);
}
