#include <stdlib.h>

#include "base/clock.h"
#include "base/frame.h"
#include "base/hooks.h"
#include "base/log.h"
#include "directory/directory.h"
#include "directory/serve.h"
#include "directory/turns.h"
#include "directory/wire.h"

_Static_assert(DIRECTORY_GROUP <= TURNS_MAX, "a turn for each of a group");

struct server {
	int socket;
	const struct settings *settings;
	const struct reason *broken;
	struct directory *directory;	      /* NULL: not open yet */
	struct directory_question *questions; /* of the present group */
	unsigned n;
	struct buffer frame;
	enum outcome outcome; /* of sending, for all of the group */
	struct reason why;
};

/* The child is the edge: what its library tells goes to the log here. */
static void
tell(void *arg, const struct directory_news *news)
{
	(void)arg;
	if (news->kind == DIRECTORY_NEWS_RETURN)
		LOG_EVENT(DIRECTORY_RETURN, LOG_STR("from", news->from),
		    LOG_STR("to", news->to));
	else
		LOG_EVENT(DIRECTORY_FAILOVER, LOG_STR("from", news->from),
		    LOG_STR("to", news->to),
		    LOG_STR("reason", reason_name(news->why->code)),
		    LOG_STR("text", news->why->text));
}

/* Opened at the first question, and tried again at each until it works. */
static enum outcome
open_once(struct server *s, struct reason *why)
{
	enum outcome o;

	if (s->directory != NULL)
		return DONE;
	if (s->settings == NULL) {
		*why = *s->broken;
		return BROKEN;
	}
	o = directory_open(s->settings, &s->directory, why);
	if (o == DONE)
		directory_observe(s->directory, tell, NULL);
	return o;
}

static void
put_to_directory(struct server *s, const struct directory_question *q,
    struct directory_answer *a)
{
	/* The outcome is that of the reason's row. */
	switch (q->kind) {
	case DIRECTORY_FIND:
		(void)!directory_find(
		    s->directory, q->address, q->name, &a->contact, &a->why);
		break;
	case DIRECTORY_APPLY:
		CRASH_POINT("directory-asked");
		(void)!directory_apply(
		    s->directory, &q->change, &a->contact, &a->why);
		CRASH_POINT("directory-applied");
		break;
	case DIRECTORY_GET:
		(void)!directory_get(
		    s->directory, q->object, &a->contact, &a->why);
		break;
	case DIRECTORY_LIST:
		(void)!directory_list(s->directory, q->anew, &a->page, &a->why);
		break;
	case DIRECTORY_EXAMINE:
		(void)!directory_examine(s->directory, &a->findings, &a->why);
		break;
	case DIRECTORY_GO:
		break;
	}
}

/* One question's answer, sent as soon as there is one. */
static void
answer(void *arg, unsigned i)
{
	struct server *s = arg;
	struct directory_question *q = &s->questions[i];
	struct directory_answer a = {.kind = q->kind, .id = q->id};
	int64_t start = clock_us(), us;

	reason_clear(&a.why);
	if (open_once(s, &a.why) == DONE)
		put_to_directory(s, q, &a);
	us = clock_us() - start;
	a.us = us < UINT32_MAX ? (uint32_t)us : UINT32_MAX;
	buffer_reset(&s->frame);
	if (s->outcome == DONE)
		s->outcome = directory_put_answer(&s->frame, &a, &s->why);
	if (s->outcome == DONE)
		s->outcome = frame_send(s->socket, span_buffer(&s->frame), -1,
		    FRAME_FOREVER, &s->why);
	directory_answer_clear(&a);
	directory_question_clear(q);
}

static enum outcome
answer_all(struct server *s, struct reason *why)
{
	struct reason ignored;
	unsigned n = s->n;

	s->n = 0;
	s->outcome = DONE;
	if (open_once(s, &ignored) == DONE)
		directory_run(s->directory, n, answer, s);
	else
		for (unsigned i = 0; i < n; i++)
			answer(s, i);
	if (s->outcome != DONE)
		*why = s->why;
	return s->outcome;
}

static enum outcome
take_question(struct server *s, struct reason *why)
{
	struct directory_question q;
	enum outcome o;

	o = directory_get_question(span_buffer(&s->frame), &q, why);
	if (o != DONE)
		return o;
	if (q.kind == DIRECTORY_GO)
		return answer_all(s, why);
	if (s->n == DIRECTORY_GROUP) {
		directory_question_clear(&q);
		return reason_set(
		    why, REASON_PROTOCOL, "too many questions at once");
	}
	s->questions[s->n++] = q;
	return DONE;
}

enum outcome
serve(int socket, const struct settings *settings, const struct reason *broken,
    struct reason *why)
{
	struct server s = {
	    .socket = socket, .settings = settings, .broken = broken};
	enum outcome o;

	buffer_init(&s.frame, DIRECTORY_FRAME);
	s.questions = calloc(DIRECTORY_GROUP, sizeof *s.questions);
	if (s.questions == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	do {
		o = frame_receive(socket, &s.frame, NULL, FRAME_FOREVER, why);
		if (o == DONE)
			o = take_question(&s, why);
	} while (o == DONE);
	while (s.n > 0)
		directory_question_clear(&s.questions[--s.n]);
	free(s.questions);
	buffer_clear(&s.frame);
	directory_close(s.directory);
	return o == NOTHING ? DONE : o;
}
