#include "tests/unit/unit.h"

#include <stdbool.h>

#include "milter/candidate.h"

static const struct {
	const char *name;
	const char *value;
	bool candidate;
} rows[] = {
    {"Content-Type", " multipart/signed; boundary=x", true},
    {"CONTENT-TYPE", "MULTIPART/SIGNED", true},
    {"Content-Type", " application/pkcs7-mime; smime-type=signed-data", true},
    {"Content-Type", " application/x-pkcs7-mime", true},
    {"Content-Type", " application/pkcs7-signature", true},
    {"Content-Type", " application/octet-stream;\n name=\"smime.P7M\"", true},
    {"Content-Disposition", " attachment; filename=smime.p7s", true},
    {"Content-Disposition", " attachment; filename=certs.p7c", true},
    {"Content-Type", " application/octet-stream; name*0=smime.; name*1=p7m",
	true},
    {"Content-Type", " application/octet-stream; name*=utf-8''x%2Ep7m", true},
    {"Content-Type",
	" application/octet-stream; name=\"=?utf-8?B?c21pbWUucDdt?=\"", true},
    {"Content-Type", " application/octet-stream; name=x.pdf", false},
    {"Content-Type", " text/plain; charset=utf-8", false},
    {"Content-Type", " multipart/mixed; boundary=\"=_x\"", false},
    {"Content-Type", " multipart/encrypted", false},
    {"Content-Type", "", false},
    {"Content-Disposition", " inline", false},
    {"Content-Transfer-Encoding", " signed", false},
    {"X-Content-Type", " multipart/signed", false},
    {"Subject", " multipart/signed pkcs7 .p7m", false},
    {"", " multipart/signed", false},
    {"Content-Typ", " multipart/signed", false},
};

static void
headers(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(rows[i].candidate,
		    candidate_header(rows[i].name, rows[i].value));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
