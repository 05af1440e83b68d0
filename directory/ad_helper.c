#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "directory/ad_helper.h"

/* The helper's side of the fork; never returns.  It is not left behind when
 * the directory child is killed. */
static void __attribute__((noreturn))
help(void (*work)(int fd, const void *arg), const void *arg, int fd,
    pid_t parent)
{
	(void)signal(SIGALRM, SIG_IGN);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	/* A name server that is away costs a second, not five. */
	(void)setenv("RES_OPTIONS", "timeout:1 attempts:2", 0);
	work(fd, arg);
	_exit(0);
}

static enum outcome
collect(int fd, int64_t deadline, struct buffer *out, struct reason *why)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	uint8_t piece[4096];
	ssize_t n;

	for (;;) {
		int64_t left = deadline - clock_ms();

		if (left <= 0)
			return reason_set(why, REASON_DIRECTORY_SLOW,
			    "the resolver does not answer in time");
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		n = read(fd, piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return DONE;
		if (!buffer_add(out, piece, (size_t)n))
			return reason_set(why, REASON_DIRECTORY_DOWN,
			    "the resolver's answer is too long");
	}
}

enum outcome
ad_helper_run(void (*work)(int fd, const void *arg), const void *arg,
    int64_t deadline, struct buffer *out, struct reason *why)
{
	int ends[2] = {-1, -1};
	pid_t parent = getpid(), pid = -1;
	enum outcome o;

	if (pipe2(ends, O_CLOEXEC) == 0)
		pid = fork();
	if (pid == 0)
		help(work, arg, ends[1], parent);
	if (pid < 0) {
		o = reason_set(why, REASON_MEMORY,
		    "no process to resolve a "
		    "name: %s",
		    strerror(errno));
		goto out;
	}
	file_close(&ends[1]);
	o = collect(ends[0], deadline, out, why);
out:
	file_close(&ends[0]);
	file_close(&ends[1]);
	(void)child_kill(pid);
	return o;
}
