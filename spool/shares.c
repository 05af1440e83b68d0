#include "spool/shares.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "spool/scan.h"

#define ROWS 2
#define COLUMNS 4096 /* a power of two */
#define HEAD 512     /* bytes of a file, in which its address stands */

struct shares {
	uint64_t secret;
	uint32_t files[SPOOL_QUEUES][ROWS][COLUMNS];
};

struct shares *
shares_new(void)
{
	struct shares *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	/* Without randomness at boot: then it can be guessed, no more. */
	if (getrandom(&s->secret, sizeof s->secret, GRND_NONBLOCK) < 0)
		s->secret = (uint64_t)clock_ms() << 20 | (uint64_t)getpid();
	return s;
}

void
shares_free(struct shares *s)
{
	free(s);
}

const char *
shares_domain(const char *address)
{
	const char *at = strrchr(address, '@');

	return at == NULL ? address : at + 1;
}

/* FNV-1a with a secret start, mixed once more; both rows' columns. */
static void
columns(const struct shares *s, const char *domain, unsigned out[ROWS])
{
	uint64_t h = s->secret ^ 0xcbf29ce484222325ull;

	for (; *domain != '\0'; domain++)
		h = (h ^ (uint8_t)*domain) * 0x100000001b3ull;
	h = (h ^ h >> 33) * 0xff51afd7ed558ccdull;
	h ^= h >> 33;
	out[0] = (unsigned)(h & (COLUMNS - 1));
	out[1] = (unsigned)(h >> 32 & (COLUMNS - 1));
}

void
shares_add(struct shares *s, unsigned q, const char *domain, uint32_t weight)
{
	unsigned c[ROWS], i;

	columns(s, domain, c);
	for (i = 0; i < ROWS; i++)
		if (s->files[q][i][c[i]] <= UINT32_MAX - weight)
			s->files[q][i][c[i]] += weight;
}

void
shares_remove(struct shares *s, unsigned q, const char *domain, uint32_t weight)
{
	unsigned c[ROWS], i;

	columns(s, domain, c);
	for (i = 0; i < ROWS; i++)
		s->files[q][i][c[i]] -= s->files[q][i][c[i]] < weight
		    ? s->files[q][i][c[i]]
		    : weight;
}

uint32_t
shares_count(const struct shares *s, unsigned q, const char *domain)
{
	unsigned c[ROWS], i;
	uint32_t least = UINT32_MAX;

	columns(s, domain, c);
	for (i = 0; i < ROWS; i++)
		if (s->files[q][i][c[i]] < least)
			least = s->files[q][i][c[i]];
	return least;
}

void
shares_shrink(struct shares *s, unsigned q, uint64_t now, uint64_t was)
{
	unsigned i, c;

	if (now >= was)
		return;
	for (i = 0; i < ROWS; i++)
		for (c = 0; c < COLUMNS; c++)
			s->files[q][i][c] =
			    (uint32_t)((s->files[q][i][c] * now + was - 1) /
				was);
}

uint32_t
shares_weight(uint64_t size, uint64_t unit)
{
	uint64_t n = unit == 0 ? 1 : (size + unit - 1) / unit;

	return n < 1 ? 1 : n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

/* The domain of the address in the first bytes of a spool file, which are
 * cut for it; NULL: none to be seen, and the taker will say why. */
static const char *
domain_find(char *head)
{
	static const char key[] = "\"address\":";
	char *p = strstr(head, key), *end;

	if (p == NULL)
		return NULL;
	p += sizeof key - 1;
	p += strspn(p, " \"");
	end = strchr(p, '"');
	if (end == NULL)
		return NULL;
	*end = '\0';
	return shares_domain(p);
}

static void
file_add(
    struct shares *s, unsigned q, int folder, const char *name, uint64_t unit)
{
	const char *domain;
	char head[HEAD + 1];
	struct stat st;
	ssize_t n;
	int fd;

	fd = openat(folder, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = fstat(fd, &st) == 0 ? read(fd, head, HEAD) : -1;
	file_close(&fd);
	if (n <= 0)
		return;
	head[n] = '\0';
	domain = domain_find(head);
	if (domain != NULL)
		shares_add(
		    s, q, domain, shares_weight((uint64_t)st.st_size, unit));
}

enum outcome
shares_read(
    struct shares *s, unsigned q, int fd, uint64_t unit, struct reason *why)
{
	struct scan *scan = NULL;
	const char *name;
	enum outcome o;

	o = scan_make(fd, NULL, NULL, &scan, why);
	if (o != DONE)
		return o;
	while ((name = scan_peek_next(scan)) != NULL)
		file_add(s, q, fd, name, unit);
	scan_free(scan);
	return DONE;
}
