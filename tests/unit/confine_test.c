#include "config.h"

#include "tests/unit/unit.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/limits.h"

/* What a taken-over worker would like to do; 0: it could. */

static long
open_a_file(void)
{
	return open("/etc/passwd", O_RDONLY) < 0;
}

static long
make_a_file(void)
{
	return open("/tmp/taken-over", O_WRONLY | O_CREAT, 0600) < 0;
}

static long
look_at_a_path(void)
{
	struct stat st;

	return stat("/etc/passwd", &st);
}

static long
look_at_a_path_by_another_door(void)
{
	struct stat st;

	return fstatat(AT_FDCWD, "/etc/passwd", &st, AT_EMPTY_PATH);
}

static long
make_a_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0;
}

static long
connect_one(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET};

	return connect(3, (struct sockaddr *)&to, sizeof to);
}

static long
fork_a_child(void)
{
	return fork() < 0;
}

static long
start_a_thread(void)
{
	return syscall(SYS_clone3, NULL, 0);
}

static long
execute_a_program(void)
{
	return execl("/bin/true", "true", (char *)NULL);
}

static long
kill_the_parent(void)
{
	return kill(getppid(), 0);
}

static long
signal_the_parent(void)
{
	return syscall(SYS_tgkill, getppid(), getppid(), 0);
}

static long
trace_the_parent(void)
{
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static long
read_a_stream(void)
{
	char c;

	return read(0, &c, 1);
}

static long
write_elsewhere(void)
{
	return write(1, "x", 1);
}

static long
send_elsewhere(void)
{
	return send(4, "x", 1, 0);
}

static long
map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static long
map_a_file(void)
{
	return mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 4, 0) == MAP_FAILED;
}

static char page[8192];

static long
make_code(void)
{
	char *aligned = page + (4096 - (uintptr_t)page % 4096) % 4096;

	return mprotect(aligned, 4096, PROT_READ | PROT_EXEC);
}

static long
raise_a_limit(void)
{
	struct rlimit r = {0, 0};

	return setrlimit(RLIMIT_CORE, &r);
}

static long
become_dumpable(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static long
look_into_the_kernel(void)
{
	return syscall(SYS_bpf, 0, NULL, 0);
}

static long
duplicate_a_descriptor(void)
{
	return dup(3) < 0;
}

/* What a worker has to do. */

static long
take_memory(void)
{
	size_t n = 32u * 1024 * 1024;
	char *p = malloc(n);

	if (p == NULL)
		return 1;
	memset(p, 1, n);
	p = realloc(p, 2 * n);
	if (p == NULL)
		return 1;
	free(p);
	return 0;
}

/* The limit is there, and running into it is an answer, not a death. */
static long
take_too_much_memory(void)
{
	return malloc(LIMIT_JUDGE_MEMORY) == NULL ? 0 : 1;
}

static long
use_the_stack(void)
{
	volatile char deep[6u * 1024 * 1024];
	size_t i;

	for (i = 0; i < sizeof deep; i += 4096)
		deep[i] = 1;
	return deep[0] - 1;
}

static long
write_to_standard_error(void)
{
	return write(2, "", 0);
}

/* For that there is no room in a table: abort() has to work as it does. */
static long
abort_itself(void)
{
	signal(SIGABRT, SIG_DFL);
	abort();
}

static const struct row {
	const char *name;
	long (*act)(void);
	int signal; /* 0: it goes on */
} rows[] = {
#define KILLED(f)                                                              \
	{                                                                      \
#f, f, SIGSYS                                                  \
	}
    KILLED(open_a_file),
    KILLED(make_a_file),
    KILLED(look_at_a_path),
    KILLED(look_at_a_path_by_another_door),
    KILLED(make_a_socket),
    KILLED(connect_one),
    KILLED(fork_a_child),
    KILLED(start_a_thread),
    KILLED(execute_a_program),
    KILLED(kill_the_parent),
    KILLED(signal_the_parent),
    KILLED(trace_the_parent),
    KILLED(read_a_stream),
    KILLED(write_elsewhere),
    KILLED(send_elsewhere),
    KILLED(map_code),
    KILLED(map_a_file),
    KILLED(make_code),
    KILLED(raise_a_limit),
    KILLED(become_dumpable),
    KILLED(look_into_the_kernel),
    KILLED(duplicate_a_descriptor),
    {"take_memory", take_memory, 0},
    {"take_too_much_memory", take_too_much_memory, 0},
    {"use_the_stack", use_the_stack, 0},
    {"write_to_standard_error", write_to_standard_error, 0},
    {"abort_itself", abort_itself, SIGABRT},
};

/* How a confined child ends that does the deed. */
static int
outcome_of(const struct row *r)
{
	struct reason why;
	int status;
	pid_t pid;

	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (confine_judge(&why) != DONE) {
			fprintf(stderr, "%s\n", why.text);
			_exit(99);
		}
		_exit(r->act() == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
the_filter_holds(void **state)
{
	size_t i;
	int status;

	(void)state;
#ifdef WITH_SANITIZERS
	skip();
#endif
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		status = outcome_of(&rows[i]);
		if (rows[i].signal != 0 &&
		    (!WIFSIGNALED(status) ||
			WTERMSIG(status) != rows[i].signal))
			fail_msg(
			    "%s: status %#x", rows[i].name, (unsigned)status);
		if (rows[i].signal == 0 &&
		    (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
			fail_msg(
			    "%s: status %#x", rows[i].name, (unsigned)status);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_filter_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
