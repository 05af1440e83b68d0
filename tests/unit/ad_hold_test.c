#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directory/ad_hold.h"

#define NOW 1800000000

static const struct {
	enum reason_code code;
	int64_t seconds; /* 0: never held back */
} table[] = {
    {REASON_DIRECTORY_AUTH, 3600},
    {REASON_DIRECTORY_ACCOUNT, 900},
    {REASON_DIRECTORY_DOWN, 0},
    {REASON_DIRECTORY_TLS, 0},
    {REASON_DIRECTORY_KERBEROS, 0},
    {REASON_OK, 0},
};

static void
a_refused_secret_waits(void **state)
{
	const char *path = *state;

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct reason result = {.code = table[i].code}, why;
		struct ad_hold h, again;
		int64_t until = NOW + table[i].seconds;

		unlink(path);
		ad_hold_init(&h, path);
		assert_int_equal(ad_hold_check(&h, 7, NOW, &why), DONE);
		ad_hold_note(&h, 7, &result, NOW);
		assert_int_equal(access(path, F_OK) == 0, until > NOW);
		/* another process, after this one was killed */
		ad_hold_init(&again, path);
		assert_int_equal(ad_hold_check(&h, 7, until, &why), DONE);
		assert_int_equal(ad_hold_check(&again, 7, until, &why), DONE);
		assert_int_equal(ad_hold_check(&again, 8, NOW, &why), DONE);
		if (until == NOW)
			continue;
		assert_int_equal(
		    ad_hold_check(&again, 7, until - 1, &why), BROKEN);
		assert_int_equal(why.code, table[i].code);
		/* a clock that was a day ahead when it failed */
		assert_int_equal(
		    ad_hold_check(&again, 7, NOW - 86400, &why), DONE);
	}
}

static void
success_ends_it(void **state)
{
	struct reason refused = {.code = REASON_DIRECTORY_AUTH};
	struct reason down = {.code = REASON_DIRECTORY_DOWN};
	struct reason ok = {.code = REASON_OK}, why;
	struct ad_hold h;

	unlink(*state);
	ad_hold_init(&h, *state);
	ad_hold_note(&h, 7, &refused, NOW);
	ad_hold_note(&h, 7, &down, NOW);
	assert_int_equal(ad_hold_check(&h, 7, NOW, &why), BROKEN);
	ad_hold_note(&h, 7, &ok, NOW);
	assert_int_equal(ad_hold_check(&h, 7, NOW, &why), DONE);
	assert_int_not_equal(access(*state, F_OK), 0);
}

/* A folder that cannot be written: the process itself still remembers. */
static void
no_file_is_needed(void **state)
{
	static const char *const paths[] = {"", "/nonexistent/state"};
	struct reason refused = {.code = REASON_DIRECTORY_AUTH}, why;
	struct ad_hold h;

	(void)state;
	for (int i = 0; i < 2; i++) {
		ad_hold_init(&h, paths[i]);
		ad_hold_note(&h, 7, &refused, NOW);
		assert_int_equal(ad_hold_check(&h, 7, NOW, &why), BROKEN);
	}
}

static void
a_damaged_file_is_no_hold(void **state)
{
	static const char *const texts[] = {"", "x", "1800000100 0007 ok\n",
	    "1800000100 0007 no-such-reason\n",
	    "99999999999 0007 directory-auth", "-1 0007 directory-auth\n"};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		FILE *f = fopen(*state, "w");
		struct reason why;
		struct ad_hold h;

		assert_non_null(f);
		fputs(texts[i], f);
		fclose(f);
		ad_hold_init(&h, *state);
		assert_int_equal(ad_hold_check(&h, 7, NOW, &why), DONE);
	}
}

static void
tags_follow_name_and_secret(void **state)
{
	uint16_t tag = ad_hold_tag("svc@corp", span_str("secret"));

	(void)state;
	assert_int_equal(tag, ad_hold_tag("svc@corp", span_str("secret")));
	assert_int_not_equal(tag, ad_hold_tag("svc@corp", span_str("Secret")));
	assert_int_not_equal(tag, ad_hold_tag("sVc@corp", span_str("secret")));
}

int
main(void)
{
	char folder[] = "/tmp/ad_hold_test.XXXXXX", path[64];
	struct CMUnitTest tests[] = {
	    cmocka_unit_test_prestate(a_refused_secret_waits, path),
	    cmocka_unit_test_prestate(success_ends_it, path),
	    cmocka_unit_test(no_file_is_needed),
	    cmocka_unit_test_prestate(a_damaged_file_is_no_hold, path),
	    cmocka_unit_test(tags_follow_name_and_secret),
	};
	int rc;

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/state", folder);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	rmdir(folder);
	return rc;
}
