#include "tests/unit/unit.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/frame.h"
#include "base/judge_wire.h"
#include "milter/judge_pool.h"

/* What a worker of this test does with a message. */
enum manner { ANSWER, MALFORMED, HANG_UP, NO_MEMORY, SILENT, STOPPED };

/* A worker is a thread at the other end of a socket. */
struct worker {
	pthread_t thread;
	int socket;
	enum manner manner;
	_Atomic unsigned asked;
};

static struct worker workers[16];
static struct judge_pool *pool;
static unsigned n_workers;
static _Atomic unsigned ended[POOL_DEAD + 1];
/* What all but the late keep to on a busy machine, too. */
#define PATIENCE 1900
static unsigned deadline = PATIENCE;
#define LATE 200
#define MANY_LATE 12

static void
on_end(void *arg, uint32_t id, enum judge_pool_end why)
{
	(void)arg;
	(void)id;
	ended[why]++;
}

static void
on_ready(void *arg, uint32_t id)
{
	(void)arg;
	assert_int_equal(id, n_workers);
}

/* The beginning; and when that is read, and somebody else had to do with the
 * pool, the rest. */
static bool
send_in_two(struct worker *w, struct span answer)
{
	uint8_t head[4] = {0, 0, 0, (uint8_t)answer.len};
	int unread = 1;

	assert_true(answer.len < 256);
	if (send(w->socket, head, sizeof head, MSG_NOSIGNAL) != sizeof head)
		return false;
	while (unread > 0 && ioctl(w->socket, SIOCOUTQ, &unread) == 0)
		(void)sched_yield();
	(void)judge_pool_was_ready(pool);
	return send(w->socket, answer.data, answer.len, MSG_NOSIGNAL) ==
	    (ssize_t)answer.len;
}

static bool
answer(struct worker *w, const struct judge_question *q)
{
	struct judgement j;
	struct buffer b;
	bool ok;

	w->asked += q->kind == JUDGE_MESSAGE;
	if (q->kind == JUDGE_MESSAGE && w->manner == HANG_UP)
		return false;
	if (q->kind == JUDGE_MESSAGE && w->manner == SILENT)
		return true;
	if (q->kind == JUDGE_MESSAGE && w->manner == NO_MEMORY) {
		(void)!frame_send(
		    w->socket, (struct span){NULL, 0}, -1, FRAME_FOREVER, NULL);
		return false;
	}
	memset(&j, 0, sizeof j);
	j.outcome = reason_set(&j.why, REASON_MALFORMED, "as told");
	j.malformed = w->manner == MALFORMED;
	buffer_init(&b, LIMIT_FRAME);
	judge_put_answer(&b, q->kind, q->id);
	if (q->kind == JUDGE_MESSAGE)
		wire_put_judgement(&b, &j);
	ok = w->manner == STOPPED ? send_in_two(w, span_buffer(&b))
				  : frame_send(w->socket, span_buffer(&b), -1,
					FRAME_FOREVER, NULL) == DONE;
	buffer_clear(&b);
	return ok;
}

static void *
work(void *arg)
{
	struct judge_question *q = calloc(1, sizeof *q);
	struct worker *w = arg;
	struct buffer in;
	bool more = q != NULL;
	int fd;

	buffer_init(&in, LIMIT_FRAME);
	while (more) {
		fd = -1;
		more = frame_receive(
			   w->socket, &in, &fd, FRAME_FOREVER, NULL) == DONE &&
		    judge_get_question(span_buffer(&in), q, NULL) == DONE &&
		    answer(w, q);
		judge_question_clear(q);
		file_close(&fd);
	}
	file_close(&w->socket);
	buffer_clear(&in);
	free(q);
	return NULL;
}

static void
add_worker(struct judge_pool *p, enum manner manner)
{
	struct worker *w = &workers[n_workers++];
	struct pollfd fds[16];
	int pair[2];
	unsigned n;

	assert_int_equal(DONE, frame_pair(pair, NULL));
	w->socket = pair[1];
	w->manner = manner;
	w->asked = 0;
	assert_int_equal(0, pthread_create(&w->thread, NULL, work, w));
	judge_pool_give_worker(p, n_workers, pair[0]);
	n = judge_pool_starting(p, fds, 16);
	assert_int_equal(1, n);
	assert_int_equal(1, poll(fds, n, 60000));
	judge_pool_look(p);
	assert_int_equal(0, judge_pool_starting(p, fds, 16));
}

