#include "cli/ask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/log.h"
#include "base/socket.h"

#define PATIENCE 10 /* seconds */
#define ANSWER_MAX (4u * 1024 * 1024)

/* Who says he asks; the publisher knows the uid by itself. */
static const char *
claimed_name(void)
{
	const char *name = getenv("SUDO_USER");

	if (name == NULL)
		name = getenv("LOGNAME");
	return name != NULL ? name : "";
}

static enum outcome
connect_to(const char *path, int *out, struct reason *why)
{
	struct timeval patience = {.tv_sec = PATIENCE};
	struct socket_spec spec;
	struct reason inner;
	enum outcome o;

	o = socket_parse(path, &spec, &inner);
	if (o == DONE)
		o = socket_connect(&spec, 1000 * PATIENCE, out, &inner);
	if (o != DONE)
		return reason_set(why, inner.code,
		    "%s: %s; is certharvest-publisher running?", path,
		    inner.text);
	(void)setsockopt(
	    *out, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	(void)setsockopt(
	    *out, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	return DONE;
}

static enum outcome
say(int fd, const json_t *request, struct reason *why)
{
	char *line = json_dumps(request, JSON_COMPACT);
	enum outcome outcome = DONE;

	if (line == NULL)
		outcome = reason_set(why, REASON_MEMORY, "out of memory");
	else if (send(fd, line, strlen(line), MSG_NOSIGNAL) < 0 ||
	    send(fd, "\n", 1, MSG_NOSIGNAL) < 0)
		/* It may have refused us before it read anything. */
		outcome = errno == EPIPE
		    ? DONE
		    : reason_set(why, REASON_IO, "%s", strerror(errno));
	free(line);
	return outcome;
}

static enum outcome
hear(int fd, json_t **out, struct reason *why)
{
	struct buffer line;
	json_error_t error;
	char chunk[4096];
	enum outcome o = DONE;
	ssize_t n;

	buffer_init(&line, ANSWER_MAX);
	do {
		n = recv(fd, chunk, sizeof chunk, 0);
		if (n > 0 && !buffer_add(&line, chunk, (size_t)n))
			n = -1;
	} while (n > 0 && line.data[line.len - 1] != '\n');
	if (line.len == 0)
		o = reason_set(why, REASON_NO_ANSWER,
		    "certharvest-publisher did not answer");
	else
		*out = json_loadb((const char *)line.data, line.len,
		    JSON_REJECT_DUPLICATES, &error);
	if (o == DONE && !json_is_object(*out)) {
		json_decref(*out);
		*out = NULL;
		o = reason_set(why, REASON_PROTOCOL,
		    "certharvest-publisher answered nonsense");
	}
	buffer_clear(&line);
	return o;
}

/* What it says when it will not: error is a reason or a word of its own. */
static enum outcome
check(const json_t *answer, struct reason *why)
{
	const char *error = json_string_value(json_object_get(answer, "error"));
	const char *text = json_string_value(json_object_get(answer, "text"));
	enum reason_code code;

	if (json_is_true(json_object_get(answer, "ok")))
		return DONE;
	if (error == NULL || reason_parse(error, &code) != DONE)
		code = REASON_PROTOCOL;
	return reason_set(
	    why, code, "certharvest-publisher: %s", text != NULL ? text : "no");
}

int
ask_publisher(const struct cli *cli, const char *request, json_t **answer)
{
	return ask_publisher_give(cli, request, json_object(), answer);
}

enum outcome
ask_quietly(const struct settings *s, const char *request, json_t *members,
    json_t **answer, struct reason *why)
{
	json_t *got = NULL;
	enum outcome o;
	int fd = -1;

	o = connect_to(
	    settings_peek(s, "publisher", "control_socket"), &fd, why);
	if (o == DONE &&
	    (json_object_set_new(members, "request", json_string(request)) !=
		    0 ||
		json_object_set_new(
		    members, "who", json_string(claimed_name())) != 0))
		o = reason_set(why, REASON_MEMORY,
		    "out of memory, or words that are not UTF-8");
	if (o == DONE)
		o = say(fd, members, why);
	if (o == DONE)
		o = hear(fd, &got, why);
	if (o == DONE)
		o = check(got, why);
	if (o == DONE) {
		*answer = got;
		got = NULL;
	}
	json_decref(got);
	json_decref(members);
	file_close(&fd);
	return o;
}

int
ask_publisher_give(const struct cli *cli, const char *request, json_t *members,
    json_t **answer)
{
	struct settings *s = NULL;
	struct reason why;
	enum outcome o;
	int status;

	status = cli_settings(cli, &s);
	if (status != EX_OK) {
		json_decref(members);
		return status;
	}
	o = ask_quietly(s, request, members, answer, &why);
	if (o != DONE)
		status = cli_fail(o, &why);
	settings_free(s);
	return status;
}
