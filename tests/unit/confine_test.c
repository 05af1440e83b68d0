#include "tests/unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/confine.h"
#include "tests/unit/deeds.h"

/* How a deed ends: the signal that ends the process, or one of these. */
enum {
	DONE_SO = 0,
	FAILS = 100,  /* an error, and the process goes on */
	LANDLOCK,     /* so where the kernel has it, else it is done */
	UNTRIED = 102 /* it means nothing for that role */
};

static const struct row {
	const char *name;
	int judge, sessions, logging; /* the last: sessions with syslog */
} rows[] = {
#define NOBODY(name)                                                           \
	{                                                                      \
		name, SIGSYS, SIGSYS, SIGSYS                                   \
	}
    {"open_a_file", SIGSYS, LANDLOCK, LANDLOCK},
    {"make_a_file", SIGSYS, LANDLOCK, LANDLOCK},
    {"look_at_a_path", SIGSYS, DONE_SO, DONE_SO},
    {"look_by_another_door", SIGSYS, DONE_SO, DONE_SO},
    NOBODY("link_a_file"),
    NOBODY("mount_something"),
    NOBODY("change_the_root"),
    {"read_a_stream", SIGSYS, UNTRIED, UNTRIED},
    NOBODY("map_a_file"),
    NOBODY("map_shared"),
    {"duplicate_a_descriptor", SIGSYS, DONE_SO, DONE_SO},
    {"close_the_socket", SIGSYS, DONE_SO, DONE_SO},
    NOBODY("lock_a_file"),
    NOBODY("make_a_socket"),
    {"make_a_local_socket", SIGSYS, SIGSYS, SIGSYS},
    {"make_a_datagram_socket", SIGSYS, SIGSYS, DONE_SO},
    {"connect_inet", SIGSYS, SIGSYS, FAILS},
    {"connect_local", SIGSYS, SIGSYS, FAILS},
    NOBODY("bind_one"),
    NOBODY("listen_again"),
    NOBODY("shut_the_listener"),
    {"send_elsewhere", SIGSYS, SIGSYS, SIGSYS},
    NOBODY("send_out_of_band"),
    {"write_elsewhere", SIGSYS, UNTRIED, UNTRIED},
    NOBODY("set_an_option"),
    NOBODY("steal_a_descriptor"),
    NOBODY("kill_the_parent"),
    NOBODY("signal_the_parent"),
    NOBODY("queue_a_signal"),
    NOBODY("trace_the_parent"),
    NOBODY("read_the_parent"),
    {"make_a_thread_by_clone3", SIGSYS, FAILS, FAILS},
    NOBODY("execute_a_program"),
    NOBODY("fork_a_child"),
    NOBODY("execute_from_memory"),
    NOBODY("map_code"),
    NOBODY("make_code"),
    NOBODY("raise_a_limit"),
    NOBODY("become_dumpable"),
    NOBODY("become_another_user"),
    NOBODY("leave_the_namespace"),
    NOBODY("use_bpf"),
    NOBODY("use_io_uring"),
    NOBODY("use_userfaultfd"),
    NOBODY("use_perf"),
    NOBODY("use_keys"),
    NOBODY("use_a_priority_lock"),
    NOBODY("control_a_device"),
    {"catch_a_signal", SIGSYS, DONE_SO, DONE_SO},
#ifdef __x86_64__
    NOBODY("call_as_x32"),
    NOBODY("call_as_i386"),
#endif
    {"give_memory_back", SIGSYS, DONE_SO, DONE_SO},
    {"take_memory", DONE_SO, DONE_SO, DONE_SO},
    {"take_too_much_memory", DONE_SO, UNTRIED, UNTRIED},
    {"use_the_stack", DONE_SO, DONE_SO, DONE_SO},
    {"abort_itself", SIGABRT, SIGABRT, SIGABRT},
    {"start_a_thread", SIGSYS, DONE_SO, DONE_SO},
    {"crash", SIGSEGV, SIGSEGV, SIGSEGV},
};

static char folder[] = "/tmp/confine_test.XXXXXX";
static char spool[sizeof folder + 16], spare[sizeof folder + 16];
static unsigned landlock; /* as confine_sessions() said */

static enum outcome
enter_judge(struct reason *why)
{
	return confine_judge(why);
}

static enum outcome
enter_sessions(struct reason *why)
{
	return confine_sessions(
	    &(struct confine_sessions){.spool = spool, .temporary = spare},
	    &landlock, why);
}

static enum outcome
enter_logging(struct reason *why)
{
	return confine_sessions(
	    &(struct confine_sessions){
		.spool = spool, .temporary = spare, .syslog = true},
	    &landlock, why);
}

