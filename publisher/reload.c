#include <string.h>

#include "base/log.h"
#include "base/notify.h"
#include "config/config.h"
#include "publisher/inside.h"

/* What is open for as long as the program runs. */
static const struct {
	const char *section, *name;
} fixed[] = {
    {"store", "path"},
    {"publisher", "lock_file"},
};

static void
complain(void *arg, const char *line)
{
	(void)arg;
	LOG_EVENT(SETTINGS, LOG_STR("text", line));
}

static bool
differs(const struct settings *a, const struct settings *b, const char *section,
    const char *name)
{
	return strcmp(settings_peek(a, section, name),
		   settings_peek(b, section, name)) != 0;
}

static void
tell_fixed(const struct settings *old, const struct settings *new)
{
	char name[64];
	size_t i;

	for (i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
		if (!differs(old, new, fixed[i].section, fixed[i].name))
			continue;
		(void)snprintf(name, sizeof name, "%s.%s", fixed[i].section,
		    fixed[i].name);
		LOG_EVENT(SETTINGS, LOG_STR("setting", name),
		    LOG_STR("text", "takes effect after a restart"));
	}
}

/* A socket that moves, or lets others in, is opened before the old one is
 * closed. */
static enum outcome
reopen_control(struct publisher *p, const struct settings *old,
    const struct settings *new, struct reason *why)
{
	struct peer_policy peers;
	struct control *fresh = NULL;
	enum outcome o;

	peer_policy_read(new, &peers);
	if (!differs(old, new, "publisher", "control_socket") &&
	    peers.group == p->peers.group &&
	    peers.stranger == p->peers.stranger)
		return DONE;
	o = control_open(settings_peek(new, "publisher", "control_socket"),
	    &peers, requests_answer, p, &fresh, why);
	if (o != DONE)
		return o;
	control_close(p->control);
	p->control = fresh;
	p->peers = peers;
	return DONE;
}

/* All that the settings make; in use only when all of it could be made. */
static enum outcome
replace(struct publisher *p, struct reason *why)
{
	struct setup_options options = publisher_setup_options(p);
	struct settings *settings = NULL;
	struct intake *intake = NULL;
	struct setup *setup = NULL;
	enum outcome o;

	o = config_read(p->settings_path, complain, NULL, &settings, why);
	if (o == DONE)
		o = setup_give_settings(settings, &options, &setup, why);
	if (o == DONE)
		o = intake_new(setup->settings, &intake, why);
	if (o == DONE)
		o = reopen_control(
		    p, p->work.setup->settings, setup->settings, why);
	if (o == DONE) {
		tell_fixed(p->work.setup->settings, setup->settings);
		if (!p->debug)
			config_log_open(
			    setup->settings, "certharvest-publisher");
		setup_free(p->work.setup);
		p->work.setup = setup;
		setup = NULL;
		intake_free(p->intake);
		p->intake = intake;
		intake = NULL;
	}
	intake_free(intake);
	setup_free(setup);
	return o;
}

void
publisher_reload(struct publisher *p)
{
	struct reason why;

	notify_reloading();
	if (replace(p, &why) == DONE) {
		release_start(&p->work.release);
		LOG_EVENT(RELOADED,
		    LOG_STR("mode", admission_mode(p->work.setup->rules)));
		publisher_warn(p);
	} else {
		LOG_EVENT(RELOAD_REFUSED,
		    LOG_STR("reason", reason_name(why.code)),
		    LOG_STR("text", why.text));
	}
	/* Whatever was wrong may be right now; also with the secrets. */
	p->drain_at = 0;
	p->snapshot.reloaded = true;
	snapshot_hurry(&p->snapshot);
	gate_probe_now(&p->work.gate);
	gate_probe_now(&p->work.shelf);
	notify_send("READY=1");
}
