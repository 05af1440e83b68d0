/*
 * NIST's Public Key Interoperability Test Suite, where it is there
 * (../shared/corpus/pkits or CERTHARVEST_CORPUS): the verdict on the chain of
 * each of its signed mails against the one that NIST expects, and the same
 * for the certificates of the sections that have no mail in the corpus
 * (4.13 name constraints, 4.15 delta-CRLs), whose names tell what is
 * expected.  Skipped, saying so, where it is not there.
 *
 * What a mail verifier cannot express here: sections 4.8 to 4.12, certificate
 * policies, mappings and their inhibition.  Policies are facts for the
 * publisher's rules and no path processing.
 */
#include <fnmatch.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "pki/certificate.h"
#include "pki/chain.h"
#include "pki/judge.h"
#include "smime/bag.h"
#include "smime/content_type.h"
#include "smime/decode.h"
#include "smime/signature.h"
#include "smime/smime.h"
#include "smime/split.h"

#define SKIPPED 77     /* automake's */
#define NOW 1600000000 /* everything is valid that is to be */
#define LEAVES 512     /* end entities in the suite, at most */

/* Columns of pkits/expected.tsv. */
enum { TEST, TITLE, EML, ARGUMENTS, NUMBER, ERROR, COLUMNS };

/* X509_V_ERR_..., and what says the same here: any of these, up to OK. */
static const struct {
	const char *error;
	enum reason_code codes[3];
} words[] = {
    {"CERT_SIGNATURE_FAILURE", {REASON_CHAIN_BAD, REASON_CHAIN_UNKNOWN}},
    {"CERT_NOT_YET_VALID", {REASON_CERT_NOT_YET, REASON_CHAIN_EXPIRED}},
    {"CERT_HAS_EXPIRED", {REASON_CERT_EXPIRED, REASON_CHAIN_EXPIRED}},
    {"UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
	{REASON_CHAIN_UNKNOWN, REASON_CHAIN_BAD}},
    {"INVALID_CA", {REASON_CHAIN_BAD}},
    {"PATH_LENGTH_EXCEEDED", {REASON_CHAIN_BAD}},
    {"UNHANDLED_CRITICAL_EXTENSION", {REASON_CRITICAL_EXTENSION}},
    {"CERT_REVOKED", {REASON_REVOKED}},
    {"UNABLE_TO_GET_CRL", {REASON_REVOCATION_UNKNOWN}},
    {"CRL_SIGNATURE_FAILURE", {REASON_REVOCATION_UNKNOWN}},
    {"UNHANDLED_CRITICAL_CRL_EXTENSION",
	{REASON_REVOCATION_UNKNOWN, REASON_REVOKED}},
    {"CRL_HAS_EXPIRED", {REASON_REVOCATION_UNKNOWN}},
    {"CRL_PATH_VALIDATION_ERROR", {REASON_REVOCATION_UNKNOWN}},
    {"KEYUSAGE_NO_CRL_SIGN", {REASON_REVOCATION_UNKNOWN}},
    {"DIFFERENT_CRL_SCOPE", {REASON_REVOCATION_UNKNOWN}},
    /* What the names of certificates without a mail tell. */
    {"name constraints", {REASON_CHAIN_BAD}},
    {"revocation", {REASON_REVOKED, REASON_REVOCATION_UNKNOWN}},
};

/* Tests whose verdict is another one here, and why that is right. */
static const struct {
	const char *test;
	enum reason_code code;
	const char *why;
} differences[] = {
    {"4.1.4", REASON_WEAK_DIGEST, "by DSA and SHA-1, and neither counts"},
    {"4.1.5", REASON_BAD_SIGNATURE,
	"DSA counts never, and with another key's parameters is not computed"},
    {"4.15.5", REASON_REVOKED,
	"a delta-CRL takes nothing back: the base says that it is revoked"},
};

static char folder[1024]; /* corpus/pkits */
static struct trust *trust;
static struct pki *pki;
static struct pool *none; /* what came along where nothing did */
static struct pool *pool; /* the anchor, and CAs as known from before */
static struct revocation *revocation;
static struct bytes files[LEAVES]; /* borrowed by the pool */
static unsigned n_files;
static uint8_t judged[LEAVES][DIGEST_LEN]; /* the leaves of mails */
static unsigned n_judged;
static unsigned agreed, explained, bad, policies, seen[5]; /* by section */
static bool used[sizeof differences / sizeof differences[0]];

static bool
slurp(const char *path, struct bytes *out)
{
	struct reason why;

	return file_read(path, 1u << 24, out, &why) == DONE;
}

/* Call take for every file of a folder of the suite. */
static void
each_file(const char *pattern, void (*take)(const char *path))
{
	char path[1100];
	glob_t found;
	size_t i;

	snprintf(path, sizeof path, "%s/%s", folder, pattern);
	if (glob(path, 0, NULL, &found) != 0)
		return;
	for (i = 0; i < found.gl_pathc; i++)
		take(found.gl_pathv[i]);
	globfree(&found);
}

