#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "config/config.h"
#include "tests/fuzz/fuzz.h"

/* A settings file in memory, and its name. */
struct memory_file {
	int fd;
	char path[32];
};

static void
memory_file_open(struct memory_file *f, const void *data, size_t size)
{
	f->fd = memfd_create("settings", MFD_CLOEXEC);
	MUST(f->fd >= 0 && file_write_all(f->fd, data, size));
	snprintf(f->path, sizeof f->path, "/proc/self/fd/%d", f->fd);
}

/* A complaint tells where, and is one line. */
static void
complain(void *arg, const char *line)
{
	(*(unsigned *)arg)++;
	MUST(strncmp(line, "/proc/self/fd/", 14) == 0 ||
	    strncmp(line, "default:", 8) == 0);
	MUST(strchr(line, '\n') == NULL);
}

struct print {
	FILE *f;
	const char *section;
};

/* One setting as "certharvest config" prints it. */
static void
print(
    void *arg, const struct setting *row, const char *value, const char *origin)
{
	struct print *p = arg;

	(void)origin;
	if (p->section == NULL || strcmp(p->section, row->section) != 0) {
		fprintf(p->f, "%s%s {\n", p->section == NULL ? "" : "}\n",
		    row->section);
		p->section = row->section;
	}
	fprintf(p->f, "%s = %s\n", row->name, value);
}

static char *
print_all(const struct settings *s)
{
	char *text = NULL;
	size_t len = 0;
	struct print p = {open_memstream(&text, &len), NULL};

	MUST(p.f != NULL);
	settings_visit(s, print, &p);
	fputs("}\n", p.f);
	MUST(fclose(p.f) == 0);
	return text;
}

/* What is taken is printed, and what was printed is read as the same. */
static void
again(const struct settings *s)
{
	char *once = print_all(s), *twice;
	struct settings *t = NULL;
	struct memory_file f;
	struct reason why;
	unsigned n = 0;

	memory_file_open(&f, once, strlen(once));
	MUST(config_read(f.path, complain, &n, &t, &why) == DONE);
	twice = print_all(t);
	MUST(strcmp(once, twice) == 0);
	settings_free(t);
	free(once);
	free(twice);
	(void)close(f.fd);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings *s = NULL;
	struct memory_file f;
	struct reason why;
	unsigned n = 0;
	enum outcome o;

	memory_file_open(&f, data, size);
	o = config_read(f.path, complain, &n, &s, &why);
	MUST(o == DONE || (o == BROKEN && why.code == REASON_SETTINGS));
	MUST((o == DONE) == (n == 0));
	if (o == DONE)
		again(s);
	settings_free(s);
	(void)close(f.fd);
	return 0;
}
