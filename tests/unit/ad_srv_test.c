#include "tests/unit/unit.h"

#include <string.h>

#include "directory/ad_srv.h"

#define NAME "_ldap._tcp.dc._msdcs.corp.example"
#define DOMAIN "corp.example"

enum { A = 1, CNAME = 5, SRV = 33 };

static uint8_t message[4096];
static size_t used;

static void
put16(unsigned v)
{
	message[used++] = (uint8_t)(v >> 8);
	message[used++] = (uint8_t)v;
}

/* RFC 1035 section 3.1, without compression. */
static void
put_name(const char *name)
{
	while (*name != '\0') {
		size_t n = strcspn(name, ".");

		message[used++] = (uint8_t)n;
		memcpy(message + used, name, n);
		used += n;
		name += n + (name[n] == '.');
	}
	message[used++] = 0;
}

static void
begin(unsigned flags, unsigned answers)
{
	used = 0;
	put16(0x1234);
	put16(flags);
	put16(1);
	put16(answers);
	put16(0);
	put16(0);
	put_name(NAME);
	put16(SRV);
	put16(1);
}

struct row {
	const char *owner;
	unsigned type, class, ttl, priority, weight, port;
	const char *target;
};

static void
put_row(const struct row *r)
{
	size_t length;

	put_name(r->owner);
	put16(r->type);
	put16(r->class);
	put16(r->ttl >> 16);
	put16(r->ttl & 0xffff);
	length = used;
	used += 2;
	put16(r->priority);
	put16(r->weight);
	put16(r->port);
	put_name(r->target);
	message[length] = (uint8_t)((used - length - 2) >> 8);
	message[length + 1] = (uint8_t)(used - length - 2);
}

static struct ad_srv srv;

static enum outcome
parse(size_t len, struct reason *why)
{
	/* At the end of what is ours, so that a sanitizer sees each step
	 * beyond it. */
	uint8_t *end = message + sizeof message - len;

	memmove(end, message, len);
	return ad_srv_parse((struct span){end, len}, NAME, DOMAIN, &srv, why);
}

static void
records_are_read(void **state)
{
	static const struct row rows[] = {
	    {NAME, SRV, 1, 600, 0, 100, 389, "dc1.corp.example"},
	    {"_LDAP._tcp.DC._msdcs.Corp.Example", SRV, 1, 300, 5, 7, 3890,
		"DC2.sub.CORP.example"},
	};
	struct reason why;

	(void)state;
	memset(&srv, 0, sizeof srv);
	begin(0x8180, 2);
	put_row(&rows[0]);
	put_row(&rows[1]);
	assert_int_equal(parse(used, &why), DONE);
	assert_int_equal(srv.n, 2);
	assert_int_equal(srv.ttl, 300);
	assert_string_equal(srv.list[0].host, "dc1.corp.example");
	assert_int_equal(srv.list[0].weight, 100);
	assert_string_equal(srv.list[1].host, "DC2.sub.CORP.example");
	assert_int_equal(srv.list[1].priority, 5);
	assert_int_equal(srv.list[1].weight, 7);
	assert_int_equal(srv.list[1].port, 3890);
	assert_false(srv.list[0].elsewhere);
	/* What is read next comes behind it. */
	srv.elsewhere = true;
	begin(0x8180, 1);
	put_row(&rows[0]);
	assert_int_equal(parse(used, &why), DONE);
	assert_int_equal(srv.n, 3);
	assert_true(srv.list[2].elsewhere);
}

