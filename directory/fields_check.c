#include <fnmatch.h>
#include <stddef.h>
#include <strings.h>

#include "base/template.h"
#include "directory/settings.h"

/* Part of the settings, so that every program that reads them complains. */

static const struct template_word words[] = {
#define FIELD_WORD(name) {#name, ""},
#include "directory/fields.def"
#undef FIELD_WORD
};
#define WORDS (sizeof words / sizeof words[0])

/*
 * Attributes that a template must not write: those that we write ourselves,
 * by which a contact is found, gets mail, has members or rights.  What the
 * schema says besides is asked when the directory is there.
 */
static const char *const denied[] = {
    "objectClass",
    "cn",
    "name",
    "distinguishedName",
    "displayName*",
    "mail",
    "mailNickname",
    "otherMailbox",
    "proxyAddresses",
    "targetAddress",
    "textEncodedORAddress",
    "legacyExchangeDN",
    "showInAddressBook",
    "userCertificate",
    "userSMIMECertificate",
    "userCert",
    "userPKCS12",
    "extensionName",
    "nTSecurityDescriptor",
    "object*",
    "member*",
    "managedBy",
    "manager",
    "directReports",
    "secretary",
    "assistant",
    "altRecipient*",
    "altSecurityIdentities",
    "deliverAndRedirect",
    "forwardingAddress",
    "publicDelegates*",
    "authOrig*",
    "unauthOrig*",
    "dLMem*",
    "home*",
    "instanceType",
    "system*",
    "sIDHistory",
    "sAMAccount*",
    "userPrincipalName",
    "userPassword",
    "unicodePwd",
    "userAccountControl",
    "servicePrincipalName",
    "msDS-*",
    "*;*",
};

/* Of Exchange's own, those that only show or hide. */
static const char *const exchange[] = {
    "msExchHideFromAddressLists",
    "msExchExtensionAttribute*",
    "msExchExtensionCustomAttribute*",
};

static bool
matches(const char *name, const char *const *patterns, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fnmatch(patterns[i], name, FNM_CASEFOLD) == 0)
			return true;
	return false;
}

static bool
is_denied(const char *name)
{
	if (matches(name, denied, sizeof denied / sizeof denied[0]))
		return true;
	return strncasecmp(name, "msExch", 6) == 0 &&
	    !matches(name, exchange, sizeof exchange / sizeof exchange[0]);
}

/* Whether an earlier one of the list writes the same attribute. */
static bool
is_twice(const struct settings *s, size_t i, const char *name)
{
	char other[TEMPLATE_NAME];
	const char *text;

	while (i-- > 0)
		if (template_split(
			settings_peek_at(s, "directory", "attributes", i),
			words, WORDS, other, &text, NULL) == DONE &&
		    strcasecmp(name, other) == 0)
			return true;
	return false;
}

enum outcome
directory_check_attributes(const struct settings *s, struct reason *why)
{
	size_t i, n = settings_count(s, "directory", "attributes");
	char name[TEMPLATE_NAME];
	struct reason detail;
	const char *text;

	if (n > DIRECTORY_ATTRIBUTES)
		return settings_object(s, "directory", "attributes", why,
		    "more than %d", DIRECTORY_ATTRIBUTES);
	for (i = 0; i < n; i++) {
		if (template_split(
			settings_peek_at(s, "directory", "attributes", i),
			words, WORDS, name, &text, &detail) != DONE)
			return settings_object(s, "directory", "attributes",
			    why, "%s", detail.text);
		if (is_denied(name))
			return settings_object(s, "directory", "attributes",
			    why, "%s is not for templates", name);
		if (is_twice(s, i, name))
			return settings_object(s, "directory", "attributes",
			    why, "%s is there twice", name);
	}
	return DONE;
}
