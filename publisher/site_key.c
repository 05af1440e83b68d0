#include "publisher/site_key.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/file.h"

static enum outcome
write_key(const char *path, struct span key, struct reason *why)
{
	char *folder = strdup(path), *name = strdup(path);
	enum outcome o;
	int dir = -1;

	if (folder == NULL || name == NULL) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	dir = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		o = reason_set(why, REASON_IO, "%s: %s", path, strerror(errno));
		goto out;
	}
	o = file_write(dir, basename(name), key, 0600, why);
out:
	file_close(&dir);
	free(folder);
	free(name);
	return o;
}

static enum outcome
make(const char *path, struct bytes *out, struct reason *why)
{
	uint8_t key[SITE_KEY_LEN];
	enum outcome o;

	if (getrandom(key, sizeof key, 0) != (ssize_t)sizeof key)
		return reason_set(
		    why, REASON_IO, "getrandom: %s", strerror(errno));
	o = write_key(path, (struct span){key, sizeof key}, why);
	if (o == DONE && !bytes_dup((struct span){key, sizeof key}, out))
		o = reason_set(why, REASON_MEMORY, "out of memory");
	explicit_bzero(key, sizeof key);
	return o;
}

static enum outcome
check(const char *path, const struct bytes *key, struct reason *why)
{
	struct stat st;

	if (key->len != SITE_KEY_LEN)
		return reason_set(why, REASON_SETTINGS,
		    "directory.site_key_file: %s has %zu bytes instead of %d",
		    path, key->len, SITE_KEY_LEN);
	if (stat(path, &st) != 0 || (st.st_mode & S_IRWXO) != 0)
		return reason_set(why, REASON_SETTINGS,
		    "directory.site_key_file: %s must not be open to others: "
		    "chmod 600",
		    path);
	return DONE;
}

enum outcome
site_key_load(
    const char *path, bool may_make, struct bytes *out, struct reason *why)
{
	struct bytes key = {NULL, 0};
	enum outcome o;

	o = file_read(path, SITE_KEY_LEN + 1, &key, why);
	if (o == NOTHING && !may_make)
		o = reason_set(why, REASON_SETTINGS,
		    "directory.site_key_file: %s is missing, but certificates "
		    "are published under it: restore it from a backup",
		    path);
	else if (o == NOTHING)
		return make(path, out, why);
	else if (o == REFUSED)
		o = reason_set(why, REASON_SETTINGS,
		    "directory.site_key_file: %s is not a site key", path);
	if (o == DONE)
		o = check(path, &key, why);
	if (o == DONE) {
		*out = key;
		key = (struct bytes){NULL, 0};
	}
	bytes_clear(&key);
	return o;
}
