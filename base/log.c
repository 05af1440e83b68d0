#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/clock.h"

#define LINE_MAX 4096
#define VALUE_MAX 1024

static const struct {
	const char *name;
	int priority;
} table[] = {
#define EVENT(code, name, priority, meaning) [EVENT_##code] = {name, priority},
#include "base/events.def"
#undef EVENT
};

/* Written once by log_open(), before there are threads. */
static struct {
	const char *program;
	enum log_target target;
	int threshold;
	bool journal; /* stderr is read by systemd's journal */
} log_state = {"certharvest", LOG_TO_STDERR, LOG_INFO, false};

bool
log_journal_reads(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	return stream != NULL &&
	    sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
	    fstat(STDERR_FILENO, &st) == 0 && st.st_dev == (dev_t)device &&
	    st.st_ino == (ino_t)inode;
}

void
log_open(const char *program, enum log_target target, int threshold)
{
	log_state.program = program;
	log_state.target = target;
	log_state.threshold = threshold;
	log_state.journal = log_journal_reads();
	if (target == LOG_TO_SYSLOG)
		openlog(program, LOG_PID | LOG_NDELAY, LOG_MAIL);
}

bool
log_to_syslog(void)
{
	return log_state.target == LOG_TO_SYSLOG;
}

const char *
log_event_name(enum event event)
{
	return table[event].name;
}

/*
 * Length of the well-formed UTF-8 character at s (RFC 3629 section 4) and its
 * code point; 0 when it is none.
 */
static unsigned
utf8_take(const unsigned char *s, uint32_t *point)
{
	unsigned n, i;

	if (s[0] < 0x80) {
		*point = s[0];
		return 1;
	}
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	*point = s[0] & (0x7fu >> n);
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (s[i] & 0x3f);
	}
	if ((n == 3 && *point < 0x800) || (n == 4 && *point < 0x10000) ||
	    *point > 0x10ffff || (*point >= 0xd800 && *point <= 0xdfff))
		return 0;
	return n;
}

/* What turns the reading direction, or breaks a line in some viewers. */
static bool
is_trick(uint32_t c)
{
	return c == 0x061c || (c >= 0x200e && c <= 0x200f) ||
	    (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	    c == 0xfeff;
}

/*
 * The character at s as it goes into a quoted string, at most 8 bytes with
 * the NUL; returns how many bytes of s it takes.
 */
static unsigned
quote_one(const unsigned char *s, char out[8])
{
	uint32_t c = 0;
	unsigned n = utf8_take(s, &c);

	if (n == 0) {
		snprintf(out, 8, "\\x%02x", s[0]);
		return 1;
	}
	if (c == '"' || c == '\\')
		snprintf(out, 8, "\\%c", (char)c);
	else if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		snprintf(out, 8, "\\x%02x", (unsigned)c);
	else if (is_trick(c))
		snprintf(out, 8, "\\u%04x", (unsigned)(c & 0xffff));
	else
		snprintf(out, 8, "%.*s", (int)n, (const char *)s);
	return n;
}

char *
log_quote(const char *s, char *out, size_t size)
{
	const size_t tail = sizeof "...\""; /* room for the end, NUL too */
	const unsigned char *p = (const unsigned char *)s;
	size_t used = 1, mark = 1, len;
	char one[8];

	if (size < 1 + tail) {
		if (size > 0)
			out[0] = '\0';
		return out;
	}
	out[0] = '"';
	while (*p != '\0') {
		p += quote_one(p, one);
		len = strlen(one);
		if (used + len + 2 > size) {
			memcpy(out + mark, "...", 3);
			used = mark + 3;
			break;
		}
		memcpy(out + used, one, len);
		used += len;
		if (used + tail <= size)
			mark = used; /* the dots would fit from here */
	}
	out[used++] = '"';
	out[used] = '\0';
	return out;
}

/* Append " key=value"; a field that does not fit is left out whole. */
static size_t
field_add(const struct log_field *f, char *line, size_t used)
{
	char value[VALUE_MAX];
	int n;

	if (f->text != NULL)
		log_quote(f->text, value, sizeof value);
	else
		snprintf(value, sizeof value, "%lld", (long long)f->number);
	n = snprintf(line + used, LINE_MAX - used, " %s=%s", f->key, value);
	if (n < 0 || (size_t)n >= LINE_MAX - used) {
		line[used] = '\0';
		return used;
	}
	return used + (size_t)n;
}

/* One write() for a line, so that lines of threads do not mix. */
static void
write_stderr(int priority, const char *line)
{
	char out[LINE_MAX + 128], now[CLOCK_TEXT];
	int n;

	if (log_state.journal) {
		n = snprintf(out, sizeof out, "<%d>%s\n", priority, line);
	} else {
		clock_format(clock_now(), now);
		n = snprintf(out, sizeof out, "%s %s[%ld]: %s\n", now,
		    log_state.program, (long)getpid(), line);
	}
	/* nowhere to tell of a failure */
	if (n > 0 && write(STDERR_FILENO, out, (size_t)n) < 0)
		return;
}

void
log_event_fields(enum event event, const struct log_field *fields)
{
	char line[LINE_MAX];
	size_t used;

	if (table[event].priority > log_state.threshold)
		return;
	used = (size_t)snprintf(line, sizeof line, "%s", table[event].name);
	for (; fields->key != NULL; fields++)
		used = field_add(fields, line, used);
	if (log_state.target == LOG_TO_SYSLOG)
		syslog(table[event].priority, "%s", line);
	else
		write_stderr(table[event].priority, line);
}
