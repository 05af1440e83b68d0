#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smime/form.h"

#define B70                                                                    \
	"12345678901234567890123456789012345678901234567890"                   \
	"12345678901234567890"

/* Content-Type:, Content-Disposition:; media, boundary, name, form. */
static const struct {
	const char *type, *place;
	enum reason_code code;
	const char *media, *boundary, *name;
	enum form form;
} rows[] = {
    {NULL, NULL, REASON_OK, "text/plain", "", "", FORM_NONE},
    {"text/HTML; charset=x", NULL, REASON_OK, "text/html", "", "", FORM_NONE},
    {"Multipart/Signed; Boundary=b", NULL, REASON_OK, "multipart/signed", "b",
	"", FORM_DETACHED},
    {"multipart/signed; boundary=\"a b'()+_,-./:=?\"", NULL, REASON_OK,
	"multipart/signed", "a b'()+_,-./:=?", "", FORM_DETACHED},
    {"multipart/signed; boundary=----=_Next?:Part", NULL, REASON_OK,
	"multipart/signed", "----=_Next?:Part", "", FORM_DETACHED},
    {"multipart/signed;\r\n\tboundary=\"b\";\r\n micalg=x", NULL, REASON_OK,
	"multipart/signed", "b", "", FORM_DETACHED},
    {"multipart/signed (a (b) \\) c) ; boundary (x) = b (y)", NULL, REASON_OK,
	"multipart/signed", "b", "", FORM_DETACHED},
    {"multipart/signed; boundary=\"a\\\"b\"", NULL, REASON_OK,
	"multipart/signed", "a\"b", "", FORM_DETACHED},
    {"multipart/signed; boundary=b;", NULL, REASON_OK, "multipart/signed", "b",
	"", FORM_DETACHED},
    {"multipart/signed; boundary=b;; x=y", NULL, REASON_OK, "multipart/signed",
	"b", "", FORM_DETACHED},
    {"multipart/signed; boundary=" B70, NULL, REASON_OK, "multipart/signed",
	B70, "", FORM_DETACHED},
    {"multipart/signed; boundary=" B70 "x", NULL, REASON_MALFORMED, NULL, NULL,
	NULL, FORM_NONE},
    {"multipart/signed; boundary=b; boundary=c", NULL, REASON_MALFORMED, NULL,
	NULL, NULL, FORM_NONE},
    {"multipart/signed; boundary*0=b; boundary*1=c", NULL, REASON_MALFORMED,
	NULL, NULL, NULL, FORM_NONE},
    {"multipart/signed; boundary=\"b", NULL, REASON_MALFORMED, NULL, NULL, NULL,
	FORM_NONE},
    {"multipart/signed; boundary=b\"c\"", NULL, REASON_MALFORMED, NULL, NULL,
	NULL, FORM_NONE},
    {"multipart/signed; boundary=\"b\"c", NULL, REASON_MALFORMED, NULL, NULL,
	NULL, FORM_NONE},
    {"multipart/signed; boundary=\"b \"", NULL, REASON_MALFORMED, NULL, NULL,
	NULL, FORM_NONE},
    {"multipart/signed; boundary=\"\"", NULL, REASON_MALFORMED, NULL, NULL,
	NULL, FORM_NONE},
    {"multipart/signed; boundary", NULL, REASON_MALFORMED, NULL, NULL, NULL,
	FORM_NONE},
    {"multipart/signed (no end; boundary=b", NULL, REASON_MALFORMED, NULL, NULL,
	NULL, FORM_NONE},
    {"multipart/signed; (((((( boundary=b", NULL, REASON_MALFORMED, NULL, NULL,
	NULL, FORM_NONE},
    {"multipart/mixed; boundary=b; boundary=c", NULL, REASON_OK,
	"multipart/mixed", "b", "", FORM_NONE},
    {"multipart/signedx; boundary=b", NULL, REASON_OK, "multipart/signedx", "b",
	"", FORM_NONE},
    {"nonsense", NULL, REASON_OK, "text/plain", "", "", FORM_NONE},
    {"/x", NULL, REASON_OK, "text/plain", "", "", FORM_NONE},
    {"application/pkcs7-mime; smime-type=enveloped-data", NULL, REASON_OK,
	"application/pkcs7-mime", "", "", FORM_OPAQUE},
    {"application/x-PKCS7-mime; name=\"Smime.P7M\"", NULL, REASON_OK,
	"application/x-pkcs7-mime", "", "smime.p7m", FORM_OPAQUE},
    {"application/octet-stream", "attachment; filename=\"x y.P7M\"", REASON_OK,
	"application/octet-stream", "", "x y.p7m", FORM_OPAQUE},
    {"application/octet-stream; name*=utf-8''%41.p7z", NULL, REASON_OK,
	"application/octet-stream", "", "utf-8''%41.p7z", FORM_OPAQUE},
    {"application/octet-stream",
	"attachment; filename*0=\"sm\";\r\n"
	" filename*1=\"ime.p7s\"",
	REASON_OK, "application/octet-stream", "", "smime.p7s", FORM_OPAQUE},
    {"application/octet-stream; name=x.pdf", NULL, REASON_OK,
	"application/octet-stream", "", "x.pdf", FORM_NONE},
    {"application/pkcs7-signature", NULL, REASON_OK,
	"application/pkcs7-signature", "", "", FORM_OPAQUE},
    {"text/plain; name=x.p7m", NULL, REASON_OK, "text/plain", "", "x.p7m",
	FORM_NONE},
};

