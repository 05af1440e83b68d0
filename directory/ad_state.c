#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "directory/ad_state.h"

bool
ad_state_read(const char *path, size_t cap, struct bytes *out)
{
	return path[0] != '\0' && file_read(path, cap, out, NULL) == DONE;
}

void
ad_state_write(const char *path, struct span text)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash != NULL && slash > path
	    ? strndup(path, (size_t)(slash - path))
	    : NULL;
	int fd = -1;

	if (folder != NULL)
		fd = open(folder, O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		goto out;
	if (text.len == 0)
		(void)unlinkat(fd, slash + 1, 0);
	else
		(void)!file_write(fd, slash + 1, text, 0600, NULL);
out:
	file_close(&fd);
	free(folder);
}
