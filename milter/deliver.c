#include "milter/deliver.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "spool/settings.h"
#include "spool/spool.h"

#define RETRY 1000 /* between two attempts to open the spool */

struct deliver {
	const struct options *options;
	struct known *known;
	struct spool_bounds bounds;
	pthread_mutex_t lock; /* of all below */
	struct spool *spool;  /* NULL: could not be opened so far */
	int64_t next_try;
	struct reason trouble;
	struct missed {
		enum reason_code code; /* REASON_OK: all is well */
		int64_t harvests;
	} missed[SPOOL_QUEUES];
};

/* With the lock: open the spool unless that was tried just now. */
static void
try_open(struct deliver *d)
{
	const char *folder =
	    settings_peek(d->options->settings, "spool", "folder");

	if (d->spool || clock_ms() < d->next_try)
		return;
	d->next_try = clock_ms() + RETRY;
	if (spool_open(folder, &d->bounds, &d->spool, &d->trouble) == DONE)
		return;
	LOG_EVENT(SPOOL_TROUBLE, LOG_STR("folder", folder),
	    LOG_STR("reason", reason_name(d->trouble.code)),
	    LOG_STR("text", d->trouble.text));
}

enum outcome
deliver_new(const struct options *options, struct known *known,
    struct deliver **out, struct reason *why)
{
	struct deliver *d = calloc(1, sizeof *d);

	if (!d)
		return reason_set(why, REASON_MEMORY, "out of memory");
	d->options = options;
	d->known = known;
	spool_settings_bounds(options->settings, &d->bounds);
	(void)pthread_mutex_init(&d->lock, NULL);
	try_open(d);
	*out = d;
	return DONE;
}

void
deliver_free(struct deliver *d)
{
	if (!d)
		return;
	spool_close(d->spool);
	(void)pthread_mutex_destroy(&d->lock);
	free(d);
}

/*
 * A queue that does not take what comes: told once and loudly, and once more
 * when it is over.  What a domain has too much of is no trouble.
 */
static void
note_missed(struct deliver *d, enum spool_queue q, enum outcome o,
    const struct reason *why)
{
	const char *folder =
	    settings_peek(d->options->settings, "spool", "folder");
	struct missed was, *m = &d->missed[q];

	if (o == REFUSED || (o != DONE && why->code == REASON_SPOOL_SHARE))
		return;
	(void)pthread_mutex_lock(&d->lock);
	was = *m;
	m->code = o == DONE ? REASON_OK : why->code;
	m->harvests = o == DONE ? 0 : m->harvests + 1;
	(void)pthread_mutex_unlock(&d->lock);
	if (o != DONE && was.code != why->code)
		LOG_EVENT(SPOOL_TROUBLE, LOG_STR("folder", folder),
		    LOG_STR("reason", reason_name(why->code)),
		    LOG_STR("text", why->text));
	else if (o == DONE && was.code != REASON_OK)
		LOG_EVENT(SPOOL_BACK, LOG_STR("folder", folder),
		    LOG_NUM("missed", was.harvests));
}

static enum outcome
put(struct deliver *d, const struct harvest *h, struct reason *why)
{
	struct spool *spool;
	enum outcome o;

	(void)pthread_mutex_lock(&d->lock);
	try_open(d);
	spool = d->spool; /* once open it stays */
	if (!spool)
		*why = d->trouble;
	(void)pthread_mutex_unlock(&d->lock);
	if (!spool)
		return reason_outcome(why->code);
	o = spool_put(spool, h, why);
	note_missed(d, spool_queue_of(h), o, why);
	return o;
}

/* What only the milter knows. */
static void
stamp(struct harvest *h, const struct deliver_mail *mail)
{
	(void)snprintf(h->queue_id, sizeof h->queue_id, "%s", mail->queue_id);
	h->received = clock_now();
}

