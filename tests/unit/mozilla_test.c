#include "config.h"

#include "tests/unit/unit.h"

#include <dirent.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "pki/mozilla.h"
#include "tests/unit/pki_sample.h"

static char folder[] = "/tmp/mozilla_test.XXXXXX";

static char *
path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void
roots(const char *lines)
{
	FILE *f = fopen(path_of("roots"), "w");

	assert_non_null(f);
	fputs(lines, f);
	fclose(f);
}

static unsigned
tasks(void)
{
	DIR *d = opendir("/proc/self/task");
	unsigned n = 0;

	assert_non_null(d);
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;
}

static bool
is_mapped(const char *word)
{
	FILE *f = fopen("/proc/self/maps", "r");
	char line[1024];
	bool found = false;

	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL)
		found = found || strstr(line, word) != NULL;
	fclose(f);
	return found;
}

/* Debian's own: many roots, and of the module nothing is left behind. */
static void
the_real_one(void **state)
{
	struct sigaction before = {.sa_handler = SIG_DFL}, after;
	struct trust *t = trust_new();
	struct reason why;
	unsigned i, n, dated = 0;

	(void)state;
	sigaction(SIGPIPE, &before, NULL);
	if (mozilla_load(t, MOZILLA_MODULE, &why) != DONE)
		fail_msg("%s", why.text);
	sigaction(SIGPIPE, NULL, &after);
	assert_ptr_equal(after.sa_handler, SIG_DFL);
	assert_int_equal(tasks(), 1);
	assert_false(is_mapped("nssckbi"));
	assert_in_range(t->n_anchors, 50, 1000);
	for (i = 0; i < t->n_anchors; i++) {
		assert_true(t->anchors[i].public_ca);
		assert_true(t->anchors[i].everywhere);
		assert_null(t->anchors[i].domains);
		assert_string_equal(t->anchors[i].origin, "mozilla");
		dated += t->anchors[i].distrust_after != 0;
	}
	assert_true(dated < t->n_anchors / 2);
	n = t->n_anchors;
	assert_int_equal(mozilla_load(t, MOZILLA_MODULE, &why), DONE);
	assert_int_equal(t->n_anchors, n);
	trust_free(t);
}

#ifndef WITH_SANITIZERS
/* Loaded as often as a process of months does it: no growth. */
static void
no_growth(void **state)
{
	struct reason why;
	size_t before = 0;
	struct trust *t;
	unsigned i;

	(void)state;
	for (i = 0; i < 80; i++) {
		t = trust_new();
		assert_int_equal(mozilla_load(t, MOZILLA_MODULE, &why), DONE);
		trust_free(t);
		if (i == 39)
			before = mallinfo2().uordblks;
	}
	assert_true(mallinfo2().uordblks < before + 40 * 1024);
}
#endif

/* ca, other, sub and webca, as the lines say; the anchors that are made. */
static void
trust_values(void **state)
{
	static const struct {
		const char *lines;
		int n; /* -1: BROKEN */
		int64_t date;
		unsigned distrusted;
		const char *words;
	} rows[] = {
	    {"ca.der delegator -\n", 1, 0, 0, NULL},
	    {"ca.der delegator 260101000000Z\n", 1, 1767225600, 0, NULL},
	    {"ca.der delegator 20260101000000Z\n", 1, 1767225600, 0, NULL},
	    {"ca.der delegator tomorrow\nother.der delegator -\n", 1, 0, 0,
		NULL},
	    {"ca.der delegator -\nother.der delegator -\n", 2, 0, 0, NULL},
	    {"ca.der delegator -\nother.der must-verify -\n", 1, 0, 0, NULL},
	    {"other.der trusted -\nca.der delegator -\n", 1, 0, 0, NULL},
	    {"other.der valid-delegator -\nca.der delegator -\n", 1, 0, 0,
		NULL},
	    {"other.der unknown -\nca.der delegator -\n", 1, 0, 0, NULL},
	    {"other.der other -\nca.der delegator -\n", 1, 0, 0, NULL},
	    {"other.der distrusted -\nca.der delegator -\n", 1, 0, 1, NULL},
	    {"ca.der must-verify -\n", -1, 0, 0, "no root"},
	    {"", -1, 0, 0, "no root"},
	    {"! delegator -\n", -1, 0, 0, "does not start"},
	};
	struct bytes ca = sample_certificate("ca");
	struct reason why;
	struct trust *t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum outcome o;

		t = trust_new();
		roots(rows[i].lines);
		o = mozilla_load(t, path_of("roots.so"), &why);
		if (rows[i].n < 0) {
			assert_int_equal(o, BROKEN);
			assert_int_equal(why.code, REASON_NO_ANCHORS);
			assert_non_null(strstr(why.text, rows[i].words));
		} else if (o != DONE || (int)t->n_anchors != rows[i].n) {
			fail_msg("row %zu: %u, %s", i, t->n_anchors, why.text);
		} else if (rows[i].n == 1 && rows[i].date == 0) {
			assert_int_equal(t->anchors[0].distrust_after, 0);
		} else if (rows[i].date != 0) {
			assert_int_equal(
			    t->anchors[0].distrust_after, rows[i].date);
			assert_true(span_equal(
			    span_bytes(&t->anchors[0].der), span_bytes(&ca)));
		}
		assert_int_equal(t->n_distrusted, rows[i].distrusted);
		trust_free(t);
	}
	bytes_clear(&ca);
}

static void
no_module(void **state)
{
	static const struct {
		const char *name, *words;
	} rows[] = {
	    {"libno-such-library.so", "install the package libnss3"},
	    {"/nonexistent/libnssckbi.so", "/nonexistent/libnssckbi.so"},
	    {"/etc/passwd", "/etc/passwd"},
	    {"libz.so.1", "no PKCS#11 module"},
	};
	struct trust *t = trust_new();
	struct reason why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(mozilla_load(t, rows[i].name, &why), BROKEN);
		assert_int_equal(why.code, REASON_NO_ANCHORS);
		if (strstr(why.text, rows[i].words) == NULL)
			fail_msg("%s", why.text);
	}
	assert_int_equal(t->n_anchors, 0);
	trust_free(t);
}

static int
folder_make(void **state)
{
	static const char command[] =
	    "cp tests/pkcs11/roots.so tests/pki/ca.der tests/pki/other.der "
	    "tests/pki/sub.der tests/pki/webca.der ";
	char line[512];

	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(line, sizeof line, "%s %s", command, folder);
	return system(line);
}

static int
folder_remove(void **state)
{
	char line[512];

	(void)state;
	snprintf(line, sizeof line, "rm -r %s", folder);
	return system(line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_real_one),
#ifndef WITH_SANITIZERS
	    cmocka_unit_test(no_growth),
#endif
	    cmocka_unit_test(trust_values),
	    cmocka_unit_test(no_module),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
