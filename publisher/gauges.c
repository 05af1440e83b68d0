#include <config.h>

#include "publisher/gauges.h"

#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "publisher/inside.h"
#include "spool/spool.h"
#include "store/care.h"
#include "store/figures.h"

#define EVERY 15000 /* milliseconds */
/* What it costs is no more than this part of the time, whatever lies in
 * spools and store. */
#define PART 50

/* What a spool is found to be when the file is written: one label each, from
 * the settings. */
struct spool_look {
	const char *path;
	bool up;
	struct spool_sizes sizes;
};

struct scene {
	struct publisher *p;
	struct metrics_writer *w;
	struct spool_look spools[INTAKE_SPOOLS];
	unsigned n;
};

static void
sample_stage(struct scene *s, const char *stage, const struct gate *gate)
{
	for (unsigned i = GATE_OPEN; i <= GATE_PAUSED; i++) {
		const struct gate in = {.state = (enum gate_state)i};

		metrics_sample(s->w, SAMPLED_STAGE, gate->state == in.state,
		    METRICS_LABELS("stage", stage, "state", gate_name(&in)));
	}
}

static void
sample_mode(struct scene *s)
{
	static const char *const modes[] = {"observe", "publish"};
	const char *mode = admission_mode(s->p->work.setup->rules);

	for (unsigned i = 0; i < sizeof modes / sizeof modes[0]; i++)
		metrics_sample(s->w, SAMPLED_MODE, strcmp(mode, modes[i]) == 0,
		    METRICS_LABELS("mode", modes[i]));
}

static void
count_held(void *arg, enum reason_code code, int64_t n)
{
	int64_t *held = arg;

	held[code] = n;
}

/* Also of none: an alert asks how many more there are than yesterday. */
static void
sample_held(struct scene *s)
{
	int64_t held[REASON_COUNT] = {0};

	if (store_held_reasons(s->p->store, count_held, held, NULL) != DONE)
		return;
	for (unsigned i = 0; i < REASON_COUNT; i++) {
		enum reason_code code = (enum reason_code)i;

		if (held[i] > 0 || reason_outcome(code) == HELD)
			metrics_sample(s->w, SAMPLED_HELD, held[i],
			    METRICS_LABELS("reason", reason_name(code)));
	}
}

static void
sample_store_size(struct scene *s)
{
	struct store_size size;

	if (store_measure(s->p->store, &size, NULL) == DONE)
		metrics_sample(s->w, SAMPLED_STORE_BYTES, size.bytes + size.log,
		    METRICS_BARE);
	metrics_sample(s->w, SAMPLED_STORE_LIMIT,
	    settings_number(s->p->work.setup->settings, "store", "size"),
	    METRICS_BARE);
}

/* What cannot be read now is left out: the stage of the store tells why. */
static void
sample_store(struct scene *s)
{
	struct store *store = s->p->store;
	struct store_figures figures;
	struct store_counts counts;
	int64_t now = clock_now();

	sample_held(s);
	if (store_count(store, &counts, NULL) == DONE)
		metrics_sample(
		    s->w, SAMPLED_PUBLICATIONS, counts.published, METRICS_BARE);
	if (store_figures(store, &figures, NULL) != DONE)
		return;
	metrics_sample(s->w, SAMPLED_OLDEST_DUE,
	    figures.oldest_due == 0 || figures.oldest_due > now
		? 0
		: now - figures.oldest_due,
	    METRICS_BARE);
	sample_store_size(s);
}

static void
look_at_spool(void *arg, const char *path, const struct reason *trouble)
{
	struct scene *s = arg;
	struct spool_look *l = &s->spools[s->n++];

	l->path = path;
	l->up = spool_measure(path, &l->sizes, NULL) == DONE && trouble == NULL;
}

static void
sample_queues(
    struct scene *s, enum metric_sampled m, const struct spool_look *l)
{
	for (unsigned q = 0; q < SPOOL_QUEUES; q++)
		metrics_sample(s->w, m,
		    (int64_t)(m == SAMPLED_SPOOL_FILES ? l->sizes.files[q]
						       : l->sizes.bytes[q]),
		    METRICS_LABELS("spool", l->path, "queue",
			spool_queue_name((enum spool_queue)q)));
}

static void
sample_spools(struct scene *s)
{
	intake_visit(s->p->intake, look_at_spool, s);
	for (unsigned i = 0; i < s->n; i++)
		metrics_sample(s->w, SAMPLED_SPOOL_UP, s->spools[i].up,
		    METRICS_LABELS("spool", s->spools[i].path));
	for (unsigned i = 0; i < s->n; i++)
		sample_queues(s, SAMPLED_SPOOL_FILES, &s->spools[i]);
	for (unsigned i = 0; i < s->n; i++)
		sample_queues(s, SAMPLED_SPOOL_BYTES, &s->spools[i]);
}

static void
sample(void *arg, struct metrics_writer *w)
{
	struct publisher *p = arg;
	struct scene s = {.p = p, .w = w};

	metrics_sample(w, SAMPLED_PUBLISHER_BUILD, 1,
	    METRICS_LABELS("version", PACKAGE_VERSION));
	metrics_sample(w, SAMPLED_PUBLISHER_START, p->started, METRICS_BARE);
	sample_mode(&s);
	sample_stage(&s, "directory", &p->work.gate);
	sample_stage(&s, "store", &p->work.shelf);
	metrics_sample(w, SAMPLED_HALTED, p->work.halted, METRICS_BARE);
	metrics_sample(w, SAMPLED_DIRECTORY_UP, p->work.gate.state == GATE_OPEN,
	    METRICS_BARE);
	sample_store(&s);
	sample_spools(&s);
}

static void
count(struct publisher *p)
{
	struct store_counts counts;

	if (store_count(p->store, &counts, NULL) != DONE)
		return;
	metrics_set(METRIC_DUE, counts.due);
	metrics_set(METRIC_SHADOWED, counts.shadowed);
}

void
gauges_start(struct publisher *p)
{
	struct store_figures figures;
	int64_t seen;

	if (store_last_seen(p->store, &seen, NULL) == DONE)
		metrics_set(METRIC_LAST_TAKEN, seen);
	if (store_figures(p->store, &figures, NULL) == DONE)
		metrics_set(METRIC_LAST_PUBLISHED, figures.last_published);
}

void
gauges_step(struct publisher *p, int64_t ms)
{
	const char *path =
	    settings_peek(p->work.setup->settings, "publisher", "metrics_file");
	struct gauges *g = &p->gauges;
	struct reason why;
	int64_t took;

	if (path[0] == '\0' || ms < g->at)
		return;
	reason_clear(&why);
	count(p);
	if (metrics_write(path, "certharvest_publisher_", sample, p, &why) !=
		DONE &&
	    why.code != g->trouble)
		LOG_EVENT(SETTINGS,
		    LOG_STR("setting", "publisher.metrics_file"),
		    LOG_STR("reason", reason_name(why.code)),
		    LOG_STR("text", why.text));
	g->trouble = why.code;
	took = clock_ms() - ms;
	g->at = ms + (took * PART > EVERY ? took * PART : EVERY);
}

void
gauges_end(struct publisher *p)
{
	p->gauges.at = 0;
	gauges_step(p, clock_ms());
}
