#include "tests/unit/unit.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store.h"
#include "tests/unit/sample.h"

/*
 * certharvest show, queue and broken as an administrator sees them, over a
 * store that holds a stranger's words.
 */
#define NOW 1796000000

static char *folder;
static char output[65536];
static struct reason why;

/* Run ./certharvest, standard error included; returns the exit status. */
static int
run(const char *arguments)
{
	char command[1000];
	size_t n = 0, k;
	FILE *f;

	snprintf(command, sizeof command,
	    "./certharvest -f %s/certharvest.conf %s 2>&1", folder, arguments);
	f = popen(command, "r");
	assert_non_null(f);
	while ((k = fread(output + n, 1, sizeof output - 1 - n, f)) > 0)
		n += k;
	output[n] = '\0';
	return WEXITSTATUS(pclose(f));
}

static void
says(const char *words)
{
	if (strstr(output, words) == NULL)
		fail_msg("\"%s\" is not in:\n%s", words, output);
}

static const char *
harvest(struct store *s, unsigned n, unsigned version)
{
	static char id[STORE_ID];
	struct harvest *h = sample_harvest(n, version);

	strcpy(h->message_id, "<a\033[2J\"\xff@x>");
	harvest_digest(h, id);
	assert_int_equal(DONE, store_take(s, h, NOW, &why));
	harvest_free(h);
	return id;
}

static const struct store_publication publication = {
    .address = "partner1@example.org",
    .object = "0011",
    .dn = "CN=Partner\033]0;x\a,OU=Partners",
    .certificate = "aabb",
    .issuer = "CN=CA",
    .subject = "CN=\xe2\x80\xae"
	       "Partner",
    .not_before = NOW - 10,
    .not_after = NOW + 10,
    .published = NOW,
    .message_id = "<1@mail.example>"};

static void
fill(void)
{
	struct store *s = NULL;
	struct harvest *note;
	struct reason r;

	assert_int_equal(
	    DONE, store_open(sample_path(folder, "store.db"), &s, &why));
	reason_set(&r, REASON_OK, "fine");
	assert_int_equal(DONE,
	    store_settle(
		s, harvest(s, 1, 1), DONE, &r, &publication, NOW, &why));
	reason_set(&r, REASON_KEY_CHANGE, "issuer \"A\", before \"B\"");
	assert_int_equal(
	    DONE, store_settle(s, harvest(s, 1, 2), HELD, &r, NULL, NOW, &why));
	reason_set(&r, REASON_DIRECTORY_DOWN, "dc1: no answer");
	assert_int_equal(
	    DONE, store_put_off(s, harvest(s, 2, 1), NOW + 60, &r, NOW, &why));
	note = sample_note(3, REASON_NOT_FROM);
	assert_int_equal(DONE, store_take(s, note, NOW, &why));
	harvest_free(note);
	store_close(s);
}

static int
setup(void **state)
{
	char conf[500];

	(void)state;
	folder = sample_folder();
	snprintf(conf, sizeof conf,
	    "store { path = \"%s/store.db\" }\n"
	    "spool { folder = \"%s/spool\" }\n",
	    folder, folder);
	sample_write(sample_path(folder, "certharvest.conf"), conf);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	sample_remove(folder);
	return 0;
}

static void
no_store_yet(void **state)
{
	(void)state;
	assert_int_equal(69, run("show partner1@example.org"));
	says("there is no store yet");
	assert_int_equal(69, run("queue"));
	assert_int_equal(64, run("show"));
	assert_int_equal(64, run("show --limit 0 a@b.c"));
	assert_int_equal(64, run("queue more"));
	assert_int_equal(64, run("show \"$(printf 'x\\033[2J')\""));
	assert_null(strchr(output, '\033'));
	assert_int_equal(0, run("show --help"));
}

static void
show_text(void **state)
{
	(void)state;
	fill();
	assert_int_equal(0, run("show Partner1@Example.ORG"));
	says("\"partner1@example.org\": published since 2026-11-30T00:53:20Z");
	says("in offline ones by 2026-12-01T08:53:20Z");
	says("held, key-change");
	says("issuer \\\"A\\\", before \\\"B\\\"");
	says("ask the partner before approving");
	says("done, ok");
	says("\\x1b[2J");
	assert_null(strchr(output, '\033'));
	assert_null(strchr(output, '\a'));
	assert_null(strstr(output, "\xe2\x80\xae"));
	assert_int_equal(0, run("show partner2@example.org"));
	says("not published");
	says("waits, directory-down");
	says("tried        1 times, next not before 2026-11-30T00:54:20Z");
	assert_int_equal(0, run("show partner3@example.org"));
	says("note, not-from");
	assert_int_equal(0, run("show nobody@example.org"));
	says("none that was signed");
}

static void
show_json(void **state)
{
	const json_t *mails;
	json_t *o;

	(void)state;
	fill();
	assert_int_equal(0, run("show --json partner1@example.org"));
	assert_null(strchr(output, '\033'));
	o = json_loads(output, 0, NULL);
	assert_non_null(o);
	mails = json_object_get(o, "mails");
	assert_int_equal(2, json_array_size(mails));
	assert_string_equal("aabb",
	    json_string_value(json_object_get(
		json_object_get(o, "publication"), "certificate.sha256")));
	json_decref(o);
	assert_int_equal(0, run("show --json nobody@example.org"));
	o = json_loads(output, 0, NULL);
	assert_true(json_is_null(json_object_get(o, "publication")));
	json_decref(o);
}

static void
broken(void **state)
{
	struct store *s = NULL;
	struct harvest *note = sample_note(4, REASON_BODY_FOOTER);

	(void)state;
	assert_int_equal(
	    DONE, store_open(sample_path(folder, "store.db"), &s, &why));
	assert_int_equal(0, run("broken"));
	says("no signed mail was changed on its way in 30 days");
	assert_int_equal(DONE, store_take(s, note, NOW, &why));
	harvest_free(note);
	store_close(s);
	assert_int_equal(0, run("broken --days 36500"));
	says("     1  \"example.org\"  body-footer  of 1 sender, last 20");
	says("have it leave signed mail alone");
	assert_int_equal(0, run("broken --json --days 36500"));
	says("\"domain\":\"example.org\",\"reason\":\"body-footer\","
	     "\"mails\":1,\"senders\":1,");
	assert_int_equal(64, run("broken --days 0"));
	assert_int_equal(64, run("broken --days 1x"));
	assert_int_equal(64, run("queue --days 1"));
}

static void
queue(void **state)
{
	char *second;
	json_t *o;

	(void)state;
	fill();
	assert_int_equal(0, run("queue"));
	says("held  ");
	says("key-change");
	says("due   ");
	says("1 due, 1 held, 1 published");
	says("no such spool");
	assert_int_equal(0, run("queue --json"));
	second = strchr(output, '\n');
	assert_non_null(second);
	*second++ = '\0';
	o = json_loads(output, 0, NULL);
	assert_string_equal(
	    "held", json_string_value(json_object_get(o, "state")));
	json_decref(o);
	o = json_loads(second, 0, NULL);
	assert_string_equal("partner2@example.org",
	    json_string_value(json_object_get(o, "address")));
	json_decref(o);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    ROW(no_store_yet),
	    ROW(show_text),
	    ROW(show_json),
	    ROW(broken),
	    ROW(queue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
