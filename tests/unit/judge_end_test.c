#include "config.h"

#include "tests/unit/unit.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/frame.h"
#include "base/judge.h"
#include "base/judge_end.h"

static void
leave(void)
{
	_exit(1);
}

static void
crash(void)
{
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
}

static void
be_stopped_by_the_filter(void)
{
	signal(SIGSYS, SIG_DFL);
	raise(SIGSYS);
}

static const struct row {
	void (*end)(void);
	enum reason_code code;
	const char *text;
} rows[] = {
    {leave, REASON_WORKER_DIED, "status 1"},
    {crash, REASON_WORKER_DIED, "SIGSEGV"},
    {be_stopped_by_the_filter, REASON_WORKER_DIED, "filter"},
    {judge_end_without_memory, REASON_WORKER_MEMORY, "memory"},
};

/* The wait status of a child that ended so; what it said is at its parent's
 * end of the pair. */
static int
status_of(void (*end)(void), int pair[2])
{
	int status;
	pid_t pid;

	assert_int_equal(frame_pair(pair, NULL), DONE);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (dup2(pair[1], JUDGE_SOCKET) == JUDGE_SOCKET)
			end();
		_exit(99);
	}
	close(pair[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
every_end_has_a_name(void **state)
{
	struct buffer in;
	struct reason why;
	int pair[2];
	size_t i;

	(void)state;
	buffer_init(&in, 16);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
		    judge_end_tell(status_of(rows[i].end, pair), &why),
		    REFUSED);
		assert_int_equal(why.code, rows[i].code);
		assert_non_null(strstr(why.text, rows[i].text));
		/* And its last word, if any, is an empty frame. */
		assert_int_equal(
		    frame_receive(pair[0], &in, NULL, FRAME_FOREVER, &why),
		    rows[i].code == REASON_WORKER_MEMORY ? DONE : NOTHING);
		assert_int_equal(in.len, 0);
		close(pair[0]);
	}
	buffer_clear(&in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_end_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
