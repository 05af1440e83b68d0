#include "spool/inside.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

void
spool_watch_folder(struct spool *s, enum spool_queue q)
{
	char path[PATH_MAX];

	if (s->watch < 0)
		s->watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (s->watch < 0 ||
	    snprintf(path, sizeof path, "%s/%s", s->path,
		spool_queue_name(q)) >= (int)sizeof path)
		return;
	/* Watching what is watched already changes nothing.  Where it fails
	 * the caller's slow poll finds what comes. */
	if (inotify_add_watch(s->watch, path,
		IN_MOVED_TO | IN_CLOSE_WRITE | IN_ONLYDIR | IN_DONT_FOLLOW) < 0)
		return;
}

int
spool_peek_watch(const struct spool *s)
{
	return s->watch;
}

void
spool_watch_clear(struct spool *s)
{
	char events[4096];
	ssize_t n;

	if (s->watch < 0)
		return;
	do
		n = read(s->watch, events, sizeof events);
	while (n > 0 || (n < 0 && errno == EINTR));
}
