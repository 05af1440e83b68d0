#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/mta.h"
#include "cli/verb.h"

/* Messages are read whole; a milter is probed with what a mail may be. */
#define FILE_CAP (512u * 1024 * 1024)
#define TIMEOUT 10000

struct probe {
	struct socket_spec socket;
	struct mta_envelope envelope;
	struct mta_message *messages;
	size_t n_messages;
	long count;    /* how often each message is sent */
	long sessions; /* connections at the same time */
	int timeout;   /* milliseconds */
	enum mta_step until;
	bool body_at_end;
	bool quiet;
};

struct tally {
	uint64_t messages;
	bool refused; /* an answer that is neither accept nor continue */
};

static void
print_answer(void *arg, enum mta_step step, enum mta_answer answer)
{
	(void)arg;
	printf("%s: %s\n", mta_step_name(step), mta_answer_name(answer));
}

static bool
is_good(enum mta_answer a)
{
	return a == MTA_ACCEPT || a == MTA_CONTINUE || a == MTA_NONE ||
	    a == MTA_SKIP;
}

static enum outcome
play_one(const struct probe *p, struct mta *m, size_t i, struct tally *t,
    struct reason *why)
{
	struct mta_play play = {.envelope = &p->envelope,
	    .message = &p->messages[i],
	    .heard = p->quiet ? NULL : print_answer,
	    .until = p->until,
	    .body_at_end = p->body_at_end};
	enum mta_answer final = MTA_NONE;
	enum outcome o;

	o = mta_play(m, &play, &final, why);
	if (o != DONE)
		return o;
	t->messages++;
	if (!is_good(final))
		t->refused = true;
	if (!p->quiet)
		printf("message %zu: %s\n", i + 1, mta_answer_name(final));
	return DONE;
}

/* One connection with all its messages. */
static enum outcome
play_session(const struct probe *p, struct tally *t, struct reason *why)
{
	uint32_t actions, protocol;
	struct mta *m = NULL;
	enum outcome o;
	long round;
	size_t i;

	o = mta_open(&p->socket, p->timeout, &m, why);
	if (o != DONE)
		return o;
	mta_negotiated(m, &actions, &protocol);
	if (!p->quiet)
		printf("negotiated: actions 0x%x protocol 0x%x\n", actions,
		    protocol);
	for (round = 0; round < p->count && o == DONE; round++)
		for (i = 0; i < p->n_messages && o == DONE; i++) {
			o = play_one(p, m, i, t, why);
			/* Broken off: the next needs a new connection. */
			if (p->until == MTA_STEPS || o != DONE)
				continue;
			mta_close(m);
			m = NULL;
			o = mta_open(&p->socket, p->timeout, &m, why);
		}
	mta_close(m);
	return o;
}

static int
finish(enum outcome o, const struct reason *why, const struct tally *t)
{
	if (o != DONE)
		return cli_fail(o, why);
	return t->refused ? EX_UNAVAILABLE : EX_OK;
}

/* One process for each connection, so that they are truly at the same time. */
static int
play_many(const struct probe *p)
{
	int status = EX_OK, ended;
	struct reason why;
	struct tally t;
	enum outcome o;
	long i;

	for (i = 0; i < p->sessions; i++) {
		if (fork() != 0)
			continue;
		t = (struct tally){.messages = 0};
		o = play_session(p, &t, &why);
		_exit(finish(o, &why, &t));
	}
	while (wait(&ended) > 0)
		if (!WIFEXITED(ended) || WEXITSTATUS(ended) != EX_OK)
			status =
			    WIFEXITED(ended) ? WEXITSTATUS(ended) : EX_SOFTWARE;
	return status;
}

static int
run(struct probe *p)
{
	int64_t start = clock_ms(), ms;
	struct tally t = {.messages = 0};
	uint64_t all =
	    (uint64_t)p->count * p->n_messages * (uint64_t)p->sessions;
	struct reason why;
	int status;

	if (all > 1)
		p->quiet = true;
	if (p->sessions > 1)
		status = play_many(p);
	else
		status = finish(play_session(p, &t, &why), &why, &t);
	ms = clock_ms() - start;
	if (all > 1)
		printf("messages: %llu\nmilliseconds: %lld\nresult: %s\n",
		    (unsigned long long)all, (long long)ms,
		    status == EX_OK ? "good" : "bad");
	return status;
}

