#include "milter/sessions.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

#include <libmilter/mfapi.h>

#include "base/clock.h"
#include "base/confine.h"
#include "base/file.h"
#include "base/log.h"
#include "base/metrics.h"
#include "config/config.h"
#include "milter/callbacks.h"
#include "milter/control.h"
#include "milter/generation.h"
#include "milter/listener_swap.h"

#define PROGRAM "certharvest-milter"

/* Descriptors beside those of sessions: ours, libmilter's, the spool's. */
#define FDS_HOUSE 64
/* A session, its temporary file twice, and the judge's copy. */
#define FDS_SESSION 4
/* What may be accepted before we notice that it is too much. */
#define FDS_SLACK 256

#define STACK (512u * 1024)
#define TICK 250
#define TICK_SHORT 50 /* while paused or draining */
#define STATUS_INTERVAL 1000
#define ORPHAN_SERVES 10000
#define LIMIT_LOG 60000
/* For a first judge; then mail goes on without one. */
#define FIRST_JUDGE 3000
/* For the others after the first: on a busy machine they hinder it. */
#define OTHER_JUDGES 500
#define MAX_STARTING 16

struct sessions {
	struct settings *settings;
	struct options options;
	struct service service;
	struct judge_known known;
	struct listener_swap *swap;
	int busy; /* eventfd: the limit was reached */
	bool paused;
	bool draining;
	bool idle_once;	      /* no connection at the last look */
	int64_t drain_until;  /* on clock_ms() */
	int64_t orphan_until; /* 0: the supervisor lives */
	int64_t limit_logged;
	int64_t status_sent;
	int64_t start_until; /* accept then, judge or not; 0: accepting */
};

/* For busy() alone, which libmilter's threads call. */
static unsigned busy_limit;
static int busy_fd = -1;

static void
busy(unsigned sessions)
{
	uint64_t one = 1;

	if (sessions >= busy_limit)
		(void)!write(busy_fd, &one, sizeof one);
}

/* A worker leaves the pool, or soon will: the supervisor replaces it. */
static void
worker_ended(void *arg, uint32_t id, enum judge_pool_end why)
{
	static const enum control_kind kinds[] = {
	    [POOL_SPENT] = CONTROL_SPENT,
	    [POOL_RETIRED] = CONTROL_RETIRED,
	    [POOL_TAINTED] = CONTROL_TAINTED,
	    [POOL_LATE] = CONTROL_LATE,
	    [POOL_DEAD] = CONTROL_DEAD,
	};
	struct control c = {.kind = kinds[why], .id = id};

	(void)arg;
	(void)!control_send(SESSIONS_CONTROL, &c, -1, NULL);
}

static void
worker_ready(void *arg, uint32_t id)
{
	struct control c = {.kind = CONTROL_ABLE, .id = id};

	(void)arg;
	(void)!control_send(SESSIONS_CONTROL, &c, -1, NULL);
}

/*
 * Less than nothing to gain here: no new rights, no core file with mail in
 * it, no reading of our memory, and an end to descriptors.
 */
