#include "smime/compressed.h"

#include <string.h>

#define ZLIB_CONST
#include <zlib.h>

#include "base/limits.h"
#include "smime/cms.h"
#include "smime/tlv.h"

#define PIECE 16384

static const uint8_t zlib_oid[] = {
    0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x03, 0x08};

/* CompressedData: version, zlib, what is compressed. */
static bool
content_find(struct tlv_reader *r, struct content *content)
{
	struct tlv_level info, explicit, data, algorithm;
	struct span type;
	bool has_content;
	struct tlv t;

	return tlv_enter(r, TLV_SEQUENCE, &info) && tlv_take(r, TLV_OID, &t) &&
	    tlv_enter(r, TLV_CONTEXT_0, &explicit) &&
	    tlv_enter(r, TLV_SEQUENCE, &data) && tlv_take(r, TLV_INTEGER, &t) &&
	    tlv_enter(r, TLV_SEQUENCE, &algorithm) &&
	    tlv_take(r, TLV_OID, &t) &&
	    span_equal(t.value, (struct span){zlib_oid, sizeof zlib_oid}) &&
	    tlv_leave(r, &algorithm) &&
	    cms_read_content(r, &type, &has_content, content) && has_content &&
	    !tlv_more(r) && tlv_leave(r, &data) && !tlv_more(r) &&
	    tlv_leave(r, &explicit) && !tlv_more(r) && tlv_leave(r, &info);
}

struct inflater {
	z_stream z;
	struct buffer *out;
	bool ended, full, complained;
};

/* One stretch of compressed octets; false: no zlib, or too much. */
static bool
inflate_stretch(void *arg, struct span s)
{
	uint8_t piece[PIECE];
	struct inflater *f = arg;
	int status;

	f->z.next_in = s.data;
	f->z.avail_in = (uInt)s.len;
	while (f->z.avail_in > 0 || f->z.avail_out == 0) {
		if (f->ended)
			return false;
		f->z.next_out = piece;
		f->z.avail_out = sizeof piece;
		status = inflate(&f->z, Z_NO_FLUSH);
		if (!buffer_add(f->out, piece, sizeof piece - f->z.avail_out)) {
			f->full = true;
			return false;
		}
		f->ended = status == Z_STREAM_END;
		if (status == Z_BUF_ERROR)
			return true;
		if (status != Z_OK && !f->ended) {
			f->complained = true;
			return false;
		}
		if (f->ended && f->z.avail_in == 0)
			return true;
	}
	return true;
}

/* No more than so many times what came, and no more than the few mails of
 * that form need: a small one is not to take the memory of a large one. */
static size_t
cap_for(size_t compressed)
{
	return compressed > LIMIT_INFLATED / LIMIT_INFLATE_RATIO
	    ? LIMIT_INFLATED
	    : compressed * LIMIT_INFLATE_RATIO;
}

enum outcome
compressed_open(
    struct span blob, struct buffer *out, bool *complained, struct reason *why)
{
	struct content content = {CONTENT_PLAIN, {NULL, 0}};
	struct inflater f;
	struct tlv_reader r;
	bool ok;

	tlv_start(&r, blob);
	if (!content_find(&r, &content))
		return reason_set(why, REASON_CMS_MALFORMED,
		    "the compressed-data cannot be read");
	if (!tlv_end(&r))
		return reason_set(why, REASON_CMS_TRAILING,
		    "bytes behind the compressed-data");
	memset(&f, 0, sizeof f);
	f.out = out;
	buffer_init(out, cap_for(blob.len));
	if (inflateInit(&f.z) != Z_OK)
		return reason_set(why, REASON_MEMORY, "no zlib");
	ok = content_each(&content, inflate_stretch, &f);
	inflateEnd(&f.z);
	*complained = f.complained;
	if (f.full)
		return reason_set(why, REASON_CMS_TOO_LARGE,
		    "%zu bytes that inflate to more than %zu", blob.len,
		    out->cap);
	if (!ok || !f.ended)
		return reason_set(why, REASON_CMS_MALFORMED,
		    "the compressed content is no zlib stream");
	return DONE;
}
