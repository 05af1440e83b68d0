#include "tests/unit/unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smime/smime.h"
#include "tests/unit/mails.h"

/*
 * tests/mail/MATRIX against the judge: what is expected of each mail and
 * what it says, all of them before the first failure ends the test.
 */
#define ROWS_MAX 1000
#define WORD 32

struct row {
	char name[WORD], signature[WORD], openssl[WORD], reason[WORD];
	char address[ADDRESS_SIZE], certificate[WORD], chain[WORD];
};

static struct row rows[ROWS_MAX];
static size_t n_rows;
static struct trust *trust;
static struct pki *pki;

/* A column's word, "-" being nothing. */
static const char *
peek_word(const char *column)
{
	return strcmp(column, "-") == 0 ? "" : column;
}

/* Complain about the mail, and count it. */
static bool
differs(const struct row *r, const char *what, const char *expected,
    const char *got)
{
	if (strcmp(expected, got) == 0)
		return false;
	print_error("%s: %s: expected %s, is %s\n", r->name, what, expected,
	    *got == '\0' ? "nothing" : got);
	return true;
}

/* What openssl says is as written down, and is not the opposite of ours. */
static bool
oracle_differs(const struct row *r)
{
	struct bytes file = {NULL, 0};
	char word[WORD] = "", expected[WORD];
	size_t n = strcspn(r->openssl, "!");
	bool bad;

	if (mails_read(r->name, ".oracle", &file))
		snprintf(word, sizeof word, "%.*s",
		    (int)strcspn((const char *)file.data, "\n"),
		    (const char *)file.data);
	bytes_clear(&file);
	snprintf(expected, sizeof expected, "%.*s", (int)n, r->openssl);
	bad = differs(r, "openssl", expected, word);
	if (r->openssl[n] != '!' && strcmp(r->signature, "none") != 0)
		bad |= differs(r, "openssl against ours", r->signature, word);
	return bad;
}

static bool
certificate_differs(const struct row *r, const struct judgement *j)
{
	const char *file = peek_word(r->certificate);
	struct bytes der = {NULL, 0};
	bool bad;

	if (j->harvest == NULL || *file == '\0')
		return differs(
		    r, "harvest", file, j->harvest == NULL ? "" : "one");
	bad = !mails_read(file, ".der", &der) ||
	    !span_equal(span_bytes(&j->harvest->certificate), span_bytes(&der));
	bytes_clear(&der);
	if (bad)
		print_error("%s: certificate: not %s\n", r->name, file);
	bad |=
	    differs(r, "chain", r->chain, reason_name(j->harvest->chain.code));
	bad |= differs(r, "harvest's address", r->address, j->harvest->address);
	return bad || j->facts == NULL;
}

static bool
row_differs(const struct row *r)
{
	struct judge_policy policy = mails_policy();
	struct bytes mail = {NULL, 0};
	struct judgement j;
	bool bad = false;

	if (!mails_read(r->name, ".eml", &mail)) {
		print_error("%s: make-mail makes no such mail\n", r->name);
		return true;
	}
	if (smime_harvest(span_bytes(&mail), pki, &policy, &j) !=
	    reason_outcome(j.why.code))
		bad = true;
	print_message("%s: %s, %s: %s\n", r->name, signature_name(j.signature),
	    reason_name(j.why.code), j.why.text);
	bad |=
	    differs(r, "signature", r->signature, signature_name(j.signature));
	bad |= differs(r, "reason", r->reason, reason_name(j.why.code));
	bad |= differs(r, "From:", peek_word(r->address), j.address);
	bad |= certificate_differs(r, &j);
	bad |= oracle_differs(r);
	judgement_clear(&j);
	bytes_clear(&mail);
	return bad;
}

static void
matrix(void **state)
{
	size_t i, bad = 0;

	(void)state;
	for (i = 0; i < n_rows; i++)
		bad += row_differs(&rows[i]);
	print_message("%zu mails, %zu not as MATRIX has them\n", n_rows, bad);
	assert_int_equal(bad, 0);
}

static bool
has_row(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < n_rows; i++)
		if (strlen(rows[i].name) == len &&
		    strncmp(rows[i].name, name, len) == 0)
			return true;
	return false;
}

/* No mail without a row, and no name twice. */
static void
complete(void **state)
{
	DIR *d = opendir("tests/mails");
	struct dirent *e;
	size_t len, n = 0;

	(void)state;
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		len = strlen(e->d_name);
		if (len <= 4 || strcmp(e->d_name + len - 4, ".eml") != 0)
			continue;
		n++;
		if (!has_row(e->d_name, len - 4))
			fail_msg("%s has no row in MATRIX", e->d_name);
	}
	closedir(d);
	/* Each row found its mail in matrix(): more rows would be twice one. */
	assert_int_equal(n, n_rows);
}

/* One row to a line; "#" and empty lines are for the reader. */
static bool
read_rows(FILE *f)
{
	char line[512];
	struct row *r;
	int end;

	while (fgets(line, sizeof line, f) != NULL) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (n_rows == ROWS_MAX)
			return false;
		r = &rows[n_rows++];
		end = 0;
		if (sscanf(line, "%31s %31s %31s %31s %254s %31s %31s %n",
			r->name, r->signature, r->openssl, r->reason,
			r->address, r->certificate, r->chain, &end) != 7 ||
		    line[end] == '\0') {
			print_error("MATRIX: not a row: %s", line);
			return false;
		}
	}
	return n_rows > 0;
}

static int
setup(void **state)
{
	const char *srcdir = getenv("srcdir");
	struct reason why;
	char path[512];
	bool ok;
	FILE *f;

	(void)state;
	snprintf(path, sizeof path, "%s/tests/mail/MATRIX",
	    srcdir == NULL ? "." : srcdir);
	f = fopen(path, "r");
	if (f == NULL)
		return -1;
	ok = read_rows(f);
	fclose(f);
	trust = mails_trust();
	smime_init();
	return ok && trust != NULL && pki_open(trust, &pki, &why) == DONE ? 0
									  : -1;
}

static int
teardown(void **state)
{
	(void)state;
	pki_close(pki);
	trust_free(trust);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(matrix),
	    cmocka_unit_test(complete),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
