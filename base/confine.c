#include "config.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/limits.h"

#ifndef WITH_SANITIZERS

/* The judge's socket, its standard error, and the message passed to it. */
#define SOCKET_FD 3
#define DESCRIPTORS 8

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
};

/* An argument that must have some value, under a mask. */
#define NONE ((struct scmp_arg_cmp){0})
#define EQUALS(n, v)                                                           \
	((struct scmp_arg_cmp){                                                \
	    .arg = (n), .op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)(v)})
#define WITHOUT(n, bits)                                                       \
	((struct scmp_arg_cmp){.arg = (n),                                     \
	    .op = SCMP_CMP_MASKED_EQ,                                          \
	    .datum_a = (scmp_datum_t)(bits),                                   \
	    .datum_b = 0})

/*
 * Every system call that a judge makes, and what for; anything else kills
 * it.  At most two conditions each.
 */
static const struct allowed {
	int call;
	unsigned n;
	struct scmp_arg_cmp args[2];
} allowed[] = {
    /* questions and answers; a wait for either */
    {SCMP_SYS(recvmsg), 1, {EQUALS(0, SOCKET_FD)}},
    {SCMP_SYS(sendmsg), 1, {EQUALS(0, SOCKET_FD)}},
    {SCMP_SYS(poll), 0, {NONE}},
    {SCMP_SYS(ppoll), 0, {NONE}},
    /* the message: its bytes, done with it */
    {SCMP_SYS(pread64), 0, {NONE}},
    {SCMP_SYS(close), 0, {NONE}},
    /* malloc: no mapping of files, nothing executable */
    {SCMP_SYS(brk), 0, {NONE}},
    {SCMP_SYS(mmap), 2, {WITHOUT(2, PROT_EXEC), EQUALS(4, (uint32_t)-1)}},
    {SCMP_SYS(munmap), 0, {NONE}},
    {SCMP_SYS(mremap), 0, {NONE}},
    {SCMP_SYS(mprotect), 1, {WITHOUT(2, PROT_EXEC)}},
    {SCMP_SYS(madvise), 0, {NONE}},
    /* GLib's and OpenSSL's locks, should they ever be contended */
    {SCMP_SYS(futex), 0, {NONE}},
    /* the clock, where the kernel maps none */
    {SCMP_SYS(clock_gettime), 0, {NONE}},
    {SCMP_SYS(gettimeofday), 0, {NONE}},
    {SCMP_SYS(time), 0, {NONE}},
    /* OpenSSL's random numbers, and its look whether it was forked */
    {SCMP_SYS(getrandom), 0, {NONE}},
    {SCMP_SYS(getpid), 0, {NONE}},
    /* a last word of GLib or abort() */
    {SCMP_SYS(write), 1, {EQUALS(0, STDERR_FILENO)}},
    {SCMP_SYS(writev), 1, {EQUALS(0, STDERR_FILENO)}},
    /* abort(); tgkill() to ourselves alone, see confine_judge() */
    {SCMP_SYS(gettid), 0, {NONE}},
    {SCMP_SYS(rt_sigprocmask), 0, {NONE}},
    {SCMP_SYS(rt_sigaction), 0, {NONE}},
    {SCMP_SYS(rt_sigreturn), 0, {NONE}},
    {SCMP_SYS(restart_syscall), 0, {NONE}},
    /* the end */
    {SCMP_SYS(exit), 0, {NONE}},
    {SCMP_SYS(exit_group), 0, {NONE}},
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
	/* Standard error may be a file: then its limit is no reason to die. */
	(void)signal(SIGXFSZ, SIG_IGN);
	return DONE;
}

static enum outcome
privileges_drop(struct reason *why)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return reason_set(why, REASON_WORKER_BROKEN,
		    "no new privileges: %s", strerror(errno));
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return reason_set(why, REASON_WORKER_BROKEN, "not dumpable: %s",
		    strerror(errno));
	return DONE;
}

static enum outcome
filter_load(struct reason *why)
{
	scmp_filter_ctx ctx;
	enum outcome o = DONE;
	int e = 0;
	size_t i;

	ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (ctx == NULL)
		return reason_set(
		    why, REASON_WORKER_BROKEN, "no system call filter");
	/* tgkill() can only be written down now that the pid is known. */
	e = seccomp_rule_add(
	    ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, EQUALS(0, getpid()));
	for (i = 0; e == 0 && i < sizeof allowed / sizeof allowed[0]; i++)
		e = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, allowed[i].call,
		    allowed[i].n, allowed[i].args);
	if (e == 0)
		e = seccomp_load(ctx);
	if (e != 0)
		o = reason_set(why, REASON_WORKER_BROKEN,
		    "system call filter: %s", strerror(-e));
	seccomp_release(ctx);
	return o;
}

enum outcome
confine_judge(struct reason *why)
{
	enum outcome o;

	o = limits_set(why);
	if (o == DONE)
		o = privileges_drop(why);
	if (o == DONE)
		o = filter_load(why);
	return o;
}

#else

enum outcome
confine_judge(struct reason *why)
{
	/* AddressSanitizer cannot live under RLIMIT_AS nor under the filter. */
	reason_clear(why);
	return DONE;
}

#endif
