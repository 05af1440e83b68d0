#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "publisher/respect.h"

/*
 * What a publication remembers of losses: a table of what was remembered and
 * what was done, and what must come of it.
 */
#define NOW 1796000000
#define DAY ((int64_t)86400)

static const struct {
	const char *name;
	bool unknown;	   /* nothing is remembered */
	bool gone;	   /* found gone, and allowed again */
	bool other;	   /* another certificate than the remembered one */
	bool added;	   /* by this write */
	int64_t lost, ago; /* as remembered */
	int64_t want, want_ago;
} rows[] = {
    {.name = "nothing is remembered",
	.unknown = true,
	.added = true,
	.lost = 1,
	.ago = DAY},
    {.name = "what should stand is written again", .added = true, .want = 1},
    {.name = "and once more", .added = true, .lost = 1, .ago = DAY, .want = 2},
    {.name = "a write that only tidies", .want_ago = NOW},
    {.name = "one that only tidies, after a loss",
	.lost = 1,
	.ago = DAY,
	.want = 1,
	.want_ago = DAY},
    {.name = "the next certificate",
	.other = true,
	.added = true,
	.lost = 1,
	.ago = DAY,
	.want = 1,
	.want_ago = DAY},
    {.name = "allowed again: counted when it was found",
	.gone = true,
	.added = true,
	.lost = 1,
	.ago = DAY,
	.want = 1,
	.want_ago = DAY},
    {.name = "a loss of long ago",
	.lost = 3,
	.ago = 90 * DAY,
	.want = 0,
	.want_ago = 90 * DAY},
    {.name = "a loss after one of long ago",
	.added = true,
	.lost = 3,
	.ago = 90 * DAY,
	.want = 1},
};

static void
remember(size_t i, struct respect *r)
{
	static const struct contact nobody;
	struct store_publication *p = &r->before;
	uint8_t sha256[DIGEST_LEN];

	memset(r, 0, sizeof *r);
	r->remembered = !rows[i].unknown;
	digest_sha256(span_str("X"), sha256);
	bytes_hex((struct span){sha256, DIGEST_LEN}, p->certificate);
	strcpy(p->object, "id");
	p->not_after = NOW + DAY;
	p->gone = rows[i].gone ? NOW - DAY : 0;
	p->lost = rows[i].lost;
	p->lost_at = rows[i].lost == 0 ? 0 : NOW - rows[i].ago;
	respect_remember(r, &nobody, NOW);
}

static void
losses_are_counted(void **state)
{
	struct store_publication out;
	struct facts certificate;
	struct respect r;
	int64_t at;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		remember(i, &r);
		memset(&out, 0, sizeof out);
		memset(&certificate, 0, sizeof certificate);
		digest_sha256(
		    span_str(rows[i].other ? "Y" : "X"), certificate.sha256);
		respect_record(&r, &certificate, rows[i].added, NOW, &out);
		at = rows[i].unknown ? 0 : NOW - rows[i].want_ago;
		if (out.lost == rows[i].want && out.lost_at == at)
			continue;
		print_error("%s: %lld at %lld\n", rows[i].name,
		    (long long)out.lost, (long long)out.lost_at);
		fail();
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(losses_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