static enum outcome
read_row(size_t i, struct content_type *t, struct reason *why)
{
	struct message m = {.body = {NULL, 0}};

	if (rows[i].type != NULL)
		m.fields[MESSAGE_CONTENT_TYPE] =
		    (struct message_value){span_str(rows[i].type), 1};
	if (rows[i].place != NULL)
		m.fields[MESSAGE_DISPOSITION] =
		    (struct message_value){span_str(rows[i].place), 1};
	return content_type_read(&m, t, why);
}

static void
types(void **state)
{
	struct content_type t;
	struct reason why;
	enum outcome o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].type ? rows[i].type : "");
		reason_clear(&why);
		o = read_row(i, &t, &why);
		assert_int_equal(why.code, rows[i].code);
		if (o != DONE)
			continue;
		assert_string_equal(t.media, rows[i].media);
		assert_string_equal(t.boundary, rows[i].boundary);
		assert_string_equal(t.name, rows[i].name);
		assert_int_equal(form_of(&t), rows[i].form);
	}
}

/* protocol of the whole; type and name of the part; ours? */
static const struct {
	const char *protocol, *media, *name;
	bool ours;
} parts[] = {
    {"application/pkcs7-signature", "application/pkcs7-signature", "", true},
    {"", "application/x-pkcs7-signature", "", true},
    {"", "application/octet-stream", "smime.p7s", true},
    {"nonsense", "text/plain", "x.p7s", true},
    {"application/pkcs7-signature", "application/octet-stream", "", true},
    {"application/pkcs7-signature", "application/pgp-signature", "", false},
    {"application/pgp-signature", "application/pgp-signature", "s.asc", false},
    {"", "application/octet-stream", "smime.p7m", false},
    {"", "text/plain", "", false},
};

static void
signatures(void **state)
{
	struct content_type whole, part;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		memset(&whole, 0, sizeof whole);
		memset(&part, 0, sizeof part);
		strcpy(whole.protocol, parts[i].protocol);
		strcpy(part.media, parts[i].media);
		strcpy(part.name, parts[i].name);
		assert_int_equal(
		    form_is_signature(&whole, &part), parts[i].ours);
	}
}

/* Long values are cut or refused, never written beyond their room. */
static void
lengths(void **state)
{
	static const char *const starts[] = {
	    "multipart/signed; boundary=b; name=", "multipart/signed; hp=",
	    "multipart/signed; protocol=", "multipart/", "application/pkcs7-",
	    "multipart/signed; ",
	    "multipart/signed; name*0=x; name*1=", "multipart/signed; name=\""};
	char text[LIMIT_CONTENT_TYPE + 2];
	struct message m = {.body = {NULL, 0}};
	struct content_type t;
	struct reason why;
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof starts / sizeof starts[0]; i++)
		for (len = 40; len < sizeof text; len++) {
			memset(text, 'x', sizeof text);
			memcpy(text, starts[i], strlen(starts[i]));
			m.fields[MESSAGE_CONTENT_TYPE] =
			    (struct message_value){{(uint8_t *)text, len}, 1};
			reason_clear(&why);
			(void)!content_type_read(&m, &t, &why);
			if (len > LIMIT_CONTENT_TYPE)
				assert_int_equal(why.code, REASON_HEADER_LIMIT);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(types),
	    cmocka_unit_test(signatures),
	    cmocka_unit_test(lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
