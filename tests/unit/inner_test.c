#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "smime/inner.h"

static void
what_stands_inside(void **state)
{
	static const struct {
		const char *head, *tail;
		size_t padding; /* octets of a field between them */
		enum outcome outcome;
	} rows[] = {
	    {"Just text, no header.\r\n", "", 0, DONE},
	    {"From: a@b.example\r\n", "\r\ntext", 0, DONE},
	    {"From: x@y.example\r\n", "\r\ntext", 0, REFUSED},
	    {"Content-Type: message/rfc822\r\n\r\n",
		"From: x@y.example\r\n\r\ntext", 0, REFUSED},
	    /* header protection by its drafts, and names in odd form */
	    {"Content-Type: text/plain; protected-headers=\"v1\"\r\n",
		"From: x@y.example\r\n\r\ntext", 0, REFUSED},
	    {"Content-Type: multipart/mixed; protected-headers=v1;\r\n"
	     " boundary=c\r\nFROM : a@b.example\r\n",
		"\r\n--c\r\n", 0, DONE},
	    {"from\t: x@y.example\r\n", "\r\ntext", 0, REFUSED},
	    {"From:\r\n x@y.example\r\n", "\r\ntext", 0, REFUSED},
	    {"From: a@b.example\r\n", "From: a@b.example\r\n\r\ntext", 0,
		REFUSED},
	    {"From: A <A@B.example>\r\n", "\r\ntext", 0, DONE},
	    {"From: a@b.example, x@y.example\r\n", "\r\ntext", 0, REFUSED},
	    {"From: nobody\r\n", "\r\ntext", 0, REFUSED},
	    {"Sender: x@y.example\r\n", "\r\ntext", 0, DONE},
	    /* a message inside, in clear or hidden */
	    {"Content-Type: Message/RFC822\r\n\r\n",
		"From: a@b.example\r\n\r\ntext", 0, DONE},
	    {"Content-Type: message/global\r\n\r\n",
		"From: x@y.example\r\n\r\ntext", 0, REFUSED},
	    {"Content-Type: message/rfc822\r\n"
	     "Content-Transfer-Encoding: base64\r\n\r\n",
		"RnJvbTogeEB5LmV4YW1wbGUNCg0KdGV4dA==\r\n", 0, REFUSED},
	    {"Content-Type: message/rfc822\r\n"
	     "Content-Transfer-Encoding: 8BIT (x)\r\n\r\n",
		"From: a@b.example\r\n\r\ntext", 0, DONE},
	    {"Content-Type: text/plain\r\n"
	     "Content-Transfer-Encoding: base64\r\n\r\n",
		"RnJvbTogeEB5LmV4YW1wbGUNCg0KdGV4dA==\r\n", 0, DONE},
	    /* a From: behind what is read of a header */
	    {"Content-Type: message/rfc822\r\n",
		"\r\nFrom: x@y.example\r\n\r\ntext", LIMIT_PART_HEADERS,
		REFUSED},
	    {"Content-Type: message/rfc822\r\n\r\n",
		"From: x@y.example\r\n\r\ntext", LIMIT_PART_HEADERS, REFUSED},
	    {"Content-Type: text/plain; hp=\"clear\"\r\n",
		"From: x@y.example\r\n\r\ntext", LIMIT_PART_HEADERS, REFUSED},
	};
	struct content content = {CONTENT_PLAIN, {NULL, 0}};
	char text[4 * LIMIT_PART_HEADERS];
	struct reason why;
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		n = snprintf(text, sizeof text, "%s%s%0*d%s%s", rows[i].head,
		    rows[i].padding > 0 ? "X: " : "", (int)rows[i].padding, 0,
		    rows[i].padding > 0 ? "\r\n" : "", rows[i].tail);
		if (rows[i].padding == 0)
			n = snprintf(text, sizeof text, "%s%s", rows[i].head,
			    rows[i].tail);
		content.bytes = (struct span){(const uint8_t *)text, (size_t)n};
		assert_int_equal(rows[i].outcome,
		    inner_check(&content, "a@b.example", &why));
		if (rows[i].outcome == REFUSED)
			assert_int_equal(why.code, REASON_INNER_FROM);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_stands_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
