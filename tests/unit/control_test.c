#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "publisher/control.h"
#include "tests/unit/sample.h"

static char *folder;
static const char *path;
static struct control *control;
static struct control_peer last_peer;

static json_t *
echo(void *arg, const struct control_peer *peer, const json_t *request)
{
	(void)arg;
	last_peer = *peer;
	return json_pack(
	    "{s:b, s:O}", "ok", 1, "echo", json_object_get(request, "request"));
}

static int
setup(void **state)
{
	struct peer_policy policy = {(gid_t)-1, (uid_t)-1};
	struct reason why;

	(void)state;
	log_open("control_test", LOG_TO_STDERR, -1);
	folder = sample_folder();
	path = strdup(sample_path(folder, "control.sock"));
	if (control_open(path, &policy, echo, NULL, &control, &why) != DONE)
		fail_msg("%s", why.text);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	control_close(control);
	assert_int_equal(access(path, F_OK), -1);
	free((char *)(uintptr_t)path);
	sample_remove(folder);
	return 0;
}

static int
connect_to(void)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	snprintf(un.sun_path, sizeof un.sun_path, "%s", path);
	assert_int_equal(connect(fd, (struct sockaddr *)&un, sizeof un), 0);
	return fd;
}

static void
say(int fd, const char *text, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = send(fd, text, len, MSG_NOSIGNAL);
		assert_true(n > 0 || errno == EAGAIN);
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
		control_serve(control);
	}
}

/* What comes back after a few rounds; NULL: he hung up, "" nothing. */
static char *
hear(int fd)
{
	static char answer[256 * 1024];
	size_t len = 0;
	ssize_t n = 0;
	int i;

	for (i = 0; i < 200; i++) {
		control_serve(control);
		n = recv(fd, answer + len, sizeof answer - 1 - len, 0);
		if (n == 0)
			break;
		if (n > 0)
			len += (size_t)n;
	}
	answer[len] = '\0';
	return n == 0 && len == 0 ? NULL : answer;
}

static void
lines_are_answered(void **state)
{
	static const struct {
		const char *say, *hear;
	} rows[] = {
	    {"{\"request\":\"a\"}\n", "{\"ok\":true,\"echo\":\"a\"}\n"},
	    /* two at once, in order */
	    {"{\"request\":1}\n{\"request\":2}\n",
		"{\"ok\":true,\"echo\":1}\n{\"ok\":true,\"echo\":2}\n"},
	    {"[]\n",
		"{\"ok\":false,\"error\":\"malformed\",\"text\":"
		"\"a request is an object\"}\n"},
	};
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		fd = connect_to();
		say(fd, rows[i].say, strlen(rows[i].say));
		assert_string_equal(hear(fd), rows[i].hear);
		close(fd);
	}
}

static void
nonsense_is_answered_with_an_error(void **state)
{
	static const char *const rows[] = {
	    "\n",
	    "hello\n",
	    "{\"a\":1,\"a\":2}\n",
	    "{\"request\":\"\xff\"}\n",
	    "{}{}\n",
	};
	size_t i;
	int fd = connect_to();

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		say(fd, rows[i], strlen(rows[i]));
		assert_non_null(strstr(hear(fd), "\"malformed\""));
	}
	say(fd, "{\"request\":\"\0\"}\n", 16);
	assert_non_null(strstr(hear(fd), "\"malformed\""));
	/* and he may go on */
	say(fd, "{\"request\":\"x\"}\n", 16);
	assert_non_null(strstr(hear(fd), "\"echo\":\"x\""));
	close(fd);
}

static void
a_line_may_come_in_pieces_and_be_the_last(void **state)
{
	int fd = connect_to();

	(void)state;
	say(fd, "{\"request\":", 11);
	assert_string_equal(hear(fd), "");
	say(fd, "\"y\"}\n", 5);
	shutdown(fd, SHUT_WR);
	assert_non_null(strstr(hear(fd), "\"echo\":\"y\""));
	assert_null(hear(fd));
	close(fd);
}

/* An error without words would be no answer at all. */
static void
words_that_are_not_utf8_are_told(void **state)
{
	json_t *error = control_error("busy", "caf\xe9 \xc3\xa9");

	(void)state;
	assert_non_null(error);
	assert_string_equal(
	    json_string_value(json_object_get(error, "text")), "caf? ??");
	json_decref(error);
}

static void
the_peer_is_known(void **state)
{
	static const char request[] = "{\"request\":1,\"who\":\"ann\"}\n";
	int fd = connect_to();

	(void)state;
	say(fd, request, strlen(request));
	assert_non_null(hear(fd));
	assert_int_equal(last_peer.uid, geteuid());
	assert_string_equal(last_peer.name, "ann");
	close(fd);
}

