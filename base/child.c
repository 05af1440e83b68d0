#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"

#define FIRST_FD 3

/*
 * What the child may see of our environment: where the journal reads our
 * standard error (systemd.exec(5)), and for a sanitized build what the
 * tests need to collect its reports.
 */
static const char *const kept_variables[] = {"JOURNAL_STREAM",
#ifdef WITH_SANITIZERS
    "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS",
#endif
#ifdef TEST_HOOKS
    "CERTHARVEST_TEST_HOOKS",
#endif
    NULL};

#define MAX_ENVIRONMENT 8

/* Point envp into our own environment, which the exec copies. */
static void
make_environment(char *envp[MAX_ENVIRONMENT])
{
	static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:"
			     "/usr/bin:/sbin:/bin";
	static char locale[] = "LC_ALL=C.UTF-8";
	size_t n = 0, i;
	char *value;

	envp[n++] = path;
	envp[n++] = locale;
	for (i = 0; kept_variables[i]; i++) {
		value = getenv(kept_variables[i]);
		/* getenv() points behind the '=' of NAME=value. */
		if (value)
			envp[n++] = value - strlen(kept_variables[i]) - 1;
	}
	envp[n] = NULL;
}

/* Default dispositions and nothing blocked, whatever we ourselves do. */
static void
reset_signals(void)
{
	struct sigaction sa = {.sa_handler = SIG_DFL};
	sigset_t none;
	int i;

	for (i = 1; i < NSIG; i++)
		(void)sigaction(i, &sa, NULL); /* KILL and STOP fail */
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * Make descriptor from become to without close-on-exec.
 */
static bool
move_fd(int from, int to)
{
	if (from == to)
		return fcntl(to, F_SETFD, 0) == 0;
	return dup2(from, to) == to;
}

/*
 * Lay the descriptors out: 0 and 1 /dev/null, 2 as it is, then the given
 * ones, then *report (close-on-exec), then nothing.  Everything is first
 * copied above the target range, so that no copy overwrites a source.
 */
static bool
arrange_fds(const struct child_spec *spec, int *report)
{
	int above = FIRST_FD + (int)spec->n_fds + 1;
	int fds[CHILD_MAX_FDS];
	int null;
	unsigned i;

	*report = fcntl(*report, F_DUPFD_CLOEXEC, above);
	if (*report < 0 || (spec->input > 0 && !move_fd(spec->input, 0)))
		return false;
	for (i = 0; i < spec->n_fds; i++) {
		fds[i] = fcntl(spec->fds[i], F_DUPFD_CLOEXEC, above);
		if (fds[i] < 0)
			return false;
	}
	for (i = 0; i < spec->n_fds; i++)
		if (!move_fd(fds[i], FIRST_FD + (int)i))
			return false;
	if (dup3(*report, above - 1, O_CLOEXEC) != above - 1)
		return false;
	*report = above - 1;
	if (close_range((unsigned)above, ~0u, 0) != 0)
		return false;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	return null >= 0 && (spec->input > 0 || move_fd(null, 0)) &&
	    move_fd(null, 1) && (fcntl(2, F_GETFD) >= 0 || move_fd(null, 2));
}

/* The child's side of the fork; never returns. */
static void __attribute__((noreturn))
become(const struct child_spec *spec, pid_t parent, int report)
{
	char *envp[MAX_ENVIRONMENT];
	int e;

	make_environment(envp);
	reset_signals();
	/* Ctrl-C at a terminal is the parent's to deal with. */
	(void)setpgid(0, 0);
	if (!spec->outlive && prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		goto failed;
	/* The parent may have died before the prctl(). */
	if (!spec->outlive && getppid() != parent)
		_exit(127);
	if (!arrange_fds(spec, &report))
		goto failed;
	(void)execve(spec->program, (char *const *)(uintptr_t)spec->argv, envp);
failed:
	e = errno;
	if (write(report, &e, sizeof e) != (ssize_t)sizeof e)
		_exit(126);
	_exit(127);
}

/* Wait for the exec: 0, or the errno that the child reports. */
static int
await_exec(int report)
{
	ssize_t n;
	int e;

	do {
		n = read(report, &e, sizeof e);
	} while (n < 0 && errno == EINTR);
	if (n == 0)
		return 0;
	return n == (ssize_t)sizeof e ? e : EIO;
}

enum outcome
child_start(const struct child_spec *spec, pid_t *out, struct reason *why)
{
	int report[2] = {-1, -1};
	pid_t parent = getpid();
	pid_t pid = -1;
	enum outcome o = DONE;
	int e;

	if (spec->n_fds > CHILD_MAX_FDS || pipe2(report, O_CLOEXEC) != 0) {
		o = reason_set(why, REASON_WORKER_BROKEN, "%s: %s",
		    spec->program, strerror(errno));
		goto out;
	}
	pid = fork();
	if (pid == 0)
		become(spec, parent, report[1]);
	e = errno;
	(void)close(report[1]);
	if (pid > 0)
		e = await_exec(report[0]);
	(void)close(report[0]);
	if (pid < 0 || e != 0) {
		o = reason_set(why, REASON_WORKER_BROKEN,
		    "%s: cannot be started: %s", spec->program, strerror(e));
		(void)child_kill(pid);
		goto out;
	}
	*out = pid;
out:
	return o;
}

int
child_kill(pid_t pid)
{
	int status = 0;

	if (pid <= 0)
		return 0;
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return status;
}

char *
child_self_dup_path(void)
{
	static const char gone[] = " (deleted)";
	char path[PATH_MAX];
	ssize_t n;
	size_t len;

	n = readlink("/proc/self/exe", path, sizeof path - 1);
	if (n <= 0)
		return NULL;
	path[n] = '\0';
	/* Replaced between the start and this call: the new one is meant. */
	len = (size_t)n;
	if (len > sizeof gone - 1 &&
	    strcmp(path + len - (sizeof gone - 1), gone) == 0)
		path[len - (sizeof gone - 1)] = '\0';
	return strdup(path);
}

/* folder/more/name when that is a program, else NULL. */
static char *
dup_if_program(
    const char *folder, size_t folder_len, const char *more, const char *name)
{
	char *path = NULL;

	if (asprintf(&path, "%.*s%s/%s", (int)folder_len, folder, more, name) <
	    0)
		return NULL;
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return NULL;
}

char *
child_program_dup_path(const char *name)
{
	char *self = child_self_dup_path();
	char *slash = self ? strrchr(self, '/') : NULL;
	char *path = NULL;
	size_t len = slash ? (size_t)(slash - self) : 0;

	if (slash)
		path = dup_if_program(self, len, "", name);
	if (slash && !path)
		path =
		    dup_if_program(self, len, "/../libexec/certharvest", name);
	if (!path)
		path = dup_if_program(
		    PKGLIBEXECDIR, strlen(PKGLIBEXECDIR), "", name);
	free(self);
	return path;
}
