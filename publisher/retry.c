#include "publisher/retry.h"

#include <stddef.h>
#include <sys/random.h>

/* The longest wait for a probe, in seconds. */
static const int64_t longest[] = {
    [GATE_OPEN] = 0,
    [GATE_DOWN] = 300,
    [GATE_PAUSED] = 3600,
};

uint32_t
retry_chance(void)
{
	uint32_t r = 0;

	(void)!getrandom(&r, sizeof r, GRND_NONBLOCK);
	return r;
}

int64_t
retry_delay(const struct retry_policy *p, unsigned tries, uint32_t random)
{
	int64_t delay = p->min;

	while (tries-- > 0 && delay < p->max)
		delay *= 2;
	if (delay > p->max)
		delay = p->max;
	delay -= (int64_t)random % (delay / 4 + 1);
	return delay > 0 ? delay : 1;
}

int64_t
retry_due(const struct retry_policy *p, unsigned tries, int64_t now,
    int64_t begins, uint32_t random)
{
	if (begins > now && begins - now <= RETRY_LONGEST)
		return begins;
	return now + retry_delay(p, tries, random);
}

void
gate_init(struct gate *g)
{
	*g = (struct gate){.state = GATE_OPEN};
}

bool
gate_may(const struct gate *g, int64_t ms)
{
	return g->state == GATE_OPEN || ms >= g->next;
}

void
gate_probe_now(struct gate *g)
{
	g->next = 0;
}

const char *
gate_name(const struct gate *g)
{
	static const char *const names[] = {
	    [GATE_OPEN] = "open",
	    [GATE_DOWN] = "down",
	    [GATE_PAUSED] = "paused",
	};

	return names[g->state];
}

bool
gate_fail(struct gate *g, const struct reason *why,
    const struct retry_policy *p, int64_t ms, uint32_t random)
{
	enum gate_state state =
	    reason_outcome(why->code) == BROKEN ? GATE_PAUSED : GATE_DOWN;
	struct retry_policy bounded = *p;
	bool news = state != g->state || why->code != g->why.code;

	if (bounded.max > longest[state])
		bounded.max = longest[state];
	g->state = state;
	g->why = *why;
	g->next = ms + 1000 * retry_delay(&bounded, g->failures, random);
	g->failures++;
	return news;
}

bool
gate_pass(struct gate *g, unsigned *failures)
{
	bool news = g->state != GATE_OPEN;

	if (failures != NULL)
		*failures = g->failures;
	gate_init(g);
	return news;
}
