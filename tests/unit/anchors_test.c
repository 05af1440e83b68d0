#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "pki/anchors.h"
#include "tests/unit/pki_sample.h"

static char folder[] = "/tmp/anchors_test.XXXXXX";

static char *
path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

/* Write the samples named in from (with blanks between), then text. */
static char *
make(const char *name, const char *from, const char *text)
{
	char list[256], path[256];
	struct bytes b = {NULL, 0};
	struct reason why;
	const char *one;
	FILE *f;

	f = fopen(path_of(name), "w");
	assert_non_null(f);
	snprintf(list, sizeof list, "%s", from);
	for (one = strtok(list, " "); one != NULL; one = strtok(NULL, " ")) {
		snprintf(path, sizeof path, SAMPLE_FOLDER "/%s", one);
		assert_int_equal(file_read(path, 65536, &b, &why), DONE);
		fwrite(b.data, 1, b.len, f);
		bytes_clear(&b);
	}
	fputs(text, f);
	fclose(f);
	return path_of(name);
}

/* Load; the number of anchors, or what was wrong. */
static int
load(const char *path, struct reason *why)
{
	struct trust *t = trust_new();
	int n;

	n = anchors_load(t, path, NULL, why) == DONE ? (int)t->n_anchors : -1;
	trust_free(t);
	return n;
}

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END "-----END CERTIFICATE-----\n"

static void
files(void **state)
{
	static const struct {
		const char *from, *text;
		int n;
		const char *words;
	} rows[] = {
	    {"ca.pem", "", 1, NULL},
	    {"ca.pem other.pem sub.pem", "", 3, NULL},
	    /* the same once more; a key and words between */
	    {"ca.pem ca.key ca.pem other.pem", "words\n", 2, NULL},
	    /* a key that no judge would use is left out */
	    {"bob_explicit.pem ca.pem", "", 1, NULL},
	    {"bob_explicit.pem", "", -1, "no certificate"},
	    {"", "", -1, "no certificate"},
	    {"ca.key", "", -1, "no certificate"},
	    {"ca.der", "", 1, NULL},
	    {"ca.der", "more", -1, "certificate 1"},
	    {"ca.key ca.der", "", -1, "no certificate"},
	    {"", "0 words, and no certificate\n", -1, "no certificate"},
	    {"ca.pem", BEGIN "AAAA\n" END, -1, "certificate 2"},
	    {"ca.pem", BEGIN "AA!A\n" END, -1, "block 2"},
	    {"ca.pem", BEGIN "AAAA\n", -1, "block 2"},
	};
	struct reason why;
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		n = load(make("file", rows[i].from, rows[i].text), &why);
		if (n != rows[i].n)
			fail_msg("row %zu: %d, %s", i, n, why.text);
		if (n >= 0)
			continue;
		assert_int_equal(why.code, REASON_NO_ANCHORS);
		assert_non_null(strstr(why.text, "/file: "));
		if (strstr(why.text, rows[i].words) == NULL)
			fail_msg("row %zu: %s", i, why.text);
	}
	unlink(path_of("file"));
	assert_int_equal(load(path_of("file"), &why), -1);
	assert_non_null(strstr(why.text, "No such file"));
}

static void
folders(void **state)
{
	struct reason why;

	(void)state;
	assert_int_equal(load(folder, &why), -1);
	make("1.pem", "ca.pem", "");
	make("2.crt", "other.pem sub.pem", "");
	make("3.der", "bob.der", "");
	make("README", "", "no certificate in here\n");
	make(".hidden", "fakeca.pem", "");
	assert_int_equal(mkdir(path_of("below"), 0700), 0);
	assert_int_equal(symlink("2.crt", path_of("link")), 0);
	assert_int_equal(load(folder, &why), 4);
	make("bad", "", BEGIN "AAAA\n" END);
	assert_int_equal(load(folder, &why), -1);
	assert_non_null(strstr(why.text, "/bad: certificate 1"));
}

static void
what_is_kept_of_each(void **state)
{
	struct bytes der = sample_certificate("ca");
	struct trust *t = trust_new();
	struct reason why;

	(void)state;
	assert_int_equal(anchors_load(t, make("one", "ca.pem", ""),
			     "example.org .example.net", &why),
	    DONE);
	assert_int_equal(t->n_anchors, 1);
	assert_true(
	    span_equal(span_bytes(&t->anchors[0].der), span_bytes(&der)));
	assert_string_equal(t->anchors[0].origin, path_of("one"));
	assert_string_equal(t->anchors[0].domains, "example.org .example.net");
	assert_false(t->anchors[0].public_ca);
	trust_free(t);
	bytes_clear(&der);
}

static int
folder_make(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int
folder_remove(void **state)
{
	static const char *const names[] = {"1.pem", "2.crt", "3.der", "README",
	    ".hidden", "link", "bad", "one"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		unlink(path_of(names[i]));
	rmdir(path_of("below"));
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(files),
	    cmocka_unit_test(folders),
	    cmocka_unit_test(what_is_kept_of_each),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
