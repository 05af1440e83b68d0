#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "directory/ad_servers.h"

#define NOW 1800000000
#define QUIET 60

static struct ad_servers s;

static struct ad_server
server(const char *host, unsigned port)
{
	struct ad_server made = {.port = port};

	snprintf(made.host, sizeof made.host, "%s", host);
	return made;
}

static void
start(const char *state)
{
	struct reason why;

	memset(&s, 0, sizeof s);
	s.quiet = QUIET;
	assert_int_equal(ad_servers_open(&s, state, NOW, &why), DONE);
}

/* a, b and c, in this order. */
static void
start_with_three(const char *state)
{
	struct ad_server list[] = {
	    server("a", 389), server("b", 389), server("c", 389)};

	start(state);
	ad_servers_set(&s, list, 3, true);
}

/* The order in which they are tried, as one word. */
static void
expect_order(int64_t now, const char *expected)
{
	unsigned order[AD_SERVERS_MAX], n = ad_servers_order(&s, now, order);
	char word[AD_SERVERS_MAX + 1] = "";

	for (unsigned i = 0; i < n; i++)
		word[i] = s.list[order[i]].host[0];
	assert_string_equal(word, expected);
}

static void
rows_of_dns_are_sorted(void **state)
{
	static const struct ad_server rows[] = {
	    {"h", 389, false, true, 0, 900}, /* elsewhere */
	    {"d", 389, false, false, 10, 100},
	    {"C", 389, false, false, 10, 100}, /* by name, whatever case */
	    {"b", 389, false, false, 10, 200}, /* the heavier first */
	    {"a", 389, false, false, 0, 1}, {"g", 389, false, true, 0, 900},
	    {"e", 389, false, false, 11, 900},
	    {"A", 389, false, true, 0, 0}, /* once, where it comes first */
	};
	const unsigned n = sizeof rows / sizeof rows[0];
	struct ad_server list[sizeof rows / sizeof rows[0]];

	(void)state;
	/* However DNS turns them round, all relays prefer the same. */
	for (unsigned turn = 0; turn < n; turn++) {
		for (unsigned i = 0; i < n; i++)
			list[i] = rows[(i + turn) % n];
		start("");
		ad_servers_set(&s, list, n, false);
		expect_order(NOW, "abCdegh");
	}
}

static void
too_many_are_cut_behind_the_sorting(void **state)
{
	static struct ad_server list[3 * AD_SERVERS_MAX];
	char name[16];

	(void)state;
	for (unsigned i = 0; i < 3 * AD_SERVERS_MAX; i++) {
		snprintf(name, sizeof name, "s%03u", 999 - i);
		list[i] = server(name, 389);
	}
	start("");
	ad_servers_set(&s, list, 3 * AD_SERVERS_MAX, false);
	assert_int_equal(s.n, AD_SERVERS_MAX);
	assert_string_equal(s.list[0].host, "s808");
}

static void
who_fails_comes_last_for_a_while(void **state)
{
	struct ad_server a = server("A", 389), b = server("b", 389);
	struct ad_server other_port = server("c", 636);
	int64_t time;

	(void)state;
	start_with_three("");
	expect_order(NOW, "abc");
	ad_servers_fail(&s, &a, NOW, 0);
	expect_order(NOW, "bca");
	expect_order(NOW + QUIET - 1, "bca");
	expect_order(NOW + QUIET, "abc");
	/* All of them: the one first that has waited longest. */
	ad_servers_fail(&s, &b, NOW + 1, 0);
	expect_order(NOW + 1, "cab");
	ad_servers_fail(&s, &other_port, NOW + 1, 0);
	expect_order(NOW + 1, "cab");
	ad_servers_pass(&s, &b);
	expect_order(NOW + 1, "bca");
	/* Twice as long each time, sixteen times at most, and never more
	 * than a quarter of it by chance. */
	for (unsigned i = 1; i < 12; i++) {
		time = QUIET << (i < 4 ? i : 4);
		ad_servers_fail(&s, &a, NOW, i % 2 ? 0 : UINT32_MAX);
		expect_order(NOW + time - 1, "bca");
		expect_order(NOW + time + time / 4, "abc");
		if (i % 2)
			expect_order(NOW + time, "abc");
	}
	ad_servers_close(&s);
}

/* What the next child knows. */
static void
restart(const char *state)
{
	ad_servers_close(&s);
	start_with_three(state);
}

