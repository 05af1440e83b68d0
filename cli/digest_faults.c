#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "cli/digest.h"
#include "store/digest.h"
#include "store/walks.h"

#define QUOTED 160
#define WALKS 20

/* One fault: a sentence of ours, and words that may be anybody's. */
static void
fault(struct digest *d, struct digest_part *p, const char *what,
    const char *words, const char *advice)
{
	char quoted[QUOTED];

	d->faults++;
	p->any = true;
	digest_words(p->f, 2, what);
	if (words != NULL && words[0] != '\0')
		fprintf(p->f, "    %s\n", log_quote(words, quoted, QUOTED));
	if (advice != NULL && advice[0] != '\0')
		digest_words(p->f, 4, advice);
}

static const char *
string(const json_t *o, const char *key)
{
	return json_string_value(json_object_get(o, key));
}

/* The advice for a reason that another process names; NULL: no reason. */
static const char *
advice_of(const json_t *o)
{
	const char *name = string(o, "reason");
	enum reason_code code;

	if (name == NULL)
		return NULL;
	return reason_parse(name, &code) == DONE ? reason_advice(code) : "";
}

static void
gate_fault(struct digest *d, struct digest_part *p, const json_t *gate,
    const char *paused, const char *down)
{
	const char *advice = advice_of(gate), *state = string(gate, "state");

	if (advice != NULL)
		fault(d, p,
		    state != NULL && strcmp(state, "down") == 0 ? down : paused,
		    string(gate, "text"), advice);
}

static void
spool_faults(struct digest *d, struct digest_part *p)
{
	const json_t *spool;
	const char *reason;
	char what[QUOTED + 60], quoted[QUOTED];
	size_t i;

	json_array_foreach(json_object_get(d->status, "spools"), i, spool)
	{
		reason = string(spool, "reason");
		if (reason == NULL)
			continue;
		snprintf(what, sizeof what, "The spool %s cannot be read.",
		    log_quote(string(spool, "path") != NULL
			    ? string(spool, "path")
			    : "",
			quoted, QUOTED));
		fault(d, p, what, string(spool, "text"), advice_of(spool));
	}
}

static void
status_faults(struct digest *d, struct digest_part *p)
{
	if (d->status == NULL) {
		fault(d, p,
		    "The publisher does not answer: nothing is published, and "
		    "spools fill up.",
		    d->silence, "systemctl status certharvest-publisher");
		return;
	}
	if (json_is_true(json_object_get(d->status, "halted")))
		fault(d, p, "An administrator has halted publishing.", NULL,
		    "certharvest resume lets it go on.");
	gate_fault(d, p, json_object_get(d->status, "publishing"),
	    "Publishing is paused: settings or rights are wrong.",
	    "The directory does not answer as it should; tried again.");
	gate_fault(d, p, json_object_get(d->status, "store"),
	    "The store is broken: nothing is taken from the spools.",
	    "The store cannot be written to; tried again.");
	spool_faults(d, p);
}

struct scene {
	struct digest *d;
	struct digest_part *p;
};

/* What is put off for a fault of ours, and only for some. */
static void
waiting_fault(void *arg, enum reason_code code, int64_t n)
{
	const struct scene *s = arg;
	char what[160];

	if (reason_outcome(code) != BROKEN)
		return;
	snprintf(what, sizeof what,
	    "%lld certificate%s put off (%s): certharvest queue lists them.",
	    (long long)n, n == 1 ? " is" : "s are", reason_name(code));
	fault(s->d, s->p, what, NULL, reason_advice(code));
}

/* Files that were moved aside since then. */
static int64_t
count_damaged(const char *path, int64_t since)
{
	const struct dirent *e;
	struct stat st;
	int64_t n = 0;
	DIR *folder = opendir(path);

	if (folder == NULL)
		return 0;
	while ((e = readdir(folder)) != NULL)
		if (e->d_name[0] != '.' &&
		    fstatat(dirfd(folder), e->d_name, &st,
			AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode) && st.st_ctim.tv_sec >= since)
			n++;
	closedir(folder);
	return n;
}

static void
damaged_fault(struct digest *d, struct digest_part *p)
{
	const char *path = settings_peek(d->settings, "publisher", "damaged");
	int64_t n = count_damaged(path, d->since);
	char what[120];

	if (n == 0)
		return;
	snprintf(what, sizeof what,
	    "%lld spool file%s damaged or foreign, and moved aside to",
	    (long long)n, n == 1 ? " was" : "s were");
	fault(d, p, what, path,
	    "Once, after a power cut or a full disk, that is nothing; again "
	    "and again, ask who else may write to the spool.");
}

static void
walk_fault(void *arg, const struct store_walk *w)
{
	const struct scene *s = arg;
	char what[160];

	if (w->ended < s->d->since || w->dry ||
	    (w->outcome != HELD && w->outcome != BROKEN))
		return;
	snprintf(what, sizeof what,
	    "certharvest %s has left something for you: certharvest walks "
	    "--lines %lld lists it.",
	    store_walk_name(w->kind), (long long)w->id);
	fault(s->d, s->p, what, w->reason.text, NULL);
}

DIGEST_SECTION(faults)
{
	struct scene s = {.d = d, .p = p};
	enum outcome o;

	status_faults(d, p);
	damaged_fault(d, p);
	o = store_waiting_reasons(d->store, waiting_fault, &s, why);
	if (o == DONE)
		o = store_walks_visit(d->store, WALKS, walk_fault, &s, why);
	return o;
}
