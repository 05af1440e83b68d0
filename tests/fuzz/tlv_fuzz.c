#include <string.h>

#include "base/limits.h"
#include "smime/content.h"
#include "smime/tlv.h"
#include "tests/fuzz/fuzz.h"

/* The reader stays in the blob, and moves on with every element. */
static void
inside(const struct tlv_reader *r, struct span s, const struct tlv *t)
{
	MUST(t->whole.data >= s.data &&
	    t->whole.data + t->whole.len <= s.data + s.len);
	MUST(t->whole.len >= 2 && t->value.len < t->whole.len);
	MUST(t->value.data >= t->whole.data &&
	    t->value.data + t->value.len <= t->whole.data + t->whole.len);
	MUST(r->p == t->whole.data + t->whole.len);
}

/* All elements of one level, then a step into each that has a level below;
 * recursion ends with the depth. */
static void
walk(struct span s, unsigned depth)
{
	struct tlv_level level;
	struct tlv_reader r, in;
	struct tlv t;

	tlv_start(&r, s);
	while (tlv_more(&r)) {
		in = r;
		if (!tlv_next(&r, &t))
			break;
		inside(&r, s, &t);
		if ((t.tag & 0x20) == 0 || depth == 0)
			continue;
		/* Entered and left, one stands where reading it whole led. */
		if (tlv_enter(&in, t.tag, &level) && tlv_leave(&in, &level))
			MUST(in.p == r.p);
		walk(t.value, depth - 1);
	}
	MUST(r.p >= s.data && r.p <= s.data + s.len);
	if (tlv_end(&r))
		MUST(r.p == s.data + s.len);
}

static bool
add(void *arg, struct span s)
{
	*(size_t *)arg += s.len;
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum content_kind kinds[] = {
	    CONTENT_LINES, CONTENT_PLAIN, CONTENT_PIECES};
	struct span s = {data, size};
	uint8_t head[64];
	size_t i, n, all;

	walk(s, 8);
	for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct content c = {kinds[i], s};

		all = 0;
		if (content_each(&c, add, &all))
			MUST(all <= 2 * size);
		n = content_head(&c, head, sizeof head);
		MUST(n <= sizeof head && n <= 2 * size);
	}
	return 0;
}
