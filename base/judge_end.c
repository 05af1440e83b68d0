#include "base/judge_end.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/judge.h"

#define EXIT_MEMORY 3

void
judge_end_without_memory(void)
{
	static const uint8_t empty[4];
	struct iovec iov = {.iov_len = sizeof empty};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	const uint8_t *p = empty;

	/* sendmsg() does not write there; send() is not in the filter. */
	memcpy(&iov.iov_base, &p, sizeof p);
	(void)!sendmsg(JUDGE_SOCKET, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	_exit(EXIT_MEMORY);
}

enum outcome
judge_end_tell(int status, struct reason *why)
{
	int s = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	const char *name = sigabbrev_np(s);

	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_MEMORY)
		return reason_set(why, REASON_WORKER_MEMORY,
		    "the worker needed more memory than it may have");
	if (WIFEXITED(status))
		return reason_set(why, REASON_WORKER_DIED,
		    "the worker ended with status %d", WEXITSTATUS(status));
	if (s == SIGSYS)
		return reason_set(why, REASON_WORKER_DIED,
		    "signal %d (SIGSYS): the worker tried what its filter "
		    "forbids",
		    s);
	return reason_set(why, REASON_WORKER_DIED,
	    "the worker was ended by signal %d (SIG%s)", s,
	    name == NULL ? "?" : name);
}