static bool
is_word(const char *error, enum reason_code code)
{
	size_t i, k;

	if (strcmp(error, "OK") == 0)
		return code == REASON_OK;
	for (i = 0; i < sizeof words / sizeof words[0]; i++)
		for (k = 0; strcmp(words[i].error, error) == 0 && k < 3; k++)
			if (words[i].codes[k] == code && code != REASON_OK)
				return true;
	return false;
}

/* One verdict against what was expected. */
static void
compare(const char *test, const char *title, const char *error,
    const struct reason *why)
{
	const char *word = NULL;
	size_t i;

	if (is_word(error, why->code)) {
		word = "agrees";
		agreed++;
	}
	for (i = 0; i < sizeof differences / sizeof differences[0]; i++)
		if (word == NULL && strcmp(differences[i].test, test) == 0 &&
		    differences[i].code == why->code) {
			word = differences[i].why;
			used[i] = true;
			explained++;
		}
	bad += word == NULL;
	printf("%-8s %-56s expected %-33s got %-20s %s%s%s\n", test, title,
	    error, reason_name(why->code), word == NULL ? "DIFFERS" : word,
	    why->text[0] ? ": " : "", why->text);
}

/* The chain of one certificate. */
static void
judge(struct span der, struct pool *message, struct reason *why)
{
	struct judge_policy policy = {.now = NOW};
	struct chain_found found;
	unsigned work = 0;
	X509 *x = NULL;

	reason_clear(why);
	if (certificate_decode(der, &x, why) != DONE)
		return;
	if (chain_verify(
		&(struct chain_request){
		    .leaf = x,
		    .address = "x@testcertificates.gov",
		    .message = message,
		    .trust = pool,
		    .believed = trust,
		    .revocation = revocation,
		    .work = &work,
		    .policy = &policy,
		},
		&found, why) == DONE)
		reason_clear(why);
	X509_free(x);
}

/* The signature of a mail, as smime/ opens it. */
static enum outcome
open_mail(struct span mail, struct bytes *storage, struct cms *cms,
    struct content *content, struct reason *why)
{
	struct content_type type;
	struct message m, part;
	struct split split;
	struct span blob;

	if (message_scan(mail, MESSAGE_MAIL, &m, why) != DONE ||
	    content_type_read(&m, &type, why) != DONE ||
	    split_two(m.body, type.boundary, &split, why) != DONE ||
	    message_scan(split.second, MESSAGE_PART, &part, why) != DONE ||
	    decode_body(&part, LIMIT_CMS, storage, &blob, why) != DONE)
		return REFUSED;
	*content = (struct content){CONTENT_LINES, split.first};
	return cms_read(blob, true, cms, why);
}

/* The signer's chain, with what else the mail has. */
static void
judge_signer(
    const struct cms *cms, const struct content *content, struct reason *why)
{
	struct bag *bag = bag_new(cms, pki);
	struct pool *message = pool_new();
	struct signature_check check;
	struct reason unread;
	unsigned i;

	for (i = 0; i < cms->n_certificates; i++)
		(void)!pool_add(message, cms->certificates[i], NULL, &unread);
	if (signature_verify(cms, content, bag, &check, why) == DONE)
		judge(check.signer->der, message, why);
	if (check.signer != NULL && n_judged < LEAVES)
		digest_sha256(check.signer->der, judged[n_judged++]);
	pool_free(message);
	bag_free(bag);
}

static void
row_check(char *const *row)
{
	struct bytes mail = {NULL, 0}, storage = {NULL, 0};
	struct content content;
	struct reason why;
	char path[1500];
	struct cms cms;

	reason_clear(&why);
	snprintf(path, sizeof path, "%s/smime/%s", folder, row[EML]);
	if (slurp(path, &mail) &&
	    open_mail(span_bytes(&mail), &storage, &cms, &content, &why) ==
		DONE)
		judge_signer(&cms, &content, &why);
	else
		bad++;
	/* 4.8 to 4.12: policies. */
	if (fnmatch("4.8.*", row[TEST], 0) == 0 ||
	    fnmatch("4.9.*", row[TEST], 0) == 0 ||
	    fnmatch("4.1[0-2].*", row[TEST], 0) == 0) {
		policies++;
		printf("%-8s %s: not expressible\n", row[TEST], row[TITLE]);
	} else
		compare(row[TEST], row[TITLE], row[ERROR], &why);
	bytes_clear(&storage);
	bytes_clear(&mail);
}

static bool
was_judged(struct span der)
{
	uint8_t digest[DIGEST_LEN];
	unsigned i;

	digest_sha256(der, digest);
	for (i = 0; i < n_judged; i++)
		if (memcmp(judged[i], digest, DIGEST_LEN) == 0)
			return true;
	return false;
}

