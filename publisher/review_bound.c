#include "publisher/review_bound.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "store/review.h"

static void
tell(const struct store_evicted *e)
{
	metrics_add(METRIC_REVIEW_FULL, 1);
	metrics_reason(REASONS_PUBLISHER_VERDICTS, e->why.code);
	LOG_EVENT(REVIEW_FULL, LOG_STR("address", e->address),
	    LOG_STR("text", e->why.text), LOG_STR("harvest", e->id));
}

enum outcome
review_bound_keep(struct work *w, const char *address, struct reason *why)
{
	const struct settings *s = w->setup->settings;
	const char *domain = address_peek_domain(address);
	struct store_evicted evicted;
	enum outcome o;

	/* One comes at a time; a smaller setting takes more than one to be
	 * kept. */
	for (int i = 0; i < 2; i++) {
		o = store_review_trim(w->store, domain,
		    (unsigned)settings_number(
			s, "publisher", "review_per_domain"),
		    (unsigned)settings_number(s, "publisher", "review_max"),
		    clock_now(), &evicted, why);
		if (o != DONE)
			break;
		tell(&evicted);
	}
	return o == NOTHING ? DONE : o;
}
