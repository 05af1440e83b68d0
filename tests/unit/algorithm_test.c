#include "tests/unit/unit.h"

#include <string.h>

#include "base/algorithm.h"

/* What counts when no setting says anything, and in try --sha1. */
static void
digests_by_default(void **state)
{
	static const struct {
		enum hash_kind hash;
		bool counts, old;
	} rows[] = {
	    {HASH_UNKNOWN, false, false},
	    {HASH_MD5, false, false},
	    {HASH_SHA1, false, true},
	    {HASH_SHA224, false, false},
	    {HASH_SHA256, true, true},
	    {HASH_SHA384, true, true},
	    {HASH_SHA512, true, true},
	    {HASH_SHA3_256, true, true},
	    {HASH_SHA3_384, true, true},
	    {HASH_SHA3_512, true, true},
	    {HASH_INHERENT, true, true},
	};
	struct judge_policy usual = {.now = 0}, old = {.sha1 = true};
	struct reason why;
	size_t i;

	(void)state;
	assert_int_equal(sizeof rows / sizeof rows[0], HASH_KINDS);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
		    algorithm_check_hash(&usual, rows[i].hash, "it", &why),
		    rows[i].counts ? DONE : REFUSED);
		if (!rows[i].counts)
			assert_int_equal(why.code, REASON_WEAK_DIGEST);
		assert_int_equal(
		    algorithm_check_hash(&old, rows[i].hash, "it", &why),
		    rows[i].old ? DONE : REFUSED);
	}
	assert_int_equal(
	    algorithm_check_hash(&usual, HASH_MD5, "the mail", &why), REFUSED);
	assert_string_equal(why.text, "the mail is signed with MD5");
}

static void
keys_by_default(void **state)
{
	static const struct {
		enum key_kind key;
		unsigned bits;
		bool counts;
	} rows[] = {
	    {KEY_RSA, 2048, true},
	    {KEY_RSA, 2047, false},
	    {KEY_RSA, 8192, true},
	    {KEY_RSA_PSS, 2048, true},
	    {KEY_RSA_PSS, 1024, false},
	    {KEY_EC, 256, true},
	    {KEY_EC, 255, false},
	    {KEY_EC, 521, true},
	    {KEY_ED25519, 256, true},
	    {KEY_ED448, 456, true},
	    {KEY_OTHER, 4096, false},
	};
	struct judge_policy policy = {.now = 0};
	struct reason why;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (algorithm_check_key(&policy, rows[i].key, rows[i].bits,
			&why) != (rows[i].counts ? DONE : REFUSED))
			fail_msg("row %zu", i);
}

/* One word of a setting; what is wrong with it, or NULL. */
static void
words(void **state)
{
	static const struct {
		bool (*add)(struct judge_policy *p, const char *word,
		    char *problem, size_t size);
		const char *word, *problem;
	} rows[] = {
	    {algorithm_add_hash, "sha256", NULL},
	    {algorithm_add_hash, "sha3-512", NULL},
	    {algorithm_add_hash, "sha224", NULL},
	    {algorithm_add_hash, "sha1", "try --sha1 alone"},
	    {algorithm_add_hash, "md5", "never counts"},
	    {algorithm_add_hash, "SHA256", "no digest that we know"},
	    {algorithm_add_hash, "", "no digest that we know"},
	    {algorithm_add_key, "rsa", NULL},
	    {algorithm_add_key, "rsa:2048", NULL},
	    {algorithm_add_key, "rsa:8192", NULL},
	    {algorithm_add_key, "rsa:2047", "rsa:2048 and rsa:8192"},
	    {algorithm_add_key, "rsa:8193", "rsa:2048 and rsa:8192"},
	    {algorithm_add_key, "rsa:99999999999999999999", "no kind of key"},
	    {algorithm_add_key, "rsa:-1", "no kind of key"},
	    {algorithm_add_key, "rsa:", "no kind of key"},
	    {algorithm_add_key, "rsa:3072x", "no kind of key"},
	    {algorithm_add_key, "rsa-pss:3072", NULL},
	    {algorithm_add_key, "rsa-", "no kind of key"},
	    {algorithm_add_key, "ec:384", NULL},
	    {algorithm_add_key, "ec:224", "ec:256 and ec:521"},
	    {algorithm_add_key, "ed25519", NULL},
	    {algorithm_add_key, "ed25519:256", NULL},
	    {algorithm_add_key, "ed25519:255", "not within"},
	    {algorithm_add_key, "ed448", NULL},
	    {algorithm_add_key, "dsa:3072", "no kind of key"},
	};
	char problem[200];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct judge_policy p = {.now = 0};
		bool ok =
		    rows[i].add(&p, rows[i].word, problem, sizeof problem);

		if (ok != (rows[i].problem == NULL) ||
		    (!ok && strstr(problem, rows[i].problem) == NULL))
			fail_msg("row %zu: %s", i, ok ? "taken" : problem);
	}
}

/* What is set is all that counts. */
static void
settings_replace_the_default(void **state)
{
	struct judge_policy p = {.now = 0};
	char problem[200];
	struct reason why;

	(void)state;
	assert_true(algorithm_add_hash(&p, "sha512", problem, sizeof problem));
	assert_true(algorithm_add_key(&p, "rsa:3072", problem, sizeof problem));
	assert_false(
	    algorithm_add_key(&p, "rsa:4096", problem, sizeof problem));
	assert_string_equal(problem, "rsa is there twice");
	assert_int_equal(
	    algorithm_check_hash(&p, HASH_SHA512, "it", &why), DONE);
	assert_int_equal(
	    algorithm_check_hash(&p, HASH_SHA256, "it", &why), REFUSED);
	assert_int_equal(algorithm_check_key(&p, KEY_RSA, 3072, &why), DONE);
	assert_int_equal(algorithm_check_key(&p, KEY_RSA, 2048, &why), REFUSED);
	assert_int_equal(algorithm_check_key(&p, KEY_EC, 521, &why), REFUSED);
	assert_int_equal(why.code, REASON_WEAK_KEY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(digests_by_default),
	    cmocka_unit_test(keys_by_default),
	    cmocka_unit_test(words),
	    cmocka_unit_test(settings_replace_the_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
