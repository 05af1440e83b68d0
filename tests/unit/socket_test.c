#include "tests/unit/unit.h"

#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/socket.h"

/* Where a text leads: the path, or the port of a loopback address. */
static const struct {
	const char *text;
	int family; /* 0: refused */
	const char *path;
	int port;
} rows[] = {
    {"unix:/run/m.sock", AF_UNIX, "/run/m.sock", 0},
    {"local:/run/m.sock", AF_UNIX, "/run/m.sock", 0},
    {"UNIX:/run/m.sock", AF_UNIX, "/run/m.sock", 0},
    {"/run/m.sock", AF_UNIX, "/run/m.sock", 0},
    {"inet:8891@127.0.0.1", AF_INET, "", 8891},
    {"inet:127.0.0.1:8891", AF_INET, "", 8891},
    {"inet:[127.0.0.1]:8891", AF_INET, "", 8891},
    {"inet:8891@[127.0.0.1]", AF_INET, "", 8891},
    {"inet:8891", AF_INET, "", 8891},
    {"inet6:8891@::1", AF_INET6, "", 8891},
    {"inet6:8891@[::1]", AF_INET6, "", 8891},
    {"inet6:[::1]:8891", AF_INET6, "", 8891},
    {"inet6:8891", AF_INET6, "", 8891},
    {"", 0, "", 0},
    {"m.sock", 0, "", 0},
    {"unix:", 0, "", 0},
    {"inet:", 0, "", 0},
    {"inet:@127.0.0.1", 0, "", 0},
    {"inet:8891@", 0, "", 0},
    {"inet:8891@[127.0.0.1", 0, "", 0},
    {"inet:70000@127.0.0.1", 0, "", 0},
    {"inet:127.0.0.1:", 0, "", 0},
    {"tcp:127.0.0.1:8891", 0, "", 0},
    {"unix:/12345678901234567890123456789012345678901234567890123456789"
     "0123456789012345678901234567890123456789012345678",
	0, "", 0},
};

static int
port_of(const struct socket_spec *s)
{
	struct sockaddr_in6 v6;
	struct sockaddr_in v4;

	if (s->family == AF_INET) {
		memcpy(&v4, &s->address, sizeof v4);
		return ntohs(v4.sin_port);
	}
	if (s->family != AF_INET6)
		return 0;
	memcpy(&v6, &s->address, sizeof v6);
	return ntohs(v6.sin6_port);
}

static void
forms(void **state)
{
	struct socket_spec spec;
	struct reason why;
	enum outcome o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		o = socket_parse(rows[i].text, &spec, &why);
		if (rows[i].family == 0) {
			assert_int_equal(BROKEN, o);
			assert_int_equal(REASON_SOCKET, why.code);
			continue;
		}
		assert_int_equal(DONE, o);
		assert_int_equal(rows[i].family, spec.family);
		assert_string_equal(rows[i].path, spec.path);
		assert_int_equal(rows[i].port, port_of(&spec));
	}
}

static void
connecting(void **state)
{
	struct socket_spec spec;
	struct reason why;
	socklen_t len = sizeof spec.address;
	int server, client = -1;

	(void)state;
	assert_int_equal(DONE, socket_parse("inet:0@127.0.0.1", &spec, &why));
	server = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(
	    0, bind(server, (struct sockaddr *)&spec.address, spec.len));
	assert_int_equal(
	    0, getsockname(server, (struct sockaddr *)&spec.address, &len));
	assert_int_equal(BROKEN, socket_connect(&spec, 1000, &client, &why));
	assert_int_equal(0, listen(server, 1));
	assert_int_equal(DONE, socket_connect(&spec, 1000, &client, &why));
	file_close(&client);
	file_close(&server);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(forms),
	    cmocka_unit_test(connecting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