/* The one line a message. */
static void
log_message(const struct deliver_mail *mail, const struct judgement *j,
    const struct reason *why, const char *chain)
{
	LOG_EVENT(MESSAGE, LOG_STR("queue-id", mail->queue_id),
	    LOG_STR("outcome", outcome_name(reason_outcome(why->code))),
	    LOG_STR("reason", reason_name(why->code)),
	    LOG_STR("address", j->address), LOG_STR("chain", chain),
	    LOG_STR("dmarc", authentication_name(j->authentication.dmarc)),
	    LOG_STR("dkim", authentication_name(j->authentication.dkim)),
	    LOG_STR("signature", signature_name(j->signature)),
	    LOG_STR("message-id", j->message_id),
	    LOG_NUM("size", (int64_t)mail->size),
	    LOG_NUM("milliseconds", mail->milliseconds),
	    LOG_STR("text", why->text));
	metrics_reason(REASONS_MILTER_VERDICTS, why->code);
}

static void
spool_harvest(struct deliver *d, const struct deliver_mail *mail,
    const struct judgement *j)
{
	struct reason why;

	stamp(j->harvest, mail);
	if (put(d, j->harvest, &why) != DONE) {
		deliver_unjudged(mail, &why);
		return;
	}
	metrics_add(METRIC_SPOOLED, 1);
	metrics_set(METRIC_LAST_SPOOLED, clock_now());
	/* Chained ones alone: a flood of others must not displace them. */
	if (j->asked && j->harvest->chain.code == REASON_OK)
		known_add(d->known, j->known, clock_uptime());
	log_message(mail, j, &j->why, reason_name(j->harvest->chain.code));
}

/* So that certharvest show can say why not. */
static bool
spool_note(struct deliver *d, const struct deliver_mail *mail,
    const struct judgement *j)
{
	struct harvest *note = harvest_new();
	struct reason why;
	bool done;

	if (!note)
		return false;
	memcpy(note->address, j->address, sizeof note->address);
	memcpy(note->message_id, j->message_id, sizeof note->message_id);
	note->why = j->why;
	stamp(note, mail);
	done = put(d, note, &why) == DONE;
	if (done)
		metrics_add(METRIC_NOTES, 1);
	harvest_free(note);
	return done;
}

/*
 * Somebody who is published encrypts to us: once a day that is worth a count.
 * Nobody verified it, and nothing is decided by it.
 */
static void
note_encrypted(struct deliver *d, const struct deliver_mail *mail,
    const struct judgement *j)
{
	char words[ADDRESS_SIZE + 16];
	uint8_t digest[DIGEST_LEN];

	(void)snprintf(words, sizeof words, "encrypted %s", j->address);
	digest_sha256(span_str(words), digest);
	if (!known_has(d->known, digest, clock_uptime()) &&
	    spool_note(d, mail, j))
		known_add(d->known, digest, clock_uptime());
}

void
deliver_verdict(
    struct deliver *d, const struct deliver_mail *mail, struct judgement *j)
{
	const char *address = j->harvest ? j->harvest->address : j->address;
	struct reason own;

	metrics_add(METRIC_JUDGED, 1);
	if (j->why.code == REASON_KNOWN_SIGNER)
		metrics_add(METRIC_KNOWN, 1);
	if (options_is_own(d->options, address)) {
		(void)reason_set(&own, REASON_OWN_SENDER,
		    "the address is in one of site.own_domains");
		log_message(mail, j, &own, "");
	} else if (j->outcome == DONE && j->harvest) {
		spool_harvest(d, mail, j);
	} else if (j->outcome == LATER || j->outcome == BROKEN) {
		deliver_unjudged(mail, &j->why);
	} else {
		if (j->outcome != NOTHING && j->why.code != REASON_OK &&
		    j->address[0] != '\0')
			(void)spool_note(d, mail, j);
		else if (j->why.code == REASON_ENCRYPTED && j->partner)
			note_encrypted(d, mail, j);
		log_message(mail, j, &j->why, "");
	}
}

void
deliver_unjudged(const struct deliver_mail *mail, const struct reason *why)
{
	metrics_add(METRIC_PASSED, 1);
	metrics_reason(REASONS_MILTER_VERDICTS, why->code);
	LOG_EVENT(MESSAGE_PASSED, LOG_STR("queue-id", mail->queue_id),
	    LOG_STR("reason", reason_name(why->code)),
	    LOG_STR("text", why->text), LOG_NUM("size", (int64_t)mail->size),
	    LOG_NUM("milliseconds", mail->milliseconds));
}
