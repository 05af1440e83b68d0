#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/child.h"
#include "base/file.h"
#include "base/frame.h"
#include "directory/child.h"
#include "directory/wire.h"

/* Between two calls of meanwhile(), in milliseconds. */
#define TICK 100

struct directory_child {
	char *program;
	char *settings;
	unsigned deadline;
	void (*meanwhile)(void *arg);
	void *arg;
	pid_t pid;  /* 0: none runs */
	int socket; /* -1: none runs */
	uint32_t id;
	struct buffer frame;
};

enum outcome
directory_child_open(const struct directory_child_start *start,
    struct directory_child **out, struct reason *why)
{
	struct directory_child *c = calloc(1, sizeof *c);
	enum outcome o = DONE;

	if (c == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	c->socket = -1;
	buffer_init(&c->frame, DIRECTORY_FRAME);
	c->deadline = start->deadline;
	c->meanwhile = start->meanwhile;
	c->arg = start->arg;
	c->program = strdup(start->program);
	if (start->settings != NULL)
		c->settings = strdup(start->settings);
	if (c->program == NULL ||
	    (start->settings != NULL && c->settings == NULL)) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	*out = c;
	c = NULL;
out:
	directory_child_close(c);
	return o;
}

pid_t
directory_child_pid(const struct directory_child *c)
{
	return c->pid;
}

/* End the child, whatever it does. */
static void
end(struct directory_child *c)
{
	(void)child_kill(c->pid);
	c->pid = 0;
	file_close(&c->socket);
}

void
directory_child_close(struct directory_child *c)
{
	if (c == NULL)
		return;
	end(c);
	buffer_clear(&c->frame);
	free(c->program);
	free(c->settings);
	free(c);
}

/* Whether the child closed its end between two questions. */
static bool
has_ended(const struct directory_child *c)
{
	struct pollfd p = {.fd = c->socket, .events = POLLIN};

	return poll(&p, 1, 0) > 0;
}

static enum outcome
start(struct directory_child *c, struct reason *why)
{
	const char *argv[] = {c->program, "-f", c->settings, NULL};
	int pair[2] = {-1, -1};
	enum outcome o;

	if (c->pid > 0 && !has_ended(c))
		return DONE;
	end(c);
	if (c->settings == NULL)
		argv[1] = NULL;
	o = frame_pair(pair, why);
	if (o != DONE)
		return o;
	o = child_start(&(struct child_spec){.program = c->program,
			    .argv = argv,
			    .fds = &pair[1],
			    .n_fds = 1},
	    &c->pid, why);
	file_close(&pair[1]);
	if (o == DONE) {
		c->socket = pair[0];
		pair[0] = -1;
	}
	file_close(&pair[0]);
	return o;
}

/* Until the answer begins, the child ends, or the deadline passes. */
static enum outcome
wait_for_answer(struct directory_child *c, int64_t deadline, struct reason *why)
{
	struct pollfd p = {.fd = c->socket, .events = POLLIN};
	int64_t left;

	for (;;) {
		left = deadline - clock_ms();
		if (left <= 0)
			return reason_set(why, REASON_DIRECTORY_SLOW,
			    "no answer within %u ms", c->deadline);
		if (poll(&p, 1, left < TICK ? (int)left : TICK) > 0)
			return DONE;
		if (c->meanwhile != NULL)
			c->meanwhile(c->arg);
	}
}

/*
 * However talking to the child fails, it is not known whether the directory
 * was changed, and a new child may do better.
 */
static enum outcome
unheard(enum outcome o, struct reason *why)
{
	struct reason inner = *why;

	if (o == NOTHING)
		return reason_set(why, REASON_DIRECTORY_SLOW,
		    "the directory child died before it answered");
	if (o == DONE || inner.code == REASON_DIRECTORY_SLOW)
		return o;
	return reason_set(why, REASON_DIRECTORY_SLOW,
	    "the directory child did not answer: %s", inner.text);
}

/* Put one question to the child, under the next id.  LATER (memory): it does
 * not fit into a frame, and none of it was sent. */
static enum outcome
put_question(
    struct directory_child *c, struct directory_question *q, struct reason *why)
{
	int64_t deadline = clock_ms() + c->deadline;
	enum outcome o;

