#include "milter/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/judge_policy.h"

/* config_check() has seen that they are what they should be. */
static void
read_socket(const struct settings *s, struct listen_options *out)
{
	out->socket = settings_peek(s, "milter", "socket");
	out->group = settings_peek(s, "milter", "socket_group");
	out->backlog = (int)settings_number(s, "milter", "backlog");
	out->mode =
	    (mode_t)strtol(settings_peek(s, "milter", "socket_mode"), NULL, 8);
}

static void
read_judge(const struct settings *s, struct options *out)
{
	out->judges.workers = (unsigned)settings_number(s, "judge", "workers");
	out->judges.confine = settings_is(s, "judge", "confine");
	out->deadline = (unsigned)settings_number(s, "judge", "deadline");
	out->messages = (unsigned)settings_number(s, "judge", "messages");
}

enum outcome
options_read(const struct settings *s, struct options *out, struct reason *why)
{
	enum outcome o;

	memset(out, 0, sizeof *out);
	out->settings = s;
	read_socket(s, &out->listen);
	read_judge(s, out);
	o = judge_policy_read(s, &out->policy, why);
	if (o != DONE)
		return o;
	out->max_sessions =
	    (unsigned)settings_number(s, "milter", "max_sessions");
	out->io_timeout = (unsigned)settings_number(s, "milter", "io_timeout");
	out->drain = (unsigned)settings_number(s, "milter", "drain");
	out->confine = settings_is(s, "milter", "confine");
	out->candidate_memory =
	    (uint64_t)settings_number(s, "milter", "candidate_memory");
	out->candidate_bytes =
	    (uint64_t)settings_number(s, "milter", "candidate_bytes");
	out->known_entries =
	    (unsigned)settings_number(s, "milter", "known_entries");
	out->temporary_folder = settings_peek(s, "milter", "temporary_folder");
	return networks_read(
	    s, "milter", "own_networks", &out->own_networks, why);
}

void
options_clear(struct options *o)
{
	networks_clear(&o->own_networks);
}

bool
options_is_own(const struct options *o, const char *address)
{
	const struct settings *s = o->settings;
	size_t i, n = settings_count(s, "site", "own_domains");
	char own[ADDRESS_SIZE + 1];
	const char *text;
	bool below;

	for (i = 0; i < n; i++) {
		text = settings_peek_at(s, "site", "own_domains", i);
		below = text[0] == '.';
		own[0] = '.';
		if (address_domain(span_str(text + below), own + 1, NULL) !=
		    DONE)
			continue; /* config_check() has complained */
		if (address_domain_matches(
			address_peek_domain(address), own + !below))
			return true;
	}
	return false;
}
