#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "directory/directory.h"
#include "directory/settings.h"

/*
 * The check of the settings refuses a simple bind without TLS; this is the
 * one behind it, in the code that would send the password.
 */
static int
listen_somewhere(unsigned short *port)
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
complain(void *arg, const char *line)
{
	(void)arg;
	fail_msg("%s", line);
}

static struct settings *
read_settings(const char *folder, unsigned short port)
{
	const struct setting_rows rows = directory_settings();
	struct settings *s = NULL;
	char path[64], text[512];
	struct reason why;

	snprintf(path, sizeof path, "%s/password", folder);
	write_file(path, "secret\n");
	snprintf(text, sizeof text,
	    "directory {\n"
	    "backend = ad\n"
	    "uri = { \"ldap://127.0.0.1:%u\" }\n"
	    "bind = simple\n"
	    "user = \"svc\"\n"
	    "password_file = \"%s\"\n"
	    "state_file = \"%s/state\"\n"
	    "}\n",
	    port, path, folder);
	snprintf(path, sizeof path, "%s/conf", folder);
	write_file(path, text);
	assert_int_equal(
	    settings_read(path, &rows, 1, complain, NULL, &s, &why), DONE);
	return s;
}

static void
no_password_goes_out_in_the_clear(void **state)
{
	struct contact c = {.kind = CONTACT_NONE};
	struct directory *d = NULL;
	unsigned short port;
	int listener = listen_somewhere(&port);
	struct settings *s = read_settings(*state, port);
	struct reason why;
	char byte;
	int fd;

	assert_int_equal(directory_open(s, &d, &why), DONE);
	assert_int_equal(
	    directory_find(d, "a@b.example", NULL, &c, &why), BROKEN);
	assert_int_equal(why.code, REASON_DIRECTORY_CLEAR);
	directory_close(d);
	settings_free(s);
	fd = accept(listener, NULL, NULL);
	assert_true(fd >= 0);
	/* connected, and closed without a byte (or with LDAP's unbind) */
	while (recv(fd, &byte, 1, 0) == 1)
		assert_int_not_equal(byte, 's');
	close(fd);
	close(listener);
}

int
main(void)
{
	char folder[] = "/tmp/ad_clear_test.XXXXXX", command[64];
	struct CMUnitTest tests[] = {
	    cmocka_unit_test_prestate(
		no_password_goes_out_in_the_clear, folder),
	};
	int rc;

	if (mkdtemp(folder) == NULL)
		return 1;
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command) == 0 ? rc : 1;
}
