#include <config.h>

#include "publisher/publisher.h"

#include <libgen.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <syslog.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/notify.h"
#include "config/config.h"
#include "publisher/inside.h"
#include "publisher/policies.h"
#include "publisher/writes.h"
#include "spool/snapshot.h"

#define NAME "certharvest-publisher"
#define LONGEST_WAIT 60000 /* milliseconds */
#define FULL_PAUSE 5000	   /* of a store without room, in milliseconds */

static void
complain(void *arg, const char *line)
{
	(void)arg;
	LOG_EVENT(SETTINGS, LOG_STR("text", line));
}

static void
open_log(const struct publisher *p, const struct settings *s)
{
	if (p->debug)
		log_open(NAME, LOG_TO_STDERR, LOG_DEBUG);
	else
		config_log_open(s, NAME);
}

/* What goes on whatever is waited for. */
static void
meanwhile(void *arg)
{
	struct publisher *p = arg;
	int64_t every = notify_watchdog(), now = clock_ms();

	control_serve(p->control);
	if (every > 0 && now >= p->watchdog_at) {
		notify_send("WATCHDOG=1");
		p->watchdog_at = now + every;
	}
}

struct setup_options
publisher_setup_options(struct publisher *p)
{
	return (struct setup_options){
	    .settings_path = p->settings_path,
	    .store = p->store,
	    .meanwhile = meanwhile,
	    .arg = p,
	};
}

/* The folder that the file will be in. */
static enum outcome
make_folder_of(const char *path, mode_t mode, struct reason *why)
{
	char *copy = strdup(path);
	enum outcome o;

	if (copy == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = file_make_folder(dirname(copy), mode, why);
	free(copy);
	return o;
}

static enum outcome
open_files(struct publisher *p, const struct settings *s, struct reason *why)
{
	const char *lock = settings_peek(s, "publisher", "lock_file");
	const char *store = settings_peek(s, "store", "path");
	const char *snapshot = settings_peek(s, "spool", "snapshot");
	enum outcome o;

	o = make_folder_of(lock, 0750, why);
	if (o == DONE)
		o = file_lock(lock, &p->lock, why);
	if (o == DONE)
		o = make_folder_of(store, 0750, why);
	/* Where this fails, writing it will tell. */
	if (o == DONE && snapshot[0] != '\0') {
		(void)!make_folder_of(snapshot, 0755, NULL);
		snapshot_sweep(snapshot);
	}
	if (o == DONE)
		o = store_open(store, &p->store, why);
	if (o == DONE)
		store_observe(p->store, writes_log, NULL);
	p->work.store = p->store;
	release_start(&p->work.release);
	return o;
}

static enum outcome
open_signals(struct publisher *p, struct reason *why)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	p->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (p->signals < 0)
		return reason_set(why, REASON_IO, "signalfd");
	return DONE;
}

/* Swallows the settings. */
static enum outcome
open_all(struct publisher *p, struct settings *settings, struct reason *why)
{
	struct setup_options options;
	enum outcome o;

	o = open_signals(p, why);
	if (o == DONE)
		o = open_files(p, settings, why);
	if (o != DONE) {
		settings_free(settings);
		return o;
	}
	options = publisher_setup_options(p);
	o = setup_give_settings(settings, &options, &p->work.setup, why);
	if (o != DONE)
		return o;
	settings = p->work.setup->settings;
	o = intake_new(settings, &p->intake, why);
	if (o != DONE)
		return o;
	peer_policy_read(settings, &p->peers);
	return control_open(
	    settings_peek(settings, "publisher", "control_socket"), &p->peers,
	    requests_answer, p, &p->control, why);
}

static void
close_all(struct publisher *p)
{
	control_close(p->control);
	intake_free(p->intake);
	setup_free(p->work.setup);
	store_close(p->store);
	file_close(&p->signals);
	file_close(&p->lock);
}

static void
take_signals(struct publisher *p)
{
	struct signalfd_siginfo info;

	while (read(p->signals, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGHUP)
			p->orders.reload = true;
		else
			p->ending = true;
	}
}

static void
carry_out_orders(struct publisher *p)
{
	if (p->orders.reload) {
		p->orders.reload = false;
		publisher_reload(p);
	}
	if (p->orders.retry) {
		p->orders.retry = false;
		p->drain_at = 0;
		work_retry(&p->work);
	}
}

/* From the spools into the store.  true: there may be more. */
static bool
drain(struct publisher *p)
{
	int64_t now = clock_ms();
	struct reason why;
	enum outcome o;

	if (now < p->drain_at || !gate_may(&p->work.shelf, now))
		return false;
	if (!tidying_room(&p->tidying, &p->work)) {
		p->drain_at = now + FULL_PAUSE;
		return false;
	}
	o = intake_drain(p->intake, p->store, &why);
	if (o != NOTHING)
		work_note_store(&p->work, o, &why);
	p->drain_at = now + intake_wait(p->intake);
	/* It is asked again as soon as the gate lets it. */
	if (o != NOTHING)
		p->drain_at = now;
	return o == DONE;
}

