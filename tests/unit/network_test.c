#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "base/network.h"

static void
forms(void **state)
{
	static const struct {
		const char *text;
		int bits; /* -1: refused */
	} rows[] = {
	    {"192.0.2.0/24", 120},
	    {"192.0.2.1", 128},
	    {"0.0.0.0/0", 96},
	    {"2001:db8::/32", 32},
	    {"::1", 128},
	    {"::/0", 0},
	    {"192.0.2.1/24", -1},
	    {"192.0.2.0/33", -1},
	    {"192.0.2.0/", -1},
	    {"192.0.2.0/-1", -1},
	    {"192.0.2.0/2x", -1},
	    {"192.0.2", -1},
	    {"2001:db8::1/32", -1},
	    {"2001:db8::/129", -1},
	    {"relay.example", -1},
	    {"", -1},
	};
	struct network n;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(
		    rows[i].bits >= 0, network_parse(rows[i].text, &n));
		if (rows[i].bits >= 0)
			assert_int_equal(rows[i].bits, n.bits);
	}
}

static void
members(void **state)
{
	static const struct {
		const char *address;
		bool in;
	} rows[] = {
	    {"192.0.2.255", true},
	    {"192.0.3.0", false},
	    {"::ffff:192.0.2.7", true},
	    {"IPv6:2001:db8:ffff::1", true},
	    {"2001:db9::", false},
	    {"198.51.100.4", true},
	    {"198.51.100.5", false},
	};
	struct network list[3];
	struct networks all = {list, 3};
	struct in6_addr a;
	size_t i;

	(void)state;
	assert_true(network_parse("192.0.2.0/24", &list[0]));
	assert_true(network_parse("2001:db8::/32", &list[1]));
	assert_true(network_parse("198.51.100.4", &list[2]));
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_true(network_address(rows[i].address, &a));
		assert_int_equal(rows[i].in, networks_hold(&all, &a));
	}
	assert_false(network_address("unknown", &a));
}

static void
sockaddrs(void **state)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr local = {.sa_family = AF_UNIX};
	struct network n;
	struct networks all = {&n, 1};
	struct in6_addr a;

	(void)state;
	v4.sin_addr.s_addr = htonl(0xc0000207);
	assert_true(network_address_of((struct sockaddr *)&v4, &a));
	assert_true(network_parse("192.0.2.7", &n));
	assert_true(networks_hold(&all, &a));
	assert_false(network_address_of(&local, &a));
	assert_false(network_address_of(NULL, &a));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(forms),
	    cmocka_unit_test(members),
	    cmocka_unit_test(sockaddrs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