	q->id = ++c->id;
	buffer_reset(&c->frame);
	o = directory_put_question(&c->frame, q, why);
	if (o == DONE)
		return unheard(frame_send(c->socket, span_buffer(&c->frame), -1,
				   deadline, why),
		    why);
	buffer_clear(&c->frame);
	buffer_init(&c->frame, DIRECTORY_FRAME);
	return o;
}

/* Have the questions that were put answered. */
static enum outcome
go(struct directory_child *c, struct reason *why)
{
	struct directory_question q = {.kind = DIRECTORY_GO};

	return put_question(c, &q, why);
}

static enum outcome
get_answer(
    struct directory_child *c, struct directory_answer *out, struct reason *why)
{
	int64_t deadline = clock_ms() + c->deadline;
	enum outcome o;

	o = wait_for_answer(c, deadline, why);
	if (o == DONE)
		o = frame_receive(c->socket, &c->frame, NULL, deadline, why);
	o = unheard(o, why);
	if (o == DONE)
		o = directory_get_answer(span_buffer(&c->frame), out, why);
	return o;
}

static enum outcome
other_question(struct directory_answer *a, struct reason *why)
{
	directory_answer_clear(a);
	return reason_set(why, REASON_PROTOCOL,
	    "the directory child answers another question");
}

/*
 * One question and its answer.  After anything but an answer the child is
 * ended: nobody knows what it still does.
 */
static enum outcome
ask(struct directory_child *c, struct directory_question *q,
    struct directory_answer *out, struct reason *why)
{
	struct directory_answer a;
	enum outcome o;

	o = start(c, why);
	if (o != DONE)
		return o;
	o = put_question(c, q, why);
	if (o == LATER && why->code == REASON_MEMORY)
		return o;
	if (o == DONE)
		o = go(c, why);
	if (o == DONE)
		o = get_answer(c, &a, why);
	if (o == DONE && (a.id != q->id || a.kind != q->kind))
		o = other_question(&a, why);
	if (o == DONE)
		*out = a;
	else
		end(c);
	return o;
}

/* The child's own outcome; with DONE the contact moves to *out. */
static enum outcome
take_answer(struct directory_answer *a, struct contact *out, struct reason *why)
{
	enum outcome o = reason_outcome(a->why.code);

	*why = a->why;
	if (o == DONE) {
		*out = a->contact;
		a->contact = (struct contact){.kind = CONTACT_NONE};
	}
	directory_answer_clear(a);
	return o;
}

static enum directory_kind
kind_of(const struct directory_ask *ask)
{
	if (ask->change != NULL)
		return DIRECTORY_APPLY;
	return ask->object != NULL ? DIRECTORY_GET : DIRECTORY_FIND;
}

static enum outcome
make_question(const struct directory_ask *ask, struct directory_question *q,
    struct reason *why)
{
	*q = (struct directory_question){.kind = kind_of(ask)};
	if (ask->change != NULL) {
		/* A shallow copy: the question is not cleared. */
		q->change = *ask->change;
		return DONE;
	}
	if (ask->object != NULL) {
		if (strlen(ask->object) >= sizeof q->object)
			return reason_set(
			    why, REASON_PROTOCOL, "an object id is too long");
		snprintf(q->object, sizeof q->object, "%s", ask->object);
		return DONE;
	}
	if (strlen(ask->address) >= sizeof q->address)
		return reason_set(why, REASON_BAD_ADDRESS, "too long");
	snprintf(q->address, sizeof q->address, "%s", ask->address);
	if (ask->name != NULL)
		snprintf(q->name, sizeof q->name, "%s", ask->name);
	return DONE;
}

/* Nothing more will be heard: what has no answer gets this one. */
static void
give_up(struct directory_child *c, struct directory_ask *asks, unsigned n,
    enum outcome o, const struct reason *why)
{
	end(c);
	for (unsigned i = 0; i < n; i++) {
		if (!asks[i].waits)
			continue;
		asks[i].waits = false;
		asks[i].outcome = o;
		asks[i].why = *why;
	}
}

/* What concerns this question alone is its outcome, and DONE is returned. */
static enum outcome
put_ask(
    struct directory_child *c, struct directory_ask *ask, struct reason *why)
{
	struct directory_question q;
	enum outcome o;

