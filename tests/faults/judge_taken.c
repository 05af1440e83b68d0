/*
 * The judge as it is installed, with one difference: a message that says
 * "X-Certharvest-Test: DEED" has taken it over, and it tries to do that.  Its
 * own main() and answers are linked; only the call of answer_question() comes
 * by here.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>
#include <openssl/crypto.h>

#include "judge/answer.h"
#include "tests/unit/deeds.h"

#define HEAD 4096

/* The two ways to run out of memory that are not ours to see. */
static long
eat_memory(void)
{
	while (OPENSSL_malloc(65536) != NULL)
		;
	return 1;
}

static long
eat_memory_by_glib(void)
{
	while (g_malloc(65536) != NULL)
		;
	return 1;
}

static const struct deed own[] = {
    {"eat_memory", eat_memory},
    {"eat_memory_by_glib", eat_memory_by_glib},
};

static const struct deed *
find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof own / sizeof own[0]; i++)
		if (strcmp(own[i].name, name) == 0)
			return &own[i];
	return deed_find(name);
}

/* What the message demands, with what a confined worker may call. */
static void
obey(int message)
{
	char head[HEAD + 1], name[64];
	ssize_t n = pread(message, head, HEAD, 0);
	const struct deed *d;
	const char *at;

	if (n <= 0)
		return;
	head[n] = '\0';
	at = strstr(head, "\nX-Certharvest-Test: ");
	if (at == NULL || sscanf(at, " X-Certharvest-Test: %63s", name) != 1)
		return;
	d = find(name);
	/* Done, or refused with an error: both are worse than an end. */
	if (d != NULL)
		(void)d->act();
}

/* ld's --wrap. */
enum outcome __real_answer_question(const struct answer_house *house,
    struct span frame, int fd, struct buffer *out, struct reason *why);
enum outcome __wrap_answer_question(const struct answer_house *house,
    struct span frame, int fd, struct buffer *out, struct reason *why);

enum outcome
__wrap_answer_question(const struct answer_house *house, struct span frame,
    int fd, struct buffer *out, struct reason *why)
{
	if (fd >= 0)
		obey(fd);
	return __real_answer_question(house, frame, fd, out, why);
}
