#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "smime/bulk.h"

static enum bulk
read_block(const char *header)
{
	struct reason why;
	struct message m;

	assert_int_equal(
	    message_scan(span_str(header), MESSAGE_MAIL, &m, &why), DONE);
	return bulk_read(&m);
}

static void
fields(void **state)
{
	static const struct {
		const char *header;
		enum bulk bulk;
	} rows[] = {
	    {"From: a@b.example\n", BULK_NONE},
	    {"List-Id: <x.example>\n", BULK_LIST},
	    {"LIST-ID : x\r\nFrom: a@b.example\r\n", BULK_LIST},
	    {"List-ID:\n", BULK_LIST},
	    {"X-List-Id: x\n", BULK_NONE},
	    {"List-Unsubscribe: <mailto:x@y.example>\n", BULK_NONE},
	    {"Precedence: bulk\n", BULK_PRECEDENCE},
	    {"Precedence: List\n", BULK_PRECEDENCE},
	    {"precedence:JUNK\n", BULK_PRECEDENCE},
	    {"Precedence: (so (to \\) say)) bulk (it is)\n", BULK_PRECEDENCE},
	    {"Precedence:\r\n\tbulk\r\n", BULK_PRECEDENCE},
	    {"Precedence: first-class\n", BULK_NONE},
	    {"Precedence: bulky\n", BULK_NONE},
	    {"Precedence: (bulk)\n", BULK_NONE},
	    {"Precedence: (bulk\n", BULK_NONE},
	    {"Precedence:\n", BULK_NONE},
	    {"Precedence: normal\nPrecedence: bulk\n", BULK_PRECEDENCE},
	    {"Auto-Submitted: no\n", BULK_NONE},
	    {"Auto-Submitted: NO (I am here); x=y\n", BULK_NONE},
	    {"Auto-Submitted: (by hand) no\n", BULK_NONE},
	    {"Auto-Submitted: no;x=y\n", BULK_NONE},
	    {"Auto-Submitted: auto-generated\n", BULK_AUTO},
	    {"auto-submitted: auto-replied; owner-email=\"x\"\n", BULK_AUTO},
	    {"Auto-Submitted: nonsense\n", BULK_AUTO},
	    {"Auto-Submitted:\n", BULK_AUTO},
	    {"Auto-Submitted: (no\n", BULK_AUTO},
	    {"Auto-Submitted: a-very-long-word-that-nobody-knows\n", BULK_AUTO},
	    {"Auto-Submitted: no\nAuto-Submitted: auto-notified\n", BULK_AUTO},
	    {"Auto-Submitted: x\nPrecedence: bulk\nList-Id: y\n", BULK_LIST},
	    {"Auto-Submitted: x\nPrecedence: bulk\n", BULK_PRECEDENCE},
	    /* the header ends here */
	    {"From: a@b.example\n\nList-Id: x\n", BULK_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum bulk b = read_block(rows[i].header);

		if (b != rows[i].bulk)
			fail_msg("%s: %s", rows[i].header, bulk_name(b));
	}
}

/* What stands behind the cap is not looked for. */
static void
caps(void **state)
{
	char text[4 * LIMIT_BULK];
	size_t len = (size_t)sprintf(text, "Precedence: (");

	(void)state;
	memset(text + len, 'x', 2 * LIMIT_BULK);
	strcpy(text + len + 2 * LIMIT_BULK, ") bulk\n");
	assert_int_equal(read_block(text), BULK_NONE);
	len = (size_t)sprintf(text, "Auto-Submitted: (");
	memset(text + len, 'x', 2 * LIMIT_BULK);
	strcpy(text + len + 2 * LIMIT_BULK, ") no\n");
	assert_int_equal(read_block(text), BULK_AUTO);
}

static void
names(void **state)
{
	enum bulk b, back;

	(void)state;
	for (b = BULK_NONE; b < BULKS; b++) {
		assert_true(bulk_parse(span_str(bulk_name(b)), &back));
		assert_int_equal(b, back);
	}
	assert_false(bulk_parse(span_str("List-Id"), &back));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields),
	    cmocka_unit_test(caps),
	    cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
