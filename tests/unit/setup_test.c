#include "tests/unit/unit.h"

#include <errno.h>
#include <unistd.h>

#include "config/config.h"
#include "milter/setup.h"

/* Every sessions process gets the same ones: none may change them. */
static void
settings_handed_on_are_sealed(void **state)
{
	struct settings *s = NULL;
	struct reason why;
	int fd = -1;

	(void)state;
	assert_int_equal(
	    DONE, config_read("", config_complain_stderr, NULL, &s, &why));
	assert_int_equal(DONE, setup_settings_text(s, &fd, &why));
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(ftruncate(fd, 0), -1);
	close(fd);
	settings_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(settings_handed_on_are_sealed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
