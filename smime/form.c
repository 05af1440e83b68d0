#include "smime/form.h"

#include <string.h>

struct form_row {
	const char *media;  /* NULL: any */
	const char *suffix; /* of the file name; NULL: any */
	enum form form;
};

/* RFC 8551 sections 3.2, 3.5 and 3.9, and the names before RFC 2633. */
static const struct form_row messages[] = {
    {"multipart/signed", NULL, FORM_DETACHED},
    {"application/pkcs7-mime", NULL, FORM_OPAQUE},
    {"application/x-pkcs7-mime", NULL, FORM_OPAQUE},
    {"application/pkcs7-signature", NULL, FORM_OPAQUE},
    {"application/x-pkcs7-signature", NULL, FORM_OPAQUE},
    {"application/octet-stream", ".p7m", FORM_OPAQUE},
    {"application/octet-stream", ".p7s", FORM_OPAQUE},
    {"application/octet-stream", ".p7c", FORM_OPAQUE},
    {"application/octet-stream", ".p7z", FORM_OPAQUE},
};

/* The second part of a multipart/signed, whatever its protocol says. */
static const struct form_row signatures[] = {
    {"application/pkcs7-signature", NULL, FORM_DETACHED},
    {"application/x-pkcs7-signature", NULL, FORM_DETACHED},
    {NULL, ".p7s", FORM_DETACHED},
};

/* With one of these protocols, anything that is not somebody else's. */
static const char *const protocols[] = {
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
};

static bool
ends_with(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);

	return n >= k && strcmp(s + n - k, suffix) == 0;
}

static enum form
row_find(const struct form_row *rows, size_t n, const struct content_type *t)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((rows[i].media == NULL ||
			strcmp(rows[i].media, t->media) == 0) &&
		    (rows[i].suffix == NULL ||
			ends_with(t->name, rows[i].suffix)))
			return rows[i].form;
	return FORM_NONE;
}

enum form
form_of(const struct content_type *t)
{
	return row_find(messages, sizeof messages / sizeof messages[0], t);
}

bool
form_is_signature(
    const struct content_type *whole, const struct content_type *part)
{
	size_t i;

	if (row_find(signatures, sizeof signatures / sizeof signatures[0],
		part) != FORM_NONE)
		return true;
	for (i = 0; i < sizeof protocols / sizeof protocols[0]; i++)
		if (strcmp(whole->protocol, protocols[i]) == 0)
			return strncmp(part->media, "application/pgp", 15) != 0;
	return false;
}
