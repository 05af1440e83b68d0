#include <stdlib.h>
#include <string.h>

#include "directory/backend.h"
#include "directory/create.h"
#include "directory/directory.h"
#include "directory/dn.h"
#include "directory/settings.h"

struct directory {
	const struct backend *backend;
	void *handle;
	struct turns *turns;
};

static const struct backend *(*const backends[])(void) = {
    [BACKEND_LDIF] = backend_ldif,
    [BACKEND_AD] = backend_ad,
};

static bool
is_inside_bases(const struct settings *s, const char *dn)
{
	size_t i, n = settings_count(s, "directory", "bases");

	for (i = 0; i < n; i++)
		if (dn_is_inside(
			dn, settings_peek_at(s, "directory", "bases", i)))
			return true;
	return n == 0;
}

static bool
is_searched(const struct settings *s, const char *dn)
{
	const char *base = settings_peek(s, "directory", "search_base");

	return base[0] == '\0' || dn_is_inside(dn, base);
}

/* A contact that is made outside of our bases would be out of our reach. */
static enum outcome
check_ous(const struct settings *s, struct reason *why)
{
	size_t i, n = create_ou_count(s);
	const char *ou;

	for (i = 0; i < n; i++) {
		ou = create_peek_ou_at(s, i);
		if (!is_inside_bases(s, ou))
			return settings_object(s, "directory",
			    i < settings_count(s, "directory", "create_ous")
				? "create_ous"
				: "create_ou",
			    why, "%s is not below any of directory.bases", ou);
		if (!is_searched(s, ou))
			return settings_object(s, "directory", "search_base",
			    why,
			    "%s is not below it: contacts that are made "
			    "there would not be found",
			    ou);
	}
	return DONE;
}

enum outcome
directory_open(
    const struct settings *settings, struct directory **out, struct reason *why)
{
	struct directory *d;
	enum outcome o;

	o = check_ous(settings, why);
	if (o != DONE)
		return o;
	d = calloc(1, sizeof *d);
	if (d == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	d->backend =
	    backends[settings_choice(settings, "directory", "backend")]();
	o = turns_new(&d->turns, why);
	if (o == DONE)
		o = d->backend->open(settings, d->turns, &d->handle, why);
	if (o == DONE) {
		*out = d;
		d = NULL; /* the caller owns it now */
	}
	if (d != NULL)
		turns_free(d->turns);
	free(d);
	return o;
}

void
directory_close(struct directory *d)
{
	if (d == NULL)
		return;
	d->backend->close(d->handle);
	turns_free(d->turns);
	free(d);
}

void
directory_run(struct directory *d, unsigned n,
    void (*work)(void *arg, unsigned i), void *arg)
{
	turns_run(d->turns, n, work, arg);
}

void
directory_observe(struct directory *d, directory_tell *tell, void *arg)
{
	if (d->backend->observe != NULL)
		d->backend->observe(d->handle, tell, arg);
}

enum outcome
directory_find(struct directory *d, const char *address, const char *name,
    struct contact *out, struct reason *why)
{
	struct contact c = {.kind = CONTACT_NONE};
	enum outcome o;

	if (address[0] == '\0')
		return reason_set(why, REASON_BAD_ADDRESS, "no address");
	o = d->backend->find(d->handle, address, &c, why);
	if (o == DONE && c.kind == CONTACT_NONE && name != NULL &&
	    name[0] != '\0')
		o = d->backend->named(d->handle, name, &c.name_taken, why);
	if (o == DONE)
		*out = c;
	else
		contact_clear(&c);
	return o;
}

enum outcome
directory_apply(struct directory *d, const struct change *change,
    struct contact *at, struct reason *why)
{
	struct contact c = {.kind = CONTACT_ONE};
	enum outcome o = d->backend->apply(d->handle, change, &c, why);

	if (o == DONE)
		*at = c;
	else
		contact_clear(&c);
	return o;
}

enum outcome
directory_get(struct directory *d, const char *object, struct contact *out,
    struct reason *why)
{
	struct contact c = {.kind = CONTACT_NONE};
	uint8_t raw[CONTACT_ID / 2];
	enum outcome o;

	/* What stands in our store, and goes into a search base. */
	if (!bytes_unhex(object, raw, strlen(object) / 2))
		return reason_set(why, REASON_PROTOCOL, "not an object id");
	o = d->backend->get(d->handle, object, &c, why);
	if (o == DONE)
		*out = c;
	else
		contact_clear(&c);
	return o;
}

enum outcome
directory_list(struct directory *d, bool anew, struct contact_page *out,
    struct reason *why)
{
	struct contact_page p = {.ids = NULL};
	enum outcome o = d->backend->list(d->handle, anew, &p, why);

	if (o == DONE)
		*out = p;
	else
		contact_page_clear(&p);
	return o;
}

/* An address that nobody can have (RFC 2606), only to have it looked for. */
static void
examine_by_finding(struct directory *d, struct findings *out)
{
	struct contact c = {.kind = CONTACT_NONE};
	struct reason why;

	if (d->backend->find(d->handle, "nobody@example.invalid", &c, &why) ==
	    DONE)
		findings_add(out, FINDING_FILE_OK,
		    "directory.file can be read and locked");
	else
		findings_add_reason(out, FINDING_FILE_BAD, &why);
	contact_clear(&c);
}

enum outcome
directory_examine(
    struct directory *d, struct findings **out, struct reason *why)
{
	struct findings *f = findings_new();

	if (f == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	if (d->backend->examine != NULL)
		d->backend->examine(d->handle, f);
	else
		examine_by_finding(d, f);
	*out = f;
	return DONE;
}
