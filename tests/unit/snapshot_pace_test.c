#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/log.h"
#include "config/config.h"
#include "publisher/snapshot.h"
#include "publisher/trust.h"
#include "spool/snapshot.h"
#include "store/authority.h"

/* When what was learnt is told: all that snapshot.c calls only writes down
 * that it was called, and ends as the script says. */
static struct {
	char said[200];
	bool changed; /* the files */
	enum reason_code write, believe;
} script;

static struct setup setup;
static struct snapshot_pace pace;

static void
say(const char *what)
{
	size_t used = strlen(script.said);

	snprintf(script.said + used, sizeof script.said - used, "%s ", what);
}

static enum outcome
end(enum reason_code code, struct reason *why)
{
	return code == REASON_OK ? DONE
				 : reason_set(why, code, "as the script says");
}

enum outcome
trust_add_store(struct trust *t, struct store *store, struct reason *why)
{
	(void)t;
	(void)store;
	(void)why;
	return DONE;
}

enum outcome
trust_add_partners(struct trust *t, struct store *store, struct reason *why)
{
	(void)t;
	(void)store;
	(void)why;
	return DONE;
}

enum outcome
snapshot_write(const char *path, const struct trust *t, struct reason *why)
{
	(void)path;
	(void)t;
	say("write");
	return end(script.write, why);
}

enum outcome
setup_renew_trust(struct setup *s, struct store *store, struct reason *why)
{
	(void)store;
	if (script.changed)
		s->trust_stamp[0]++;
	script.changed = false;
	say("believe");
	return end(script.believe, why);
}

bool
setup_trust_changed(const struct setup *s)
{
	(void)s;
	return script.changed;
}

enum outcome
store_release(struct store *s, const char *stamp, bool all, int64_t now,
    unsigned *n, struct reason *why)
{
	(void)s;
	(void)stamp;
	(void)now;
	(void)n;
	(void)why;
	say(all ? "release-all" : "release");
	return DONE;
}

static int
start(void **state)
{
	(void)state;
	memset(&script, 0, sizeof script);
	memset(&pace, 0, sizeof pace);
	pace.news = true;
	return 0;
}

static void
at(int64_t ms, const char *expected)
{
	snapshot_step(&pace, &setup, NULL, ms);
	assert_string_equal(script.said, expected);
	script.said[0] = '\0';
}

static void
once_and_when_there_is_news(void **state)
{
	(void)state;
	at(0, "write believe release ");
	at(10000, "");
	pace.news = true; /* not so soon */
	at(59000, "");
	at(60000, "write believe release ");
	pace.reloaded = true;
	snapshot_hurry(&pace);
	at(60001, "write believe release-all ");
	script.changed = true; /* the file is no other by that */
	at(60002, "");
	at(65003, "believe release ");
	at(80000, "");
}

/* Whoever read the files before us: what waits for them is released. */
static void
files_that_a_walk_has_read(void **state)
{
	(void)state;
	at(0, "write believe release ");
	setup.trust_stamp[0]++;
	at(5000, "believe release ");
	at(10000, "");
}

/* Whatever went wrong is told, and tried again in a minute. */
static void
any_trouble_is_tried_again(void **state)
{
	static const enum reason_code codes[] = {REASON_SPOOL_FULL,
	    REASON_SPOOL_IO, REASON_TOO_LARGE, REASON_NO_ANCHORS};

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		start(NULL);
		script.write = codes[i];
		at(0, "write believe release ");
		assert_int_equal(pace.trouble.code, codes[i]);
		at(30000, "");
		script.write = REASON_OK;
		script.believe = codes[i];
		at(60000, "write believe ");
		assert_int_equal(pace.trouble.code, codes[i]);
		at(65000, "");
		script.believe = REASON_OK;
		at(120000, "write believe release ");
		assert_int_equal(pace.trouble.code, REASON_OK);
		at(180000, "");
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(once_and_when_there_is_news, start),
	    cmocka_unit_test_setup(files_that_a_walk_has_read, start),
	    cmocka_unit_test_setup(any_trouble_is_tried_again, start),
	};
	struct reason why;
	int failed;

	if (config_read("", config_complain_stderr, NULL, &setup.settings,
		&why) != DONE)
		return 1;
	log_open("snapshot_pace_test", LOG_TO_STDERR, LOG_CRIT);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	settings_free(setup.settings);
	return failed;
}