static enum outcome
read_message(const char *path, struct mta_message *out, struct reason *why)
{
	struct bytes text = {NULL, 0};
	struct buffer in;
	uint8_t piece[65536];
	enum outcome o = DONE;
	size_t n;

	if (strcmp(path, "-") != 0) {
		o = file_read(path, FILE_CAP, &text, why);
		if (o == NOTHING)
			o = reason_set(
			    why, REASON_IO, "%s: no such file", path);
	} else {
		buffer_init(&in, FILE_CAP);
		while (
		    (n = fread(piece, 1, sizeof piece, stdin)) > 0 && o == DONE)
			if (!buffer_add(&in, piece, n))
				o = reason_set(why, REASON_TOO_LARGE,
				    "more than %u bytes", FILE_CAP);
		if (o == DONE && !bytes_dup(span_buffer(&in), &text))
			o = reason_set(why, REASON_MEMORY, "out of memory");
		buffer_clear(&in);
	}
	if (o == DONE)
		o = mta_message_init(out, &text, why);
	return o;
}

static bool
step_named(const char *name, enum mta_step *out)
{
	unsigned i;

	for (i = 0; i < MTA_STEPS; i++)
		if (strcmp(name, mta_step_name((enum mta_step)i)) == 0) {
			*out = (enum mta_step)i;
			return true;
		}
	return false;
}

static bool
number(const char *text, long max, long *out)
{
	char *end;

	*out = strtol(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0' && *out > 0 &&
	    *out <= max;
}

/* false: wrong. */
static bool
take_option(struct probe *p, int option)
{
	long n;

	switch (option) {
	case 'n':
		return number(optarg, 100000000, &p->count);
	case 's':
		return number(optarg, 10000, &p->sessions);
	case 't':
		if (!number(optarg, 3600000, &n))
			return false;
		p->timeout = (int)n;
		return true;
	case 'q':
		p->envelope.queue_id = optarg;
		return true;
	case 'f':
		p->envelope.from = optarg;
		return true;
	case 'r':
		p->envelope.rcpt = optarg;
		return true;
	case 'c':
		p->envelope.client = optarg;
		return true;
	case 'u':
		p->envelope.auth = optarg;
		return true;
	case 'b':
		p->body_at_end = true;
		return true;
	case 'a':
		return step_named(optarg, &p->until);
	default:
		return false;
	}
}

int
verb_probe(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"abort", required_argument, NULL, 'a'},
	    {"auth", required_argument, NULL, 'u'},
	    {"body-at-end", no_argument, NULL, 'b'},
	    {"client", required_argument, NULL, 'c'},
	    {"count", required_argument, NULL, 'n'},
	    {"from", required_argument, NULL, 'f'},
	    {"help", no_argument, NULL, 'h'},
	    {"queue-id", required_argument, NULL, 'q'},
	    {"rcpt", required_argument, NULL, 'r'},
	    {"sessions", required_argument, NULL, 's'},
	    {"timeout", required_argument, NULL, 't'},
	    {NULL, 0, NULL, 0},
	};
	struct probe p = {
	    .count = 1, .sessions = 1, .timeout = TIMEOUT, .until = MTA_STEPS};
	enum outcome o;
	struct reason why;
	int c, status;

	(void)cli; /* needs no settings */
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (!take_option(&p, c))
			return cli_usage(argv[0], c == 'h');
	if (argc - optind < 2)
		return cli_usage(argv[0], false);
	o = socket_parse(argv[optind++], &p.socket, &why);
	p.messages = calloc((size_t)(argc - optind), sizeof *p.messages);
	if (o == DONE && !p.messages)
		o = reason_set(&why, REASON_MEMORY, "out of memory");
	for (; o == DONE && optind < argc; optind++)
		o = read_message(
		    argv[optind], &p.messages[p.n_messages++], &why);
	status = o == DONE ? run(&p) : cli_fail(o, &why);
	while (p.messages && p.n_messages > 0)
		mta_message_clear(&p.messages[--p.n_messages]);
	free(p.messages);
	return status;
}
