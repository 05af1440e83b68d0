#include "cli/mta.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/mta_wire.h"

/* The wire, as libmilter's mfdef.h names it; that belongs to milter/. */
#define VERSION 6u
#define ACTIONS 0x1ffu	   /* all that there are */
#define PROTOCOL 0x1fffffu /* likewise */
#define CHUNK MTA_WIRE_CHUNK

#define P_LEADSPC 0x100000u
#define P_SKIP 0x400u

/* Per step: its command, "do not send it" and "I will not answer it". */
static const struct {
	const char *name;
	char command;
	uint32_t skipped;
	uint32_t silent;
} steps[MTA_STEPS] = {
    [MTA_CONNECT] = {"connect", 'C', 0x1, 0x1000},
    [MTA_HELO] = {"helo", 'H', 0x2, 0x2000},
    [MTA_MAIL] = {"mail", 'M', 0x4, 0x4000},
    [MTA_RCPT] = {"rcpt", 'R', 0x8, 0x8000},
    [MTA_DATA] = {"data", 'T', 0x200, 0x10000},
    [MTA_HEADERS] = {"headers", 'L', 0x20, 0x80},
    [MTA_HEADERS_END] = {"end-of-headers", 'N', 0x40, 0x40000},
    [MTA_BODY] = {"body", 'B', 0x10, 0x80000},
    [MTA_END] = {"end-of-message", 'E', 0, 0},
};

struct mta {
	struct mta_wire wire;
	uint32_t protocol; /* that the milter asked for */
	uint32_t actions;
	bool connected; /* the client was told */
	bool broken;
};

const char *
mta_step_name(enum mta_step s)
{
	return steps[s].name;
}

const char *
mta_answer_name(enum mta_answer a)
{
	static const struct {
		char code;
		const char *name;
	} names[] = {
	    {MTA_NONE, "none"},
	    {MTA_ACCEPT, "accept"},
	    {MTA_CONTINUE, "continue"},
	    {MTA_SKIP, "skip"},
	    {'d', "discard"},
	    {'r', "reject"},
	    {'t', "tempfail"},
	    {'y', "reply-code"},
	    {'4', "shutdown"},
	    {'f', "connection-fail"},
	    {'h', "add-header"},
	    {'i', "insert-header"},
	    {'m', "change-header"},
	    {'b', "replace-body"},
	    {'q', "quarantine"},
	};
	size_t i;

	for (i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].code == (char)a)
			return names[i].name;
	return "unknown";
}

static enum outcome
negotiate(struct mta *m, struct reason *why)
{
	uint8_t offer[12];
	struct buffer in;
	enum outcome o;
	char code = 0;

	buffer_init(&in, MTA_WIRE_IN);
	mta_wire_put32(offer, VERSION);
	mta_wire_put32(offer + 4, ACTIONS);
	mta_wire_put32(offer + 8, PROTOCOL);
	o = mta_wire_put(&m->wire, 'O', (struct span){offer, sizeof offer},
	    span_str(""), why);
	if (o == DONE)
		o = mta_wire_get(&m->wire, &code, &in, why);
	if (o != DONE)
		goto out;
	if (code != 'O' || in.len < sizeof offer) {
		o = reason_set(
		    why, REASON_PROTOCOL, "what listens there is no milter");
		goto out;
	}
	m->actions = mta_wire_get32(in.data + 4);
	m->protocol = mta_wire_get32(in.data + 8);
out:
	buffer_clear(&in);
	return o;
}

enum outcome
mta_open(const struct socket_spec *spec, int milliseconds, struct mta **out,
    struct reason *why)
{
	struct mta *m = calloc(1, sizeof *m);
	enum outcome o;

	if (!m)
		return reason_set(why, REASON_MEMORY, "out of memory");
	m->wire.fd = -1;
	m->wire.milliseconds = milliseconds;
	m->broken = true;
	buffer_init(&m->wire.out, MTA_WIRE_OUT);
	o = socket_connect(spec, milliseconds, &m->wire.fd, why);
	if (o == DONE)
		o = negotiate(m, why);
	if (o != DONE)
		goto out;
	m->broken = false;
	*out = m;
	m = NULL;
out:
	mta_close(m);
	return o;
}