static void
a_line_has_a_cap(void **state)
{
	size_t len = LIMIT_CONTROL_LINE;
	char *line = malloc(len);
	const char *answer;
	int fd;

	(void)state;
	/* the longest: with its newline exactly the cap */
	memset(line, ' ', len);
	memcpy(line, "{\"request\":1}", 13);
	line[len - 1] = '\n';
	fd = connect_to();
	say(fd, line, len);
	assert_non_null(strstr(hear(fd), "\"echo\":1"));
	close(fd);
	/* one more, and he is told and dropped */
	line[len - 1] = ' ';
	fd = connect_to();
	say(fd, line, len);
	answer = hear(fd);
	assert_non_null(answer);
	assert_non_null(strstr(answer, "\"too-long\""));
	assert_null(hear(fd));
	close(fd);
	free(line);
}

static void
clients_have_a_cap(void **state)
{
	int fds[LIMIT_CONTROL_CLIENTS], more;
	const char *answer;
	unsigned i;

	(void)state;
	for (i = 0; i < LIMIT_CONTROL_CLIENTS; i++) {
		fds[i] = connect_to();
		control_serve(control);
	}
	more = connect_to();
	answer = hear(more);
	assert_non_null(answer);
	assert_non_null(strstr(answer, "\"busy\""));
	close(more);
	/* the others are served still, and one that goes makes room */
	say(fds[3], "{\"request\":3}\n", 14);
	assert_non_null(strstr(hear(fds[3]), "\"echo\":3"));
	close(fds[0]);
	control_serve(control);
	more = connect_to();
	say(more, "{\"request\":4}\n", 14);
	assert_non_null(strstr(hear(more), "\"echo\":4"));
	close(more);
	for (i = 1; i < LIMIT_CONTROL_CLIENTS; i++)
		close(fds[i]);
	control_serve(control);
}

/* One who never reads his answers is not answered without end. */
static void
who_does_not_read_waits(void **state)
{
	int fd = connect_to(), i;
	ssize_t n;
	size_t sent = 0;

	(void)state;
	for (i = 0; i < 200000; i++) {
		n = send(fd, "{\"request\":\"aaaaaaaaaaaaaaaaaaaa\"}\n", 35,
		    MSG_NOSIGNAL);
		if (n > 0)
			sent += (size_t)n;
		control_serve(control);
	}
	assert_true(sent < 8 * 1024 * 1024);
	close(fd);
	control_serve(control);
}

static void
a_socket_that_was_left_is_replaced(void **state)
{
	struct peer_policy policy = {(gid_t)-1, (uid_t)-1};
	struct control *second = NULL;
	struct reason why;
	struct stat st;

	(void)state;
	assert_int_equal(
	    control_open(path, &policy, echo, NULL, &second, &why), DONE);
	/* the first does not remove what is not its own any more */
	control_close(control);
	control = second;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0660);
}

static void
a_path_that_cannot_be_is_told(void **state)
{
	struct peer_policy policy = {(gid_t)-1, (uid_t)-1};
	struct control *c = NULL;
	char long_path[200];
	struct reason why;

	(void)state;
	memset(long_path, 'x', sizeof long_path);
	long_path[0] = '/';
	long_path[199] = '\0';
	assert_int_equal(
	    control_open(long_path, &policy, echo, NULL, &c, &why), BROKEN);
	assert_int_equal(why.code, REASON_SOCKET);
	assert_int_equal(
	    control_open("/proc/nowhere/s", &policy, echo, NULL, &c, &why),
	    BROKEN);
	assert_int_equal(why.code, REASON_SOCKET);
}

static void
peers(void **state)
{
	static const gid_t admins[] = {5, 700}, others[] = {5, 6};
	static const struct {
		uid_t uid;
		const gid_t *groups;
		bool may;
	} rows[] = {
	    {0, others, true},
	    {1234, admins, true},
	    {1234, others, false},
	    /* the milter's user, whatever its groups */
	    {800, admins, false},
	};
	struct peer_policy p = {700, 800};
	struct peer_policy nobody = {(gid_t)-1, (uid_t)-1};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(
		    peer_may(&p, rows[i].uid, rows[i].groups, 2), rows[i].may);
	assert_false(peer_may(&nobody, 1234, admins, 2));
	assert_false(peer_may(&nobody, 1234, &(const gid_t){(gid_t)-1}, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_are_answered),
	    cmocka_unit_test(nonsense_is_answered_with_an_error),
	    cmocka_unit_test(a_line_may_come_in_pieces_and_be_the_last),
	    cmocka_unit_test(words_that_are_not_utf8_are_told),
	    cmocka_unit_test(the_peer_is_known),
	    cmocka_unit_test(a_line_has_a_cap),
	    cmocka_unit_test(clients_have_a_cap),
	    cmocka_unit_test(who_does_not_read_waits),
	    cmocka_unit_test(a_socket_that_was_left_is_replaced),
	    cmocka_unit_test(a_path_that_cannot_be_is_told),
	    cmocka_unit_test(peers),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