/* Descriptors as the deeds expect them. */
static bool
arrange(void)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	int pair[2], fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(
	    un.sun_path, sizeof un.sun_path, "%s/%ld", folder, (long)getpid());
	return fd >= 0 && bind(fd, (struct sockaddr *)&un, sizeof un) == 0 &&
	    listen(fd, 1) == 0 && unlink(un.sun_path) == 0 &&
	    dup2(fd, DEED_LISTENER) == DEED_LISTENER &&
	    socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 &&
	    dup2(pair[0], DEED_OTHER) == DEED_OTHER && dup2(pair[1], 3) == 3;
}

/* How a confined child ends that acts so. */
static int
status_of(long (*act)(void), enum outcome (*enter)(struct reason *why))
{
	struct reason why;
	int status;
	pid_t pid;

	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		signal(SIGSEGV, SIG_DFL); /* cmocka's */
		if (!arrange() || enter(&why) != DONE) {
			fprintf(stderr, "%s\n", why.text);
			_exit(99);
		}
		_exit(act() == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
expect(const char *name, int end, enum outcome (*enter)(struct reason *why))
{
	const struct deed *d = deed_find(name);
	int status;

	assert_non_null(d);
	if (end == UNTRIED)
		return;
	if (end == LANDLOCK)
		end = landlock > 0 ? FAILS : DONE_SO;
	status = status_of(d->act, enter);
	if (end == FAILS || end == DONE_SO) {
		if (!WIFEXITED(status) || WEXITSTATUS(status) != (end == FAILS))
			fail_msg("%s: status %#x", name, (unsigned)status);
	} else if (!WIFSIGNALED(status) || WTERMSIG(status) != end) {
		fail_msg("%s: status %#x", name, (unsigned)status);
	}
}

static void
the_judge(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		expect(rows[i].name, rows[i].judge, enter_judge);
}

/* The version in force is known to the child alone. */
static long
tell_landlock(void)
{
	_exit((int)landlock);
}

static void
the_process_that_speaks_with_mail_servers(void **state)
{
	int status = status_of(tell_landlock, enter_sessions);
	size_t i;

	(void)state;
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 99);
	landlock = (unsigned)WEXITSTATUS(status);
	print_message("Landlock: %u\n", landlock);
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		expect(rows[i].name, rows[i].sessions, enter_sessions);
		expect(rows[i].name, rows[i].logging, enter_logging);
	}
}

/* Everything that it does to the spool. */
static long
use_the_spool(void)
{
	char name[sizeof spool + 16], other[sizeof spool + 16];
	int fd;

	snprintf(name, sizeof name, "%s/new", spool);
	snprintf(other, sizeof other, "%s/new/file", spool);
	if (mkdir(name, 0700) != 0 || chmod(name, 0770) != 0)
		return 1;
	snprintf(name, sizeof name, "%s/XXXXXX", spare);
	fd = mkostemp(name, O_CLOEXEC | O_APPEND);
	if (fd < 0 || write(fd, "x", 1) != 1 || fsync(fd) != 0 ||
	    open(name, O_RDONLY) < 0 || unlink(name) != 0)
		return 2;
	snprintf(name, sizeof name, "%s/file", spool);
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0 || fchmod(fd, 0640) != 0 ||
	    renameat2(AT_FDCWD, name, AT_FDCWD, other, RENAME_NOREPLACE) != 0)
		return 3;
	return unlink(other);
}

static void
the_spool(void **state)
{
	int status = status_of(use_the_spool, enter_sessions);

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
nothing_gets_from_a_judge_into_the_log(void **state)
{
	const struct deed *d = deed_find("write_to_standard_error");
	int log[2], before = dup(2), status;
	char c;

	(void)state;
	assert_int_equal(pipe2(log, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(dup2(log[1], 2), 2);
	status = status_of(d->act, enter_judge);
	assert_int_equal(dup2(before, 2), 2);
	close(before);
	close(log[1]);
	assert_int_equal(status, 0);
	assert_int_equal(read(log[0], &c, 1), 0);
	close(log[0]);
}

static int
begin(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(spool, sizeof spool, "%s/spool", folder);
	snprintf(spare, sizeof spare, "%s/spare", folder);
	return mkdir(spool, 0700) != 0 || mkdir(spare, 0700) != 0;
}

static int
end(void **state)
{
	char name[sizeof spool + 8];

	(void)state;
	snprintf(name, sizeof name, "%s/new", spool);
	(void)rmdir(name);
	return rmdir(spool) != 0 || rmdir(spare) != 0 || rmdir(folder) != 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_judge),
	    cmocka_unit_test(the_process_that_speaks_with_mail_servers),
	    cmocka_unit_test(the_spool),
	    cmocka_unit_test(nothing_gets_from_a_judge_into_the_log),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
