#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "directory/ad_servers.h"
#include "directory/ad_state.h"

/* The longest penalty is the first one times two to the power of this. */
#define DOUBLINGS 4
#define FAILURES_MAX 1000

/* One line a penalty, none longer than this. */
#define LINE_MAX_SIZE (AD_HOST_SIZE + 64)
#define FILE_MAX_SIZE ((AD_PENALTIES_MAX + 1) * LINE_MAX_SIZE)

bool
ad_host_is_valid(const char *host)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.:";
	size_t len = strlen(host);

	return len > 0 && len < AD_HOST_SIZE && host[0] != '-' &&
	    host[0] != '.' && strspn(host, allowed) == len;
}

static int64_t
longest(const struct ad_servers *s)
{
	return (s->quiet << DOUBLINGS) + (s->quiet << DOUBLINGS) / 4;
}

static bool
read_told(struct ad_servers *s, const char *line)
{
	struct ad_server told = {.port = 0};

	if (sscanf(line, "using %255s %5u", told.host, &told.port) != 2)
		return false;
	if (ad_host_is_valid(told.host) && told.port > 0 && told.port <= 65535)
		s->told = told;
	return true;
}

/* One line of the file; whatever looks wrong is left out. */
static void
read_line(struct ad_servers *s, const char *line, int64_t now)
{
	struct ad_penalty p;

	if (read_told(s, line))
		return;
	if (s->n_penalties == AD_PENALTIES_MAX ||
	    sscanf(line, "%255s %5u %" SCNd64 " %4u", p.host, &p.port, &p.until,
		&p.failures) != 4 ||
	    !ad_host_is_valid(p.host) || p.port == 0 || p.port > 65535 ||
	    p.failures == 0 || p.failures > FAILURES_MAX)
		return;
	/* A clock that was set back must not ban a server for years. */
	if (p.until > now + longest(s))
		p.until = now + longest(s);
	s->penalties[s->n_penalties++] = p;
}

enum outcome
ad_servers_open(
    struct ad_servers *s, const char *state, int64_t now, struct reason *why)
{
	struct bytes text = {.len = 0};
	char *line, *rest = NULL;

	s->path = NULL;
	s->n = s->n_penalties = 0;
	s->told = (struct ad_server){.port = 0};
	if (state[0] == '\0')
		return DONE;
	if (asprintf(&s->path, "%s.servers", state) < 0) {
		s->path = NULL;
		return reason_set(why, REASON_MEMORY, "out of memory");
	}
	if (ad_state_read(s->path, FILE_MAX_SIZE, &text)) {
		/* bytes always have a NUL behind them */
		line = strtok_r((char *)text.data, "\n", &rest);
		for (; line != NULL; line = strtok_r(NULL, "\n", &rest))
			read_line(s, line, now);
	}
	bytes_clear(&text);
	return DONE;
}

void
ad_servers_close(struct ad_servers *s)
{
	free(s->path);
	s->path = NULL;
}

static int
compare_numbers(unsigned a, unsigned b)
{
	return (a > b) - (a < b);
}

static int
compare(const void *left, const void *right)
{
	const struct ad_server *a = left, *b = right;
	int c = compare_numbers(a->elsewhere, b->elsewhere);

	if (c == 0)
		c = compare_numbers(a->priority, b->priority);
	if (c == 0)
		c = compare_numbers(b->weight, a->weight);
	if (c == 0)
		c = strcasecmp(a->host, b->host);
	return c != 0 ? c : compare_numbers(a->port, b->port);
}

static bool
is_same(const char *host, unsigned port, const struct ad_server *s)
{
	return port == s->port && strcasecmp(host, s->host) == 0;
}

unsigned
ad_servers_rank(const struct ad_servers *s, const struct ad_server *which)
{
	unsigned i = 0;

	while (i < s->n && !is_same(which->host, which->port, &s->list[i]))
		i++;
	return i;
}

void
ad_servers_set(
    struct ad_servers *s, struct ad_server *list, unsigned n, bool sorted)
{
	if (!sorted)
		qsort(list, n, sizeof list[0], compare);
	s->n = 0;
	for (unsigned i = 0; i < n && s->n < AD_SERVERS_MAX; i++)
		if (ad_servers_rank(s, &list[i]) == s->n)
			s->list[s->n++] = list[i];
}

