#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

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

/* One anchor of that certificate for so many domains, that begin so. */
static void
anchor_print(FILE *f, unsigned certificate, unsigned domains, const char *first)
{
	fprintf(f,
	    "{\"public\":false,\"certificate\":\"%08x\",\"domains\":\"%s",
	    certificate, first);
	for (unsigned i = 0; i < domains; i++)
		fprintf(f, " %x", i);
	fprintf(f, "\"},");
}

/* What a stranger can make us do is no more than to read it: processor time,
 * as other programs may have theirs. */
static void
costly_texts(void **state)
{
	const char *path = sample_path(folder, "snapshot.json");
	struct trust *t = trust_new(), *all = trust_new();
	clock_t start = clock();
	FILE *f = fopen(path, "w");

	(void)state;
	assert_non_null(f);
	fputs("{\"version\":1,\"anchors\":[", f);
	for (unsigned i = 0; i < 1500; i++)
		anchor_print(f, i, 900, "x");
	fputs("{\"public\":false,\"certificate\":\"30\"}],\"known\":[", f);
	fputs("\"31\"]}", f);
	fclose(f);
	assert_int_equal(DONE, snapshot_read(path, t, &why));
	assert_int_equal(DONE, trust_add_all(all, t, &why));
	assert_int_equal(all->n_anchors, 1501);
	assert_in_range((clock() - start) / CLOCKS_PER_SEC, 0, 4);
	trust_free(t);
	trust_free(all);
}

/* The same certificate for other domains, over and over. */
static void
domains_that_would_add_up(void **state)
{
	static const char *const seconds[] = {"b", "a b", "a 0 1 x", "a 0 1"};
	const char *path = sample_path(folder, "snapshot.json");
	enum outcome o;
	struct trust *t;
	FILE *f;

	(void)state;
	for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
		t = trust_new();
		f = fopen(path, "w");
		assert_non_null(f);
		fputs("{\"version\":1,\"anchors\":[", f);
		anchor_print(f, 1, 2, "a");
		anchor_print(f, 1, 0, seconds[i]);
		/* once for all, that may be */
		fputs("{\"public\":false,\"certificate\":\"00000001\"}],"
		      "\"known\":[]}",
		    f);
		fclose(f);
		o = snapshot_read(path, t, &why);
		assert_int_equal(o, i == 3 ? DONE : REFUSED);
		trust_free(t);
	}
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
	    ROW(costly_texts),
	    ROW(domains_that_would_add_up),
	    ROW(failures_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
