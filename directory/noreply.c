#include "directory/noreply.h"

#include <string.h>
#include <strings.h>

#include "base/address.h"

static const struct {
	const char *name;
	bool within; /* nobody is called so: a part of a name counts, too */
} names[] = {
    {"noreply", true},
    {"noreplies", true},
    {"donotreply", true},
    {"dontreply", true},
    {"donotrespond", true},
    {"neverreply", true},
    {"noresponse", true},
    {"nichtantworten", true},
    {"keineantwort", true},
    {"nepasrepondre", true},
    {"mailerdaemon", true},
    {"autoreply", true},
    {"autoresponder", true},
    {"bounce", false},
    {"bounces", false},
    {"postmaster", false},
    {"daemon", false},
    {"devnull", false},
    {"listserv", false},
    {"majordomo", false},
    {"mailman", false},
    {"newsletter", false},
    {"nobody", false},
    {"notification", false},
    {"notifications", false},
    {"root", false},
    {"unattended", false},
    {"unsubscribe", false},
};

/* The local part, up to an '@' or the end, bare and in lower case. */
static void
bare(const char *address, char out[ADDRESS_SIZE])
{
	const char *at = strrchr(address, '@');
	size_t len = at == NULL ? strlen(address) : (size_t)(at - address);
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < ADDRESS_SIZE; i++) {
		char c = address[i];

		if (c == '+' && n > 0)
			break;
		if (c != '\0' && strchr("-_.0123456789", c) == NULL)
			out[n++] =
			    c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	out[n] = '\0';
}

bool
noreply_is(const struct settings *s, const char *address)
{
	size_t i, n;
	char local[ADDRESS_SIZE], other[ADDRESS_SIZE];

	bare(address, local);
	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].within ? strstr(local, names[i].name) != NULL
				    : strcmp(local, names[i].name) == 0)
			return true;
	n = s == NULL ? 0 : settings_count(s, "directory", "noreply_names");
	for (i = 0; i < n; i++) {
		bare(settings_peek_at(s, "directory", "noreply_names", i),
		    other);
		if (other[0] != '\0' && strcmp(local, other) == 0)
			return true;
	}
	return false;
}
