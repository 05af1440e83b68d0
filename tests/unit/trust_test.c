#include "tests/unit/unit.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/trust.h"

/* How a grant is written here. */
#define GRANT(...) (&(struct trust_grant){__VA_ARGS__})

static void
round_trip(void **state)
{
	struct trust *t = trust_new(), *back = NULL, *copy = trust_new();
	uint8_t digest[DIGEST_LEN], other[DIGEST_LEN];
	struct reason why;
	unsigned k;
	int fd;

	(void)state;
	trust_digest(span_str("issuer"), span_str("serial"), digest);
	trust_digest(span_str("issuers"), span_str("erial"), other);
	assert_int_equal(DONE,
	    trust_add_anchor(t, span_str("anchor 1"),
		GRANT(.origin = "/a.pem", .public_ca = true), &why));
	assert_int_equal(NOTHING,
	    trust_add_anchor(
		t, span_str("anchor 1"), GRANT(.origin = "/b.pem"), &why));
	assert_int_equal(DONE,
	    trust_add_anchor(t, span_str("anchor 2"),
		GRANT(.origin = "/b.pem",
		    .domains = "example.org .example.net"),
		&why));
	assert_int_equal(NOTHING,
	    trust_add_anchor(t, span_str("anchor 2"),
		GRANT(.origin = "/b.pem", .distrust_after = 77), &why));
	assert_int_equal(DONE, trust_add_known(t, span_str("k"), &why));
	assert_int_equal(DONE, trust_distrust(t, digest, &why));
	assert_int_equal(DONE, trust_reject(t, span_str("no"), &why));
	assert_int_equal(
	    DONE, trust_add_partner(t, trust_partner("z@example.org"), &why));
	assert_int_equal(
	    DONE, trust_add_partner(t, trust_partner("a@example.org"), &why));
	assert_int_equal(DONE, trust_add_all(copy, t, &why));
	assert_int_equal(DONE, trust_seal(copy, &fd, &why));
	/* Nobody can change it any more. */
	assert_int_equal(-1, write(fd, "x", 1));
	assert_int_equal(DONE, trust_read(fd, &back, &why));
	assert_true(trust_is_partner(back, "a@example.org"));
	assert_true(trust_is_partner(back, "z@example.org"));
	assert_false(trust_is_partner(back, "b@example.org"));
	for (k = 0; k < 2; k++) {
		const struct trust *one = k == 0 ? copy : back;

		assert_int_equal(one->n_anchors, 2);
		assert_null(one->anchors[0].domains);
		assert_true(one->anchors[0].public_ca);
		assert_true(one->anchors[0].everywhere);
		assert_string_equal(one->anchors[0].origin, "/a.pem, /b.pem");
		assert_string_equal(
		    one->anchors[1].domains, "example.org .example.net");
		assert_true(one->anchors[1].everywhere);
		assert_false(one->anchors[1].public_ca);
		assert_int_equal(one->anchors[1].distrust_after, 77);
		assert_string_equal(one->anchors[1].origin, "/b.pem");
		assert_int_equal(one->n_known, 1);
		assert_true(
		    span_equal(span_bytes(&one->known[0]), span_str("k")));
		assert_int_equal(one->n_rejected, 1);
		assert_true(
		    span_equal(span_bytes(&one->rejected[0]), span_str("no")));
		assert_true(trust_is_distrusted(one, digest));
		assert_false(trust_is_distrusted(one, other));
	}
	trust_free(t);
	trust_free(copy);
	trust_free(back);
	close(fd);
}

/* Whoever comes first, the wider wins. */
static void
grants_are_joined(void **state)
{
	static const struct row {
		struct trust_grant a, b;
		bool everywhere;
		int64_t distrust_after;
		const char *domains, *other_way;
	} rows[] = {
	    {{.domains = "a.example"}, {.domains = NULL}, true, 0, NULL, NULL},
	    {{.domains = "a.example"}, {.domains = "b.example a.example"},
		false, 0, "a.example b.example", "b.example a.example"},
	    {{.distrust_after = 5}, {.distrust_after = 9}, true, 9, NULL, NULL},
	    {{.distrust_after = 5}, {.distrust_after = 0}, true, 0, NULL, NULL},
	    {{.distrust_after = 5}, {.domains = "a.example"}, true, 5,
		"a.example", "a.example"},
	};
	struct trust_grant g[2];
	struct trust *t;
	struct reason why;
	const char *domains;
	size_t i;
	int way;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (way = 0; way < 2; way++) {
			g[way] = rows[i].a;
			g[!way] = rows[i].b;
			g[0].origin = g[1].origin = "here";
			domains = way ? rows[i].other_way : rows[i].domains;
			t = trust_new();
			assert_int_equal(DONE,
			    trust_add_anchor(t, span_str("x"), &g[0], &why));
			assert_int_equal(NOTHING,
			    trust_add_anchor(t, span_str("x"), &g[1], &why));
			assert_int_equal(
			    t->anchors[0].everywhere, rows[i].everywhere);
			assert_int_equal(t->anchors[0].distrust_after,
			    rows[i].distrust_after);
			if (domains == NULL)
				assert_null(t->anchors[0].domains);
			else
				assert_string_equal(
				    t->anchors[0].domains, domains);
			trust_free(t);
		}
}

static void
other_file(void **state)
{
	struct trust *t = NULL;
	struct reason why;
	int fd = open("/proc/self/exe", O_RDONLY);

	(void)state;
	assert_int_equal(BROKEN, trust_read(fd, &t, &why));
	assert_int_equal(why.code, REASON_PROTOCOL);
	assert_null(t);
	close(fd);
}

/* As many as there may be, as long as they may be, that differ at their ends
 * alone: processor time, as other programs may have theirs. */
static void
costly_ones(void **state)
{
	struct trust *t = trust_new();
	static uint8_t der[LIMIT_CERTIFICATE];
	const struct span s = {der, sizeof der};
	uint8_t *end = der + sizeof der - 2;
	clock_t start = clock();
	struct reason why;

	(void)state;
	for (unsigned i = 0; i < LIMIT_KNOWN; i++) {
		end[0] = (uint8_t)(i >> 8);
		end[1] = (uint8_t)i;
		assert_int_equal(DONE, trust_add_known(t, s, &why));
		assert_int_equal(NOTHING, trust_add_known(t, s, &why));
		assert_int_equal(
		    DONE, trust_add_anchor(t, s, GRANT(.origin = "x"), &why));
	}
	assert_int_equal(t->n_known, LIMIT_KNOWN);
	assert_in_range((clock() - start) / CLOCKS_PER_SEC, 0, 5);
	trust_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_trip),
	    cmocka_unit_test(grants_are_joined),
	    cmocka_unit_test(other_file),
	    cmocka_unit_test(costly_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
