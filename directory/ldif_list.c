#include <stdlib.h>
#include <string.h>

#include "directory/ldif.h"
#include "directory/mark.h"

/* Whether adopt, rollback and the sweep have a look at it. */
static bool
is_listed(const struct ldif *l, const struct ldif_entry *e)
{
	if (!ldif_is_ours(l, e))
		return false;
	for (size_t i = 0; i < e->n; i++)
		if (ldif_is(e, i, "userCertificate") ||
		    ldif_is(e, i, "userSMIMECertificate") ||
		    (ldif_is(e, i, "extensionName") &&
			mark_has_form(span_bytes(&e->attributes[i].value))))
			return true;
	return false;
}

/* All ids at once, so that what changes between two pages does not matter. */
static enum outcome
list_anew(struct ldif *l, struct reason *why)
{
	size_t n = l->store.file.n;

	free(l->listed);
	l->n_listed = l->next = 0;
	l->listed = calloc(n + 1, sizeof *l->listed);
	if (l->listed == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	for (size_t i = 0; i < n; i++)
		if (is_listed(l, &l->store.file.entries[i]))
			memcpy(l->listed[l->n_listed++],
			    l->store.file.entries[i].id, LDIF_ID);
	return DONE;
}

enum outcome
ldif_list(
    struct ldif *l, bool anew, struct contact_page *out, struct reason *why)
{
	enum outcome o = DONE;

	if (anew)
		o = list_anew(l, why);
	else if (l->listed == NULL)
		o = reason_set(why, REASON_DIRECTORY_RACE, "no list was begun");
	while (o == DONE && l->next < l->n_listed && out->n < CONTACT_PAGE)
		o = contact_page_add(out, l->listed[l->next++], why);
	out->more = l->next < l->n_listed;
	return o;
}
