#include "cli/sendmail.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"

#define TICK 20 /* milliseconds */

static enum outcome
put_in_memory(struct span mail, int *out, struct reason *why)
{
	int fd = memfd_create("digest", MFD_CLOEXEC);

	if (fd >= 0 && file_write_all(fd, mail.data, mail.len) &&
	    lseek(fd, 0, SEEK_SET) == 0) {
		*out = fd;
		return DONE;
	}
	reason_set(why, REASON_IO, "memory for the mail: %s", strerror(errno));
	file_close(&fd);
	return BROKEN;
}

/* -i: a dot is no end.  The addresses are checked when settings are read, and
 * none begins with '-'. */
static const char **
make_argv(const struct settings *s, const char *program)
{
	size_t n = settings_count(s, "digest", "to"), k = 0;
	const char *from = settings_peek(s, "digest", "from");
	const char **argv = calloc(n + 6, sizeof *argv);

	if (argv == NULL)
		return NULL;
	argv[k++] = program;
	argv[k++] = "-i";
	if (from[0] != '\0') {
		argv[k++] = "-f";
		argv[k++] = from;
	}
	argv[k++] = "--";
	for (size_t i = 0; i < n; i++)
		argv[k++] = settings_peek_at(s, "digest", "to", i);
	return argv;
}

static enum outcome
wait_for(pid_t pid, int64_t seconds, struct reason *why)
{
	int64_t deadline = clock_ms() + 1000 * seconds;
	int status = 0;
	pid_t ended;

	while ((ended = waitpid(pid, &status, WNOHANG)) == 0 &&
	    clock_ms() < deadline)
		(void)usleep(TICK * 1000);
	if (ended != pid) {
		(void)kill(-pid, SIGKILL); /* its children, too */
		(void)child_kill(pid);
		return reason_set(why, REASON_SENDMAIL,
		    "sendmail did not end within %lld s", (long long)seconds);
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == EX_OK)
		return DONE;
	return WIFEXITED(status)
	    ? reason_set(why, REASON_SENDMAIL,
		  "sendmail ended with exit code "
		  "%d; its words are above",
		  WEXITSTATUS(status))
	    : reason_set(why, REASON_SENDMAIL,
		  "sendmail was ended by signal %d", WTERMSIG(status));
}

enum outcome
sendmail_give(const struct settings *s, struct span mail, struct reason *why)
{
	const char *program = settings_peek(s, "digest", "sendmail");
	const char **argv = make_argv(s, program);
	struct child_spec spec = {.program = program, .argv = argv};
	struct reason inner;
	enum outcome o;
	pid_t pid = 0;

	if (argv == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = put_in_memory(mail, &spec.input, why);
	if (o == DONE) {
		o = child_start(&spec, &pid, &inner);
		if (o != DONE)
			o = reason_set(why, REASON_SETTINGS,
			    "digest.sendmail: %s", inner.text);
	}
	if (o == DONE)
		o = wait_for(pid, settings_number(s, "digest", "timeout"), why);
	if (spec.input > 0)
		file_close(&spec.input);
	free(argv);
	return o;
}
