#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "directory/turns.h"

/* What everybody does, in the order in which it happens. */
struct log {
	struct turns *turns;
	char text[4096];
	unsigned running, most;
	unsigned passes[TURNS_MAX];
	unsigned number;
};

static void
work(void *arg, unsigned i)
{
	struct log *l = arg;

	l->number = turns_number(l->turns);
	for (unsigned step = 0; step <= l->passes[i]; step++) {
		size_t used = strlen(l->text);

		l->running++;
		l->most = l->running > l->most ? l->running : l->most;
		snprintf(
		    l->text + used, sizeof l->text - used, "%u.%u ", i, step);
		l->running--;
		if (step < l->passes[i])
			turns_pass(l->turns);
	}
}

static void
round_by_round(void **state)
{
	static const struct {
		unsigned n, passes[4];
		const char *text;
	} table[] = {
	    {0, {0}, ""},
	    {1, {2}, "0.0 0.1 0.2 "},
	    {3, {1, 1, 1}, "0.0 1.0 2.0 0.1 1.1 2.1 "},
	    {3, {0, 2, 1}, "0.0 1.0 2.0 1.1 2.1 1.2 "},
	    {3, {3, 0, 0}, "0.0 1.0 2.0 0.1 0.2 0.3 "},
	    {4, {0, 0, 0, 2}, "0.0 1.0 2.0 3.0 3.1 3.2 "},
	};
	struct log l;
	struct reason why;

	(void)state;
	memset(&l, 0, sizeof l);
	assert_int_equal(turns_new(&l.turns, &why), DONE);
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		l.text[0] = '\0';
		memcpy(l.passes, table[i].passes, sizeof table[i].passes);
		turns_run(l.turns, table[i].n, work, &l);
		assert_string_equal(l.text, table[i].text);
		/* two of them in a row are not the same run */
		assert_int_equal(l.number, table[i].n > 1 ? i - 1 : 0);
		assert_int_equal(turns_number(l.turns), 0);
	}
	assert_int_equal(l.most, 1);
	turns_free(l.turns);
}

static void
as_many_as_there_may_be(void **state)
{
	struct log l;
	struct reason why;

	(void)state;
	memset(&l, 0, sizeof l);
	assert_int_equal(turns_new(&l.turns, &why), DONE);
	for (unsigned i = 0; i < TURNS_MAX; i++)
		l.passes[i] = i % 3;
	for (unsigned k = 0; k < 20; k++) {
		l.text[0] = '\0';
		turns_run(l.turns, TURNS_MAX, work, &l);
		assert_int_equal(strncmp(l.text, "0.0 1.0 2.0 3.0 ", 16), 0);
		assert_non_null(strstr(l.text, " 29.2 "));
	}
	turns_free(l.turns);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_by_round),
	    cmocka_unit_test(as_many_as_there_may_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
