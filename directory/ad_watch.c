#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "directory/ad_watch.h"

/* A signal handler can look nowhere else. */
static volatile sig_atomic_t watched = -1;

static void
shut_down(int number)
{
	(void)number;
	if (watched >= 0)
		(void)shutdown(watched, SHUT_RDWR);
}

void
ad_watch_start(int fd, unsigned seconds)
{
	struct sigaction action = {
	    .sa_handler = shut_down, .sa_flags = SA_RESTART};

	watched = fd;
	(void)sigaction(SIGALRM, &action, NULL);
	(void)alarm(seconds);
}

void
ad_watch_stop(void)
{
	(void)alarm(0);
	watched = -1;
}
