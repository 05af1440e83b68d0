#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

/*
 * One line an event: the event's stable name, then fields, every string
 * quoted, so that a hostile From: can neither forge nor split a line:
 *
 *	harvest-taken queue-id="4XyZ" address="bob@example.org" size=2345
 *
 * Only programs log; everything inside fills a struct reason.  Thread-safe.
 * Events are a table, base/events.def, documented in certharvest-events(7).
 */
enum event {
#define EVENT(code, name, priority, meaning) EVENT_##code,
#include "base/events.def"
#undef EVENT
	EVENT_COUNT
};

enum log_target { LOG_TO_STDERR, LOG_TO_SYSLOG };

struct log_field {
	const char *key;
	const char *text; /* NULL: the number counts */
	int64_t number;
};

#define LOG_STR(k, v) ((struct log_field){.key = (k), .text = (v)})
#define LOG_NUM(k, v) ((struct log_field){.key = (k), .number = (v)})

/* Once, at start.  program is borrowed.  Lower priorities than the
 * threshold (a LOG_ priority of syslog.h) are left out. */
void log_open(const char *program, enum log_target target, int threshold);

/*
 * Whether systemd's journal reads our standard error: then lines begin with
 * their priority and the journal knows the rest.  Whoever is started by a
 * service inherits the variable that says so, also where its output goes
 * elsewhere, so it is compared (systemd.exec(5)).
 */
bool log_journal_reads(void);

/* Whether it goes to syslog. */
bool log_to_syslog(void);

/* Write one event; the last of the fields must have a NULL key.  Use the
 * macro. */
void log_event_fields(enum event event, const struct log_field *fields);

#define LOG_EVENT(event, ...)                                                  \
	log_event_fields(EVENT_##event,                                        \
	    (const struct log_field[]){__VA_ARGS__, {.key = NULL}})

/* The event's name, and what it means, for the manual check. */
const char *log_event_name(enum event event);

/*
 * Write s into out as a quoted string: '"' and '\\' escaped, control
 * characters, DEL, C1 and invalid UTF-8 as \xNN, bidirectional controls as
 * \uNNNN, cut with "..." where size does not suffice.  Returns out.
 */
char *log_quote(const char *s, char *out, size_t size);

#endif
