#include "tests/unit/sample.h"

#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
set(struct bytes *b, const char *what, unsigned n, unsigned version)
{
	char text[1400];

	/* As long as a certificate is as a rule. */
	memset(text, 'x', sizeof text);
	snprintf(text, 100, "%s of partner %u, number %u", what, n, version);
	if (!bytes_dup((struct span){(const uint8_t *)text, sizeof text}, b))
		abort();
}

static struct harvest *
sample(unsigned n)
{
	struct harvest *h = harvest_new();

	if (h == NULL)
		abort();
	snprintf(h->address, sizeof h->address, "partner%u@example.org", n);
	snprintf(h->message_id, sizeof h->message_id, "<%u@mail.example>", n);
	snprintf(h->queue_id, sizeof h->queue_id, "4Q%u", n);
	h->received = 1795000000 + n;
	return h;
}

struct harvest *
sample_harvest(unsigned n, unsigned version)
{
	struct harvest *h = sample(n);

	snprintf(h->name, sizeof h->name,
	    "Partner N\xc3\xba"
	    "mero %u",
	    n);
	strcpy(h->phrase, "Phrase");
	h->authentication = (struct authentication){
	    AUTHENTICATION_PASS, AUTHENTICATION_PASS, "partner.example"};
	h->bulk = BULK_PRECEDENCE;
	set(&h->certificate, "certificate", n, version);
	set(&h->signer, "certificate", n, version);
	set(&h->others[0], "intermediate", 0, 0);
	h->n_others = 1;
	h->signing_time = h->received - 5;
	return h;
}

struct harvest *
sample_note(unsigned n, enum reason_code code)
{
	struct harvest *h = sample(n);

	reason_set(&h->why, code, "for a test");
	return h;
}

/* Memory, where there is some to write to: what counts is that a thing is
 * synced, not how long a disk takes to do it thousands of times. */
static const char *
peek_tmp(void)
{
	const char *tmp = getenv("TMPDIR");

	if (tmp != NULL)
		return tmp;
	return access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
}

char *
sample_folder(void)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/certharvest-test.XXXXXX", peek_tmp());
	if (mkdtemp(path) == NULL) {
		perror(path);
		abort();
	}
	return strdup(path);
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *at)
{
	(void)st;
	(void)flag;
	(void)at;
	return remove(path);
}

void
sample_remove(char *folder)
{
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(folder);
}

const char *
sample_path(const char *folder, const char *name)
{
	static char paths[4][PATH_MAX];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, PATH_MAX, "%s/%s", folder, name);
	return path;
}

void
sample_write(const char *path, const char *s)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(s, f) < 0 || fclose(f) != 0) {
		perror(path);
		abort();
	}
}

unsigned
sample_count(const char *folder)
{
	struct dirent *e;
	unsigned n = 0;
	DIR *d = opendir(folder);

	while (d != NULL && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			n++;
	if (d != NULL)
		closedir(d);
	return n;
}