static struct judge_pool *
make(unsigned n, unsigned messages)
{
	struct judge_pool_options options = {.workers = n,
	    .messages = messages,
	    .deadline = deadline,
	    .ended = on_end,
	    .ready = on_ready};
	struct judge_pool *p = NULL;

	memset(&ended, 0, sizeof ended);
	n_workers = 0;
	assert_int_equal(DONE, judge_pool_new(&options, &p, NULL));
	pool = p;
	return p;
}

static void
unmake(struct judge_pool *p)
{
	unsigned i;

	judge_pool_free(p);
	for (i = 0; i < n_workers; i++)
		(void)pthread_join(workers[i].thread, NULL);
}

static enum outcome
ask(struct judge_pool *p, struct reason *why)
{
	struct judge_policy policy = {.now = 0};
	struct judgement j;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	enum outcome o;

	o = judge_pool_judge(p, fd, &policy, &j, why);
	if (o == DONE)
		judgement_clear(&j);
	file_close(&fd);
	return o;
}

static void
nobody_there(void **state)
{
	struct judge_pool *p = make(1, 100);
	int64_t start, took = INT64_MAX;
	struct reason why;
	unsigned i;

	(void)state;
	assert_int_equal(0, judge_pool_was_ready(p));
	/* A busy machine may let us wait longer, but not each time. */
	for (i = 0; i < 20 && took >= 1000; i++) {
		start = clock_ms();
		assert_int_equal(LATER, ask(p, &why));
		took = clock_ms() - start;
		assert_int_equal(REASON_NO_WORKER, why.code);
		assert_true(took >= LIMIT_JUDGE_WAIT - 5);
	}
	assert_true(took < 1000);
	unmake(p);
}

static void
one_answers(void **state)
{
	struct judge_pool *p = make(1, 100);
	struct reason why;
	unsigned i;

	(void)state;
	add_worker(p, ANSWER);
	assert_int_equal(1, judge_pool_was_ready(p));
	for (i = 0; i < 50; i++)
		assert_int_equal(DONE, ask(p, &why));
	assert_int_equal(0, ended[POOL_SPENT]);
	unmake(p);
}

/* One that does not run in the middle of its greeting holds nobody up. */
static void
one_stops_while_it_greets(void **state)
{
	struct judge_pool *p = make(1, 100);

	(void)state;
	add_worker(p, STOPPED);
	assert_int_equal(1, judge_pool_was_ready(p));
	assert_int_equal(0, ended[POOL_DEAD]);
	unmake(p);
}

static void
spent_ones_wait_for_a_successor(void **state)
{
	struct judge_pool *p = make(1, 10);
	struct reason why;
	unsigned i;

	(void)state;
	add_worker(p, ANSWER);
	for (i = 0; i < 15; i++)
		assert_int_equal(DONE, ask(p, &why));
	assert_int_equal(1, ended[POOL_SPENT]);
	assert_int_equal(0, ended[POOL_RETIRED]);
	add_worker(p, ANSWER);
	assert_int_equal(1, ended[POOL_RETIRED]);
	assert_int_equal(DONE, ask(p, &why));
	/* Without a successor it goes at twenty times its share. */
	for (i = 0; i < 199; i++)
		assert_int_equal(DONE, ask(p, &why));
	assert_int_equal(2, ended[POOL_RETIRED]);
	assert_int_equal(LATER, ask(p, &why));
	unmake(p);
}

static void
malformed_ones_taint(void **state)
{
	struct judge_pool *p = make(2, 100);
	struct reason why;

	(void)state;
	add_worker(p, MALFORMED);
	assert_int_equal(DONE, ask(p, &why));
	assert_int_equal(1, ended[POOL_TAINTED]);
	/* It is there until its successor is, and told once. */
	assert_int_equal(DONE, ask(p, &why));
	assert_int_equal(1, ended[POOL_TAINTED]);
	assert_int_equal(0, ended[POOL_RETIRED]);
	add_worker(p, ANSWER);
	assert_int_equal(1, ended[POOL_RETIRED]);
	assert_int_equal(DONE, ask(p, &why));
	assert_int_equal(1, ended[POOL_TAINTED]);
	unmake(p);
}

