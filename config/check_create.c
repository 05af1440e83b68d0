#include "config/check_create.h"

#include <stdlib.h>
#include <string.h>

#include "base/scope.h"
#include "directory/settings.h"

enum { OFF, LISTED, ANY, FALSE, NO, TRUE, YES, ON }; /* directory.create */

static bool
is_set(const struct settings *s, const char *name)
{
	return strcmp(settings_peek_origin(s, "directory", name), "default") !=
	    0;
}

enum outcome
check_create(const struct settings *s, struct reason *why)
{
	unsigned create = settings_choice(s, "directory", "create");
	bool off = create == OFF || create == FALSE || create == NO;
	size_t domains = settings_count(s, "directory", "create_domains");

	if (settings_choice(s, "directory", "backend") == BACKEND_AD && !off &&
	    is_set(s, "create") &&
	    settings_count(s, "directory", "create_ous") == 0 &&
	    settings_peek(s, "directory", "create_ou")[0] == '\0')
		return settings_object(s, "directory", "create", why,
		    "backend ad needs the OU for new contacts; name it in "
		    "create_ou, or set create = off");
	if (create == LISTED && domains == 0)
		return settings_object(s, "directory", "create", why,
		    "listed needs the list, create_domains = "
		    "{ \"partner.example\" }");
	if (create != LISTED && domains > 0)
		return settings_object(s, "directory", "create_domains", why,
		    "counts with create = listed alone");
	return DONE;
}

enum outcome
check_create_ous(const struct settings *s, struct reason *why)
{
	size_t i, n = settings_count(s, "directory", "create_ous");
	struct reason detail;
	char *domains = NULL;
	const char *ou;

	for (i = 0; i < n; i++) {
		if (scope_split(
			settings_peek_at(s, "directory", "create_ous", i),
			"OU=Partners,DC=example,DC=com", &domains, &ou,
			&detail) != DONE)
			return settings_object(s, "directory", "create_ous",
			    why, "%s", detail.text);
		free(domains);
	}
	return DONE;
}