static void
what_is_no_server_of_ours_is_left_out(void **state)
{
	static const struct row rows[] = {
	    {NAME, SRV, 1, 1, 0, 1, 389, "evil.example"},
	    {NAME, SRV, 1, 1, 0, 1, 389, "evilcorp.example"},
	    {NAME, SRV, 1, 1, 0, 1, 389, "corp.example.evil.example"},
	    {NAME, SRV, 1, 1, 0, 1, 389, ""}, /* RFC 2782: no such service */
	    {NAME, SRV, 1, 1, 0, 1, 0, "dc1.corp.example"},
	    {NAME, SRV, 3, 1, 0, 1, 389, "dc1.corp.example"},
	    {NAME, A, 1, 1, 0, 1, 389, "dc1.corp.example"},
	    {NAME, CNAME, 1, 1, 0, 1, 389, "dc1.corp.example"},
	    {"_ldap._tcp.corp.example", SRV, 1, 1, 0, 1, 389,
		"dc1.corp.example"},
	    {NAME, SRV, 1, 1, 0, 1, 389, "a b.corp.example"},
	    {NAME, SRV, 1, 1, 0, 1, 389, "a\nb.corp.example"},
	    {NAME, SRV, 1, 1, 0, 1, 389, "-x.corp.example"},
	    {NAME, SRV, 1, 1, 0, 1, 389, "a:b.corp.example"},
	    {NAME, SRV, 1, 1, 0, 1, 389, "a/b.corp.example"},
	};
	static const struct row good = {
	    NAME, SRV, 1, 77, 0, 1, 389, "dc9.corp.example"};
	struct reason why;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		memset(&srv, 0, sizeof srv);
		begin(0x8180, 1);
		put_row(&rows[i]);
		assert_int_equal(parse(used, &why), NOTHING);
		begin(0x8180, 2);
		put_row(&rows[i]);
		put_row(&good);
		assert_int_equal(parse(used, &why), DONE);
		assert_int_equal(srv.n, 1);
		assert_int_equal(srv.ttl, 77);
		assert_string_equal(srv.list[0].host, good.target);
	}
}

static void
failures_are_told_apart(void **state)
{
	static const struct {
		unsigned flags;
		enum outcome outcome;
	} rows[] = {
	    {0x8180, NOTHING}, /* no records */
	    {0x8183, NOTHING}, /* NXDOMAIN */
	    {0x8182, LATER},   /* SERVFAIL */
	    {0x8185, LATER},   /* REFUSED */
	    {0x0100, LATER},   /* a question */
	};
	struct reason why;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		memset(&srv, 0, sizeof srv);
		begin(rows[i].flags, 0);
		assert_int_equal(parse(used, &why), rows[i].outcome);
	}
}

/* Cut anywhere, and with a wrong length: what was whole counts. */
static void
a_cut_answer_harms_nobody(void **state)
{
	static const struct row row = {
	    NAME, SRV, 1, 600, 0, 100, 389, "dc1.corp.example"};
	uint8_t whole[sizeof message];
	size_t len, at;
	struct reason why;
	enum outcome o;

	(void)state;
	begin(0x8180, 1);
	put_row(&row);
	len = used;
	memcpy(whole, message, len);
	for (size_t cut = 0; cut < len; cut++) {
		memset(&srv, 0, sizeof srv);
		memcpy(message, whole, cut);
		assert_int_equal(parse(cut, &why), LATER);
		assert_int_equal(srv.n, 0);
	}
	for (at = 0; at < len; at++) {
		memset(&srv, 0, sizeof srv);
		memcpy(message, whole, len);
		message[at] ^= 0xff;
		o = parse(len, &why);
		assert_int_equal(o == DONE, srv.n > 0);
	}
}

static void
no_more_than_there_is_room_for(void **state)
{
	static const struct row row = {
	    NAME, SRV, 1, 600, 0, 100, 389, "x.corp.example"};
	struct reason why;

	(void)state;
	memset(&srv, 0, sizeof srv);
	for (unsigned i = 0; i < 20; i++) {
		begin(0x8180, 40);
		for (unsigned k = 0; k < 40; k++)
			put_row(&row);
		(void)!parse(used, &why);
	}
	assert_int_equal(srv.n, AD_SRV_RECORDS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(records_are_read),
	    cmocka_unit_test(what_is_no_server_of_ours_is_left_out),
	    cmocka_unit_test(failures_are_told_apart),
	    cmocka_unit_test(a_cut_answer_harms_nobody),
	    cmocka_unit_test(no_more_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
