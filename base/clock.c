#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/hooks.h"

#ifdef TEST_HOOKS
#define MOVED_BY hooks_clock()
#else
#define MOVED_BY 0
#endif

int64_t
clock_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec + MOVED_BY;
}

int64_t
clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
clock_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_uptime(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return ts.tv_sec + MOVED_BY;
}

/* 0000-01-01 and the last second of 9999. */
#define YEAR_0 ((int64_t)-62167219200)
#define YEAR_9999 ((int64_t)253402300799)

void
clock_format(int64_t t, char out[CLOCK_TEXT])
{
	struct tm tm;
	time_t tt;

	tt = t < YEAR_0 ? YEAR_0 : t > YEAR_9999 ? YEAR_9999 : t;
	gmtime_r(&tt, &tm);
	snprintf(out, CLOCK_TEXT, "%04u-%02u-%02uT%02u:%02u:%02uZ",
	    (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_mon % 12 + 1,
	    (unsigned)tm.tm_mday % 32, (unsigned)tm.tm_hour % 24,
	    (unsigned)tm.tm_min % 60, (unsigned)tm.tm_sec % 61);
}

/* Z, z or +hh:mm behind the seconds; fractions are read over. */
static enum outcome
zone_parse(const char *s, int64_t *offset)
{
	unsigned h, m;
	int n = 0;

	if (*s == '.')
		s += 1 + strspn(s + 1, "0123456789");
	if (strcmp(s, "Z") == 0 || strcmp(s, "z") == 0) {
		*offset = 0;
		return DONE;
	}
	if ((*s != '+' && *s != '-') ||
	    sscanf(s + 1, "%2u:%2u%n", &h, &m, &n) != 2 || s[1 + n] != '\0' ||
	    h > 23 || m > 59)
		return REFUSED;
	*offset = (int64_t)(h * 3600 + m * 60) * (*s == '-' ? -1 : 1);
	return DONE;
}

enum outcome
clock_parse(const char *text, int64_t *out)
{
	struct tm tm = {0}, check;
	int64_t offset = 0;
	time_t t;
	int n = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
		&n) != 3)
		return REFUSED;
	text += n;
	if (*text != '\0') {
		if ((*text != 'T' && *text != 't' && *text != ' ') ||
		    sscanf(text + 1, "%2d:%2d:%2d%n", &tm.tm_hour, &tm.tm_min,
			&tm.tm_sec, &n) != 3 ||
		    zone_parse(text + 1 + n, &offset) != DONE)
			return REFUSED;
	}
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	check = tm;
	t = timegm(&check);
	/* timegm() mends what is out of range; then it was no date. */
	if (check.tm_mday != tm.tm_mday || check.tm_mon != tm.tm_mon ||
	    check.tm_hour != tm.tm_hour || check.tm_min != tm.tm_min)
		return REFUSED;
	*out = (int64_t)t - offset;
	return DONE;
}