static void
keep_house(struct publisher *p)
{
	struct setup *setup = p->work.setup;
	bool stale = setup->trust_stale;
	int64_t now = clock_ms();

	p->snapshot.news = p->snapshot.news || p->work.news;
	p->work.news = false;
	if (gate_may(&p->work.shelf, now))
		snapshot_step(&p->snapshot, setup, p->store, now);
	/* What was paused for want of that need not wait for its probe. */
	if (stale && !setup->trust_stale)
		gate_probe_now(&p->work.gate);
	gauges_step(p, now);
	meanwhile(p);
}

static int64_t
at_most(int64_t most, int64_t left)
{
	if (left >= most)
		return most;
	return left > 0 ? left : 0;
}

/* Until something is readable or due. */
static void
wait_for_work(struct publisher *p)
{
	struct pollfd fds[INTAKE_SPOOLS + 2];
	int64_t now = clock_ms(), wait = LONGEST_WAIT;
	bool shelf = gate_may(&p->work.shelf, now);
	unsigned n = 0, i;

	wait = work_wait(&p->work, wait);
	wait = control_wait(p->control, wait);
	if (shelf)
		wait = snapshot_wait(&p->snapshot, now, wait);
	wait = at_most(wait, (shelf ? p->drain_at : p->work.shelf.next) - now);
	if (p->gauges.at > 0)
		wait = at_most(wait, p->gauges.at - now);
	if (notify_watchdog() > 0)
		wait = at_most(wait, p->watchdog_at - now);

	fds[n++] = (struct pollfd){.fd = p->signals, .events = POLLIN};
	fds[n++] = (struct pollfd){
	    .fd = control_peek_fd(p->control), .events = POLLIN};
	/* What cannot be stored now must not keep us awake. */
	if (shelf && !p->tidying.full)
		n += intake_poll(p->intake, fds + n);
	if (poll(fds, n, (int)wait) <= 0)
		return;
	for (i = 2; i < n; i++)
		if (fds[i].revents != 0)
			p->drain_at = 0;
}

static void
serve(struct publisher *p)
{
	bool busy = true;

	while (!p->ending) {
		if (!busy)
			wait_for_work(p);
		take_signals(p);
		if (p->ending)
			break;
		carry_out_orders(p);
		busy = drain(p);
		if (work_step(&p->work) == DONE)
			busy = true;
		/* a backlog must not keep a store from being tidied that needs
		 * it */
		if ((!busy || p->tidying.at.tight || p->tidying.full) &&
		    tidying_step(&p->tidying, &p->work))
			busy = true;
		keep_house(p);
	}
}

static int
exit_status(enum outcome o)
{
	if (o == DONE)
		return EX_OK;
	return o == LATER ? EX_TEMPFAIL : EX_CONFIG;
}

void
publisher_warn(const struct publisher *p)
{
	if (!settings_is(p->work.setup->settings, "judge", "confine"))
		LOG_EVENT(UNCONFINED, LOG_STR("setting", "judge.confine"));
}

static void
log_started(const struct publisher *p)
{
	LOG_EVENT(STARTED, LOG_STR("version", PACKAGE_VERSION),
	    LOG_STR("mode", admission_mode(p->work.setup->rules)),
	    LOG_STR("control",
		settings_peek(
		    p->work.setup->settings, "publisher", "control_socket")));
	publisher_warn(p);
}

int
publisher_run(const char *path, bool debug)
{
	struct publisher p = {
	    .settings_path = path, .debug = debug, .lock = -1, .signals = -1};
	struct settings *settings = NULL;
	struct reason why;
	enum outcome o;

	(void)umask(022); /* what is private says so itself */
	p.started = clock_now();
	log_open(NAME, LOG_TO_STDERR, debug ? LOG_DEBUG : LOG_INFO);
	o = config_read(path, complain, NULL, &settings, &why);
	if (o == DONE) {
		open_log(&p, settings);
		o = open_all(&p, settings, &why);
	}
	if (o == DONE) {
		p.snapshot.news = true;
		gauges_start(&p);
		log_started(&p);
		notify_send("READY=1");
		serve(&p);
		notify_send("STOPPING=1");
		gauges_end(&p);
		LOG_EVENT(STOPPED, LOG_STR("text", "told to"));
	} else {
		LOG_EVENT(FAILED, LOG_STR("reason", reason_name(why.code)),
		    LOG_STR("text", why.text),
		    LOG_STR("advice", reason_advice(why.code)));
	}
	close_all(&p);
	return exit_status(o);
}

int
publisher_check(const char *path)
{
	struct settings *settings = NULL;
	struct reason why;
	enum outcome o;

	o = config_read(path, config_complain_stderr, NULL, &settings, &why);
	if (o == DONE)
		o = policies_check(
		    settings, config_complain_stderr, NULL, &why);
	settings_free(settings);
	return exit_status(o);
}
