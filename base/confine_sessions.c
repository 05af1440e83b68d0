#include "config.h"

#ifndef WITH_SANITIZERS

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/filter.h"
#include "base/landlock.h"

/* What pthread_create() asks for, whatever the C library adds. */
#define THREAD                                                                 \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |    \
	    CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID |               \
	    CLONE_CHILD_CLEARTID)
#ifdef __s390__
#define CLONE_FLAGS 1
#else
#define CLONE_FLAGS 0
#endif

/* madvise() of later C libraries, for the guard pages of stacks. */
#define GUARD_INSTALL 102
#define GUARD_REMOVE 103

#define FUTEX_MODIFIERS (FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME)

/* Every system call of the process that speaks with mail servers. */
static const struct filter_call calls[] = {
    /* connections: taken from a socket that was opened before; no other is
     * made, and none is shut down, for the listening one is shared */
    FILTER_ANY(accept),
    FILTER_IF(setsockopt, FILTER_IS(1, SOL_SOCKET), FILTER_IS(2, SO_KEEPALIVE)),
    FILTER_IF(getsockopt, FILTER_IS(1, SOL_SOCKET), FILTER_IS(2, SO_TYPE)),
    FILTER_IF(
	getsockopt, FILTER_IS(1, SOL_SOCKET), FILTER_IS(2, SO_ACCEPTCONN)),
    FILTER_ANY(getsockname),
    FILTER_ANY(read),
    FILTER_ANY(writev),
    FILTER_ANY(poll),
    FILTER_ANY(ppoll),
    FILTER_ANY(restart_syscall),
    /* the supervisor and the judges, by control.c and frame.c */
    FILTER_IF(recvmsg, FILTER_IS(2, MSG_CMSG_CLOEXEC | MSG_DONTWAIT)),
    FILTER_IF(sendmsg, FILTER_IS(2, MSG_NOSIGNAL | MSG_DONTWAIT)),
    /* messages, in memory or in a file; the log; the wake-up of eventfds */
    FILTER_IF(memfd_create, FILTER_ONLY(1, MFD_CLOEXEC | MFD_ALLOW_SEALING)),
    FILTER_ANY(write),
    /* the spool and temporary files: what may be named is Landlock's */
    FILTER_ANY(open),
    FILTER_ANY(openat),
    FILTER_ANY(close),
    FILTER_ANY(newfstatat),
    FILTER_ANY(fstat),
    FILTER_ANY(statx),
    FILTER_ANY(access),
    FILTER_ANY(faccessat),
    FILTER_ANY(getdents64),
    FILTER_ANY(lseek),
    FILTER_ANY(mkdir),
    FILTER_ANY(mkdirat),
    FILTER_ANY(chmod),
    FILTER_ANY(fchmod),
    FILTER_ANY(fchmodat),
    FILTER_ANY(fsync),
    FILTER_ANY(renameat),
    FILTER_ANY(renameat2),
    FILTER_ANY(unlink),
    FILTER_ANY(unlinkat),
    /* whether the socket's name is still ours */
    FILTER_ANY(readlink),
    FILTER_ANY(readlinkat),
    /* descriptors: libmilter's socket is swapped, a file passed on */
    FILTER_ANY(dup),
    FILTER_ANY(dup3),
    FILTER_IF(fcntl, FILTER_IS(1, F_DUPFD_CLOEXEC)),
    FILTER_IF(fcntl, FILTER_IS(1, F_GETFD)),
    FILTER_IF(fcntl, FILTER_IS(1, F_SETFD)),
    FILTER_IF(fcntl, FILTER_IS(1, F_GETFL)),
    FILTER_IF(fcntl, FILTER_IS(1, F_SETFL),
	FILTER_WITHOUT(2, O_ASYNC | O_DIRECT | O_NOATIME)),
    FILTER_IF(fcntl, FILTER_IS(1, F_ADD_SEALS)),
    FILTER_ANY(pipe2),
    FILTER_ANY(pipe),
    FILTER_IF(prlimit64, FILTER_IS(0, 0), FILTER_NULL(2)),
    FILTER_ANY(getrlimit),
    /* threads, and nothing but threads; clone3() hides its flags */
    FILTER_IF(clone, FILTER_IS(CLONE_FLAGS, THREAD)),
    FILTER_FAIL(clone3, ENOSYS),
    FILTER_ANY(set_robust_list),
    FILTER_ANY(rseq),
    FILTER_ANY(sched_getaffinity),
    FILTER_ANY(sched_yield),
    FILTER_IF(futex, FILTER_IS_BUT(1, FUTEX_MODIFIERS, FUTEX_WAIT)),
    FILTER_IF(futex, FILTER_IS_BUT(1, FUTEX_MODIFIERS, FUTEX_WAKE)),
    FILTER_IF(futex, FILTER_IS_BUT(1, FUTEX_MODIFIERS, FUTEX_WAIT_BITSET)),
    FILTER_IF(futex, FILTER_IS_BUT(1, FUTEX_MODIFIERS, FUTEX_WAKE_BITSET)),
    FILTER_ANY(exit),
    /* signals: libmilter waits for some, the swap wakes its thread */
    FILTER_ANY(rt_sigaction),
    FILTER_ANY(rt_sigprocmask),
    FILTER_ANY(rt_sigreturn),
    FILTER_ANY(rt_sigtimedwait),
    FILTER_IF(tgkill, FILTER_US(0)),
    FILTER_ANY(gettid),
    FILTER_ANY(getpid),
    /* malloc() and stacks: nothing of files, nothing executable; in place
     * where a thread's heap shrinks and vm.overcommit_memory is 2 */
    FILTER_ANY(brk),
    FILTER_IF(mmap, FILTER_ONLY(2, PROT_READ | PROT_WRITE),
	FILTER_ONLY(3,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK |
		MAP_FIXED),
	FILTER_IS(4, -1)),
    FILTER_ANY(munmap),
    FILTER_IF(mremap, FILTER_IS(3, MREMAP_MAYMOVE)),
    FILTER_IF(mprotect, FILTER_ONLY(2, PROT_READ | PROT_WRITE)),
    FILTER_IF(madvise, FILTER_IS(2, MADV_DONTNEED)),
    FILTER_IF(madvise, FILTER_IS(2, GUARD_INSTALL)),
    FILTER_IF(madvise, FILTER_IS(2, GUARD_REMOVE)),
    /* names of temporary files, malloc()'s marks */
    FILTER_ANY(getrandom),
    /* the clock, where the kernel maps none; libmilter's pauses */
    FILTER_ANY(clock_gettime),
    FILTER_ANY(gettimeofday),
    FILTER_ANY(time),
    FILTER_ANY(clock_nanosleep),
    FILTER_ANY(nanosleep),
    /* the end */
    FILTER_ANY(exit_group),
};