	o = make_question(ask, &q, why);
	if (o == DONE) {
		o = put_question(c, &q, why);
		if (o != DONE && why->code != REASON_MEMORY)
			return o;
	}
	ask->id = q.id;
	ask->waits = o == DONE;
	ask->outcome = o;
	if (o != DONE)
		ask->why = *why;
	return DONE;
}

void
directory_child_ask(
    struct directory_child *c, struct directory_ask *asks, unsigned n)
{
	struct reason why;
	enum outcome o;

	reason_clear(&why);
	for (unsigned i = 0; i < n; i++)
		asks[i].waits = true;
	o = start(c, &why);
	for (unsigned i = 0; i < n && o == DONE; i++)
		o = put_ask(c, &asks[i], &why);
	if (o == DONE)
		o = go(c, &why);
	if (o != DONE)
		give_up(c, asks, n, o, &why);
}

static struct directory_ask *
peek_ask(
    struct directory_ask *asks, unsigned n, const struct directory_answer *a)
{
	for (unsigned i = 0; i < n; i++)
		if (asks[i].waits && asks[i].id == a->id &&
		    a->kind == kind_of(&asks[i]))
			return &asks[i];
	return NULL;
}

void
directory_child_hear(
    struct directory_child *c, struct directory_ask *asks, unsigned n)
{
	struct directory_answer a;
	struct directory_ask *heard;
	struct reason why;
	enum outcome o = DONE;
	unsigned left = 0;

	for (unsigned i = 0; i < n; i++)
		left += asks[i].waits;
	for (; left > 0 && o == DONE; left--) {
		o = get_answer(c, &a, &why);
		if (o != DONE)
			break;
		heard = peek_ask(asks, n, &a);
		if (heard == NULL) {
			o = other_question(&a, &why);
			break;
		}
		heard->waits = false;
		heard->us = a.us;
		heard->outcome = take_answer(&a, &heard->contact, &heard->why);
	}
	if (o != DONE)
		give_up(c, asks, n, o, &why);
}

static enum outcome
ask_one(struct directory_child *c, struct directory_ask *ask,
    struct contact *out, struct reason *why)
{
	directory_child_ask(c, ask, 1);
	directory_child_hear(c, ask, 1);
	if (why != NULL)
		*why = ask->why;
	if (ask->outcome == DONE)
		*out = ask->contact;
	return ask->outcome;
}

enum outcome
directory_child_find(struct directory_child *c, const char *address,
    const char *name, struct contact *out, struct reason *why)
{
	struct directory_ask one = {.address = address, .name = name};

	return ask_one(c, &one, out, why);
}

enum outcome
directory_child_apply(struct directory_child *c, const struct change *change,
    struct contact *at, struct reason *why)
{
	struct directory_ask one = {.change = change};

	return ask_one(c, &one, at, why);
}

enum outcome
directory_child_get(struct directory_child *c, const char *object,
    struct contact *out, struct reason *why)
{
	struct directory_ask one = {.object = object};

	return ask_one(c, &one, out, why);
}

enum outcome
directory_child_list(struct directory_child *c, bool anew,
    struct contact_page *out, struct reason *why)
{
	struct directory_question q = {.kind = DIRECTORY_LIST, .anew = anew};
	struct directory_answer a;
	struct reason mine;
	enum outcome o;

	o = ask(c, &q, &a, why != NULL ? why : &mine);
	if (o != DONE)
		return o;
	o = reason_outcome(a.why.code);
	if (why != NULL)
		*why = a.why;
	if (o == DONE) {
		*out = a.page;
		a.page = (struct contact_page){.ids = NULL};
	}
	directory_answer_clear(&a);
	return o;
}

enum outcome
directory_child_examine(
    struct directory_child *c, struct findings **out, struct reason *why)
{
	struct directory_question q = {.kind = DIRECTORY_EXAMINE};
	struct directory_answer a;
	struct reason mine;
	enum outcome o;

	o = ask(c, &q, &a, why != NULL ? why : &mine);
	if (o != DONE)
		return o;
	o = reason_outcome(a.why.code);
	if (why != NULL)
		*why = a.why;
	if (o == DONE) {
		*out = a.findings;
		a.findings = NULL;
	}
	directory_answer_clear(&a);
	return o;
}
