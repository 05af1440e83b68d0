#include "pki/anchors.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/file.h"
#include "pki/certificate.h"

/* No bundle comes near. */
#define FILE_MAX_BYTES (32u * 1024 * 1024)

/* One loading: where to, and what was found so far. */
struct load {
	struct trust *trust;
	const char *domains;
	bool public_ca;
	unsigned found;
};

/*
 * One PEM block: certificates are anchors, the rest (comments, keys, CRLs)
 * is somebody else's.
 */
static enum outcome
block_add(struct load *l, const char *path, unsigned position, const char *name,
    struct span der, struct reason *why)
{
	struct reason inner;
	X509 *x = NULL;
	enum outcome o;

	if (strcmp(name, PEM_STRING_X509) != 0 &&
	    strcmp(name, PEM_STRING_X509_OLD) != 0)
		return NOTHING;
	o = certificate_decode(der, &x, &inner);
	X509_free(x);
	if (o != DONE && inner.code == REASON_WEAK_KEY)
		return NOTHING;
	if (o != DONE)
		return reason_set(why, REASON_NO_ANCHORS,
		    "%s: certificate %u: %s", path, position, inner.text);
	l->found++;
	return trust_add_anchor(
	    l->trust, der, path, l->public_ca, l->domains, why);
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
text_load(
    struct load *l, const char *path, struct span text, struct reason *why)
{
	char *name = NULL, *header = NULL;
	unsigned char *data = NULL;
	enum outcome o = DONE;
	unsigned position = 1;
	BIO *bio;
	long len;

	bio = BIO_new_mem_buf(text.data, (int)text.len);
	if (bio == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	ERR_clear_error();
	for (; PEM_read_bio(bio, &name, &header, &data, &len) == 1;
	     position++) {
		o = block_add(l, path, position, name,
		    (struct span){data, (size_t)len}, why);
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_free(data);
		if (o != DONE && o != NOTHING)
			goto out;
	}
	o = end_check(path, position, why);
out:
	BIO_free(bio);
	return o;
}

static enum outcome
file_load(struct load *l, const char *path, struct reason *why)
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
	else
		o = text_load(l, path, span_bytes(&text), why);
	bytes_clear(&text);
	return o;
}

/* Regular files, not hidden; where a link leads counts. */
static int
is_candidate(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static enum outcome
folder_load(struct load *l, const char *path, struct reason *why)
{
	struct dirent **names = NULL;
	enum outcome o = DONE;
	char *file = NULL;
	struct stat st;
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
		if (o == DONE && stat(file, &st) == 0 && S_ISREG(st.st_mode))
			o = file_load(l, file, why);
		free(file);
		file = NULL;
		free(names[i]);
	}
	free(names);
	return o;
}

enum outcome
anchors_load(
    struct trust *t, const char *path, const char *domains, struct reason *why)
{
	struct load l = {
	    .trust = t,
	    .domains = domains,
	    .public_ca = strcmp(path, ANCHORS_DEFAULT) == 0,
	};
	struct stat st;
	enum outcome o;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		o = folder_load(&l, path, why);
	else
		o = file_load(&l, path, why);
	if (o == DONE && l.found == 0)
		o = reason_set(why, REASON_NO_ANCHORS,
		    "%s: no certificate in PEM form there", path);
	return o;
}
