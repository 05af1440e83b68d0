#include "publisher/freemail.h"

#include <string.h>

#include "base/address.h"

static const char *const known[] = {
#include "publisher/freemail.inc"
};

enum outcome
freemail_read(
    const struct settings *s, struct freemail *out, struct reason *why)
{
	memset(out, 0, sizeof *out);
	return roster_read(s, "trust", "freemail_domains", &out->own, why);
}

void
freemail_clear(struct freemail *f)
{
	roster_clear(&f->own);
}

enum outcome
freemail_check(const struct settings *s, struct reason *why)
{
	struct freemail f;
	enum outcome o = freemail_read(s, &f, why);

	freemail_clear(&f);
	return o;
}

/* Either may stand for all domains below it. */
static bool
meet(const char *one, const char *other)
{
	const char *bare = one[0] == '.' ? one + 1 : one;

	return address_domain_matches(bare, other) ||
	    address_domain_matches(other[0] == '.' ? other + 1 : other, one) ||
	    strcmp(one, other) == 0;
}

const char *
freemail_peek_covered(const struct freemail *f, const char *word)
{
	size_t i;

	for (i = 0; i < sizeof known / sizeof known[0]; i++)
		if (meet(known[i], word))
			return known[i];
	for (i = 0; i < f->own.n; i++)
		if (strchr(f->own.entries[i], '@') == NULL &&
		    meet(f->own.entries[i], word))
			return f->own.entries[i];
	return NULL;
}