/* As long as there is one that is not spent. */
static void
a_tainted_one_is_the_last_choice(void **state)
{
	struct judge_pool *p = make(2, 100);
	struct reason why;
	unsigned i;

	(void)state;
	add_worker(p, MALFORMED);
	add_worker(p, ANSWER);
	for (i = 0; i < 50; i++)
		assert_int_equal(DONE, ask(p, &why));
	assert_int_equal(1, ended[POOL_TAINTED]);
	assert_int_equal(1, workers[0].asked);
	assert_int_equal(49, workers[1].asked);
	unmake(p);
}

static void
the_late_and_the_dead(void **state)
{
	int64_t start, took = INT64_MAX;
	struct judge_pool *p;
	struct reason why;
	unsigned late;

	(void)state;
	deadline = LATE;
	p = make(2, 100);
	deadline = PATIENCE;
	for (late = 0; late < MANY_LATE && took >= 1500; late++) {
		add_worker(p, SILENT);
		start = clock_ms();
		assert_int_equal(REFUSED, ask(p, &why));
		took = clock_ms() - start;
		assert_int_equal(REASON_WORKER_LATE, why.code);
		assert_true(took >= LATE - 5);
	}
	assert_true(took < 1500);
	assert_int_equal(late, ended[POOL_LATE]);
	unmake(p);
	p = make(2, 100);
	add_worker(p, HANG_UP);
	assert_int_equal(REFUSED, ask(p, &why));
	assert_int_equal(REASON_WORKER_DIED, why.code);
	assert_int_equal(1, ended[POOL_DEAD]);
	add_worker(p, NO_MEMORY);
	assert_int_equal(REFUSED, ask(p, &why));
	assert_int_equal(REASON_WORKER_MEMORY, why.code);
	assert_int_equal(2, ended[POOL_DEAD]);
	unmake(p);
}

/* One that died while idle is nobody's fault. */
static void
dead_before_asked(void **state)
{
	struct judge_pool *p = make(2, 100);
	struct reason why;

	(void)state;
	add_worker(p, ANSWER);
	(void)shutdown(workers[0].socket, SHUT_RDWR);
	add_worker(p, ANSWER);
	assert_int_equal(DONE, ask(p, &why));
	assert_int_equal(1, ended[POOL_DEAD]);
	judge_pool_forget(p, 2);
	assert_int_equal(2, ended[POOL_DEAD]);
	assert_int_equal(LATER, ask(p, &why));
	unmake(p);
}

/* On a busy machine a tenth of a second may pass before one is free: that,
 * and nothing else, is asked again. */
static void *
ask_often(void *arg)
{
	struct reason why;
	unsigned i, waits = 0;
	enum outcome o;

	for (i = 0; i < 200; i++) {
		while ((o = ask(arg, &why)) == LATER &&
		    why.code == REASON_NO_WORKER && waits < 1000)
			waits++;
		if (o != DONE)
			return arg;
	}
	return NULL;
}

static void
many_ask(void **state)
{
	struct judge_pool *p = make(3, 100000);
	pthread_t threads[8];
	void *failed;
	unsigned i;

	(void)state;
	for (i = 0; i < 3; i++)
		add_worker(p, ANSWER);
	for (i = 0; i < 8; i++)
		assert_int_equal(
		    0, pthread_create(&threads[i], NULL, ask_often, p));
	for (i = 0; i < 8; i++) {
		assert_int_equal(0, pthread_join(threads[i], &failed));
		assert_null(failed);
	}
	unmake(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nobody_there),
	    cmocka_unit_test(one_answers),
	    cmocka_unit_test(one_stops_while_it_greets),
	    cmocka_unit_test(spent_ones_wait_for_a_successor),
	    cmocka_unit_test(malformed_ones_taint),
	    cmocka_unit_test(a_tainted_one_is_the_last_choice),
	    cmocka_unit_test(the_late_and_the_dead),
	    cmocka_unit_test(dead_before_asked),
	    cmocka_unit_test(many_ask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
