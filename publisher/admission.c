#include "publisher/admission.h"

#include <stdlib.h>

#include "directory/settings.h"
#include "publisher/admission_rules.h"

/* publisher.mode and directory.backend, in the order of their choices. */
enum { MODE_AUTO, MODE_OBSERVE, MODE_PUBLISH };
/* The embedded directory is ours to write; in any other an administrator
 * looks first and then says publish. */
static bool
is_publishing(const struct settings *s)
{
	unsigned mode = settings_choice(s, "publisher", "mode");

	return mode == MODE_PUBLISH ||
	    (mode == MODE_AUTO &&
		settings_choice(s, "directory", "backend") == BACKEND_LDIF);
}

static enum outcome
lists_read(
    const struct settings *s, struct admission_rules *r, struct reason *why)
{
	const struct {
		const char *section, *name;
		struct domains *out;
	} rows[] = {
	    {"site", "own_domains", &r->own},
	    {"publisher", "blocked_domains", &r->blocked},
	    {"publisher", "allowed_domains", &r->allowed},
	    {"publisher", "pilot_domains", &r->pilot},
	};
	enum outcome o = DONE;
	size_t i;

	for (i = 0; o == DONE && i < sizeof rows / sizeof rows[0]; i++)
		o = domains_read(
		    s, rows[i].section, rows[i].name, rows[i].out, why);
	return o;
}

enum outcome
admission_rules_new(
    const struct settings *s, struct admission_rules **out, struct reason *why)
{
	struct admission_rules *r = calloc(1, sizeof *r);
	enum outcome o;

	if (r == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	r->subject_address = settings_is(s, "judge", "subject_address");
	r->publish = is_publishing(s);
	o = lists_read(s, r, why);
	if (o == DONE)
		o = admission_policy_read(s, r, why);
	if (o == DONE) {
		*out = r;
		r = NULL;
	}
	admission_rules_free(r);
	return o;
}

void
admission_rules_free(struct admission_rules *r)
{
	if (r == NULL)
		return;
	domains_clear(&r->own);
	domains_clear(&r->blocked);
	domains_clear(&r->allowed);
	domains_clear(&r->pilot);
	free(r->assured);
	free(r);
}

enum outcome
admission_to_write(const struct admission_rules *r, const char *address,
    const char *plan, struct reason *why)
{
	if (!r->publish &&
	    !domains_have(&r->pilot, address_peek_domain(address)))
		return reason_set(
		    why, REASON_OBSERVED, "for %s: %s", address, plan);
	return DONE;
}

bool
admission_writes(const struct admission_rules *r)
{
	return r->publish || r->pilot.n > 0;
}

const char *
admission_mode(const struct admission_rules *r)
{
	return r->publish ? "publish" : r->pilot.n > 0 ? "pilot" : "observe";
}
