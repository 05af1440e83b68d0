#include "tests/unit/unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/trust.h"

static void
round_trip(void **state)
{
	struct trust *t = trust_new(), *back = NULL;
	struct reason why;
	int fd;

	(void)state;
	assert_int_equal(DONE,
	    trust_add_anchor(
		t, span_str("anchor 1"), "/a.pem", true, NULL, &why));
	assert_int_equal(NOTHING,
	    trust_add_anchor(
		t, span_str("anchor 1"), "/b.pem", true, NULL, &why));
	assert_int_equal(DONE,
	    trust_add_anchor(t, span_str("anchor 2"), "/b.pem", false,
		"example.org .example.net", &why));
	assert_int_equal(DONE, trust_add_known(t, span_str("k"), &why));
	assert_int_equal(DONE, trust_seal(t, &fd, &why));
	/* Nobody can change it any more. */
	assert_int_equal(-1, write(fd, "x", 1));
	assert_int_equal(DONE, trust_read(fd, &back, &why));
	assert_int_equal(back->n_anchors, 2);
	assert_null(back->anchors[0].domains);
	assert_true(back->anchors[0].public_ca);
	assert_string_equal(back->anchors[0].origin, "/a.pem");
	assert_string_equal(
	    back->anchors[1].domains, "example.org .example.net");
	assert_int_equal(back->n_known, 1);
	assert_true(span_equal(span_bytes(&back->known[0]), span_str("k")));
	trust_free(t);
	trust_free(back);
	close(fd);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_trip),
	    cmocka_unit_test(other_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