void
mta_close(struct mta *m)
{
	if (!m)
		return;
	if (!m->broken &&
	    mta_wire_put(&m->wire, 'Q', span_str(""), span_str(""), NULL) ==
		DONE)
		(void)!mta_wire_flush(&m->wire, NULL);
	file_close(&m->wire.fd);
	buffer_clear(&m->wire.out);
	free(m);
}

void
mta_negotiated(const struct mta *m, uint32_t *actions, uint32_t *protocol)
{
	*actions = m->actions;
	*protocol = m->protocol;
}

/* Text with its NUL. */
static struct span
with_nul(const char *s)
{
	struct span span = span_str(s);

	span.len++;
	return span;
}

/* What is said beside a step: what we know, by the names of sendmail. */
static enum outcome
macros(struct mta *m, const struct mta_envelope *e, char command,
    struct reason *why)
{
	const struct {
		const char *name, *value;
	} list[] = {
	    {"i", command == 'C' || command == 'H' ? NULL : e->queue_id},
	    {"{client_addr}", e->client},
	    {"{auth_authen}", e->auth},
	    {"{auth_type}", e->auth ? "PLAIN" : NULL},
	};
	struct buffer b;
	enum outcome o;
	size_t i;

	buffer_init(&b, CHUNK);
	(void)buffer_add(&b, &command, 1);
	for (i = 0; i < sizeof list / sizeof list[0]; i++) {
		if (!list[i].value)
			continue;
		(void)buffer_add(&b, list[i].name, strlen(list[i].name) + 1);
		(void)buffer_add(&b, list[i].value, strlen(list[i].value) + 1);
	}
	o = b.len > 1
	    ? mta_wire_put(&m->wire, 'D', span_buffer(&b), span_str(""), why)
	    : DONE;
	buffer_clear(&b);
	return o;
}

/* Whether the answer ends the message. */
static bool
decides(enum mta_answer a)
{
	return a != MTA_NONE && a != MTA_CONTINUE && a != MTA_SKIP;
}

/* One command of a step and its answer, where one is wanted. */
static enum outcome
say(struct mta *m, enum mta_step step, struct span a, struct span b,
    enum mta_answer *heard, struct reason *why)
{
	struct buffer in;
	enum outcome o;
	char code = 0;

	*heard = MTA_NONE;
	o = mta_wire_put(&m->wire, steps[step].command, a, b, why);
	if (o != DONE || m->protocol & steps[step].silent)
		return o;
	buffer_init(&in, MTA_WIRE_IN);
	do { /* progress is only a sign of life */
		o = mta_wire_get(&m->wire, &code, &in, why);
	} while (o == DONE && code == 'p');
	buffer_clear(&in);
	if (o == DONE)
		*heard = (enum mta_answer)code;
	return o;
}

static enum outcome
say_connect(struct mta *m, const struct mta_envelope *e, enum mta_answer *heard,
    struct reason *why)
{
	const char *client = e->client ? e->client : "192.0.2.1";
	struct buffer b;
	enum outcome o;

	buffer_init(&b, CHUNK);
	(void)buffer_add(&b, "probe.invalid", sizeof "probe.invalid");
	/* family and port 25 */
	(void)buffer_add(&b, strchr(client, ':') ? "6\0\031" : "4\0\031", 3);
	(void)buffer_add(&b, client, strlen(client) + 1);
	o = say(m, MTA_CONNECT, span_buffer(&b), span_str(""), heard, why);
	buffer_clear(&b);
	return o;
}

static enum outcome
say_headers(struct mta *m, const struct mta_message *message,
    enum mta_answer *heard, struct reason *why)
{
	enum outcome o = DONE;
	struct span value;
	struct buffer name;
	size_t i;