/* The sections whose certificates no mail had, by their names. */
static const struct {
	const char *pattern;
	const char *section;
	const char *error; /* of an Invalid one; NULL: not expressible */
} sections[] = {
    {"*nameConstraints*", "4.13", "name constraints"},
    {"*deltaCRL*", "4.15", "revocation"},
    {"*[Pp]olic*", "4.8 to 4.12", NULL},
    {"*Qualifier*", "4.8", NULL},
    {"*", "4.x", "revocation"},
};

/* An end entity, unless a mail had it. */
static void
leaf_check(const char *path)
{
	const char *name = strrchr(path, '/') + 1, *number;
	struct bytes der;
	struct reason why;
	char test[64];
	size_t i = 0;

	if (!slurp(path, &der) || was_judged(span_bytes(&der)))
		goto out;
	while (fnmatch(sections[i].pattern, name, 0) != 0)
		i++;
	seen[i]++;
	if (sections[i].error == NULL) {
		policies++;
		printf("%-8s %s: not expressible\n", sections[i].section, name);
		goto out;
	}
	number = strstr(name, "Test");
	snprintf(test, sizeof test, "%s.%d", sections[i].section,
	    number == NULL ? 0 : atoi(number + 4));
	judge(span_bytes(&der), none, &why);
	compare(test, name,
	    strncmp(name, "Valid", 5) == 0 ? "OK" : sections[i].error, &why);
out:
	bytes_clear(&der);
}

/* CAs, and those who sign for them. */
static void
known_add(const char *path)
{
	struct reason why;

	if (strstr(path, "EE.crt") != NULL || n_files == LEAVES ||
	    !slurp(path, &files[n_files]))
		return;
	(void)!pool_add(pool, span_bytes(&files[n_files++]), NULL, &why);
}

static void
crl_add(const char *path)
{
	struct reason why;
	struct bytes der;
	enum outcome o;

	/* Some are there twice. */
	if (slurp(path, &der)) {
		o = trust_add_crl(trust, span_bytes(&der), path, &why);
		bad += o != DONE && o != NOTHING;
	}
	bytes_clear(&der);
}

static bool
suite_open(void)
{
	struct trust_grant grant = {.origin = "NIST"};
	char path[1100];
	struct bytes anchor;
	struct reason why;

	snprintf(path, sizeof path, "%s/certs/TrustAnchorRootCertificate.crt",
	    folder);
	trust = trust_new();
	pool = pool_new();
	none = pool_new();
	if (trust == NULL || pool == NULL || none == NULL ||
	    !slurp(path, &anchor) ||
	    trust_add_anchor(trust, span_bytes(&anchor), &grant, &why) != DONE)
		return false;
	bytes_clear(&anchor);
	trust->revocation_required = true;
	each_file("crls/*.crl", crl_add);
	if (pki_open(trust, &pki, &why) != DONE ||
	    pool_add(pool, span_bytes(&trust->anchors[0].der),
		&trust->anchors[0], &why) != DONE ||
	    revocation_new(trust, &revocation, &why) != DONE)
		return false;
	each_file("certs/*.crt", known_add);
	return true;
}

static void
suite_close(void)
{
	unsigned i;

	revocation_free(revocation);
	pool_free(pool);
	pool_free(none);
	pki_close(pki);
	trust_free(trust);
	for (i = 0; i < n_files; i++)
		bytes_clear(&files[i]);
}

static void
rows_check(FILE *f)
{
	char *line = NULL, *rest, *row[COLUMNS];
	size_t size = 0;
	unsigned i;

	if (getline(&line, &size, f) < 0)
		bad++;
	while (getline(&line, &size, f) >= 0) {
		rest = line;
		for (i = 0; i < COLUMNS; i++)
			row[i] = strsep(&rest, "\t");
		if (row[COLUMNS - 1] != NULL)
			row_check(row);
		else
			bad++;
	}
	free(line);
}

int
main(void)
{
	const char *corpus = getenv("CERTHARVEST_CORPUS");
	const char *srcdir = getenv("srcdir");
	char path[1100];
	size_t i;
	FILE *f;

	if (corpus != NULL)
		snprintf(folder, sizeof folder, "%s/pkits", corpus);
	else
		snprintf(folder, sizeof folder, "%s/../shared/corpus/pkits",
		    srcdir == NULL ? "." : srcdir);
	snprintf(path, sizeof path, "%s/expected.tsv", folder);
	f = fopen(path, "r");
	if (f == NULL) {
		printf("skipped: no suite at %s\n", folder);
		return SKIPPED;
	}
	smime_init();
	if (!suite_open())
		return 1;
	rows_check(f);
	fclose(f);
	each_file("certs/*EE.crt", leaf_check);
	for (i = 0; i < sizeof differences / sizeof differences[0]; i++)
		if (!used[i]) {
			printf("%s differs no more\n", differences[i].test);
			bad++;
		}
	printf("%u agree, %u explained, %u differ; %u not expressible "
	       "(4.8 to 4.12, policies)\n",
	    agreed, explained, bad, policies);
	suite_close();
	return bad > 0 || agreed < 100 || seen[0] == 0 || seen[1] == 0;
}
