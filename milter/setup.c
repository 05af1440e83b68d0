#include "milter/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/file.h"
#include "config/config.h"

#define TEXT_CAP (4u * 1024 * 1024)

struct text {
	struct buffer buffer;
	char section[64]; /* that is open */
	bool bad;
};

static void
put(struct text *t, const char *s)
{
	if (!buffer_add(&t->buffer, s, strlen(s)))
		t->bad = true;
}

static void
put_setting(
    void *arg, const struct setting *row, const char *value, const char *origin)
{
	struct text *t = arg;

	(void)origin;
	if (strcmp(t->section, row->section) != 0) {
		put(t, t->section[0] ? "}\n" : "");
		put(t, row->section);
		put(t, " {\n");
		(void)strncpy(t->section, row->section, sizeof t->section - 1);
	}
	put(t, row->name);
	put(t, " = ");
	put(t, value);
	put(t, "\n");
}

enum outcome
setup_settings_text(const struct settings *s, int *out, struct reason *why)
{
	struct text t = {.bad = false};
	enum outcome o = DONE;
	int fd = -1;

	buffer_init(&t.buffer, TEXT_CAP);
	settings_visit(s, put_setting, &t);
	put(&t, t.section[0] ? "}\n" : "");
	fd = memfd_create("settings", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	/* Sealed, so that no sessions process writes its successor's. */
	if (t.bad || fd < 0 ||
	    !file_write_all(fd, t.buffer.data, t.buffer.len) ||
	    fcntl(fd, F_ADD_SEALS,
		F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) !=
		0) {
		o = reason_set(why, REASON_IO, "memfd: %s", strerror(errno));
		goto out;
	}
	*out = fd;
	fd = -1;
out:
	file_close(&fd);
	buffer_clear(&t.buffer);
	return o;
}

enum outcome
setup_read(const char *path, settings_complain *complain, void *arg,
    struct setup **out, struct reason *why)
{
	struct setup *s = calloc(1, sizeof *s);
	enum outcome o;

	if (!s)
		return reason_set(why, REASON_MEMORY, "out of memory");
	s->settings_fd = -1;
	s->trust_fd = -1;
	o = config_read(path, complain, arg, &s->settings, why);
	if (o != DONE)
		goto out;
	o = options_read(s->settings, &s->options, why);
	if (o != DONE) {
		complain(arg, why->text);
		goto out;
	}
	o = trust_source_new(s->settings, &s->source, why);
	if (o == DONE)
		o = trust_source_seal(s->source, &s->trust_fd, why);
	if (o == DONE)
		o = setup_settings_text(s->settings, &s->settings_fd, why);
	if (o != DONE)
		goto out;
	*out = s;
	s = NULL;
out:
	setup_free(s);
	return o;
}

enum outcome
setup_refresh(struct setup *s, struct reason *why)
{
	enum outcome o;
	int fd = -1;

	if (!trust_source_changed(s->source))
		return NOTHING;
	o = trust_source_seal(s->source, &fd, why);
	if (o != DONE)
		return o;
	file_close(&s->trust_fd);
	s->trust_fd = fd;
	return DONE;
}

void
setup_free(struct setup *s)
{
	if (!s)
		return;
	file_close(&s->settings_fd);
	file_close(&s->trust_fd);
	trust_source_free(s->source);
	options_clear(&s->options);
	settings_free(s->settings);
	free(s);
}
