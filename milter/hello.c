#include "milter/hello.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/frame.h"
#include "base/judge_wire.h"

/* The worker's first question; pool.c counts its own from 1. */
#define ID 0

/* Both sides are a few bytes in an empty socket, so that nobody has to wait:
 * but on a busy machine one of us may not run for a while. */
#define PATIENCE 1000

enum outcome
hello_ask(int socket, struct reason *why)
{
	struct judge_question *q = calloc(1, sizeof *q);
	struct buffer b;
	enum outcome o;

	buffer_init(&b, LIMIT_FRAME);
	if (!q) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	q->kind = JUDGE_HELLO;
	q->id = ID;
	judge_put_question(&b, q);
	o = frame_send(socket, span_buffer(&b), -1, clock_ms() + PATIENCE, why);
out:
	free(q);
	buffer_clear(&b);
	return o;
}

enum outcome
hello_answer(int socket, struct reason *why)
{
	struct buffer b;
	enum outcome o;
	struct wire w;

	buffer_init(&b, LIMIT_FRAME);
	o = frame_receive(socket, &b, NULL, clock_ms() + PATIENCE, why);
	if (o == DONE) {
		wire_init(&w, span_buffer(&b));
		o = judge_get_answer(&w, JUDGE_HELLO, ID, why);
	}
	if (o != DONE)
		o = reason_set(
		    why, REASON_WORKER_BROKEN, "the worker did not start");
	buffer_clear(&b);
	return o;
}