/*
 * What syslog(3) needs on top: to send, and to connect again when the daemon
 * was started anew.  A datagram socket of this machine reaches no network.
 */
static const struct filter_call syslog_calls[] = {
    FILTER_IF(sendto, FILTER_IS(3, MSG_NOSIGNAL), FILTER_NULL(4)),
    FILTER_IF(socket, FILTER_IS(0, AF_UNIX),
	FILTER_IS(1, SOCK_DGRAM | SOCK_CLOEXEC), FILTER_IS(2, 0)),
    /* its second try, where the daemon listens on a stream: not for us */
    {.call = SCMP_SYS(socket),
	.n = 2,
	.args = {FILTER_IS(0, AF_UNIX),
	    FILTER_IS(1, SOCK_STREAM | SOCK_CLOEXEC)},
	.error = EPROTONOSUPPORT},
    FILTER_ANY(connect),
};

enum outcome
confine_sessions(
    const struct confine_sessions *c, unsigned *landlock, struct reason *why)
{
	const struct filter_calls tables[] = {
	    {calls, sizeof calls / sizeof calls[0]},
	    {syslog_calls, sizeof syslog_calls / sizeof syslog_calls[0]},
	};
	const struct landlock_folder folders[] = {
	    {c->spool, LANDLOCK_KEEP},
	    {c->temporary, LANDLOCK_KEEP},
	    {c->sockets, LANDLOCK_REMOVE},
	};
	enum outcome o;

	o = confine_privileges(why);
	if (o == DONE)
		o = landlock_enter(
		    folders, c->sockets == NULL ? 2 : 3, landlock, why);
	if (o == DONE)
		o = filter_load(tables, c->syslog ? 2 : 1, why);
	return o;
}

#endif
