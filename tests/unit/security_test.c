#include "tests/unit/unit.h"

#include <string.h>

#include "directory/security.h"

/* Packed by Samba's own code (samba.ndr.ndr_pack) from the SDDL above each,
 * in the domain S-1-5-21-1-2-3. */

/*
 * O:S-1-5-21-1-2-3-1103G:DUD:(OD;;SD;;;S-1-5-21-1-2-3-1103)
 * (A;;SDRPWP;;;S-1-5-21-1-2-3-1103)(A;CIIO;WD;;;S-1-5-21-1-2-3-1103)
 * (OA;;DC;5cb41ed0-0e4c-11d0-a286-00aa003049e2;;DU)(OA;;RC;;;OW)(A;;WO;;;DA)
 */
static const char ours[] =
    "010004801400000030000000000000004c000000010500000000000515000000"
    "0100000002000000030000004f04000001050000000000051500000001000000"
    "0200000003000000010200000400ec0006000000060028000000010000000000"
    "0105000000000005150000000100000002000000030000004f04000000002400"
    "300001000105000000000005150000000100000002000000030000004f040000"
    "000a240000000400010500000000000515000000010000000200000003000000"
    "4f040000050038000200000001000000d01eb45c4c0ed011a28600aa003049e2"
    "0105000000000005150000000100000002000000030000000102000005001800"
    "0000020000000000010100000000000304000000000024000000080001050000"
    "000000051500000001000000020000000300000000020000";

/*
 * O:DAG:DAD:(A;CIIO;RC;;;OW)
 * (OA;;WP;bf967a7f-0de6-11d0-a285-00aa003049e2;;AU)(A;;GA;;;BA)
 */
static const char theirs[] =
    "010004801400000030000000000000004c000000010500000000000515000000"
    "0100000002000000030000000002000001050000000000051500000001000000"
    "02000000030000000002000004005c0003000000000a14000000020001010000"
    "00000003040000000500280020000000010000007f7a96bfe60dd011a28500aa"
    "003049e201010000000000050b00000000001800000000100102000000000005"
    "2000000020020000";

static const char account[] = "010500000000000515000000010000000200000003000000"
			      "4f040000";
static const char users[] = /* DU */
    "010500000000000515000000010000000200000003000000"
    "01020000";
static const char admins[] = /* BA */
    "01020000000000052000000020020000";

static const uint8_t contact[] = {0xd0, 0x1e, 0xb4, 0x5c, 0x4c, 0x0e, 0xd0,
    0x11, 0xa2, 0x86, 0x00, 0xaa, 0x00, 0x30, 0x49, 0xe2};

static uint8_t space[4][512];

static struct span
read_hex(const char *hex, unsigned place)
{
	size_t len = strlen(hex) / 2;

	assert_true(bytes_unhex(hex, space[place], len));
	return (struct span){space[place], len};
}

#define ALL                                                                    \
	(SECURITY_DELETE | SECURITY_DELETE_CHILD | SECURITY_DELETE_TREE |      \
	    SECURITY_WRITE_DAC | SECURITY_WRITE_OWNER)

static void
rights_are_weighed(void **state)
{
	struct span sd = read_hex(ours, 0), other = read_hex(theirs, 1);
	static struct security_token t;

	(void)state;
	t.n = 0;
	assert_int_equal(security_grants(sd, &t, ALL, contact), 0);
	security_token_add(&t, read_hex(account, 2));
	/* denied before it is allowed; inherit-only does not count */
	assert_int_equal(security_grants(sd, &t, ALL, contact), 0);
	assert_true(security_is_owner(sd, &t));
	assert_false(security_is_owner(other, &t));
	security_token_add(&t, read_hex(users, 2));
	assert_int_equal(
	    security_grants(sd, &t, ALL, contact), SECURITY_DELETE_CHILD);
	assert_int_equal(security_grants(sd, &t, ALL, NULL), 0);
	assert_int_equal(security_grants(other, &t, ALL, contact), 0);
	security_token_add(&t, read_hex(admins, 2));
	assert_int_equal(security_grants(other, &t, ALL, contact), ALL);
}

static void
owner_rights_are_seen(void **state)
{
	(void)state;
	assert_true(security_limits_owner(read_hex(ours, 0)));
	/* there it is for children alone */
	assert_false(security_limits_owner(read_hex(theirs, 1)));
}

static void
sids_are_shown(void **state)
{
	static struct security_token t;
	char text[SECURITY_SID_TEXT];

	(void)state;
	security_sid_show(read_hex(account, 0), text);
	assert_string_equal(text, "S-1-5-21-1-2-3-1103");
	security_sid_show(read_hex(admins, 0), text);
	assert_string_equal(text, "S-1-5-32-544");
	security_sid_show((struct span){space[0], 9}, text);
	assert_string_equal(text, "");
	t.n = 0;
	security_token_add(&t, (struct span){space[0], 9});
	assert_int_equal(t.n, 0);
}

static void
damage_is_noticed(void **state)
{
	struct span sd = read_hex(ours, 0);
	static struct security_token t;

	(void)state;
	t.n = 0;
	security_token_add(&t, read_hex(account, 2));
	assert_true(security_is_valid(sd));
	for (size_t len = 0; len < sd.len; len++) {
		struct span cut = {sd.data, len};

		assert_false(security_is_valid(cut));
		(void)security_grants(cut, &t, ALL, contact);
		(void)security_limits_owner(cut);
		(void)security_is_owner(cut, &t);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rights_are_weighed),
	    cmocka_unit_test(owner_rights_are_seen),
	    cmocka_unit_test(sids_are_shown),
	    cmocka_unit_test(damage_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
