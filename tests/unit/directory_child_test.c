#include "config.h"

#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "directory/child.h"

/*
 * The publisher's side with children that misbehave: shell scripts.  That
 * it works with the real one is shown by the contract.
 */
static char folder[] = "/tmp/directory_child_test.XXXXXX";

static const char *
script(const char *text)
{
	static char path[64];
	FILE *f;

	snprintf(path, sizeof path, "%s/child", folder);
	remove(path);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "#!/bin/sh\n%s\n", text);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0700), 0);
	return path;
}

static void
count(void *arg)
{
	++*(unsigned *)arg;
}

static enum outcome
ask(const char *program, unsigned deadline, unsigned *ticks, int64_t *took,
    struct reason *why)
{
	const struct directory_child_start start = {.program = program,
	    .deadline = deadline,
	    .meanwhile = count,
	    .arg = ticks};
	struct directory_child *c = NULL;
	struct contact contact;
	int64_t begin = clock_ms();
	enum outcome o;

	*ticks = 0;
	assert_int_equal(directory_child_open(&start, &c, why), DONE);
	assert_int_equal(directory_child_pid(c), 0);
	o = directory_child_find(c, "a@b.example", NULL, &contact, why);
	/* it is gone, whatever it was doing */
	assert_int_equal(directory_child_pid(c), 0);
	*took = clock_ms() - begin;
	directory_child_close(c);
	return o;
}

static void
misbehaving_children_cost_one_answer(void **state)
{
	static const struct {
		const char *text;
		enum reason_code reason;
		bool waits;
	} table[] = {
	    {"exec sleep 60", REASON_DIRECTORY_SLOW, true},
	    {"exit 0", REASON_DIRECTORY_SLOW, false},
	    {"kill -9 $$", REASON_DIRECTORY_SLOW, false},
	    /* half of a length, and then silence */
	    {"printf '\\000\\000' >&3; exec sleep 60", REASON_DIRECTORY_SLOW,
		true},
	    /* a frame that is none, and one that is too long */
	    {"printf '\\000\\000\\000\\004abcd' >&3; exec sleep 60",
		REASON_PROTOCOL, false},
	    {"printf '\\177\\000\\000\\004abcd' >&3; exec sleep 60",
		REASON_DIRECTORY_SLOW, false},
	};
	struct reason why;
	unsigned ticks;
	int64_t took;

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		/* Who ends by itself has the time that a busy machine takes. */
		enum outcome o = ask(script(table[i].text),
		    table[i].waits ? 500 : 30000, &ticks, &took, &why);

		if (why.code != table[i].reason)
			fail_msg("%s: %s %s", table[i].text,
			    reason_name(why.code), why.text);
		assert_int_equal(o, reason_outcome(table[i].reason));
		assert_true(took < 30000);
		assert_true(!table[i].waits || took >= 500);
	}
	(void)!ask(script("exec sleep 60"), 1050, &ticks, &took, &why);
	/* one each 100 ms, or fewer where nobody gives us the time */
	assert_in_range(ticks, 1, took / 100 + 1);
}

static void
a_program_that_is_not_there(void **state)
{
	struct reason why;
	unsigned ticks;
	int64_t took;

	(void)state;
	assert_int_equal(
	    ask("/nonexistent/program", 500, &ticks, &took, &why), BROKEN);
	assert_int_equal(why.code, REASON_WORKER_BROKEN);
}

/* Of one domain, whose server nobody has to ask for what is looked at. */
static const char *
settings(void)
{
	static char path[64];
	FILE *f;

	snprintf(path, sizeof path, "%s/certharvest.conf", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f,
	    "directory {\n backend = ad\n uri = { \"ldap://127.0.0.1:1\" }\n"
	    " bases = { \"DC=example\" }\n keytab = \"%s/none\"\n"
	    " state_file = \"%s/state\"\n}\n",
	    folder, folder);
	assert_int_equal(fclose(f), 0);
	return path;
}

/* Whoever is on the way to the server can send without end, before anything is
 * proven. */
static void
its_memory_has_a_limit(void **state)
{
	const struct directory_child_start start = {
	    .program = "./certharvest-directory",
	    .settings = settings(),
	    .deadline = 30000};
	struct directory_child *c = NULL;
	struct contact contact;
	struct rlimit data;
	struct reason why;

	(void)state;
#ifdef WITH_SANITIZERS
	skip();
#endif
	assert_int_equal(directory_child_open(&start, &c, &why), DONE);
	(void)!directory_child_find(c, "a@b.example", NULL, &contact, &why);
	assert_int_equal(why.code, REASON_DIRECTORY_AUTH); /* no keytab */
	assert_int_equal(
	    prlimit(directory_child_pid(c), RLIMIT_DATA, NULL, &data), 0);
	assert_in_range(data.rlim_cur, 1, 1u << 30);
	directory_child_close(c);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(misbehaving_children_cost_one_answer),
	    cmocka_unit_test(a_program_that_is_not_there),
	    cmocka_unit_test(its_memory_has_a_limit),
	};
	char command[64];
	int rc;

	if (mkdtemp(folder) == NULL)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command) == 0 ? rc : 1;
}
