#include "directory/create.h"

#include <stdlib.h>
#include <string.h>

#include "base/scope.h"
#include "directory/exchange.h"
#include "directory/noreply.h"
#include "directory/settings.h"

/* directory.create, in the order of its choices; the words behind the first
 * three are those of the time when it was true or false. */
static const enum create_mode modes[] = {
    CREATE_OFF,
    CREATE_LISTED,
    CREATE_ANY,
    CREATE_OFF, /* false, no */
    CREATE_OFF,
    CREATE_ANY, /* true, yes, on */
    CREATE_ANY,
    CREATE_ANY,
};

static enum create_mode
mode_read(const struct settings *s)
{
	return modes[settings_choice(s, "directory", "create")];
}

bool
create_is_on(const struct settings *s)
{
	return mode_read(s) != CREATE_OFF &&
	    exchange_read(s) != EXCHANGE_UPDATE_ONLY &&
	    (settings_choice(s, "directory", "backend") == BACKEND_LDIF ||
		create_ou_count(s) > 0);
}

enum outcome
create_read(
    const struct settings *s, struct create_policy *out, struct reason *why)
{
	enum outcome o;

	out->mode = mode_read(s);
	out->update_only = exchange_read(s) == EXCHANGE_UPDATE_ONLY;
	out->needs_ou =
	    settings_choice(s, "directory", "backend") != BACKEND_LDIF;
	out->settings = s;
	o = roster_read(s, "directory", "create_domains", &out->listed, why);
	if (o == DONE)
		o = roster_read(
		    s, "directory", "never_create", &out->never, why);
	return o;
}

void
create_clear(struct create_policy *p)
{
	roster_clear(&p->listed);
	roster_clear(&p->never);
	*p = (struct create_policy){.mode = CREATE_ANY};
}

const char *
create_peek_ou(const struct settings *s, const char *address)
{
	size_t i, n = settings_count(s, "directory", "create_ous");
	const char *domain = address_peek_domain(address), *ou;
	char *domains = NULL;
	bool covers;

	for (i = 0; i < n; i++) {
		if (scope_split(
			settings_peek_at(s, "directory", "create_ous", i), "",
			&domains, &ou, NULL) != DONE)
			continue; /* config_check() has seen them all */
		covers = scope_covers(domains, domain);
		free(domains);
		if (covers)
			return ou;
	}
	return settings_peek(s, "directory", "create_ou");
}

size_t
create_ou_count(const struct settings *s)
{
	return settings_count(s, "directory", "create_ous") +
	    (settings_peek(s, "directory", "create_ou")[0] != '\0');
}

const char *
create_peek_ou_at(const struct settings *s, size_t i)
{
	const char *line, *colon;

	if (i >= settings_count(s, "directory", "create_ous"))
		return settings_peek(s, "directory", "create_ou");
	line = settings_peek_at(s, "directory", "create_ous", i);
	colon = strchr(line, ':');
	return colon == NULL ? "" : colon + 1 + strspn(colon + 1, " \t");
}

/*
 * The rules, in their order: what nobody has to look at comes first, so that
 * no newsletter waits for a human to decide on its domain.
 */

static enum outcome
rule_update_only(
    const struct create_policy *p, const struct harvest *h, struct reason *why)
{
	if (p->update_only)
		return reason_set(why, REASON_UPDATE_ONLY,
		    "no contact has %s, and others make them", h->address);
	return DONE;
}

static enum outcome
rule_never(
    const struct create_policy *p, const struct harvest *h, struct reason *why)
{
	if (roster_has(&p->never, h->address))
		return reason_set(why, REASON_NEVER_CREATE,
		    "no contact has %s, and none is ever made for it",
		    h->address);
	return DONE;
}

static enum outcome
rule_bulk(
    const struct create_policy *p, const struct harvest *h, struct reason *why)
{
	(void)p;
	if (h->bulk != BULK_NONE)
		return reason_set(why, REASON_CREATE_BULK,
		    "no contact has %s, and the mail is not personal (%s)",
		    h->address, bulk_name(h->bulk));
	return DONE;
}

static enum outcome
rule_noreply(
    const struct create_policy *p, const struct harvest *h, struct reason *why)
{
	if (noreply_is(p->settings, h->address))
		return reason_set(why, REASON_CREATE_NOREPLY,
		    "no contact has %s, which nobody reads", h->address);
	return DONE;
}

static enum outcome
rule_mode(
    const struct create_policy *p, const struct harvest *h, struct reason *why)
{
	if (p->mode == CREATE_OFF)
		return reason_set(why, REASON_CREATE_OFF,
		    "no contact has %s and making one is off", h->address);
	return DONE;
}

static enum outcome
rule_ou(
    const struct create_policy *p, const struct harvest *h, struct reason *why)
{
	if (p->needs_ou && p->settings != NULL &&
	    create_peek_ou(p->settings, h->address)[0] == '\0')
		return reason_set(why, REASON_CREATE_OFF,
		    "no contact has %s, and no OU is set for new ones of "
		    "that domain",
		    h->address);
	return DONE;
}

static enum outcome
rule_listed(
    const struct create_policy *p, const struct harvest *h, struct reason *why)
{
	if (p->mode == CREATE_LISTED && !roster_has(&p->listed, h->address))
		return reason_set(why, REASON_CREATE_LISTED,
		    "no contact has %s, and its domain is not listed",
		    h->address);
	return DONE;
}

static enum outcome (*const rules[])(const struct create_policy *p,
    const struct harvest *h, struct reason *why) = {
    rule_update_only,
    rule_never,
    rule_bulk,
    rule_noreply,
    rule_mode,
    rule_ou,
    rule_listed,
};

enum outcome
create_may(
    const struct create_policy *p, const struct harvest *h, struct reason *why)
{
	enum outcome o = DONE;
	size_t i;

	for (i = 0; o == DONE && i < sizeof rules / sizeof rules[0]; i++)
		o = rules[i](p, h, why);
	return o;
}
