#ifndef PUBLISHER_INSIDE_H
#define PUBLISHER_INSIDE_H

#include "publisher/control.h"
#include "publisher/gauges.h"
#include "publisher/intake.h"
#include "publisher/snapshot.h"
#include "publisher/tidying.h"
#include "publisher/work.h"

/*
 * The publisher as publisher.c runs it, and as the requests at the control
 * socket see it.  These never act, they leave an order: the socket is
 * served while a harvest is being decided, too.
 */
struct publisher {
	const char *settings_path; /* NULL: the default */
	bool debug;
	int lock;
	int signals; /* signalfd */
	struct store *store;
	struct work work;
	struct intake *intake;
	struct control *control;
	struct peer_policy peers;
	struct snapshot_pace snapshot;
	struct gauges gauges;
	struct tidying tidying;
	int64_t started;  /* seconds since 1970 */
	int64_t drain_at; /* milliseconds, all of them */
	int64_t watchdog_at;
	bool ending;

	struct {
		bool reload, retry;
	} orders;
};

/* One request of the table in requests.c; NULL: out of memory. */
typedef json_t *request_answer(struct publisher *p,
    const struct control_peer *peer, const json_t *request);

/* Answer a request at the control socket; arg is a struct publisher. */
json_t *requests_answer(
    void *arg, const struct control_peer *peer, const json_t *request);

/* Log what should not stay so. */
void publisher_warn(const struct publisher *p);

/* Take new settings; wrong ones are told and leave the old in use. */
void publisher_reload(struct publisher *p);

/* The setup's options for this publisher. */
struct setup_options publisher_setup_options(struct publisher *p);

#endif
