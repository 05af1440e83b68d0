#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "directory/ad_result.h"

#define ANY (AD_TLS | AD_BIND | AD_SEARCH | AD_ADD | AD_MODIFY)

struct row {
	int code;
	unsigned operations;
	const char *words; /* in the diagnostic message; NULL: whatever */
	enum reason_code reason;
	const char *text;
};

/* The first row that fits counts. */
static const struct row rows[] = {
    /* Active Directory says in "data NNN" why it refuses a bind. */
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "data 52e", REASON_DIRECTORY_AUTH,
	"the password is wrong"},
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "data 525", REASON_DIRECTORY_AUTH,
	"there is no such account"},
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "data 530", REASON_DIRECTORY_ACCOUNT,
	"the account may not log on at this hour"},
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "data 531", REASON_DIRECTORY_ACCOUNT,
	"the account may not log on from this machine"},
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "data 532", REASON_DIRECTORY_ACCOUNT,
	"the password has expired"},
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "data 533", REASON_DIRECTORY_ACCOUNT,
	"the account is disabled"},
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "data 701", REASON_DIRECTORY_ACCOUNT,
	"the account has expired"},
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "data 773", REASON_DIRECTORY_ACCOUNT,
	"the password must be changed first"},
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "data 775", REASON_DIRECTORY_ACCOUNT,
	"the account is locked"},
    /* SEC_E_BAD_BINDINGS: nothing is wrong with the secret. */
    {LDAP_INVALID_CREDENTIALS, AD_BIND, "data 80090346", REASON_DIRECTORY_CLEAR,
	"the server demands channel binding: bind by gssapi without TLS, by a "
	"password or by a certificate"},
    {LDAP_INVALID_CREDENTIALS, ANY, NULL, REASON_DIRECTORY_AUTH,
	"name or password is refused"},

    /* Kerberos speaks through the library alone. */
    {LDAP_LOCAL_ERROR, AD_BIND, "contact any KDC", REASON_DIRECTORY_DOWN,
	"no Kerberos server answers"},
    {LDAP_LOCAL_ERROR, AD_BIND, "Clock skew", REASON_DIRECTORY_CLOCK,
	"this machine's clock differs from the domain's"},
    {LDAP_LOCAL_ERROR, AD_BIND, "revoked", REASON_DIRECTORY_ACCOUNT,
	"the account is disabled or locked"},
    {LDAP_LOCAL_ERROR, AD_BIND, "Password has expired",
	REASON_DIRECTORY_ACCOUNT, "the password has expired"},
    {LDAP_LOCAL_ERROR, AD_BIND, "Preauthentication failed",
	REASON_DIRECTORY_AUTH, "the key in the keytab is wrong"},
    {LDAP_LOCAL_ERROR, AD_BIND, "(Server ", REASON_DIRECTORY_KERBEROS,
	"Kerberos does not know the server by this name"},
    {LDAP_LOCAL_ERROR, AD_BIND, "not found in Kerberos database",
	REASON_DIRECTORY_AUTH, "Kerberos does not know the name"},
    {LDAP_LOCAL_ERROR, AD_BIND, NULL, REASON_DIRECTORY_KERBEROS,
	"Kerberos failed"},
    {LDAP_AUTH_UNKNOWN, AD_BIND, NULL, REASON_DIRECTORY_KERBEROS,
	"the SASL mechanism is not installed"},

    {LDAP_STRONG_AUTH_REQUIRED, ANY, NULL, REASON_DIRECTORY_CLEAR,
	"the server demands TLS or signing"},
    {LDAP_CONFIDENTIALITY_REQUIRED, ANY, NULL, REASON_DIRECTORY_CLEAR,
	"the server demands TLS"},
    {LDAP_CONNECT_ERROR, AD_TLS, "(unknown error code)", REASON_DIRECTORY_TLS,
	"its certificate is not of ca_file, for another name, or expired"},
    {LDAP_CONNECT_ERROR, AD_TLS, "certificate", REASON_DIRECTORY_TLS,
	"its certificate is not of ca_file, for another name, or expired"},
    {LDAP_CONNECT_ERROR, AD_TLS, "non-properly terminated",
	REASON_DIRECTORY_DOWN, "the server ended the TLS handshake"},
    {LDAP_CONNECT_ERROR, AD_TLS, "pull function", REASON_DIRECTORY_DOWN,
	"the connection ended in the TLS handshake"},
    {LDAP_CONNECT_ERROR, AD_TLS, "push function", REASON_DIRECTORY_DOWN,
	"the connection ended in the TLS handshake"},
    {LDAP_CONNECT_ERROR, AD_TLS, NULL, REASON_DIRECTORY_TLS, "TLS failed"},
    {LDAP_LOCAL_ERROR, AD_TLS, NULL, REASON_DIRECTORY_TLS, "TLS failed"},
    {LDAP_PROTOCOL_ERROR, AD_TLS, NULL, REASON_DIRECTORY_TLS,
	"the server does not know StartTLS"},

    /* Somebody else was there: find and plan again. */
    {LDAP_NO_SUCH_ATTRIBUTE, AD_MODIFY, NULL, REASON_DIRECTORY_RACE,
	"a value to remove is not there any more"},
    {LDAP_TYPE_OR_VALUE_EXISTS, AD_MODIFY, NULL, REASON_DIRECTORY_RACE,
	"a value to add is there already"},
    {LDAP_NO_SUCH_OBJECT, AD_MODIFY, NULL, REASON_DIRECTORY_RACE,
	"the contact is not there any more"},
    {LDAP_ALREADY_EXISTS, AD_ADD, NULL, REASON_DIRECTORY_RACE,
	"the contact is there already"},

    /* This one only: it must not stop all the others. */
    {LDAP_CONSTRAINT_VIOLATION, AD_ADD | AD_MODIFY, NULL,
	REASON_DIRECTORY_VALUE, "a value is not allowed"},
    {LDAP_INVALID_SYNTAX, AD_ADD | AD_MODIFY, NULL, REASON_DIRECTORY_VALUE,
	"a value has the wrong form"},
    {LDAP_ADMINLIMIT_EXCEEDED, AD_ADD | AD_MODIFY, NULL, REASON_CONTACT_REFUSED,
	"the contact would hold more than the server lets it"},
    {LDAP_INVALID_DN_SYNTAX, AD_MODIFY, NULL, REASON_CONTACT_REFUSED,
	"the server does not take this for a name"},

    {LDAP_NO_SUCH_OBJECT, AD_ADD, NULL, REASON_DIRECTORY_OU,
	"the OU for new contacts does not exist"},
    {LDAP_NO_SUCH_OBJECT, AD_SEARCH, NULL, REASON_DIRECTORY_OU,
	"the search base does not exist"},
    {LDAP_INVALID_DN_SYNTAX, ANY, NULL, REASON_DIRECTORY_OU,
	"the server does not take this for a name"},

    {LDAP_UNDEFINED_TYPE, ANY, NULL, REASON_DIRECTORY_SCHEMA,
	"the schema lacks an attribute"},
    {LDAP_OBJECT_CLASS_VIOLATION, ANY, NULL, REASON_DIRECTORY_SCHEMA,
	"the schema does not allow an attribute"},
    {LDAP_NAMING_VIOLATION, ANY, NULL, REASON_DIRECTORY_SCHEMA,
	"the schema does not allow a contact there"},
    {LDAP_INSUFFICIENT_ACCESS, AD_MODIFY, NULL, REASON_CONTACT_REFUSED,
	"the account may not write to this contact"},
    {LDAP_INSUFFICIENT_ACCESS, ANY, NULL, REASON_DIRECTORY_RIGHTS,
	"the account lacks a right"},
    {LDAP_INAPPROPRIATE_AUTH, ANY, NULL, REASON_DIRECTORY_AUTH,
	"the server does not take this kind of bind"},
    {LDAP_AUTH_METHOD_NOT_SUPPORTED, ANY, NULL, REASON_DIRECTORY_AUTH,
	"the server does not know this kind of bind"},

    {LDAP_OPERATIONS_ERROR, AD_SEARCH, "000004DC", REASON_DIRECTORY_DOWN,
	"the server does not know any more who we are"},
    {LDAP_BUSY, ANY, NULL, REASON_DIRECTORY_BUSY, "the server is busy"},
    {LDAP_UNAVAILABLE, ANY, NULL, REASON_DIRECTORY_BUSY,
	"the server is unavailable"},
    {LDAP_ADMINLIMIT_EXCEEDED, ANY, NULL, REASON_DIRECTORY_BUSY,
	"a limit of the server was reached"},
    {LDAP_TIMELIMIT_EXCEEDED, ANY, NULL, REASON_DIRECTORY_BUSY,
	"the server's time limit was reached"},
    {LDAP_REFERRAL, ANY, NULL, REASON_DIRECTORY_DOWN,
	"this server is read-only, or does not have that part"},
    {LDAP_SERVER_DOWN, ANY, NULL, REASON_DIRECTORY_DOWN,
	"the connection was lost"},
    {LDAP_CONNECT_ERROR, ANY, NULL, REASON_DIRECTORY_DOWN, "no connection"},
    {LDAP_DECODING_ERROR, ANY, NULL, REASON_DIRECTORY_DOWN,
	"the answer cannot be read"},
    {LDAP_LOCAL_ERROR, ANY, NULL, REASON_DIRECTORY_DOWN,
	"what was sent or came is not what it was"},
    {LDAP_TIMEOUT, ANY, NULL, REASON_DIRECTORY_SLOW,
	"the server did not answer in time"},
    {LDAP_NO_MEMORY, ANY, NULL, REASON_MEMORY, "out of memory"},
};

