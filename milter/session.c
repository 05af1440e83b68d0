#include "milter/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/hooks.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "milter/candidate.h"

struct session {
	struct service *service;
	bool add_space;
	bool has_client;
	struct in6_addr client;

	/* The message under way. */
	struct collect collect;
	bool candidate;
	bool failed; /* why says how; nothing is kept any more */
	struct reason why;
	unsigned headers;
	size_t header_bytes;
};

struct session *
session_new(struct service *service)
{
	struct session *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->service = service;
	collect_init(&s->collect, &service->budget,
	    service->options->policy.message_size);
	return s;
}

void
session_free(struct session *s)
{
	if (!s)
		return;
	collect_clear(&s->collect);
	free(s);
}

void
session_without_space(struct session *s)
{
	s->add_space = true;
}

void
session_client(struct session *s, const struct sockaddr *client)
{
	s->has_client = network_address_of(client, &s->client);
}

void
session_abandon(struct session *s)
{
	collect_reset(&s->collect);
	s->candidate = false;
	s->failed = false;
	s->headers = 0;
	s->header_bytes = 0;
}

static void
keep(struct session *s, const void *data, size_t len)
{
	if (!s->failed && len > 0)
		s->failed =
		    collect_add(&s->collect, data, len, &s->why) != DONE;
}

/* The lines of a value with CRLF, whatever separated them. */
static void
keep_lines(struct session *s, const char *value)
{
	const char *lf;
	size_t len;

	while ((lf = strchr(value, '\n'))) {
		len = (size_t)(lf - value);
		if (len > 0 && value[len - 1] == '\r')
			len--;
		keep(s, value, len);
		keep(s, "\r\n", 2);
		value = lf + 1;
	}
	keep(s, value, strlen(value));
	keep(s, "\r\n", 2);
}

void
session_header(struct session *s, const char *name, const char *value)
{
	s->candidate = s->candidate || candidate_header(name, value);
	s->headers++;
	s->header_bytes += strlen(name) + strlen(value) + 3;
	if (s->failed)
		return;
	if (s->headers > LIMIT_HEADERS ||
	    s->header_bytes > LIMIT_HEADER_BYTES) {
		collect_reset(&s->collect);
		s->failed = true;
		(void)reason_set(&s->why, REASON_HEADER_LIMIT,
		    "more than %d header fields or %u bytes of them",
		    LIMIT_HEADERS, LIMIT_HEADER_BYTES);
		return;
	}
	keep(s, name, strlen(name));
	keep(s, ": ", s->add_space ? 2 : 1);
	keep_lines(s, value);
}

/* Mail of our own people, by what the mail server knows of its client. */
static bool
is_own(const struct session *s, const struct session_macros *m)
{
	const struct networks *own = &s->service->options->own_networks;
	struct in6_addr client = s->client;
	bool has_client = s->has_client;

	if ((m->auth_authen && *m->auth_authen) ||
	    (m->auth_type && *m->auth_type))
		return true;
	if (m->client && network_address(m->client, &client))
		has_client = true;
	return has_client && networks_hold(own, &client);
}

static struct deliver_mail
mail_of(const struct session *s, const char *queue_id)
{
	return (struct deliver_mail){
	    .queue_id = queue_id ? queue_id : "", .size = s->collect.size};
}

/* The message is let go without a verdict. */
static void
let_go(struct session *s, const char *queue_id)
{
	struct deliver_mail mail = mail_of(s, queue_id);

	deliver_unjudged(&mail, &s->why);
	session_abandon(s);
}

static void
skip_own(struct session *s, const char *queue_id)
{
	LOG_EVENT(MESSAGE, LOG_STR("queue-id", queue_id ? queue_id : ""),
	    LOG_STR("outcome", outcome_name(NOTHING)),
	    LOG_STR("reason", reason_name(REASON_OWN_SENDER)));
	metrics_reason(REASONS_MILTER_VERDICTS, REASON_OWN_SENDER);
	session_abandon(s);
}

bool
session_headers_end(struct session *s, const struct session_macros *macros)
{
	metrics_add(METRIC_MESSAGES, 1);
	if (!s->candidate) {
		session_abandon(s);
		return false;
	}
	metrics_add(METRIC_CANDIDATES, 1);
	if (is_own(s, macros)) {
		skip_own(s, macros->queue_id);
		return false;
	}
	keep(s, "\r\n", 2);
	if (!s->failed)
		return true;
	let_go(s, macros->queue_id);
	return false;
}

void
session_body(
    struct session *s, const void *data, size_t len, const char *queue_id)
{
	if (!s->candidate)
		return;
	keep(s, data, len);
	if (s->failed)
		let_go(s, queue_id);
}

void
session_finish(struct session *s, const char *queue_id)
{
	struct deliver_mail mail = mail_of(s, queue_id);
	struct judge_policy policy = s->service->options->policy;
	int64_t start = clock_us(), judged;
	struct judgement j;
	enum outcome o;
	int fd = -1;

	if (!s->candidate)
		return;
	policy.now = clock_now();
	o = collect_open(&s->collect, &fd, &s->why);
	if (o == DONE)
		o = judge_pool_judge(
		    s->service->pool, fd, &policy, &j, &s->why);
	file_close(&fd);
	judged = clock_us();
	metrics_observe(HISTOGRAM_MILTER_JUDGE, judged - start);
	mail.milliseconds = (judged - start) / 1000;
	CRASH_POINT("milter-judged");
	if (o == DONE) {
		deliver_verdict(s->service->deliver, &mail, &j);
		CRASH_POINT("milter-delivered");
		judgement_clear(&j);
	} else {
		deliver_unjudged(&mail, &s->why);
	}
	metrics_observe(HISTOGRAM_END_OF_MESSAGE, clock_us() - start);
	session_abandon(s);
}
