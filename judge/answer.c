#include "judge/answer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/frame.h"
#include "base/hooks.h"
#include "base/judge_end.h"
#include "pki/certificate.h"
#include "smime/cms.h"
#include "smime/smime.h"

/* What a question of that kind is answered with. */
typedef void answer_fn(const struct answer_house *house,
    const struct judge_question *q, int fd, struct buffer *out);

/*
 * The whole message, copied: a file that somebody else cuts off while it is
 * mapped ends the process, and a message that changes while it is judged
 * is judged wrong.  By pread() alone: glibc's fstat() would need a system
 * call in the filter that can look at any path.
 */
static enum outcome
message_read(const struct judge_question *q, int fd, struct buffer *out,
    struct reason *why)
{
	size_t cap = q->policy.message_size;
	uint8_t chunk[65536];
	ssize_t n;

	if (cap > LIMIT_MESSAGE)
		cap = LIMIT_MESSAGE;
	buffer_init(out, cap);
	if (fd < 0)
		return reason_set(
		    why, REASON_PROTOCOL, "no message came along");
	while ((n = pread(fd, chunk, sizeof chunk, (off_t)out->len)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return reason_set(
			    why, REASON_IO, "%s", strerror(errno));
		if ((size_t)n > cap - out->len)
			return reason_set(
			    why, REASON_TOO_LARGE, "more than %zu bytes", cap);
		if (!buffer_add(out, chunk, (size_t)n))
			return reason_set(why, REASON_MEMORY, "out of memory");
	}
	return DONE;
}

/* For ask_parent(). */
struct asker {
	int socket;
	uint32_t id; /* of the question */
};

/*
 * Ask the parent whether a digest is known, in the middle of its question.
 * Without a deadline: the parent keeps that, and ends us.
 */
static enum outcome
ask_parent(void *arg, const uint8_t digest[DIGEST_LEN], bool *known,
    struct reason *why)
{
	const struct asker *asker = arg;
	struct buffer b;
	enum outcome o;
	struct wire w;

	buffer_init(&b, LIMIT_FRAME);
	judge_put_answer(&b, JUDGE_KNOWN, asker->id);
	wire_put_span(&b, (struct span){digest, DIGEST_LEN});
	o = frame_send(asker->socket, span_buffer(&b), -1, FRAME_FOREVER, why);
	if (o == DONE)
		o = frame_receive(asker->socket, &b, NULL, FRAME_FOREVER, why);
	if (o == NOTHING)
		o = reason_set(why, REASON_IO, "the parent is gone");
	if (o != DONE)
		goto out;
	wire_init(&w, span_buffer(&b));
	o = judge_get_answer(&w, JUDGE_KNOWN, asker->id, why);
	*known = wire_get_max(&w, 1) == 1;
	if (o == DONE && !wire_end(&w))
		o = reason_set(
		    why, REASON_PROTOCOL, "the parent talks nonsense");
out:
	buffer_clear(&b);
	return o;
}

/* It is our limit that was reached: asking again would not help. */
static void
must_have_memory(const struct reason *why)
{
	if (why->code == REASON_MEMORY)
		judge_end_without_memory();
}

static void
answer_message(const struct answer_house *house, const struct judge_question *q,
    int fd, struct buffer *out)
{
	struct asker asker = {house->socket, q->id};
	const struct smime_known known = {ask_parent, &asker};
	struct buffer message;
	struct judgement j;

	memset(&j, 0, sizeof j);
	j.outcome = message_read(q, fd, &message, &j.why);
	if (j.outcome == DONE)
		j.outcome = smime_harvest_unless_known(span_buffer(&message),
		    house->pki, &q->policy, q->may_ask ? &known : NULL, &j);
	must_have_memory(&j.why);
	wire_put_judgement(out, &j);
	judgement_clear(&j);
	buffer_clear(&message);
}

static void
answer_harvest(const struct answer_house *house, const struct judge_question *q,
    int fd, struct buffer *out)
{
	struct admission a;

	(void)fd;
	a.outcome = pki_judge_harvest(house->pki, q->harvest, &q->policy, &a);
	must_have_memory(&a.why);
	wire_put_admission(out, &a);
}

static void
answer_facts(const struct answer_house *house, const struct judge_question *q,
    int fd, struct buffer *out)
{
	struct facts f;
	unsigned i;

	(void)house;
	(void)fd;
	wire_put_u32(out, q->n_der);
	for (i = 0; i < q->n_der; i++) {
		certificate_describe(q->der[i], &f);
		wire_put_facts(out, &f);
	}
}

/* Where in the value they lie: the parent looks at these bytes itself. */
static void
answer_shadow(const struct answer_house *house, const struct judge_question *q,
    int fd, struct buffer *out)
{
	struct reason ignored;
	struct facts f;
	struct cms cms;
	unsigned i;

	(void)house;
	(void)fd;
	if (cms_read_certificates(q->der[0], &cms, &ignored) != DONE)
		cms.n_certificates = 0;
	wire_put_u32(out, cms.n_certificates);
	for (i = 0; i < cms.n_certificates; i++) {
		certificate_describe(cms.certificates[i], &f);
		wire_put_u32(
		    out, (uint32_t)(cms.certificates[i].data - q->der[0].data));
		wire_put_u32(out, (uint32_t)cms.certificates[i].len);
		wire_put_facts(out, &f);
	}
}

static void
answer_hello(const struct answer_house *house, const struct judge_question *q,
    int fd, struct buffer *out)
{
	(void)house;
	(void)q;
	(void)fd;
	(void)out;
}

static answer_fn *const answers[] = {
    [JUDGE_MESSAGE] = answer_message,
    [JUDGE_HARVEST] = answer_harvest,
    [JUDGE_FACTS] = answer_facts,
    [JUDGE_HELLO] = answer_hello,
    [JUDGE_SHADOW] = answer_shadow,
};

enum outcome
answer_question(const struct answer_house *house, struct span frame, int fd,
    struct buffer *out, struct reason *why)
{
	struct judge_question *q = NULL;
	enum outcome o;

	q = malloc(sizeof *q);
	if (q == NULL)
		judge_end_without_memory();
	o = judge_get_question(frame, q, why);
	if (o != DONE)
		goto out;
	judge_put_answer(out, q->kind, q->id);
	if (q->kind == JUDGE_MESSAGE)
		CRASH_POINT("judge-message");
	if (q->kind == JUDGE_HARVEST)
		CRASH_POINT("judge-harvest");
	answers[q->kind](house, q, fd, out);
	if (!wire_complete(out))
		o = reason_set(why, REASON_PROTOCOL,
		    "an answer of more than %u bytes", LIMIT_FRAME);
	judge_question_clear(q);
out:
	free(q);
	return o;
}
