#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/metrics_inside.h"

/*
 * The two formats differ where it hurts: OpenMetrics names the family of a
 * counter without the _total of its samples, and a parser of the other kind
 * then takes these for an untyped metric without help; the text format names
 * it with _total, which OpenMetrics refuses.  No file can be both.
 */
struct metrics_writer {
	FILE *f;
	const char *prefix;
	bool text;		     /* 0.0.4, else OpenMetrics 1.0 */
	enum metric_sampled sampled; /* whose head was printed last */
};

struct head {
	const char *name, *type, *help;
};

static const struct head metric_heads[] = {
#define METRIC(code, name, type, help) [METRIC_##code] = {name, type, help},
#include "base/metrics.def"
};

static const struct head reasons_heads[] = {
#define REASONS(code, name, type, help) [REASONS_##code] = {name, type, help},
#include "base/metrics.def"
};

static const struct head histogram_heads[] = {
#define HISTOGRAM(code, name, scale, help)                                     \
	[HISTOGRAM_##code] = {name, "histogram", help},
#include "base/metrics.def"
};

static const struct head sampled_heads[] = {
#define SAMPLED(code, name, type, help) [SAMPLED_##code] = {name, type, help},
#include "base/metrics.def"
};

/* OpenMetrics has a unit where the name ends in it. */
static const char *const units[] = {"seconds", "bytes"};

static bool
ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static const char *
total_of(const struct head *h)
{
	return strcmp(h->type, "counter") == 0 ? "_total" : "";
}

static bool
is_ours(const struct metrics_writer *w, const struct head *h)
{
	return strncmp(h->name, w->prefix, strlen(w->prefix)) == 0;
}

static void
print_head(struct metrics_writer *w, const struct head *h)
{
	const char *total = w->text ? total_of(h) : "";

	fprintf(w->f, "# HELP %s%s %s\n# TYPE %s%s %s\n", h->name, total,
	    h->help, h->name, total, h->type);
	for (size_t i = 0; !w->text && i < sizeof units / sizeof units[0]; i++)
		if (ends_in(h->name, units[i]))
			fprintf(w->f, "# UNIT %s %s\n", h->name, units[i]);
}

static void
print_metrics(struct metrics_writer *w)
{
	for (size_t i = 0; i < METRIC_COUNT; i++) {
		const struct head *h = &metric_heads[i];

		if (!is_ours(w, h))
			continue;
		print_head(w, h);
		fprintf(w->f, "%s%s %lld\n", h->name, total_of(h),
		    (long long)metrics_get((enum metric)i));
	}
}

/* What never occurred is left out; the first time is seen all the same. */
static void
print_reasons(struct metrics_writer *w)
{
	for (size_t i = 0; i < REASONS_COUNT; i++) {
		const struct head *h = &reasons_heads[i];

		if (!is_ours(w, h))
			continue;
		print_head(w, h);
		for (unsigned r = 0; r < REASON_COUNT; r++) {
			long long n = (long long)metrics_get_reason(
			    (enum metric_reasons)i, (enum reason_code)r);

			if (n > 0)
				fprintf(w->f, "%s%s{reason=\"%s\"} %lld\n",
				    h->name, total_of(h),
				    reason_name((enum reason_code)r), n);
		}
	}
}

/* Buckets are cumulative, and the count is made of them, so that it agrees
 * with them whatever is counted meanwhile. */
static void
print_histogram(struct metrics_writer *w, enum metric_histogram which)
{
	const struct metrics_scale_row *row =
	    metrics_scale_peek(metrics_histogram_scale(which));
	const char *name = histogram_heads[which].name;
	int64_t buckets[METRICS_BUCKETS], sum, n = 0;

	sum = metrics_get_histogram(which, buckets);
	print_head(w, &histogram_heads[which]);
	for (unsigned i = 0; i < row->n; i++) {
		n += buckets[i];
		fprintf(w->f, "%s_bucket{le=\"%s\"} %lld\n", name,
		    row->bounds[i].le, (long long)n);
	}
	n += buckets[row->n];
	fprintf(w->f,
	    "%s_bucket{le=\"+Inf\"} %lld\n%s_sum %lld.%06lld\n"
	    "%s_count %lld\n",
	    name, (long long)n, name, (long long)(sum / 1000000),
	    (long long)(sum % 1000000), name, (long long)n);
}

static void
print_histograms(struct metrics_writer *w)
{
	for (size_t i = 0; i < HISTOGRAM_COUNT; i++)
		if (is_ours(w, &histogram_heads[i]))
			print_histogram(w, (enum metric_histogram)i);
}

static void
print_label(FILE *f, const char *name, const char *value)
{
	fprintf(f, "%s=\"", name);
	for (; *value != '\0'; value++)
		if (*value == '\n')
			fputs("\\n", f);
		else if (*value == '"' || *value == '\\')
			fprintf(f, "\\%c", *value);
		else
			putc(*value, f);
	putc('"', f);
}

void
metrics_sample(struct metrics_writer *w, enum metric_sampled m, int64_t value,
    const char *const *labels)
{
	const struct head *h = &sampled_heads[m];

	if (w->sampled != m)
		print_head(w, h);
	w->sampled = m;
	fprintf(w->f, "%s%s", h->name, total_of(h));
	for (unsigned i = 0; labels[i] != NULL; i += 2) {
		putc(i == 0 ? '{' : ',', w->f);
		print_label(w->f, labels[i], labels[i + 1]);
	}
	fprintf(
	    w->f, "%s %lld\n", labels[0] != NULL ? "}" : "", (long long)value);
}

enum outcome
metrics_write(const char *path, const char *prefix,
    void (*sample)(void *arg, struct metrics_writer *w), void *arg,
    struct reason *why)
{
	struct metrics_writer w = {.prefix = prefix,
	    .text = ends_in(path, ".prom"),
	    .sampled = SAMPLED_COUNT};
	enum outcome o;
	char *text = NULL;
	const char *name;
	size_t len = 0;
	int fd = -1;

	if (path[0] == '\0')
		return NOTHING;
	o = file_open_folder_of(path, &fd, &name, why);
	if (o != DONE)
		goto out;
	w.f = open_memstream(&text, &len);
	if (w.f == NULL) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	print_metrics(&w);
	print_reasons(&w);
	print_histograms(&w);
	if (sample != NULL)
		sample(arg, &w);
	fputs(w.text ? "" : "# EOF\n", w.f);
	if (fclose(w.f) != 0) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	o = file_write(
	    fd, name, (struct span){(uint8_t *)text, len}, 0644, why);
out:
	free(text);
	file_close(&fd);
	return o;
}
