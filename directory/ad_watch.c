#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "directory/ad_watch.h"

/* A signal handler can look nowhere else. */
static volatile sig_atomic_t watched = -1;
static volatile sig_atomic_t fired;

static void
shut_down(int number)
{
	(void)number;
	if (watched < 0)
		return;
	fired = 1;
	(void)shutdown(watched, SHUT_RDWR);
}

static void
set_timer(int64_t ms)
{
	struct itimerval t = {.it_value = {.tv_sec = (time_t)(ms / 1000),
				  .tv_usec = (suseconds_t)(ms % 1000) * 1000}};

	(void)setitimer(ITIMER_REAL, &t, NULL);
}

void
ad_watch_start(int fd, int64_t ms)
{
	struct sigaction action = {
	    .sa_handler = shut_down, .sa_flags = SA_RESTART};

	fired = 0;
	watched = fd;
	(void)sigaction(SIGALRM, &action, NULL);
	set_timer(ms > 0 ? ms : 1);
}

void
ad_watch_stop(void)
{
	set_timer(0);
	watched = -1;
}

bool
ad_watch_has_fired(void)
{
	return fired != 0;
}
