#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "base/log.h"
#include "base/trust.h"
#include "config/config.h"
#include "milter/trust_source.h"
#include "tests/unit/sample.h"

/* What is sealed, and how much there may be of it. */
static unsigned most, sealed;

enum outcome
trust_seal(const struct trust *t, int *out, struct reason *why)
{
	if (t->n_known > most)
		return reason_set(why, REASON_TOO_LARGE, "as the test says");
	sealed = t->n_known;
	*out = 0;
	return DONE;
}

/* A snapshot beside which there is no room for it does not keep the milter
 * from its work. */
static void
a_snapshot_that_is_too_much(void **state)
{
	static const struct {
		const char *text;
		unsigned most, sealed;
	} rows[] = {
	    {"{\"version\":1,\"anchors\":[],\"known\":[\"30\",\"31\"]}", 2, 2},
	    {"{\"version\":1,\"anchors\":[],\"known\":[\"30\",\"31\"]}", 1, 0},
	    {"no snapshot", 1, 0},
	};
	char *folder = sample_folder(), conf[512];
	const char *path = sample_path(folder, "snapshot.json");
	struct trust_source *source = NULL;
	struct settings *s = NULL;
	struct reason why;
	int fd = -1;

	(void)state;
	snprintf(conf, sizeof conf,
	    "trust { anchors = {} }\nspool { snapshot = \"%s\" }\n", path);
	sample_write(sample_path(folder, "conf"), conf);
	assert_int_equal(DONE,
	    config_read(sample_path(folder, "conf"), config_complain_stderr,
		NULL, &s, &why));
	assert_int_equal(DONE, trust_source_new(s, &source, &why));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		sample_write(path, rows[i].text);
		most = rows[i].most;
		sealed = 99;
		assert_int_equal(DONE, trust_source_seal(source, &fd, &why));
		assert_int_equal(sealed, rows[i].sealed);
		assert_false(trust_source_changed(source));
	}
	trust_source_free(source);
	settings_free(s);
	sample_remove(folder);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_snapshot_that_is_too_much),
	};

	log_open("trust_source_test", LOG_TO_STDERR, LOG_CRIT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
