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
the_file_is_openmetrics(void **state)
{
	char folder[] = "/tmp/metrics_test_XXXXXX", path[100];
	struct bytes text = {NULL, 0};
	struct reason why;
	char *s;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/m", folder);
	metrics_set(METRIC_WORKERS, 4);
	metrics_add(METRIC_JUDGED, 9);
	metrics_reason(REASON_NOT_FROM);
	metrics_reason(REASON_NOT_FROM);
	assert_int_equal(
	    DONE, metrics_write(path, "certharvest_milter_", &why));
	assert_int_equal(DONE, file_read(path, 100000, &text, &why));
	s = strndup((char *)text.data, text.len);
	assert_non_null(strstr(s,
	    "# TYPE certharvest_milter_workers gauge\n"
	    "# HELP certharvest_milter_workers judges running\n"
	    "certharvest_milter_workers 4\n"));
	assert_non_null(strstr(s, "\ncertharvest_milter_judged_total 9\n"));
	assert_non_null(strstr(
	    s, "\ncertharvest_milter_verdicts_total{reason=\"not-from\"} 2\n"));
	assert_null(strstr(s, "certharvest_publisher_"));
	assert_string_equal(s + strlen(s) - 6, "# EOF\n");
	free(s);
	bytes_clear(&text);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(NOTHING, metrics_write("", "x", &why));
	assert_int_equal(BROKEN, metrics_write("/nonexistent/x", "x", &why));
}

static void
names_are_unique(void **state)
{
	unsigned i, j;

	(void)state;
	for (i = 0; i < METRIC_COUNT; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(metrics_name((enum metric)i),
			    metrics_name((enum metric)j));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(processes_count_together),
	    cmocka_unit_test(memory_of_another_size_is_refused),
	    cmocka_unit_test(the_file_is_openmetrics),
	    cmocka_unit_test(names_are_unique),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
