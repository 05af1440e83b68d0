#include "pki/pem_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base/file.h"

/* No bundle comes near. */
#define FILE_MAX_BYTES (32u * 1024 * 1024)

/* One loading. */
struct load {
	const char *const *labels;
	pem_visit *visit;
	void *arg;
};

static bool
is_wanted(const struct load *l, const char *label)
{
	size_t i;

	for (i = 0; l->labels[i] != NULL; i++)
		if (strcmp(l->labels[i], label) == 0)
			return true;
	return false;
}

/* BROKEN: what ended the reading was not the end of the file. */
static enum outcome
end_check(const char *path, unsigned position, struct reason *why)
{
	unsigned long e = ERR_peek_last_error();

	ERR_clear_error();
	if (ERR_GET_LIB(e) == ERR_LIB_PEM &&
	    ERR_GET_REASON(e) == PEM_R_NO_START_LINE)
		return DONE;
	return reason_set(why, REASON_NO_ANCHORS, "%s: block %u is no PEM: %s",
	    path, position,
	    ERR_reason_error_string(e) == NULL ? "unreadable"
					       : ERR_reason_error_string(e));
}

static enum outcome
text_load(const struct load *l, const char *path, struct span text,
    struct reason *why)
{
	char *name = NULL, *header = NULL;
	unsigned char *data = NULL;
	unsigned position = 1, visited = 0;
	enum outcome o = DONE;
	BIO *bio;
	long len;

	bio = BIO_new_mem_buf(text.data, (int)text.len);
	if (bio == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	ERR_clear_error();
	for (; PEM_read_bio(bio, &name, &header, &data, &len) == 1;
	     position++) {
		o = DONE;
		if (is_wanted(l, name)) {
			visited++;
			o = l->visit(l->arg, path, position,
			    (struct span){data, (size_t)len}, why);
		}
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_free(data);
		if (o != DONE && o != NOTHING)
			goto out;
	}
	o = end_check(path, position, why);
	if (o == DONE && visited == 0 && text.len > 0)
		o = l->visit(l->arg, path, 0, (struct span){NULL, 0}, why);
out:
	BIO_free(bio);
	return o;
}

/* A SEQUENCE with a length in more than one byte is no text. */
static bool
is_der(struct span s)
{
	return s.len > 2 && s.data[0] == 0x30 && (s.data[1] & 0x80) != 0;
}

static enum outcome
file_load(const struct load *l, const char *path, struct reason *why)
{
	struct bytes text = {NULL, 0};
	struct reason inner;
	enum outcome o;

	o = file_read(path, FILE_MAX_BYTES, &text, &inner);
	if (o == NOTHING)
		o = reason_set(
		    why, REASON_NO_ANCHORS, "%s: %s", path, strerror(ENOENT));
	else if (o != DONE)
		o = reason_set(why, REASON_NO_ANCHORS, "%s", inner.text);
	else if (is_der(span_bytes(&text)))
		o = l->visit(l->arg, path, 1, span_bytes(&text), why);
	else
		o = text_load(l, path, span_bytes(&text), why);
	bytes_clear(&text);
	return o == NOTHING ? DONE : o;
}

/* Regular files, not hidden; where a link leads counts. */
static int
is_candidate(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* Call one for each of the folder's entries in the order of their names, as
 * long as it says DONE. */
static enum outcome
folder_walk(const char *path,
    enum outcome (*one)(void *arg, const char *file, struct reason *why),
    void *arg, struct reason *why)
{
	struct dirent **names = NULL;
	enum outcome o = DONE;
	char *file = NULL;
	int i, n;

	n = scandir(path, &names, is_candidate, alphasort);
	if (n < 0)
		return reason_set(
		    why, REASON_NO_ANCHORS, "%s: %s", path, strerror(errno));
	for (i = 0; i < n; i++) {
		if (o == DONE &&
		    asprintf(&file, "%s/%s", path, names[i]->d_name) < 0) {
			file = NULL;
			o = reason_set(why, REASON_MEMORY, "out of memory");
		}
		if (o == DONE)
			o = one(arg, file, why);
		free(file);
		file = NULL;
		free(names[i]);
	}
	free(names);
	return o;
}

static enum outcome
entry_load(void *arg, const char *file, struct reason *why)
{
	struct stat st;

	if (stat(file, &st) != 0 || !S_ISREG(st.st_mode))
		return DONE;
	return file_load(arg, file, why);
}

enum outcome
pem_load(const char *path, const char *const *labels, pem_visit *visit,
    void *arg, struct reason *why)
{
	struct load l = {.labels = labels, .visit = visit, .arg = arg};
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return folder_walk(path, entry_load, &l, why);
	return file_load(&l, path, why);
}

/* All zero for a file that is not there. */
static enum outcome
entry_stamp(void *arg, const char *file, struct reason *why)
{
	struct {
		dev_t device;
		ino_t inode;
		off_t size;
		struct timespec modified;
	} s;
	struct stat st;

	(void)why;
	memset(&s, 0, sizeof s);
	if (stat(file, &st) == 0) {
		s.device = st.st_dev;
		s.inode = st.st_ino;
		s.size = st.st_size;
		s.modified = st.st_mtim;
	}
	digest_add_field(arg, span_str(file));
	digest_add_field(arg, (struct span){(const uint8_t *)&s, sizeof s});
	return DONE;
}

void
pem_stamp(const char *path, struct digest *d)
{
	struct stat st;

	(void)!entry_stamp(d, path, NULL);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		(void)!folder_walk(path, entry_stamp, d, NULL);
}
