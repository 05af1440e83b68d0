#include <config.h>

#include "milter/gauges.h"

#include <sys/stat.h>

#include "base/log.h"
#include "base/metrics.h"
#include "spool/settings.h"
#include "spool/spool.h"

struct scene {
	const struct gauges *gauges;
	const struct settings *settings;
	struct spool_bounds bounds;
	struct spool_sizes sizes;
	bool measured;
};

static void
sample_queues(struct metrics_writer *w, enum metric_sampled m,
    int64_t (*value)(const struct scene *s, unsigned q), const struct scene *s)
{
	for (unsigned q = 0; q < SPOOL_QUEUES; q++)
		metrics_sample(w, m, value(s, q),
		    METRICS_LABELS(
			"queue", spool_queue_name((enum spool_queue)q)));
}

static int64_t
files(const struct scene *s, unsigned q)
{
	return (int64_t)s->sizes.files[q];
}

static int64_t
bytes(const struct scene *s, unsigned q)
{
	return (int64_t)s->sizes.bytes[q];
}

static int64_t
files_limit(const struct scene *s, unsigned q)
{
	return s->bounds.files[q];
}

static int64_t
bytes_limit(const struct scene *s, unsigned q)
{
	return (int64_t)s->bounds.bytes[q];
}

static void
sample(void *arg, struct metrics_writer *w)
{
	const struct scene *s = arg;
	struct stat st;

	metrics_sample(w, SAMPLED_MILTER_BUILD, 1,
	    METRICS_LABELS("version", PACKAGE_VERSION));
	metrics_sample(
	    w, SAMPLED_MILTER_START, s->gauges->started, METRICS_BARE);
	if (s->measured) {
		sample_queues(w, SAMPLED_MILTER_SPOOL_FILES, files, s);
		sample_queues(w, SAMPLED_MILTER_SPOOL_BYTES, bytes, s);
	}
	sample_queues(w, SAMPLED_MILTER_SPOOL_FILES_MAX, files_limit, s);
	sample_queues(w, SAMPLED_MILTER_SPOOL_BYTES_MAX, bytes_limit, s);
	if (stat(settings_peek(s->settings, "spool", "snapshot"), &st) == 0)
		metrics_sample(w, SAMPLED_MILTER_SNAPSHOT, st.st_mtim.tv_sec,
		    METRICS_BARE);
}

void
gauges_write(struct gauges *g, const struct settings *settings)
{
	struct scene s = {.gauges = g, .settings = settings};
	const char *path = settings_peek(settings, "milter", "metrics_file");
	struct reason why;

	if (path[0] == '\0')
		return;
	reason_clear(&why);
	spool_settings_bounds(settings, &s.bounds);
	s.measured = spool_measure(settings_peek(settings, "spool", "folder"),
			 &s.sizes, NULL) == DONE;
	if (metrics_write(path, "certharvest_milter_", sample, &s, &why) !=
		DONE &&
	    why.code != g->trouble)
		LOG_EVENT(SETTINGS, LOG_STR("setting", "milter.metrics_file"),
		    LOG_STR("reason", reason_name(why.code)),
		    LOG_STR("text", why.text));
	g->trouble = why.code;
}
