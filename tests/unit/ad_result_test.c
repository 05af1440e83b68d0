#include "tests/unit/unit.h"

#include <string.h>

#include "directory/ad_result.h"

static const struct {
	int code;
	enum ad_operation operation;
	const char *said; /* by the server or the library */
	enum reason_code reason;
} table[] = {
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "80090308: ..., data 52e, v1db1",
	REASON_DIRECTORY_AUTH},
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "data 525", REASON_DIRECTORY_AUTH},
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "data 532", REASON_DIRECTORY_ACCOUNT},
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "data 533", REASON_DIRECTORY_ACCOUNT},
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "data 701", REASON_DIRECTORY_ACCOUNT},
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "data 775", REASON_DIRECTORY_ACCOUNT},
    {LDAP_INVALID_CREDENTIALS, AD_BIND,
	"80090346: LdapErr: DSID-0C0905FC, comment: AcceptSecurityContext "
	"error, data 80090346, v4563",
	REASON_DIRECTORY_CLEAR},
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "", REASON_DIRECTORY_AUTH},
    {LDAP_LOCAL_ERROR, AD_BIND, "(Password has expired)",
	REASON_DIRECTORY_ACCOUNT},
    {LDAP_LOCAL_ERROR, AD_BIND, "(Cannot contact any KDC for realm 'X')",
	REASON_DIRECTORY_DOWN},
    {LDAP_LOCAL_ERROR, AD_BIND, "(Clock skew too great)",
	REASON_DIRECTORY_CLOCK},
    {LDAP_LOCAL_ERROR, AD_BIND, "(Preauthentication failed)",
	REASON_DIRECTORY_AUTH},
    {LDAP_LOCAL_ERROR, AD_BIND, "(Client 'x@X' not found in Kerberos database)",
	REASON_DIRECTORY_AUTH},
    {LDAP_LOCAL_ERROR, AD_BIND, "(Server not found in Kerberos database)",
	REASON_DIRECTORY_KERBEROS},
    {LDAP_LOCAL_ERROR, AD_BIND, "something else", REASON_DIRECTORY_KERBEROS},
    {LDAP_STRONG_AUTH_REQUIRED, AD_BIND, "", REASON_DIRECTORY_CLEAR},
    {LDAP_CONNECT_ERROR, AD_TLS, "(unknown error code)", REASON_DIRECTORY_TLS},
    {LDAP_CONNECT_ERROR, AD_TLS,
	"The TLS connection was non-properly terminated.",
	REASON_DIRECTORY_DOWN},
    {LDAP_NO_SUCH_ATTRIBUTE, AD_MODIFY, "", REASON_DIRECTORY_RACE},
    {LDAP_TYPE_OR_VALUE_EXISTS, AD_MODIFY, "", REASON_DIRECTORY_RACE},
    {LDAP_NO_SUCH_OBJECT, AD_MODIFY, "", REASON_DIRECTORY_RACE},
    {LDAP_ALREADY_EXISTS, AD_ADD, "", REASON_DIRECTORY_RACE},
    {LDAP_NO_SUCH_OBJECT, AD_ADD, "", REASON_DIRECTORY_OU},
    {LDAP_NO_SUCH_OBJECT, AD_SEARCH, "", REASON_DIRECTORY_OU},
    {LDAP_CONSTRAINT_VIOLATION, AD_ADD, "", REASON_DIRECTORY_VALUE},
    {LDAP_INVALID_SYNTAX, AD_MODIFY, "", REASON_DIRECTORY_VALUE},
    {LDAP_UNDEFINED_TYPE, AD_ADD, "", REASON_DIRECTORY_SCHEMA},
    {LDAP_BUSY, AD_MODIFY, "", REASON_DIRECTORY_BUSY},
    {LDAP_UNAVAILABLE, AD_SEARCH, "", REASON_DIRECTORY_BUSY},
    {LDAP_ADMINLIMIT_EXCEEDED, AD_SEARCH, "", REASON_DIRECTORY_BUSY},
    /* of one contact, and no reason to wait with the others */
    {LDAP_ADMINLIMIT_EXCEEDED, AD_MODIFY, "", REASON_CONTACT_REFUSED},
    {LDAP_INVALID_DN_SYNTAX, AD_MODIFY, "", REASON_CONTACT_REFUSED},
    {LDAP_INVALID_DN_SYNTAX, AD_SEARCH, "", REASON_DIRECTORY_OU},
    {LDAP_OPERATIONS_ERROR, AD_SEARCH,
	"000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this "
	"operation a successful bind must be completed on the connection.",
	REASON_DIRECTORY_DOWN},
    {LDAP_OPERATIONS_ERROR, AD_SEARCH, "", REASON_DIRECTORY_REFUSED},
    {LDAP_REFERRAL, AD_MODIFY, "", REASON_DIRECTORY_DOWN},
    {LDAP_SERVER_DOWN, AD_ADD, "", REASON_DIRECTORY_DOWN},
    {LDAP_TIMEOUT, AD_MODIFY, "", REASON_DIRECTORY_SLOW},
    /* nobody knows whether it was written */
    {LDAP_DECODING_ERROR, AD_MODIFY, "", REASON_DIRECTORY_DOWN},
    {LDAP_DECODING_ERROR, AD_SEARCH, "", REASON_DIRECTORY_DOWN},
    {LDAP_LOCAL_ERROR, AD_ADD, "", REASON_DIRECTORY_DOWN},
    {LDAP_LOCAL_ERROR, AD_TLS, "", REASON_DIRECTORY_TLS},
    {LDAP_UNWILLING_TO_PERFORM, AD_ADD, "", REASON_CONTACT_REFUSED},
    {LDAP_UNWILLING_TO_PERFORM, AD_BIND, "", REASON_DIRECTORY_REFUSED},
    {LDAP_INSUFFICIENT_ACCESS, AD_ADD, "", REASON_DIRECTORY_RIGHTS},
    {LDAP_INSUFFICIENT_ACCESS, AD_MODIFY, "", REASON_CONTACT_REFUSED},
};

static void
results_have_one_meaning(void **state)
{
	LDAP *ld = NULL;
	struct reason why;

	(void)state;
	assert_int_equal(
	    ldap_initialize(&ld, "ldap://127.0.0.1"), LDAP_SUCCESS);
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		enum outcome o;

		assert_int_equal(
		    ldap_set_option(
			ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, table[i].said),
		    LDAP_OPT_SUCCESS);
		o = ad_result(
		    ld, table[i].code, table[i].operation, "dc1", &why);
		if (why.code != table[i].reason)
			fail_msg("%d %s: %s", table[i].code, table[i].said,
			    reason_name(why.code));
		assert_int_equal(o, reason_outcome(table[i].reason));
		assert_non_null(strstr(why.text, "dc1"));
	}
	assert_int_equal(
	    ad_result(ld, LDAP_SUCCESS, AD_ADD, "dc1", &why), DONE);
	ldap_unbind_ext_s(ld, NULL, NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(results_have_one_meaning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