static void
the_next_child_knows(void **state)
{
	struct ad_server a = server("a", 389), b = server("b", 389);

	start_with_three(*state);
	/* killed in the middle of the attempt */
	ad_servers_try(&s, &a, NOW, 0);
	expect_order(NOW, "abc");
	restart(*state);
	expect_order(NOW, "bca");
	ad_servers_try(&s, &b, NOW, 0);
	ad_servers_pass(&s, &b);
	restart(*state);
	expect_order(NOW, "bca");
	/* it was the password, and not the server */
	ad_servers_try(&s, &b, NOW, 0);
	ad_servers_forgive(&s);
	restart(*state);
	expect_order(NOW, "bca");
	ad_servers_pass(&s, &a);
	restart(*state);
	expect_order(NOW, "abc");
	assert_int_equal(s.n_penalties, 0);
	ad_servers_close(&s);
}

/* Whom the log says that we use. */
static void
the_next_child_knows_what_was_told(void **state)
{
	struct ad_server b = server("b.corp.example", 636);

	start_with_three(*state);
	assert_string_equal(s.told.host, "");
	ad_servers_tell(&s, &b);
	ad_servers_fail(&s, &s.list[0], NOW, 0);
	restart(*state);
	assert_string_equal(s.told.host, "b.corp.example");
	assert_int_equal(s.told.port, 636);
	expect_order(NOW, "bca");
	ad_servers_tell(&s, &s.list[2]);
	ad_servers_pass(&s, &s.list[0]);
	restart(*state);
	assert_string_equal(s.told.host, "c");
	ad_servers_close(&s);
}

static void
write_memory(const char *state, const char *text)
{
	char path[80];
	FILE *f;

	snprintf(path, sizeof path, "%s.servers", state);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
damage_is_no_memory(void **state)
{
	static const char *const texts[] = {"", "x\n", "a 389 1800000060\n",
	    "a 0 1800000060 1\n", "a 65536 1800000060 1\n",
	    "a 389 1800000060 0\n", "a 389 1800000060 1001\n",
	    "a/b 389 1800000060 1\n", "-a 389 1800000060 1\n", "a 389 -1 1\n",
	    "a 389 99 1\n", "using\n", "using b\n", "using -b 389\n",
	    "using b 0\n", "using b 65536\n"};
	char line[64], all[4096] = "";

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		write_memory(*state, texts[i]);
		start_with_three(*state);
		expect_order(NOW, "abc");
		assert_string_equal(s.told.host, "");
		ad_servers_close(&s);
	}
	/* a clock that was years ahead: no longer than the longest */
	write_memory(*state, "a 389 9900000000 1\n");
	start_with_three(*state);
	expect_order(NOW, "bca");
	expect_order(NOW + 20 * QUIET, "abc");
	ad_servers_close(&s);
	/* no more than there is room for, and the oldest gives way */
	for (unsigned i = 0; i < 2 * AD_PENALTIES_MAX; i++) {
		snprintf(line, sizeof line, "x%u 389 %u 1\n", i, NOW + 100 + i);
		strcat(all, line);
	}
	write_memory(*state, all);
	start_with_three(*state);
	assert_int_equal(s.n_penalties, AD_PENALTIES_MAX);
	ad_servers_fail(&s, &s.list[0], NOW, 0);
	assert_int_equal(s.n_penalties, AD_PENALTIES_MAX);
	assert_string_equal(s.penalties[0].host, "a");
	expect_order(NOW, "bca");
	ad_servers_close(&s);
}

static void
hosts_are_checked(void **state)
{
	static const char *const good[] = {
	    "dc1.corp.example", "10.0.0.1", "fe80::1", "DC-1", "_x"};
	static const char *const bad[] = {
	    "", " ", "a b", "a\n", "-x", ".x", "a%b", "a/b", "\xc3\xa4"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
		assert_true(ad_host_is_valid(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_false(ad_host_is_valid(bad[i]));
}

int
main(void)
{
	char folder[] = "/tmp/ad_servers_test.XXXXXX", path[64], command[64];
	struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_of_dns_are_sorted),
	    cmocka_unit_test(too_many_are_cut_behind_the_sorting),
	    cmocka_unit_test(who_fails_comes_last_for_a_while),
	    cmocka_unit_test_prestate(the_next_child_knows, path),
	    cmocka_unit_test_prestate(the_next_child_knows_what_was_told, path),
	    cmocka_unit_test_prestate(damage_is_no_memory, path),
	    cmocka_unit_test(hosts_are_checked),
	};
	int rc;

	if (mkdtemp(folder) == NULL)
		return 1;
	snprintf(path, sizeof path, "%s/state", folder);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command) == 0 ? rc : 1;
}
