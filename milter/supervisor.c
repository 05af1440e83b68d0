#include "milter/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/notify.h"
#include "config/config.h"
#include "milter/bucket.h"
#include "milter/fleet.h"
#include "milter/gauges.h"
#include "pki/sources.h"

#define RESTART_BURST 5
#define RESTART_INTERVAL 2000
#define METRICS_INTERVAL 10000
#define TRUST_INTERVAL 5000

struct supervisor {
	const char *path;
	struct generation_house house;
	int lock;
	int signals;

	struct setup *setup;
	struct listener *listener;
	struct fleet fleet;
	struct gauges gauges;

	/* What a reload prepares, beside fleet.next. */
	struct setup *next_setup;
	struct listener *next_listener; /* NULL: the socket stays */

	struct bucket restart;
	bool reload_wanted;
	bool served; /* ever */
	bool stopping;
	bool quit;
	int status;
	int64_t next_metrics;
	int64_t next_trust;
	int64_t next_watchdog;
};

static void
complain_log(void *arg, const char *line)
{
	(void)arg;
	LOG_EVENT(SETTINGS, LOG_STR("text", line));
}

/* The program cannot go on. */
static void
fail(struct supervisor *s, const struct reason *why, int status)
{
	LOG_EVENT(FAILED, LOG_STR("reason", reason_name(why->code)),
	    LOG_STR("text", why->text));
	s->status = status;
	s->quit = true;
}

/* Loudly, at each start and reload. */
static void
warn_unconfined(const struct options *o)
{
	if (!o->judges.confine)
		LOG_EVENT(UNCONFINED, LOG_STR("setting", "judge.confine"));
	if (!o->confine)
		LOG_EVENT(UNCONFINED, LOG_STR("setting", "milter.confine"));
}

/* The settings in use decide what serves: start it when it is not there. */
static void
ensure_current(struct supervisor *s)
{
	struct reason why;

	if (s->fleet.current || s->stopping)
		return;
	if (!bucket_take(&s->restart, clock_ms())) {
		if (s->served)
			return;
		(void)reason_set(&why, REASON_WORKER_BROKEN,
		    "the sessions process ends again and again");
		fail(s, &why, EX_SOFTWARE);
		return;
	}
	if (generation_start(&s->house, s->setup, listener_peek_fd(s->listener),
		&s->fleet.current, &why) == DONE)
		return;
	LOG_EVENT(GENERATION_DIED, LOG_STR("reason", reason_name(why.code)),
	    LOG_STR("text", why.text));
}

static void
reload_drop(struct supervisor *s)
{
	generation_free(s->fleet.next);
	listener_close(s->next_listener);
	setup_free(s->next_setup);
	s->fleet.next = NULL;
	s->next_listener = NULL;
	s->next_setup = NULL;
}

static void
reload_refuse(struct supervisor *s, const struct reason *why)
{
	LOG_EVENT(RELOAD_REFUSED, LOG_STR("reason", reason_name(why->code)),
	    LOG_STR("text", why->text));
	reload_drop(s);
	notify_send("READY=1");
}

/* SIGHUP: everything new is prepared beside what serves. */
static void
reload_begin(struct supervisor *s)
{
	struct listener *listener = s->listener;
	struct reason why;
	enum outcome o;

	s->reload_wanted = false;
	notify_reloading();
	o = setup_read(s->path, complain_log, NULL, &s->next_setup, &why);
	if (o == DONE &&
	    !listener_serves(s->listener, &s->next_setup->options.listen)) {
		o = listener_open(
		    &s->next_setup->options.listen, &s->next_listener, &why);
		listener = s->next_listener;
	}
	if (o == DONE)
		o = generation_start(&s->house, s->next_setup,
		    listener_peek_fd(listener), &s->fleet.next, &why);
	if (o != DONE)
		reload_refuse(s, &why);
}

/* The new generation serves: it replaces the one before. */
static void
reload_finish(struct supervisor *s)
{
	struct reason why;

	fleet_retire(&s->fleet);
	s->fleet.current = s->fleet.next;
	s->fleet.next = NULL;
	if (s->next_listener) {
		listener_close(s->listener);
		s->listener = s->next_listener;
		s->next_listener = NULL;
	} else if (listener_adjust(s->listener, &s->next_setup->options.listen,
		       &why) != DONE) {
		LOG_EVENT(SETTINGS, LOG_STR("setting", "milter.socket"),
		    LOG_STR("text", why.text));
	}
	setup_free(s->setup);
	s->setup = s->next_setup;
	s->next_setup = NULL;
	if (!s->house.debug)
		config_log_open(s->setup->settings, "certharvest-milter");
	LOG_EVENT(RELOADED, LOG_STR("settings", s->path));
	warn_unconfined(&s->setup->options);
	notify_send("READY=1");
}

