/*
 * A judge that does on demand what the real one must never do: for tests
 * of those who ask.  The message says what is wanted in a line "Fault: X";
 * without one it is a harvest whose certificate is the message's first bytes.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/frame.h"
#include "base/judge_wire.h"

#define SOCKET 3

static void
fill_harvest(struct judgement *j, const struct bytes *text)
{
	struct span der = {text->data, text->len < 1000 ? text->len : 1000};
	const char *at = strcasestr((char *)text->data, "\nFrom: ");
	int n = 0;

	j->harvest = harvest_new();
	j->facts = calloc(1, sizeof *j->facts);
	if (!j->harvest || !j->facts || !bytes_dup(der, &j->harvest->signer) ||
	    !bytes_dup(der, &j->harvest->certificate))
		abort();
	if (at)
		n = (int)strcspn(at + 7, "\r\n");
	(void)snprintf(j->harvest->address, sizeof j->harvest->address, "%.*s",
	    n ? n : 16, n ? at + 7 : "nobody@a.example");
	memcpy(j->address, j->harvest->address, sizeof j->address);
	(void)reason_set(&j->harvest->chain, REASON_OK, "%s", "");
	j->outcome = reason_set(&j->why, REASON_OK, "%s", "");
	j->signature = SIGNATURE_VALID;
}

static void
refuse(struct judgement *j, enum reason_code code)
{
	(void)snprintf(j->address, sizeof j->address, "eve@evil.example");
	j->outcome = reason_set(&j->why, code, "as demanded");
}

/* Do what the message demands; false: say nonsense. */
static bool
obey(struct judgement *j, const struct bytes *text)
{
	const char *demand = strcasestr((char *)text->data, "\nFault: ");

	demand = demand ? demand + 8 : "";
	if (strncmp(demand, "crash", 5) == 0)
		(void)raise(SIGKILL);
	if (strncmp(demand, "hang", 4) == 0)
		for (;;)
			(void)pause();
	if (strncmp(demand, "nonsense", 8) == 0)
		return false;
	j->malformed = strncmp(demand, "malformed", 9) == 0;
	if (j->malformed)
		refuse(j, REASON_MALFORMED);
	else if (strncmp(demand, "refuse", 6) == 0)
		refuse(j, REASON_BAD_SIGNATURE);
	else
		fill_harvest(j, text);
	return true;
}

static void
answer(const struct judge_question *q, int message)
{
	struct bytes text = {NULL, 0};
	struct judgement j;
	struct buffer out;

	memset(&j, 0, sizeof j);
	buffer_init(&out, LIMIT_FRAME);
	judge_put_answer(&out, q->kind, q->id);
	if (q->kind == JUDGE_MESSAGE) {
		/* Nobody may write to what a judge was given. */
		if (write(message, "x", 1) >= 0 ||
		    file_read_fd(message, LIMIT_MESSAGE, &text, NULL) != DONE)
			abort();
		text.data = realloc(text.data, text.len + 1);
		if (!text.data)
			abort();
		text.data[text.len] = '\0';
		if (obey(&j, &text))
			wire_put_judgement(&out, &j);
	}
	if (frame_send(SOCKET, span_buffer(&out), -1, FRAME_FOREVER, NULL) !=
	    DONE)
		exit(1);
	judgement_clear(&j);
	bytes_clear(&text);
	buffer_clear(&out);
}

int
main(void)
{
	static struct judge_question q;
	struct buffer in;
	int fd;

	buffer_init(&in, LIMIT_FRAME);
	for (;;) {
		fd = -1;
		if (frame_receive(SOCKET, &in, &fd, FRAME_FOREVER, NULL) !=
			DONE ||
		    judge_get_question(span_buffer(&in), &q, NULL) != DONE)
			return 0;
		answer(&q, fd);
		judge_question_clear(&q);
		file_close(&fd);
	}
}
