#include "config.h"

#ifndef WITH_SANITIZERS

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/file.h"
#include "base/filter.h"
#include "base/judge.h"
#include "base/landlock.h"
#include "base/limits.h"

/* 0, 1, 2, the socket and one message. */
#define MESSAGE_FD JUDGE_TRUST
#define DESCRIPTORS 5

/*
 * Nothing more than a judge needs.  Memory that is private and writable is
 * counted by RLIMIT_DATA, every mapping by RLIMIT_AS; the libraries and the
 * trust bundle are mapped when this is set.
 */
static const struct {
	int resource;
	rlim_t value;
	const char *name;
} limits[] = {
    {RLIMIT_AS, LIMIT_JUDGE_MEMORY, "memory"},
    {RLIMIT_STACK, LIMIT_JUDGE_STACK, "stack"},
    {RLIMIT_CORE, 0, "core"},
    {RLIMIT_FSIZE, 0, "file size"},
    {RLIMIT_NOFILE, DESCRIPTORS, "descriptors"},
    {RLIMIT_NPROC, 0, "processes"},
    {RLIMIT_MEMLOCK, 0, "locked memory"},
    {RLIMIT_MSGQUEUE, 0, "message queues"},
};

/* Every system call that a judge makes, and what for. */
static const struct filter_call calls[] = {
    /* questions and answers, by frame.c, and the wait for them */
    FILTER_IF(recvmsg, FILTER_IS(0, JUDGE_SOCKET),
	FILTER_IS(2, MSG_CMSG_CLOEXEC | MSG_DONTWAIT)),
    FILTER_IF(sendmsg, FILTER_IS(0, JUDGE_SOCKET),
	FILTER_IS(2, MSG_NOSIGNAL | MSG_DONTWAIT)),
#ifdef __NR_poll
    FILTER_IF(poll, FILTER_IS(1, 1)),
#else
    FILTER_IF(ppoll, FILTER_IS(1, 1)),
#endif
    /* the same, when the machine slept meanwhile */
    FILTER_ANY(restart_syscall),
    /* the message: its bytes, done with it */
    FILTER_IF(pread64, FILTER_IS(0, MESSAGE_FD)),
    FILTER_IF(close, FILTER_IS(0, MESSAGE_FD)),
    /* malloc(): nothing of files, nothing shared, nothing executable; the
     * last also when it looks for another arena before it gives up */
    FILTER_ANY(brk),
    FILTER_IF(mmap, FILTER_ONLY(2, PROT_READ | PROT_WRITE),
	FILTER_ONLY(3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE),
	FILTER_IS(4, -1)),
    FILTER_ANY(munmap),
    FILTER_IF(mremap, FILTER_IS(3, MREMAP_MAYMOVE)),
    FILTER_IF(mprotect, FILTER_ONLY(2, PROT_READ | PROT_WRITE)),
    /* what is done once (pthread_once) wakes those who might wait for it */
    FILTER_IF(futex, FILTER_IS(1, FUTEX_WAKE | FUTEX_PRIVATE_FLAG)),
    /* the clock, where the kernel maps none */
    FILTER_ANY(clock_gettime),
    FILTER_ANY(gettimeofday),
    FILTER_ANY(time),
    /* OpenSSL's blinding, and what it mixes into its random numbers */
    FILTER_ANY(getrandom),
    FILTER_ANY(getpid),
    /* abort(), so that a fault of ours is not told as the filter's; its
     * words go to /dev/null */
    FILTER_IF(write, FILTER_IS(0, STDERR_FILENO)),
    FILTER_IF(writev, FILTER_IS(0, STDERR_FILENO)),
    FILTER_ANY(gettid),
    FILTER_IF(tgkill, FILTER_US(0), FILTER_IS(2, SIGABRT)),
    FILTER_ANY(rt_sigprocmask),
    FILTER_IF(rt_sigaction, FILTER_IS(0, SIGABRT)),
    /* the end */
    FILTER_ANY(exit_group),
};

static enum outcome
limits_set(struct reason *why)
{
	struct rlimit r;
	size_t i;

	for (i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		r.rlim_cur = r.rlim_max = limits[i].value;
		if (setrlimit(limits[i].resource, &r) != 0)
			return reason_set(why, REASON_WORKER_BROKEN,
			    "limit of %s: %s", limits[i].name, strerror(errno));
	}
	return DONE;
}

/*
 * Standard error is the log: who has taken a worker over could forge lines.
 * Whatever else is open the message's number is to be the next one free.
 */
static enum outcome
descriptors_settle(struct reason *why)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	enum outcome o = DONE;

	if (null < 0 || dup2(null, STDERR_FILENO) != STDERR_FILENO)
		o = reason_set(why, REASON_WORKER_BROKEN, "/dev/null: %s",
		    strerror(errno));
	file_close(&null);
	if (o == DONE && close_range(MESSAGE_FD, ~0u, 0) != 0)
		o = reason_set(why, REASON_WORKER_BROKEN, "close_range: %s",
		    strerror(errno));
	return o;
}

enum outcome
confine_judge(struct reason *why)
{
	const struct filter_calls table = {
	    calls, sizeof calls / sizeof calls[0]};
	unsigned landlock;
	enum outcome o;

	o = descriptors_settle(why);
	if (o == DONE)
		o = confine_privileges(why);
	if (o == DONE)
		o = landlock_enter(NULL, 0, &landlock, why);
	if (o == DONE)
		o = limits_set(why);
	if (o == DONE)
		o = filter_load(&table, 1, why);
	return o;
}

#endif
