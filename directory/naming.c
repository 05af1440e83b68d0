#include "directory/naming.h"

#include <stdio.h>
#include <string.h>

#include "base/name.h"
#include "base/text.h"

#define DOMAIN "{domain}"

void
naming_read(const struct settings *s, struct naming_policy *out)
{
	out->from =
	    (enum naming_from)settings_choice(s, "directory", "name_from");
	out->suffix = settings_peek(s, "directory", "name_suffix");
	out->settings = s;
}

/* Clean, and nothing to be taken for an address; false: none of it. */
static bool
take(const char *words, char out[LIMIT_NAME + 1])
{
	text_show(span_str(words), out, LIMIT_NAME + 1);
	if (name_holds_address(out))
		out[0] = '\0';
	return out[0] != '\0';
}

void
naming_wish(const struct naming_policy *policy, const struct harvest *h,
    const struct facts *certificate, char out[LIMIT_NAME + 1])
{
	out[0] = '\0';
	if (policy->from == NAMING_ADDRESS ||
	    (policy->from == NAMING_FROM && take(h->phrase, out)))
		return;
	(void)take(certificate->name, out);
}

bool
naming_is_protected(const struct naming_policy *policy, const char *name)
{
	const struct settings *s = policy->settings;
	size_t i, n = s == NULL ? 0 : settings_count(s, "site", "names");

	for (i = 0; i < n; i++)
		if (name_passes_for(
			name, settings_peek_at(s, "site", "names", i)))
			return true;
	return false;
}

/* The suffix with the domain in it; false: it takes too much room. */
static bool
suffix_make(const struct naming_policy *policy, const char *domain,
    char out[LIMIT_NAME + 1])
{
	const char *suffix =
	    policy->suffix == NULL ? "(" DOMAIN ")" : policy->suffix;
	const char *mark = strstr(suffix, DOMAIN);
	int n;

	if (mark == NULL)
		n = snprintf(out, LIMIT_NAME + 1, "%s", suffix);
	else
		n = snprintf(out, LIMIT_NAME + 1, "%.*s%s%s",
		    (int)(mark - suffix), suffix, domain,
		    mark + strlen(DOMAIN));
	return n >= 0 && n <= LIMIT_NAME / 2;
}

void
naming_make(const struct naming_policy *policy, const char *name,
    const char *address, char out[LIMIT_NAME + 1])
{
	char suffix[LIMIT_NAME + 1];

	if (!suffix_make(policy, address_peek_domain(address), suffix) ||
	    name[0] == '\0') {
		snprintf(out, LIMIT_NAME + 1, "%s", address);
		return;
	}
	if (suffix[0] == '\0') {
		text_show(span_str(name), out, LIMIT_NAME + 1);
		return;
	}
	text_show(span_str(name), out, LIMIT_NAME - strlen(suffix));
	strcat(out, " ");
	strcat(out, suffix);
}
