#include "base/judge_policy.h"

#include <stdio.h>
#include <string.h>

#include "base/algorithm.h"

/* What a list of trust adds to, entry by entry. */
static const struct {
	const char *name;
	bool (*add)(struct judge_policy *p, const char *entry, char *problem,
	    size_t size);
} lists[] = {
    {"digests", algorithm_add_hash},
    {"keys", algorithm_add_key},
};

static enum outcome
list_read(const struct settings *s, unsigned list, struct judge_policy *out,
    struct reason *why)
{
	const char *name = lists[list].name;
	size_t i, n = settings_count(s, "trust", name);
	char problem[200];

	for (i = 0; i < n; i++)
		if (!lists[list].add(out, settings_peek_at(s, "trust", name, i),
			problem, sizeof problem))
			return settings_object(
			    s, "trust", name, why, "%s", problem);
	return DONE;
}

enum outcome
judge_policy_read(
    const struct settings *s, struct judge_policy *out, struct reason *why)
{
	enum outcome o = DONE;
	unsigned i;

	memset(out, 0, sizeof *out);
	out->message_size =
	    (uint32_t)settings_number(s, "judge", "message_size");
	out->subject_address = settings_is(s, "judge", "subject_address");
	snprintf(out->authserv_id, sizeof out->authserv_id, "%s",
	    settings_peek(s, "judge", "authserv_id"));
	for (i = 0; o == DONE && i < sizeof lists / sizeof lists[0]; i++)
		o = list_read(s, i, out, why);
	return o;
}