static void
reload_step(struct supervisor *s)
{
	struct reason why;

	if (s->fleet.next &&
	    generation_state(s->fleet.next) == GENERATION_SERVING)
		reload_finish(s);
	if (s->fleet.next &&
	    generation_state(s->fleet.next) == GENERATION_OVER) {
		(void)reason_set(&why, REASON_WORKER_BROKEN,
		    "the new sessions process did not become ready");
		reload_refuse(s, &why);
	}
	if (s->reload_wanted && !s->fleet.next && s->served && !s->stopping &&
	    s->fleet.n_old < FLEET_OLD)
		reload_begin(s);
}

static void
stop_begin(struct supervisor *s)
{
	if (s->stopping) {
		s->quit = true; /* told twice: at once */
		return;
	}
	s->stopping = true;
	notify_send("STOPPING=1");
	reload_drop(s);
	listener_withdraw(s->listener);
	fleet_retire(&s->fleet);
}

/* Drop what is over; the first of all to serve makes us ready. */
static void
settle(struct supervisor *s)
{
	fleet_settle(&s->fleet);
	if (!s->served && s->fleet.current &&
	    generation_state(s->fleet.current) == GENERATION_SERVING) {
		s->served = true;
		LOG_EVENT(STARTED,
		    LOG_STR("socket", s->setup->options.listen.socket));
		warn_unconfined(&s->setup->options);
		notify_send("READY=1");
	}
	if (s->stopping && s->fleet.n_old == 0)
		s->quit = true;
}

static void
read_signals(struct supervisor *s)
{
	struct signalfd_siginfo si;

	while (read(s->signals, &si, sizeof si) == (ssize_t)sizeof si) {
		switch (si.ssi_signo) {
		case SIGHUP:
			s->reload_wanted = true;
			break;
		case SIGTERM:
		case SIGINT:
			stop_begin(s);
			break;
		default:
			fleet_reap(&s->fleet);
			break;
		}
	}
}

static void
write_metrics(struct supervisor *s)
{
	fleet_count(&s->fleet);
	gauges_write(&s->gauges, s->setup->settings);
}

static void
refresh_trust(struct supervisor *s)
{
	struct reason why;
	enum outcome o;

	o = setup_refresh(s->setup, &why);
	if (o == DONE) {
		LOG_EVENT(SNAPSHOT,
		    LOG_STR("path",
			settings_peek(
			    s->setup->settings, "spool", "snapshot")));
		fleet_trust(&s->fleet, s->setup->trust_fd);
	} else if (o != NOTHING) {
		LOG_EVENT(SNAPSHOT_REFUSED,
		    LOG_STR("reason", reason_name(why.code)),
		    LOG_STR("text", why.text));
	}
}

/* Run what is due and return when the next of it is. */
static int64_t
run_timers(struct supervisor *s)
{
	int64_t every = notify_watchdog();
	int64_t now = clock_ms();
	int64_t next;

	if (now >= s->next_metrics) {
		s->next_metrics = now + METRICS_INTERVAL;
		write_metrics(s);
	}
	if (now >= s->next_trust) {
		s->next_trust = now + TRUST_INTERVAL;
		refresh_trust(s);
	}
	next =
	    s->next_metrics < s->next_trust ? s->next_metrics : s->next_trust;
	if (every == 0)
		return next;
	if (now >= s->next_watchdog) {
		s->next_watchdog = now + every;
		notify_send("WATCHDOG=1");
	}
	return next < s->next_watchdog ? next : s->next_watchdog;
}

static void
serve(struct supervisor *s)
{
	int64_t next, due;

	while (!s->quit) {
		ensure_current(s);
		reload_step(s);
		next = run_timers(s);
		due = fleet_tick(&s->fleet);
		next = due < next ? due : next;
		settle(s);
		if (!s->fleet.current && !s->stopping) {
			due = bucket_next(&s->restart, clock_ms());
			next = due < next ? due : next;
		}
		if (s->quit)
			break;
		fleet_wait(&s->fleet, s->signals, next);
		fleet_hear(&s->fleet);
		read_signals(s);
	}
}