	*heard = MTA_NONE;
	buffer_init(&name, CHUNK);
	for (i = 0; i < message->n_headers && o == DONE; i++) {
		value = message->values[i];
		if (!(m->protocol & P_LEADSPC) && value.len > 0 &&
		    value.data[0] == ' ') {
			value.data++;
			value.len--;
		}
		buffer_reset(&name);
		if (!buffer_add(
			&name, message->names[i].data, message->names[i].len) ||
		    !buffer_add(&name, "", 1))
			continue; /* a name that no mail server sends */
		value.len++;	  /* mta_message_init() left a NUL there */
		o = say(m, MTA_HEADERS, span_buffer(&name), value, heard, why);
		if (decides(*heard))
			break;
	}
	buffer_clear(&name);
	return o;
}

static enum outcome
say_body(struct mta *m, const struct mta_play *play, enum mta_answer *heard,
    struct reason *why)
{
	struct span left = span_bytes(&play->message->body);
	enum outcome o = DONE;
	size_t n;

	*heard = MTA_NONE;
	while (left.len > (play->body_at_end ? CHUNK : 0) && o == DONE) {
		n = left.len < CHUNK ? left.len : CHUNK;
		o = say(m, MTA_BODY, (struct span){left.data, n}, span_str(""),
		    heard, why);
		if (decides(*heard) || *heard == MTA_SKIP)
			break;
		left.data += n;
		left.len -= n;
	}
	return o;
}

static enum outcome
say_end(struct mta *m, const struct mta_play *play, enum mta_answer *heard,
    struct reason *why)
{
	struct span body = span_bytes(&play->message->body);

	if (play->body_at_end)
		body = (struct span){
		    body.data + body.len / CHUNK * CHUNK, body.len % CHUNK};
	else
		body.len = 0;
	return say(m, MTA_END, body, span_str(""), heard, why);
}

static enum outcome
play_step(struct mta *m, const struct mta_play *play, enum mta_step step,
    enum mta_answer *heard, struct reason *why)
{
	const struct mta_envelope *e = play->envelope;

	switch (step) {
	case MTA_CONNECT:
		return say_connect(m, e, heard, why);
	case MTA_HELO:
		return say(m, step,
		    with_nul(e->helo ? e->helo : "probe.invalid"), span_str(""),
		    heard, why);
	case MTA_MAIL:
		return say(m, step, with_nul(e->from ? e->from : "<>"),
		    span_str(""), heard, why);
	case MTA_RCPT:
		return say(m, step,
		    with_nul(e->rcpt ? e->rcpt : "<postmaster>"), span_str(""),
		    heard, why);
	case MTA_HEADERS:
		return say_headers(m, play->message, heard, why);
	case MTA_BODY:
		return say_body(m, play, heard, why);
	case MTA_END:
		return say_end(m, play, heard, why);
	default:
		return say(m, step, span_str(""), span_str(""), heard, why);
	}
}

/* Break off after the step: what was said is sent, no answer is read. */
static enum outcome
break_off(struct mta *m, struct reason *why)
{
	m->broken = true;
	return mta_wire_flush(&m->wire, why);
}

enum outcome
mta_play(struct mta *m, const struct mta_play *play, enum mta_answer *final,
    struct reason *why)
{
	enum mta_step step = m->connected ? MTA_MAIL : MTA_CONNECT;
	enum mta_answer heard = MTA_NONE;
	enum outcome o = DONE;

	m->connected = true;
	for (; step < MTA_STEPS && o == DONE; step++) {
		if (!(m->protocol & steps[step].skipped)) {
			o = macros(m, play->envelope, steps[step].command, why);
			if (o == DONE)
				o = play_step(m, play, step, &heard, why);
			if (o == DONE && play->heard)
				play->heard(play->arg, step, heard);
		}
		if (o == DONE && (decides(heard) || step == play->until))
			break;
	}
	if (o != DONE)
		m->broken = true;
	else if (step == play->until)
		o = break_off(m, why);
	*final = heard;
	return o;
}

void
mta_message_clear(struct mta_message *m)
{
	bytes_clear(&m->text);
	bytes_clear(&m->body);
	free(m->names);
	free(m->values);
	memset(m, 0, sizeof *m);
}
