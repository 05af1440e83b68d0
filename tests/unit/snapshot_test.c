#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "spool/snapshot.h"
#include "tests/unit/sample.h"

static char *folder;
static struct reason why;

static int
setup(void **state)
{
	(void)state;
	folder = sample_folder();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	sample_remove(folder);
	return 0;
}

static void
same_again(void **state)
{
	struct trust *t = trust_new(), *again = trust_new();
	const char *path = sample_path(folder, "snapshot.json");
	struct stat st;

	(void)state;
	assert_int_equal(NOTHING, snapshot_read(path, again, &why));
	assert_int_equal(DONE,
	    trust_add_anchor(t, span_str("one"),
		&(struct trust_grant){.origin = "approved",
		    .domains = "example.org .example.net"},
		&why));
	assert_int_equal(DONE,
	    trust_add_anchor(t, span_str("two"),
		&(struct trust_grant){.origin = "default", .public_ca = true},
		&why));
	assert_int_equal(DONE, trust_add_known(t, span_str("three"), &why));
	assert_int_equal(DONE, trust_add_partner(t, 0xfedcba9876543210u, &why));
	assert_int_equal(DONE, snapshot_write(path, t, &why));
	assert_int_equal(0, stat(path, &st));
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(DONE, snapshot_read(path, again, &why));
	assert_int_equal(again->n_anchors, 2);
	assert_string_equal(again->anchors[0].origin, "approved");
	assert_string_equal(
	    again->anchors[0].domains, "example.org .example.net");
	assert_false(again->anchors[0].public_ca);
	assert_true(again->anchors[1].public_ca);
	assert_null(again->anchors[1].domains);
	assert_int_equal(again->n_known, 1);
	assert_true(
	    span_equal(span_bytes(&again->known[0]), span_str("three")));
	assert_int_equal(again->n_partners, 1);
	assert_true(again->partners[0] == 0xfedcba9876543210u);
	/* What is there already is no fault. */
	assert_int_equal(DONE, snapshot_read(path, again, &why));
	assert_int_equal(again->n_anchors, 2);
	trust_free(t);
	trust_free(again);
}

static const char *const hostile[] = {
    "",
    "[]",
    "{}",
    "{\"version\":2,\"anchors\":[],\"known\":[]}",
    "{\"version\":1,\"anchors\":[]}",
    "{\"version\":1,\"anchors\":[],\"known\":[],\"partners\":{}}",
    "{\"version\":1,\"anchors\":[],\"known\":[],\"partners\":[1]}",
    "{\"version\":1,\"anchors\":[],\"known\":[],\"partners\":[\"00\"]}",
    "{\"version\":1,\"anchors\":[],\"known\":[],"
    "\"partners\":[\"00112233445566gg\"]}",
    "{\"version\":1,\"anchors\":[],\"known\":[1]}",
    "{\"version\":1,\"anchors\":[],\"known\":[\"\"]}",
    "{\"version\":1,\"anchors\":[],\"known\":[\"3g\"]}",
    "{\"version\":1,\"anchors\":[{}],\"known\":[]}",
    "{\"version\":1,\"anchors\":[{\"public\":true}],\"known\":[]}",
    "{\"version\":1,\"anchors\":[{\"public\":1,\"certificate\":\"30\"}],"
    "\"known\":[]}",
    /* An anchor for no domain must not become one for all. */
    "{\"version\":1,\"anchors\":[{\"public\":true,\"certificate\":\"30\","
    "\"domains\":\"\"}],\"known\":[]}",
    "{\"version\":1,\"anchors\":[{\"public\":true,\"certificate\":\"30\","
    "\"domains\":[]}],\"known\":[]}",
};

static void
hostile_texts(void **state)
{
	const char *path = sample_path(folder, "snapshot.json");
	struct trust *t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
		t = trust_new();
		sample_write(path, hostile[i]);
		if (snapshot_read(path, t, &why) != REFUSED ||
		    why.code != REASON_SPOOL_DAMAGED || t->n_anchors != 0)
			fail_msg("%s: %s", hostile[i], why.text);
		trust_free(t);
	}
	t = trust_new();
	sample_write(path,
	    "{\"version\":1,\"anchors\":[{\"public\":true,\"certificate\":"
	    "\"30\"}],\"known\":[\"31\"]}");
	assert_int_equal(DONE, snapshot_read(path, t, &why));
	assert_int_equal(t->n_anchors, 1);
	trust_free(t);
}

static void
failures_are_told(void **state)
{
	struct trust *t = trust_new();

	(void)state;
	assert_int_equal(
	    BROKEN, snapshot_write(sample_path(folder, "no/s"), t, &why));
	assert_int_equal(why.code, REASON_SPOOL_IO);
	assert_int_equal(0, mkfifo(sample_path(folder, "fifo"), 0600));
	assert_int_equal(
	    BROKEN, snapshot_read(sample_path(folder, "fifo"), t, &why));
	trust_free(t);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(same_again),
	    ROW(hostile_texts),
	    ROW(failures_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