/* SIGPIPE is ignored, the signals that mean something become readable. */
static enum outcome
catch_signals(int *out, struct reason *why)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGHUP);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGCHLD);
	(void)sigaction(SIGPIPE, &ignore, NULL);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return reason_set(
		    why, REASON_IO, "sigprocmask: %s", strerror(errno));
	*out = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (*out < 0)
		return reason_set(
		    why, REASON_IO, "signalfd: %s", strerror(errno));
	return DONE;
}

static enum outcome
find_programs(struct generation_house *house, struct reason *why)
{
	house->self = child_self_dup_path();
	house->judge = child_program_dup_path("certharvest-judge");
	if (!house->self || !house->judge)
		return reason_set(why, REASON_WORKER_BROKEN,
		    "certharvest-judge is neither beside this program nor in "
		    "%s",
		    PKGLIBEXECDIR);
	return DONE;
}

/* Everything before the first generation; the exit status goes along. */
static enum outcome
prepare(struct supervisor *s, struct reason *why)
{
	enum outcome o;

	s->status = EX_CONFIG;
	o = setup_read(s->path, complain_log, NULL, &s->setup, why);
	if (o != DONE)
		return o;
	if (!s->house.debug)
		config_log_open(s->setup->settings, "certharvest-milter");
	s->status = EX_SOFTWARE;
	o = find_programs(&s->house, why);
	if (o == DONE)
		o = catch_signals(&s->signals, why);
	if (o == DONE)
		o = metrics_create(&s->house.metrics_fd, why);
	if (o == DONE)
		o = metrics_share(s->house.metrics_fd, why);
	if (o != DONE)
		return o;
	s->status = EX_TEMPFAIL;
	o = file_lock(settings_peek(s->setup->settings, "milter", "lock_file"),
	    &s->lock, why);
	if (o != DONE)
		return o;
	s->status = EX_CANTCREAT;
	return listener_open(&s->setup->options.listen, &s->listener, why);
}

static void
clear(struct supervisor *s)
{
	reload_drop(s);
	fleet_clear(&s->fleet);
	listener_close(s->listener);
	setup_free(s->setup);
	file_close(&s->signals);
	file_close(&s->house.metrics_fd);
	file_close(&s->lock);
	free(s->house.self);
	free(s->house.judge);
}

int
supervisor_run(const char *settings_path, bool debug)
{
	struct supervisor s = {
	    .path = settings_path ? settings_path : config_default_path(),
	    .house = {.metrics_fd = -1, .debug = debug},
	    .lock = -1,
	    .signals = -1,
	    .gauges = {.started = clock_now()}};
	struct reason why;

	/* Until the settings say otherwise, complaints go to the terminal. */
	log_open(
	    "certharvest-milter", LOG_TO_STDERR, debug ? LOG_DEBUG : LOG_INFO);
	bucket_init(&s.restart, RESTART_BURST, RESTART_INTERVAL, clock_ms());
	if (prepare(&s, &why) != DONE) {
		fail(&s, &why, s.status);
	} else {
		s.status = EX_OK;
		serve(&s);
		write_metrics(&s);
		LOG_EVENT(STOPPED, LOG_NUM("status", s.status));
	}
	clear(&s);
	return s.status;
}

static void
object(void *arg, const char *setting, const struct reason *why)
{
	struct reason line;

	(void)settings_object(arg, "trust", setting, &line, "%s", why->text);
	config_complain_stderr(NULL, line.text);
}

/* What a running milter goes on without is wrong all the same. */
static enum outcome
check_trust(struct settings *s, struct reason *why)
{
	struct trust *t = trust_new();
	enum outcome o;

	if (!t)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = sources_load(t, s, object, s, why);
	if (o == BROKEN)
		why->code = REASON_SETTINGS; /* told already */
	trust_free(t);
	return o;
}

int
supervisor_check(const char *settings_path)
{
	struct setup *setup = NULL;
	struct reason why;
	enum outcome o;

	/* The complaints are told in words of their own. */
	log_open("certharvest-milter", LOG_TO_STDERR, LOG_CRIT);
	o = setup_read(
	    settings_path, config_complain_stderr, NULL, &setup, &why);
	if (o == DONE)
		o = check_trust(setup->settings, &why);
	if (o != DONE && why.code != REASON_SETTINGS)
		fprintf(stderr, "certharvest-milter: %s\n", why.text);
	setup_free(setup);
	return o == DONE ? EX_OK : EX_CONFIG;
}
