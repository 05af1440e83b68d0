#include "publisher/release.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/observed.h"

#define BATCH 128 /* addresses */

void
release_start(struct release *r)
{
	*r = (struct release){.pending = true};
}

static enum outcome
end(struct release *r)
{
	r->pending = false;
	if (r->released > 0)
		LOG_EVENT(OBSERVED_DUE, LOG_NUM("addresses", r->released));
	return NOTHING;
}

static enum outcome
release_one(const struct setup *s, struct store *store, const char *address,
    int64_t *released, struct reason *why)
{
	struct reason ignored;
	enum outcome o;

	if (admission_to_write(s->rules, address, "", &ignored) != DONE)
		return DONE;
	o = store_observed_due(store, address, clock_now(), why);
	*released += o == DONE;
	return o == NOTHING ? DONE : o;
}

enum outcome
release_step(struct release *r, const struct setup *s, struct store *store,
    struct reason *why)
{
	char addresses[BATCH][ADDRESS_SIZE];
	struct reason group;
	int64_t released = 0;
	unsigned n = 0, i;
	enum outcome o, ended;

	if (!r->pending)
		return NOTHING;
	if (!admission_writes(s->rules))
		return end(r);
	o = store_observed_addresses(
	    store, r->after, BATCH, addresses, &n, why);
	if (o == NOTHING)
		return end(r);
	if (o == DONE)
		o = store_group_begin(store, why);
	if (o != DONE)
		return o;
	for (i = 0; o == DONE && i < n; i++)
		o = release_one(s, store, addresses[i], &released, why);
	ended = store_group_end(store, &group);
	if (ended != DONE) {
		*why = group;
		return ended;
	}
	if (o != DONE)
		return o;
	r->released += released;
	memcpy(r->after, addresses[n - 1], sizeof r->after);
	return DONE;
}
