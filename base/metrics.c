#include "base/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"

static const struct {
	const char *name, *type, *help;
} table[] = {
#define METRIC(code, name, type, help) [METRIC_##code] = {name, type, help},
#include "base/metrics.def"
#undef METRIC
};

struct counts {
	_Atomic int64_t values[METRIC_COUNT];
	_Atomic int64_t reasons[REASON_COUNT];
};

static struct counts private_counts;
/* Replaced once by metrics_share(), before there are threads. */
static struct counts *counts = &private_counts;

enum outcome
metrics_create(int *out, struct reason *why)
{
	int fd = memfd_create("metrics", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return reason_set(
		    why, REASON_IO, "memfd_create: %s", strerror(errno));
	/* sealed, so that no sharer can make the others fault */
	if (ftruncate(fd, sizeof *counts) < 0 ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) < 0) {
		reason_set(
		    why, REASON_IO, "memory for metrics: %s", strerror(errno));
		file_close(&fd);
		return BROKEN;
	}
	*out = fd;
	return DONE;
}

enum outcome
metrics_share(int fd, struct reason *why)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) < 0)
		return reason_set(
		    why, REASON_IO, "metrics: %s", strerror(errno));
	if (st.st_size != (off_t)sizeof *counts)
		return reason_set(why, REASON_PROTOCOL,
		    "the metrics of another version: %lld bytes",
		    (long long)st.st_size);
	p = mmap(
	    NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return reason_set(
		    why, REASON_IO, "metrics: mmap: %s", strerror(errno));
	counts = p;
	return DONE;
}

void
metrics_add(enum metric m, int64_t n)
{
	atomic_fetch_add_explicit(&counts->values[m], n, memory_order_relaxed);
}

void
metrics_set(enum metric m, int64_t value)
{
	atomic_store_explicit(&counts->values[m], value, memory_order_relaxed);
}

int64_t
metrics_get(enum metric m)
{
	return atomic_load_explicit(&counts->values[m], memory_order_relaxed);
}

void
metrics_reason(enum reason_code code)
{
	atomic_fetch_add_explicit(
	    &counts->reasons[code], 1, memory_order_relaxed);
}

const char *
metrics_name(enum metric m)
{
	return table[m].name;
}

/* OpenMetrics 1.0: a counter's sample ends in _total, its family not. */
static void
print_all(FILE *f, const char *prefix)
{
	size_t i;

	for (i = 0; i < METRIC_COUNT; i++) {
		if (strncmp(table[i].name, prefix, strlen(prefix)) != 0)
			continue;
		fprintf(f, "# TYPE %s %s\n# HELP %s %s\n%s%s %lld\n",
		    table[i].name, table[i].type, table[i].name, table[i].help,
		    table[i].name,
		    strcmp(table[i].type, "counter") == 0 ? "_total" : "",
		    (long long)metrics_get((enum metric)i));
	}
	fprintf(f,
	    "# TYPE %sverdicts counter\n"
	    "# HELP %sverdicts verdicts by reason code\n",
	    prefix, prefix);
	for (i = 0; i < REASON_COUNT; i++) {
		long long n = (long long)atomic_load_explicit(
		    &counts->reasons[i], memory_order_relaxed);

		if (n > 0)
			fprintf(f, "%sverdicts_total{reason=\"%s\"} %lld\n",
			    prefix, reason_name((enum reason_code)i), n);
	}
	fputs("# EOF\n", f);
}

/* The folder of path, opened, and the name in it. */
static int
folder_open(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char *folder;
	int fd;

	*name = slash != NULL ? slash + 1 : path;
	folder = slash == NULL ? strdup(".")
			       : strndup(path, (size_t)(slash - path) + 1);
	if (folder == NULL)
		return -1;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	return fd;
}

enum outcome
metrics_write(const char *path, const char *prefix, struct reason *why)
{
	enum outcome o = BROKEN;
	char *text = NULL;
	const char *name;
	size_t len = 0;
	FILE *f = NULL;
	int fd = -1;

	if (path[0] == '\0')
		return NOTHING;
	fd = folder_open(path, &name);
	if (fd < 0) {
		reason_set(why, REASON_IO, "%s: %s", path, strerror(errno));
		goto out;
	}
	f = open_memstream(&text, &len);
	if (f == NULL) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	print_all(f, prefix);
	if (fclose(f) != 0) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	o = file_write(
	    fd, name, (struct span){(uint8_t *)text, len}, 0644, why);
out:
	free(text);
	file_close(&fd);
	return o;
}
