#include "spool/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

#define ASIDE_FILES 500
#define ASIDE_NAME 128

bool
spool_is_ignored(const struct spool *s, uint64_t inode)
{
	unsigned i;

	for (i = 0; i < s->n_ignored; i++)
		if (s->ignored[i] == inode)
			return true;
	return false;
}

/* A copy across file systems, of what is small and regular. */
static bool
copy_aside(int queue_fd, const char *name, int aside_fd, const char *as)
{
	struct bytes data = {NULL, 0};
	bool ok;
	int fd;

	fd = openat(queue_fd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	ok = fd >= 0 && file_read_fd(fd, LIMIT_SPOOL_FILE, &data, NULL) == DONE;
	if (ok)
		ok = file_write(aside_fd, as, span_bytes(&data), 0640, NULL) ==
		    DONE;
	bytes_clear(&data);
	file_close(&fd);
	return ok;
}

/* Into the folder aside under a name of our own, while it has room. */
static bool
keep(struct spool *s, enum spool_queue q, int queue_fd, const char *name)
{
	uint64_t files, bytes;
	char as[ASIDE_NAME];
	struct stat st;
	bool kept = false;
	int fd;

	if (fstatat(queue_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    st.st_size > (off_t)LIMIT_SPOOL_FILE)
		return false;
	fd = open(s->aside, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	snprintf(as, sizeof as, "%s-%lld-%ld-%u", spool_queue_name(q),
	    (long long)clock_now(), (long)getpid(), s->moved++);
	if (scan_count(fd, &files, &bytes, NULL) == DONE &&
	    files < ASIDE_FILES) {
		kept = renameat2(queue_fd, name, fd, as, RENAME_NOREPLACE) == 0;
		if (!kept && errno == EXDEV && S_ISREG(st.st_mode) &&
		    copy_aside(queue_fd, name, fd, as))
			kept = unlinkat(queue_fd, name, 0) == 0;
	}
	file_close(&fd);
	return kept;
}

static bool
discard(int queue_fd, const char *name)
{
	return unlinkat(queue_fd, name, 0) == 0 || errno == ENOENT ||
	    unlinkat(queue_fd, name, AT_REMOVEDIR) == 0;
}

enum outcome
spool_move_aside(struct spool *s, enum spool_queue q, int queue_fd,
    const char *name, struct reason *why)
{
	const char *now = "moved aside";
	struct reason was = *why;
	struct stat st;
	int e;

	if (!keep(s, q, queue_fd, name)) {
		now = "removed";
		if (!discard(queue_fd, name)) {
			e = errno;
			now = "left there";
			/* A full folder of a stranger's, say; our own lack
			 * of rights would stop every other file too. */
			if ((e != ENOTEMPTY && e != EEXIST && e != ENOTDIR) ||
			    s->n_ignored == SPOOL_IGNORED ||
			    fstatat(queue_fd, name, &st, AT_SYMLINK_NOFOLLOW) !=
				0)
				return spool_failed(
				    why, e, "removing a damaged spool file");
			s->ignored[s->n_ignored++] = st.st_ino;
		}
	}
	return reason_set(why, REASON_SPOOL_DAMAGED, "%s/%.80s: %s; %s",
	    spool_queue_name(q), name, was.text, now);
}
