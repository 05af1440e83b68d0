#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/metrics.h"

static void
processes_count_together(void **state)
{
	struct reason why;
	int fd = -1, status;
	pid_t pid;

	(void)state;
	metrics_add(METRIC_MESSAGES, 5); /* private: not shared later */
	assert_int_equal(DONE, metrics_create(&fd, &why));
	assert_int_equal(DONE, metrics_share(fd, &why));
	assert_int_equal(metrics_get(METRIC_MESSAGES), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		metrics_add(METRIC_MESSAGES, 2);
		metrics_set(METRIC_SESSIONS, 7);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	metrics_add(METRIC_MESSAGES, 1);
	metrics_add(METRIC_SESSIONS, -3);
	assert_int_equal(metrics_get(METRIC_MESSAGES), 3);
	assert_int_equal(metrics_get(METRIC_SESSIONS), 4);
	/* nobody can take the memory away */
	assert_int_equal(ftruncate(fd, 0), -1);
	close(fd);
}

static void
memory_of_another_size_is_refused(void **state)
{
	struct reason why;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(BROKEN, metrics_share(ends[0], &why));
	close(ends[0]);
	close(ends[1]);
}

static void
another_table_is_refused(void **state)
{
	uint64_t stamp = 1;
	struct reason why;
	int fd = -1;

	(void)state;
	assert_int_equal(DONE, metrics_create(&fd, &why));
	assert_int_equal(pwrite(fd, &stamp, sizeof stamp, 0), sizeof stamp);
	assert_int_equal(BROKEN, metrics_share(fd, &why));
	assert_int_equal(REASON_PROTOCOL, why.code);
	close(fd);
}

static void
sample(void *arg, struct metrics_writer *w)
{
	(void)arg;
	metrics_sample(w, SAMPLED_MILTER_START, 1764000000, METRICS_BARE);
	metrics_sample(w, SAMPLED_MILTER_SPOOL_BYTES, 7,
	    METRICS_LABELS("queue", "chained"));
	metrics_sample(w, SAMPLED_MILTER_SPOOL_BYTES, 8,
	    METRICS_LABELS("queue", "a\"b\\c\nd", "x", "y"));
}

/* What the file says of the milter, under that name; the caller frees. */
static char *
file_text(const char *name)
{
	char folder[] = "/tmp/metrics_test_XXXXXX", path[100];
	struct bytes text = {NULL, 0};
	struct reason why;
	char *s;

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/%s", folder, name);
	assert_int_equal(DONE,
	    metrics_write(path, "certharvest_milter_", sample, NULL, &why));
	assert_int_equal(DONE, file_read(path, 100000, &text, &why));
	s = strndup((char *)text.data, text.len);
	bytes_clear(&text);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
	return s;
}

static void
has(const char *text, const char *line)
{
	if (strstr(text, line) == NULL)
		fail_msg("%s is not in\n%s", line, text);
}

static void
count_some(void)
{
	metrics_set(METRIC_WORKERS, 4);
	metrics_add(METRIC_JUDGED, 9);
	metrics_reason(REASONS_MILTER_VERDICTS, REASON_NOT_FROM);
	metrics_reason(REASONS_MILTER_VERDICTS, REASON_NOT_FROM);
	metrics_observe(HISTOGRAM_MILTER_JUDGE, -5);
	metrics_observe(HISTOGRAM_MILTER_JUDGE, 500);
	metrics_observe(HISTOGRAM_MILTER_JUDGE, 501);
	metrics_observe(HISTOGRAM_MILTER_JUDGE, 2500000);
	metrics_observe(HISTOGRAM_MILTER_JUDGE, 31000000);
}

/* Both: what a line says, but for heads. */
static void
has_the_samples(const char *s)
{
	has(s, "\ncertharvest_milter_workers 4\n");
	has(s, "\ncertharvest_milter_judged_total 9\n");
	has(s, "\ncertharvest_milter_verdicts_total{reason=\"not-from\"} 2\n");
	has(s, "# TYPE certharvest_milter_judge_seconds histogram\n");
	has(s,
	    "certharvest_milter_judge_seconds_bucket{le=\"0.0005\"} 2\n"
	    "certharvest_milter_judge_seconds_bucket{le=\"0.001\"} 3\n");
	has(s,
	    "certharvest_milter_judge_seconds_bucket{le=\"2.0\"} 3\n"
	    "certharvest_milter_judge_seconds_bucket{le=\"5.0\"} 4\n"
	    "certharvest_milter_judge_seconds_bucket{le=\"30.0\"} 4\n"
	    "certharvest_milter_judge_seconds_bucket{le=\"+Inf\"} 5\n"
	    "certharvest_milter_judge_seconds_sum 33.501001\n"
	    "certharvest_milter_judge_seconds_count 5\n");
	has(s, "\ncertharvest_milter_start_time_seconds 1764000000\n");
	has(s,
	    "\ncertharvest_milter_spool_bytes{queue=\"chained\"} 7\n"
	    "certharvest_milter_spool_bytes{queue=\"a\\\"b\\\\c\\nd\",x=\"y\"}"
	    " 8\n");
	assert_null(strstr(s, "certharvest_publisher_"));
	assert_null(strstr(s, "spool_files"));
}

static void
the_file_is_openmetrics(void **state)
{
	char *s;

	(void)state;
	count_some();
	s = file_text("m");
	has_the_samples(s);
	has(s,
	    "# HELP certharvest_milter_judged messages judged\n"
	    "# TYPE certharvest_milter_judged counter\n");
	has(s, "# UNIT certharvest_milter_judge_seconds seconds\n");
	has(s, "# UNIT certharvest_milter_spool_bytes bytes\n");
	assert_string_equal(s + strlen(s) - 6, "# EOF\n");
	free(s);
}

/* By the name alone. */
static void
or_what_the_node_exporter_reads(void **state)
{
	char *s;

	(void)state;
	s = file_text("m.prom");
	has_the_samples(s);
	has(s,
	    "# HELP certharvest_milter_judged_total messages judged\n"
	    "# TYPE certharvest_milter_judged_total counter\n");
	has(s, "# TYPE certharvest_milter_verdicts_total counter\n");
	assert_null(strstr(s, "# UNIT"));
	assert_null(strstr(s, "# EOF"));
	free(s);
}

static void
where_it_cannot_be_written(void **state)
{
	struct reason why;

	(void)state;
	assert_int_equal(NOTHING, metrics_write("", "x", NULL, NULL, &why));
	assert_int_equal(
	    BROKEN, metrics_write("/nonexistent/x", "x", NULL, NULL, &why));
}

/* A counter must not end as its samples do, and nothing twice. */
static void
names_are_unique(void **state)
{
	static const char *const names[] = {
#define METRIC(code, name, type, help) name,
#define REASONS(code, name, type, help) name,
#define HISTOGRAM(code, name, scale, help) name,
#define SAMPLED(code, name, type, help) name,
#include "base/metrics.def"
	};
	size_t n = sizeof names / sizeof names[0], i, j;

	(void)state;
	for (i = 0; i < n; i++) {
		assert_true(strncmp(names[i], "certharvest_", 12) == 0);
		assert_null(strstr(names[i], "_total"));
		for (j = 0; j < i; j++)
			assert_string_not_equal(names[i], names[j]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(processes_count_together),
	    cmocka_unit_test(memory_of_another_size_is_refused),
	    cmocka_unit_test(another_table_is_refused),
	    cmocka_unit_test(the_file_is_openmetrics),
	    cmocka_unit_test(or_what_the_node_exporter_reads),
	    cmocka_unit_test(where_it_cannot_be_written),
	    cmocka_unit_test(names_are_unique),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
