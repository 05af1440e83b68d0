#include "publisher/snapshot.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "publisher/trust.h"
#include "spool/snapshot.h"
#include "store/authority.h"

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
		o = trust_add_partners(t, store, why);
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

/* The judge that is asked from now on believes all of it. */
static enum outcome
release(struct snapshot_pace *p, struct setup *s, struct store *store,
    struct reason *why)
{
	char stamp[DIGEST_HEX];
	unsigned n = 0;
	enum outcome o;

	bytes_hex((struct span){s->trust_stamp, DIGEST_LEN}, stamp);
	o = store_release(store, stamp, p->reloaded, clock_now(), &n, why);
	if (o == DONE)
		p->reloaded = false;
	if (n > 0)
		LOG_EVENT(RELEASED, LOG_NUM("addresses", n));
	return o;
}

/* The file is for others: whether it can be written is no matter to us. */
static enum outcome
tell(struct snapshot_pace *p, struct setup *s, struct store *store, bool news,
    struct reason *why)
{
	const char *path = settings_peek(s->settings, "spool", "snapshot");
	enum outcome o = DONE, own;
	struct reason its;

	reason_clear(why);
	if (news && path[0] != '\0')
		o = write_file(path, store, why);
	own = setup_renew_trust(s, store, &its);
	if (own == DONE)
		own = release(p, s, store, &its);
	if (own == DONE || o != DONE)
		return o;
	*why = its;
	return own;
}

void
snapshot_step(
    struct snapshot_pace *p, struct setup *s, struct store *store, int64_t ms)
{
	const char *path = settings_peek(s->settings, "spool", "snapshot");
	bool files = false, news = p->news;
	struct reason why;
	enum outcome o;

	if (ms >= p->look) {
		p->look = ms + LOOK;
		/* A walk may have read them before us. */
		files = setup_trust_changed(s) ||
		    !digest_equal(p->told, s->trust_stamp);
	}
	if (!files && (!p->news || ms < p->next))
		return;
	p->next = ms + PACE;
	p->news = false;
	o = tell(p, s, store, news, &why);
	memcpy(p->told, s->trust_stamp, sizeof p->told);
	if (o != DONE) {
		p->news = true; /* in a minute, then */
		if (why.code != p->trouble.code)
			LOG_EVENT(SNAPSHOT_TROUBLE, LOG_STR("path", path),
			    LOG_STR("reason", reason_name(why.code)),
			    LOG_STR("text", why.text));
	}
	p->trouble = why;
}

void
snapshot_hurry(struct snapshot_pace *p)
{
	p->news = true;
	p->next = 0;
}

int64_t
snapshot_wait(const struct snapshot_pace *p, int64_t ms, int64_t most)
{
	int64_t at = p->news && p->next < p->look ? p->next : p->look;

	if (at - ms > most)
		return most;
	return at > ms ? at - ms : 0;
}