static unsigned
find_penalty(const struct ad_servers *s, const struct ad_server *which)
{
	unsigned i = 0;

	while (i < s->n_penalties &&
	    !is_same(s->penalties[i].host, s->penalties[i].port, which))
		i++;
	return i;
}

/* Until when it waits behind the others; 0: it does not. */
static int64_t
waits_until(
    const struct ad_servers *s, const struct ad_server *which, int64_t now)
{
	unsigned i = find_penalty(s, which);

	if (i == s->n_penalties || s->penalties[i].until <= now)
		return 0;
	return s->penalties[i].until;
}

unsigned
ad_servers_order(
    const struct ad_servers *s, int64_t now, unsigned order[AD_SERVERS_MAX])
{
	int64_t waits[AD_SERVERS_MAX];
	unsigned i, k;

	/* Insertion, so that equals keep their order. */
	for (i = 0; i < s->n; i++) {
		int64_t w = waits_until(s, &s->list[i], now);

		for (k = i; k > 0 && waits[k - 1] > w; k--) {
			waits[k] = waits[k - 1];
			order[k] = order[k - 1];
		}
		waits[k] = w;
		order[k] = i;
	}
	return s->n;
}

static void
save(const struct ad_servers *s)
{
	char text[FILE_MAX_SIZE];
	size_t used = 0;

	if (s->path == NULL)
		return;
	if (s->told.host[0] != '\0')
		used = (size_t)snprintf(text, sizeof text, "using %s %u\n",
		    s->told.host, s->told.port);
	for (unsigned i = 0; i < s->n_penalties; i++)
		used += (size_t)snprintf(text + used, sizeof text - used,
		    "%s %u %" PRId64 " %u\n", s->penalties[i].host,
		    s->penalties[i].port, s->penalties[i].until,
		    s->penalties[i].failures);
	ad_state_write(s->path, (struct span){(const uint8_t *)text, used});
}

/* The one for this server; a new one takes the place of the oldest. */
static struct ad_penalty *
penalty_for(struct ad_servers *s, const struct ad_server *which)
{
	unsigned i = find_penalty(s, which), k;

	if (i < s->n_penalties)
		return &s->penalties[i];
	if (i < AD_PENALTIES_MAX)
		s->n_penalties++;
	else
		for (i = 0, k = 1; k < AD_PENALTIES_MAX; k++)
			if (s->penalties[k].until < s->penalties[i].until)
				i = k;
	s->penalties[i] = (struct ad_penalty){.port = which->port};
	snprintf(s->penalties[i].host, sizeof s->penalties[i].host, "%s",
	    which->host);
	return &s->penalties[i];
}

static void
punish(struct ad_servers *s, const struct ad_server *which, int64_t now,
    uint32_t chance)
{
	struct ad_penalty *p = penalty_for(s, which);
	unsigned doublings = p->failures < DOUBLINGS ? p->failures : DOUBLINGS;
	int64_t time = s->quiet << doublings;

	if (p->failures < FAILURES_MAX)
		p->failures++;
	/* Relays that lost it together shall not all come back at once. */
	p->until = now + time + (int64_t)(chance % (uint32_t)(time / 4 + 1));
}

void
ad_servers_try(struct ad_servers *s, const struct ad_server *which, int64_t now,
    uint32_t chance)
{
	struct ad_servers as_if = *s;

	punish(&as_if, which, now, chance);
	save(&as_if);
}

void
ad_servers_fail(struct ad_servers *s, const struct ad_server *which,
    int64_t now, uint32_t chance)
{
	punish(s, which, now, chance);
	save(s);
}

void
ad_servers_pass(struct ad_servers *s, const struct ad_server *which)
{
	unsigned i = find_penalty(s, which);

	if (i < s->n_penalties)
		s->penalties[i] = s->penalties[--s->n_penalties];
	save(s);
}

void
ad_servers_forgive(struct ad_servers *s)
{
	save(s);
}

void
ad_servers_tell(struct ad_servers *s, const struct ad_server *which)
{
	if (is_same(s->told.host, s->told.port, which))
		return;
	snprintf(s->told.host, sizeof s->told.host, "%s", which->host);
	s->told.port = which->port;
	save(s);
}
