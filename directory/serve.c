#include "base/frame.h"
#include "directory/directory.h"
#include "directory/serve.h"
#include "directory/wire.h"

struct server {
	const struct settings *settings;
	const struct reason *broken;
	struct directory *directory; /* NULL: not open yet */
};

/* Opened at the first question, and tried again at each until it works. */
static enum outcome
open_once(struct server *s, struct reason *why)
{
	if (s->directory != NULL)
		return DONE;
	if (s->settings == NULL) {
		*why = *s->broken;
		return BROKEN;
	}
	return directory_open(s->settings, &s->directory, why);
}

static void
answer(struct server *s, const struct directory_question *q,
    struct directory_answer *a)
{
	*a = (struct directory_answer){.kind = q->kind, .id = q->id};
	reason_clear(&a->why);
	if (open_once(s, &a->why) != DONE)
		return;
	/* The outcome is that of the reason's row. */
	switch (q->kind) {
	case DIRECTORY_FIND:
		(void)!directory_find(
		    s->directory, q->address, q->name, &a->contact, &a->why);
		break;
	case DIRECTORY_APPLY:
		(void)!directory_apply(
		    s->directory, &q->change, &a->contact, &a->why);
		break;
	case DIRECTORY_GET:
		(void)!directory_get(
		    s->directory, q->object, &a->contact, &a->why);
		break;
	case DIRECTORY_LIST:
		(void)!directory_list(s->directory, q->anew, &a->page, &a->why);
		break;
	}
}

static enum outcome
serve_one(
    struct server *s, int socket, struct buffer *frame, struct reason *why)
{
	struct directory_question q;
	struct directory_answer a;
	enum outcome o;

	o = directory_get_question(span_buffer(frame), &q, why);
	if (o != DONE)
		return o;
	answer(s, &q, &a);
	buffer_reset(frame);
	o = directory_put_answer(frame, &a, why);
	if (o == DONE)
		o = frame_send(
		    socket, span_buffer(frame), -1, FRAME_FOREVER, why);
	directory_answer_clear(&a);
	directory_question_clear(&q);
	return o;
}

enum outcome
serve(int socket, const struct settings *settings, const struct reason *broken,
    struct reason *why)
{
	struct server s = {.settings = settings, .broken = broken};
	struct buffer frame;
	enum outcome o;

	buffer_init(&frame, DIRECTORY_FRAME);
	do {
		o = frame_receive(socket, &frame, NULL, FRAME_FOREVER, why);
		if (o == DONE)
			o = serve_one(&s, socket, &frame, why);
	} while (o == DONE);
	buffer_clear(&frame);
	directory_close(s.directory);
	return o == NOTHING ? DONE : o;
}