static enum outcome
harden(const struct options *o, struct reason *why)
{
	rlim_t fds = FDS_HOUSE + 2 * o->judges.workers +
	    FDS_SESSION * (rlim_t)o->max_sessions + FDS_SLACK;
	struct rlimit files, none = {0, 0};

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return reason_set(
		    why, REASON_IO, "getrlimit: %s", strerror(errno));
	if (files.rlim_max != RLIM_INFINITY && fds > files.rlim_max)
		return reason_set(why, REASON_SETTINGS,
		    "milter.max_sessions = %u needs %llu descriptors, but the "
		    "limit is %llu",
		    o->max_sessions, (unsigned long long)fds,
		    (unsigned long long)files.rlim_max);
	files.rlim_cur = fds;
	if (setrlimit(RLIMIT_NOFILE, &files) != 0 ||
	    setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return reason_set(
		    why, REASON_IO, "limits: %s", strerror(errno));
	return DONE;
}

/*
 * A signal for the whole group or by name is meant for the supervisor, which
 * tells us.  Libmilter would end on HUP and TERM; as long as the first
 * thread ignores them unblocked, the kernel drops them.
 */
static void
ignore_signals(void)
{
	struct sigaction sa = {.sa_handler = SIG_IGN};

	(void)sigaction(SIGHUP, &sa, NULL);
	(void)sigaction(SIGTERM, &sa, NULL);
	(void)sigaction(SIGINT, &sa, NULL);
	(void)sigaction(SIGPIPE, &sa, NULL);
}

static void *
run_libmilter(void *arg)
{
	(void)arg;
	(void)smfi_main();
	/* It never returns unless it fails. */
	LOG_EVENT(FAILED, LOG_STR("text", "libmilter ended"));
	_exit(EX_SOFTWARE);
}

/* The limit on threads is that on sessions: an idle one needs none. */
static enum outcome
start_libmilter(struct sessions *s, struct reason *why)
{
	pthread_attr_t attr;
	pthread_t thread;
	int e;

	(void)smfi_settimeout((int)s->options.io_timeout);
	(void)pthread_attr_init(&attr);
	(void)pthread_attr_setstacksize(&attr, STACK);
	(void)pthread_setattr_default_np(&attr); /* also of libmilter's */
	e = pthread_create(&thread, &attr, run_libmilter, NULL);
	(void)pthread_attr_destroy(&attr);
	if (e != 0)
		return reason_set(
		    why, REASON_MEMORY, "thread: %s", strerror(e));
	listener_swap_thread(s->swap, thread);
	return DONE;
}

/* Locked in, before there are threads and connections. */
static enum outcome
confine(struct sessions *s, struct reason *why)
{
	char *sockets = listener_swap_dup_folder(s->swap);
	struct confine_sessions c = {
	    .spool = settings_peek(s->settings, "spool", "folder"),
	    .temporary = s->options.temporary_folder,
	    .sockets = sockets,
	    .syslog = log_to_syslog(),
	};
	unsigned landlock = 0;
	enum outcome o;

	o = confine_sessions(&c, &landlock, why);
	free(sockets);
	if (o == DONE)
		LOG_EVENT(CONFINED, LOG_NUM("landlock", landlock));
	return o;
}

static void
share_metrics(void)
{
	struct reason why;

	/* After an upgrade the supervisor's table may be another. */
	if (metrics_share(SESSIONS_METRICS, &why) != DONE)
		LOG_EVENT(SETTINGS, LOG_STR("setting", "milter.metrics_file"),
		    LOG_STR("text", why.text));
}

/* For the judges: whether a signer was verified of late. */
static bool
is_known(void *arg, const uint8_t digest[DIGEST_LEN])
{
	struct sessions *s = arg;

	return known_has(s->service.known, digest, clock_uptime());
}

static enum outcome
open_service(struct sessions *s, struct reason *why)
{
	struct judge_pool_options pool = {.workers = s->options.judges.workers,
	    .messages = s->options.messages,
	    .deadline = s->options.deadline,
	    .known = s->options.known_entries > 0 ? &s->known : NULL,
	    .ended = worker_ended,
	    .ready = worker_ready};
	enum outcome o;

	s->service.options = &s->options;
	s->service.budget.memory_cap = s->options.candidate_memory;
	s->service.budget.bytes_cap = s->options.candidate_bytes;
	s->service.budget.folder = s->options.temporary_folder;
	s->known = (struct judge_known){is_known, s};
	o = known_new(s->options.known_entries, &s->service.known, why);
	if (o == DONE)
		o = judge_pool_new(&pool, &s->service.pool, why);
	if (o == DONE)
		o = deliver_new(
		    &s->options, s->service.known, &s->service.deliver, why);
	if (o == DONE)
		o = callbacks_register(&s->service, busy, why);
	return o;
}

static enum outcome
prepare(struct sessions *s, bool debug, struct reason *why)
{
	char path[] = "/proc/self/fd/4"; /* SESSIONS_SETTINGS */
	enum outcome o;
	int fd;

	for (fd = SESSIONS_CONTROL; fd <= SESSIONS_LISTEN; fd++)
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	o = config_read(path, config_complain_stderr, NULL, &s->settings, why);
	if (o == DONE)
		o = options_read(s->settings, &s->options, why);
	if (o != DONE)
		return o;
	if (!debug)
		config_log_open(s->settings, PROGRAM);
	share_metrics();
	o = harden(&s->options, why);
	if (o != DONE)
		return o;
	ignore_signals();
	busy_limit = s->options.max_sessions;
	busy_fd = s->busy = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->start_until = clock_ms() + FIRST_JUDGE;
	o = open_service(s, why);
	if (o == DONE)
		o = listener_swap_open(SESSIONS_LISTEN, &s->swap, why);
	if (o == DONE && s->options.confine)
		o = confine(s, why);
	return o;
}

/* Once there is somebody to ask: until then the queue, or an older process,
 * has the connections. */
static enum outcome
start_when_ready(struct sessions *s, struct reason *why)
{
	struct control ready = {.kind = CONTROL_READY};
	unsigned judges = judge_pool_was_ready(s->service.pool);
	int64_t now = clock_ms();
	enum outcome o;

	if (s->start_until == 0)
		return DONE;
	if (judges > 0 && s->start_until > now + OTHER_JUDGES)
		s->start_until = now + OTHER_JUDGES;
	if (judges < s->options.judges.workers && now < s->start_until)
		return DONE;
	s->start_until = 0;
	o = start_libmilter(s, why);
	if (o == DONE)
		o = control_send(SESSIONS_CONTROL, &ready, -1, why);
	return o;
}

static void
drain(struct sessions *s)
{
	if (s->draining)
		return;
	s->draining = true;
	s->drain_until = clock_ms() + (int64_t)s->options.drain * 1000;
	/* Without a supervisor nobody else removes the name. */
	if (s->orphan_until)
		listener_swap_unlink(s->swap);
	listener_swap_end(s->swap);
}

static void
obey(struct sessions *s, const struct control *c, int fd)
{
	switch (c->kind) {
	case CONTROL_JUDGE:
		judge_pool_give_worker(s->service.pool, c->id, fd);
		return;
	case CONTROL_RETIRE:
		judge_pool_retire(s->service.pool, c->id);
		break;
	case CONTROL_GONE:
		judge_pool_forget(s->service.pool, c->id);
		break;
	case CONTROL_DRAIN:
		drain(s);
		break;
	default:
		break;
	}
	file_close(&fd);
}

static void
hear(struct sessions *s)
{
	struct control c;
	enum outcome o;
	int fd;

	for (;;) {
		fd = -1;
		o = control_receive(SESSIONS_CONTROL, &c, &fd, NULL);
		if (o != DONE)
			break;
		obey(s, &c, fd);
	}
	if (o == NOTHING || s->orphan_until != 0)
		return;
	/*
	 * The supervisor died.  Its successor takes a unix socket's name
	 * over; until then we serve.  An inet port it cannot have before we let
	 * go.
	 */
	s->orphan_until = clock_ms() +
	    (listener_swap_is_current(s->swap) ? ORPHAN_SERVES : 0);
}

/* More connections than may be: stop accepting until some have ended. */
static void
watch_limit(struct sessions *s)
{
	unsigned max = s->options.max_sessions;
	unsigned n = listener_swap_connections(s->swap);

	if (s->draining)
		return;
	if (!s->paused && n >= max) {
		s->paused = true;
		listener_swap_pause(s->swap);
		if (clock_ms() - s->limit_logged >= LIMIT_LOG) {
			s->limit_logged = clock_ms();
			LOG_EVENT(SESSION_LIMIT, LOG_NUM("sessions", n),
			    LOG_NUM("max-sessions", max));
		}
	} else if (s->paused && n < max) {
		s->paused = false;
		listener_swap_resume(s->swap);
	}
}

/*
 * Connections that never say a word are not announced by libmilter, but
 * the lowest free descriptor rises with them.
 */
static bool
is_crowded(const struct sessions *s)
{
	int fd = fcntl(SESSIONS_CONTROL, F_DUPFD_CLOEXEC, 0);
	bool crowded = fd < 0 || fd >= (int)s->options.max_sessions;

	file_close(&fd);
	return crowded;
}

static bool
is_drained(struct sessions *s)
{
	bool idle = listener_swap_connections(s->swap) == 0;
	bool over = (idle && s->idle_once) || clock_ms() >= s->drain_until;

	s->idle_once = idle;
	return over;
}

static void
send_status(struct sessions *s)
{
	struct control c = {.kind = CONTROL_STATUS,
	    .id = callbacks_sessions(),
	    .value = (int64_t)s->service.budget.bytes};

	if (clock_ms() - s->status_sent < STATUS_INTERVAL)
		return;
	s->status_sent = clock_ms();
	(void)!control_send(SESSIONS_CONTROL, &c, -1, NULL);
}

/* One turn of the first thread; false when all is done. */
static bool
turn(struct sessions *s)
{
	struct pollfd p[2 + MAX_STARTING] = {
	    {.fd = s->orphan_until ? -1 : SESSIONS_CONTROL, .events = POLLIN},
	    {.fd = s->busy, .events = POLLIN}};
	uint64_t count;
	unsigned n;

	n = judge_pool_starting(s->service.pool, p + 2, MAX_STARTING);
	(void)poll(p, 2 + n,
	    s->paused || s->draining || s->start_until ? TICK_SHORT : TICK);
	judge_pool_look(s->service.pool);
	(void)!read(s->busy, &count, sizeof count);
	if (!s->orphan_until)
		hear(s);
	if (p[1].revents || s->paused || is_crowded(s))
		watch_limit(s);
	send_status(s);
	if (s->orphan_until && !s->draining &&
	    (clock_ms() >= s->orphan_until ||
		!listener_swap_is_current(s->swap)))
		drain(s);
	return !s->draining || !is_drained(s);
}

static void __attribute__((noreturn)) fail(const struct reason *why)
{
	LOG_EVENT(FAILED, LOG_STR("reason", reason_name(why->code)),
	    LOG_STR("text", why->text));
	_exit(why->code == REASON_SETTINGS ? EX_CONFIG : EX_SOFTWARE);
}

int
sessions_run(bool debug)
{
	/* Static: libmilter's threads use it until the process is gone. */
	static struct sessions s;
	struct reason why;

	log_open(PROGRAM, LOG_TO_STDERR, debug ? LOG_DEBUG : LOG_INFO);
	s.limit_logged = clock_ms() - LIMIT_LOG;
	if (prepare(&s, debug, &why) != DONE)
		fail(&why);
	do {
		if (start_when_ready(&s, &why) != DONE)
			fail(&why);
	} while (turn(&s));
	/* Not exit(): libmilter's threads still run. */
	_exit(EX_OK);
}
