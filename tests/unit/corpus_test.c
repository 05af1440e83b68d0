/*
 * Real mail that nobody here wrote, where it is there (../shared/corpus or
 * CERTHARVEST_CORPUS): our arithmetic against what manifest.tsv tells of the
 * openssl command, file by file.  Skipped, saying so, where it is not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "pki/judge.h"
#include "smime/smime.h"

#define SKIPPED 77 /* automake's */

/* Columns of the manifest. */
enum { SOURCE, PATH, KIND, RESULT, COLUMNS };

/* Where the manifest tells something else than this program asks. */
static const struct {
	const char *path;
	const char *why;
} differences[] = {
    {"openssl-fuzz-cms/smime/b6cf925eec43acc9cc43c3104f17ac16d71439d0",
	"the manifest took a whole mail for bare DER; openssl cms -verify "
	"-noverify on the mail says that it verifies"},
};

static struct pki *pki;

static const char *
difference_find(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof differences / sizeof differences[0]; i++)
		if (strcmp(differences[i].path, path) == 0)
			return differences[i].why;
	return NULL;
}

/* A top-level signature that the openssl command verifies. */
static bool
is_expected_valid(char *const *row)
{
	return strcmp(row[RESULT], "VERIFIES") == 0 &&
	    (strcmp(row[KIND], "multipart/signed") == 0 ||
		strcmp(row[KIND], "opaque") == 0);
}

/* Whether one row agrees. */
static bool
row_check(const char *corpus, char *const *row)
{
	/* Long ago, so that old certificates are told apart from broken. */
	struct judge_policy policy = {.now = 1600000000,
	    .message_size = LIMIT_MESSAGE,
	    .subject_address = true,
	    .sha1 = true};
	struct bytes mail = {NULL, 0};
	struct judgement j;
	struct reason why;
	char path[4096];
	bool valid;

	snprintf(path, sizeof path, "%s/%s", corpus, row[PATH]);
	if (file_read(path, 2 * LIMIT_MESSAGE, &mail, &why) != DONE) {
		printf("%s: %s\n", row[PATH], why.text);
		return false;
	}
	(void)!smime_harvest(span_bytes(&mail), pki, &policy, &j);
	valid = j.signature == SIGNATURE_VALID;
	judgement_clear(&j);
	bytes_clear(&mail);
	if (valid == is_expected_valid(row))
		return true;
	if (difference_find(row[PATH]) != NULL) {
		printf("%s: %s\n", row[PATH], difference_find(row[PATH]));
		return true;
	}
	printf("%s: openssl says %s %s, we say %s (%s: %s)\n", row[PATH],
	    row[KIND], row[RESULT], valid ? "valid" : "not valid",
	    reason_name(j.why.code), j.why.text);
	return false;
}

static bool
row_split(char *line, char **row)
{
	unsigned i;

	for (i = 0; i < COLUMNS; i++) {
		row[i] = strsep(&line, "\t");
		if (row[i] == NULL)
			return false;
	}
	return true;
}

static int
manifest_check(FILE *f, const char *corpus)
{
	char *line = NULL, *row[COLUMNS];
	unsigned n = 0, valid = 0, bad = 0;
	size_t size = 0;

	if (getline(&line, &size, f) < 0)
		return 1;
	while (getline(&line, &size, f) >= 0) {
		if (!row_split(line, row))
			continue;
		n++;
		valid += is_expected_valid(row);
		bad += !row_check(corpus, row);
	}
	free(line);
	printf("%u files, %u with a signature that verifies, %u differ\n", n,
	    valid, bad);
	return bad > 0 || valid == 0;
}

int
main(void)
{
	const char *corpus = getenv("CERTHARVEST_CORPUS");
	const char *srcdir = getenv("srcdir");
	struct trust *trust = trust_new();
	char path[2048], beside[1024];
	struct reason why;
	int status;
	FILE *f;

	if (corpus == NULL) {
		snprintf(beside, sizeof beside, "%s/../shared/corpus",
		    srcdir == NULL ? "." : srcdir);
		corpus = beside;
	}
	snprintf(path, sizeof path, "%s/manifest.tsv", corpus);
	f = fopen(path, "r");
	if (f == NULL) {
		printf("skipped: no corpus at %s\n", corpus);
		trust_free(trust);
		return SKIPPED;
	}
	if (trust == NULL || pki_open(trust, &pki, &why) != DONE)
		return 1;
	smime_init();
	status = manifest_check(f, corpus);
	fclose(f);
	pki_close(pki);
	trust_free(trust);
	return status;
}
