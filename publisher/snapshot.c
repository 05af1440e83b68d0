#include "publisher/snapshot.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "publisher/trust.h"
#include "spool/snapshot.h"

#define PACE 60000 /* milliseconds */
#define LOOK 5000  /* at the files of trust */

static enum outcome
write_file(const char *path, struct store *store, struct reason *why)
{
	struct trust *t = trust_new();
	enum outcome o;

	if (t == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = trust_add_store(t, store, why);
	if (o == DONE)
		o = snapshot_write(path, t, why);
	if (o == DONE)
		LOG_EVENT(SNAPSHOT, LOG_STR("path", path),
		    LOG_NUM("certificates", t->n_known));
	if (o == DONE)
		metrics_set(METRIC_SNAPSHOT_WRITTEN, clock_now());
	trust_free(t);
	return o;
}

void
snapshot_step(
    struct snapshot_pace *p, struct setup *s, struct store *store, int64_t ms)
{
	const char *path = settings_peek(s->settings, "spool", "snapshot");
	struct reason why;
	enum outcome o = DONE;
	bool files = false, news = p->news;

	if (ms >= p->look) {
		p->look = ms + LOOK;
		files = setup_trust_changed(s);
	}
	if (!files && (!p->news || ms < p->next))
		return;
	p->next = ms + PACE;
	p->news = false;
	reason_clear(&why);
	if (news && path[0] != '\0')
		o = write_file(path, store, &why);
	if (o == DONE)
		o = setup_renew_trust(s, store, &why);
	if (o == LATER || o == BROKEN) {
		p->news = true; /* in a minute, then */
		if (why.code != p->trouble.code)
			LOG_EVENT(SNAPSHOT_TROUBLE, LOG_STR("path", path),
			    LOG_STR("reason", reason_name(why.code)),
			    LOG_STR("text", why.text));
	}
	p->trouble = why;
}

int64_t
snapshot_wait(const struct snapshot_pace *p, int64_t ms, int64_t most)
{
	int64_t at = p->news && p->next < p->look ? p->next : p->look;

	if (at - ms > most)
		return most;
	return at > ms ? at - ms : 0;
}