/* What fits none.  A write that is refused says nothing of other ones. */
static const struct row other = {
    0, ANY, NULL, REASON_DIRECTORY_REFUSED, "the server refuses"};
static const struct row other_write = {
    0, ANY, NULL, REASON_CONTACT_REFUSED, "the server refuses the write"};

static const struct row *
peek_row(int rc, enum ad_operation operation, const char *words)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *r = &rows[i];

		if (r->code == rc && (r->operations & operation) != 0 &&
		    (r->words == NULL || strstr(words, r->words) != NULL))
			return r;
	}
	return (operation & (AD_ADD | AD_MODIFY)) != 0 ? &other_write : &other;
}

enum outcome
ad_result(LDAP *ld, int rc, enum ad_operation operation, const char *what,
    struct reason *why)
{
	static const char minor[] = "may provide more information (";
	char *diagnostic = NULL;
	const char *words;
	const struct row *r;
	enum outcome o;

	if (rc == LDAP_SUCCESS)
		return DONE;
	ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &diagnostic);
	words = diagnostic != NULL ? diagnostic : "";
	/* GSSAPI's long way to say that it will say something. */
	if (strstr(words, minor) != NULL)
		words = strstr(words, minor) + sizeof minor - 2;
	r = peek_row(rc, operation, words);
	o = reason_set(why, r->reason, "%.80s: %s (%d %s%s%.120s)", what,
	    r->text, rc, ldap_err2string(rc), words[0] != '\0' ? ": " : "",
	    words);
	ldap_memfree(diagnostic);
	return o;
}

bool
ad_result_is_disconnect(int rc)
{
	return rc == LDAP_SERVER_DOWN || rc == LDAP_TIMEOUT ||
	    rc == LDAP_OPERATIONS_ERROR || rc == LDAP_UNAVAILABLE ||
	    rc == LDAP_BUSY || rc == LDAP_REFERRAL ||
	    rc == LDAP_CONNECT_ERROR || rc == LDAP_DECODING_ERROR ||
	    rc == LDAP_LOCAL_ERROR;
}
