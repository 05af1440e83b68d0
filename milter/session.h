#ifndef MILTER_SESSION_H
#define MILTER_SESSION_H

#include <stdbool.h>
#include <sys/socket.h>

#include "milter/collect.h"
#include "milter/deliver.h"
#include "milter/judge_pool.h"

/*
 * One connection of a mail server: any number of messages, one after the
 * other, each of which may break off at any point.  Knows nothing of libmilter.
 * Used by one thread at a time; what sessions share is in struct service.
 */
struct session;

struct service {
	const struct options *options;
	struct judge_pool *pool;
	struct known *known;
	struct deliver *deliver;
	struct collect_budget budget;
};

/* What the mail server says about the message at the end of its headers. */
struct session_macros {
	const char *queue_id; /* any of these may be NULL */
	const char *auth_type;
	const char *auth_authen;
	const char *client;
};

/* A new connection; NULL when out of memory.  The service is borrowed. */
struct session *session_new(struct service *service);

/* The end of the connection; NULL is allowed. */
void session_free(struct session *s);

/* Header values come without the space behind the colon. */
void session_without_space(struct session *s);

/* The client of the mail server; NULL or a local one tells nothing. */
void session_client(struct session *s, const struct sockaddr *client);

/* A header field, its lines separated by LF or CRLF. */
void session_header(struct session *s, const char *name, const char *value);

/*
 * The headers are complete: whether the body is wanted.  If not, the message is
 * over for us.
 */
bool session_headers_end(
    struct session *s, const struct session_macros *macros);

/* A piece of the body; ignored when it is not wanted any more. */
void session_body(
    struct session *s, const void *data, size_t len, const char *queue_id);

/* The message is complete: judge it.  Takes LIMIT_JUDGE_DEADLINE at most,
 * and what the spool needs. */
void session_finish(struct session *s, const char *queue_id);

/* The message broke off. */
void session_abandon(struct session *s);

#endif
