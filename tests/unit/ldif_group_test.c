#include "tests/unit/unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "directory/directory.h"
#include "directory/settings.h"

/* Several changes of the LDIF file at once are one rewrite of it. */
#define GROUP 8

static char folder[] = "/tmp/ldif_group_test.XXXXXX";

struct group {
	struct directory *directory;
	unsigned base; /* of the numbers in the addresses */
	enum outcome outcome[GROUP];
	struct reason why[GROUP];
};

static void
complain(void *arg, const char *line)
{
	(void)arg;
	fail_msg("%s", line);
}

static struct settings *
read_settings(void)
{
	const struct setting_rows rows = directory_settings();
	struct settings *s = NULL;
	char path[128];
	struct reason why;
	FILE *f;

	snprintf(path, sizeof path, "%s/conf", folder);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f,
	    "directory {\nbackend = ldif\nfile = \"%s/contacts.ldif\"\n}\n",
	    folder);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(
	    settings_read(path, &rows, 1, complain, NULL, &s, &why), DONE);
	return s;
}

/* Make contact number base + i. */
static void
make(void *arg, unsigned i)
{
	struct group *g = arg;
	struct change c = {.kind = CHANGE_CREATE};
	struct contact at = {.kind = CONTACT_NONE};

	snprintf(c.address, sizeof c.address, "p%u@b.example", g->base + i);
	snprintf(c.cn, sizeof c.cn, "p%u", g->base + i);
	snprintf(c.name, sizeof c.name, "P %u", g->base + i);
	assert_int_equal(
	    change_append(&c, CHANGE_ADD, span_str("der"), NULL), DONE);
	g->outcome[i] = directory_apply(g->directory, &c, &at, &g->why[i]);
	change_clear(&c);
	contact_clear(&at);
}

/* How often a file of the name came into the folder.  (Of two equal events in a
 * row the kernel keeps one, but each comes after a different departure.) */
static unsigned
arrivals(int watch, const char *name)
{
	char events[8192] __attribute__((aligned(8)));
	ssize_t len = read(watch, events, sizeof events);
	unsigned n = 0;

	for (ssize_t at = 0; at < len;) {
		const struct inotify_event *e = (const void *)(events + at);

		n += (e->mask & IN_MOVED_TO) != 0 && e->len > 0 &&
		    strcmp(e->name, name) == 0;
		at += (ssize_t)(sizeof *e + e->len);
	}
	return n;
}

static unsigned
contacts(void)
{
	char path[128];
	struct bytes text = {.len = 0};
	unsigned n = 0;

	snprintf(path, sizeof path, "%s/contacts.ldif", folder);
	assert_int_equal(file_read(path, 1 << 20, &text, NULL), DONE);
	for (const char *at = (const char *)text.data;
	     (at = strstr(at, "\nmail:")) != NULL; at++)
		n++;
	bytes_clear(&text);
	return n;
}

static void
a_group_is_written_once(void **state)
{
	struct group g = {.base = 0};
	int watch = inotify_init1(IN_NONBLOCK);

	g.directory = *state;
	assert_true(inotify_add_watch(watch, folder, IN_MOVE) >= 0);
	directory_run(g.directory, GROUP, make, &g);
	for (unsigned i = 0; i < GROUP; i++)
		assert_int_equal(g.outcome[i], DONE);
	assert_int_equal(arrivals(watch, "contacts.ldif"), 1);
	assert_int_equal(contacts(), GROUP);
	/* all of them are there now, and change nothing */
	directory_run(g.directory, GROUP, make, &g);
	for (unsigned i = 0; i < GROUP; i++)
		assert_int_equal(g.why[i].code, REASON_DIRECTORY_RACE);
	assert_int_equal(arrivals(watch, "contacts.ldif"), 0);
	/* each for itself */
	g.base = GROUP;
	for (unsigned i = 0; i < 2; i++)
		make(&g, i);
	assert_int_equal(arrivals(watch, "contacts.ldif"), 2);
	assert_int_equal(contacts(), GROUP + 2);
	file_close(&watch);
}

/* What cannot be written is nobody's success, and is not there afterwards. */
static void
a_group_that_cannot_be_written(void **state)
{
	struct group g = {.base = 100};
	struct rlimit limit, none;

	g.directory = *state;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	none = limit;
	none.rlim_cur = 16;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	directory_run(g.directory, GROUP, make, &g);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (unsigned i = 0; i < GROUP; i++)
		assert_true(g.outcome[i] == LATER || g.outcome[i] == BROKEN);
	assert_int_equal(contacts(), GROUP + 2);
	directory_run(g.directory, GROUP, make, &g);
	for (unsigned i = 0; i < GROUP; i++)
		assert_int_equal(g.outcome[i], DONE);
	assert_int_equal(contacts(), GROUP + 2 + GROUP);
}

int
main(void)
{
	struct directory *directory = NULL;
	struct settings *settings;
	struct reason why;
	struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_group_is_written_once),
	    cmocka_unit_test(a_group_that_cannot_be_written),
	};
	char command[64];
	int rc;

	if (mkdtemp(folder) == NULL)
		return 1;
	settings = read_settings();
	if (directory_open(settings, &directory, &why) != DONE)
		return 1;
	for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
		tests[i].initial_state = directory;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	directory_close(directory);
	settings_free(settings);
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command) == 0 ? rc : 1;
}
