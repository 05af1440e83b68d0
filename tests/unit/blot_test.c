#include "tests/unit/unit.h"

#include <stdlib.h>

#include "store/inside.h"

/*
 * An address is blotted out where it stands as a word, and nowhere else: the
 * one of somebody else may hold it.
 */
#define BOB "bob@b.example"

static const struct {
	const char *text, *want;
} rows[] = {
    {"", ""},
    {"nothing", "nothing"},
    {BOB, "[forgotten]"},
    {"Bob@B.Example", "[forgotten]"},
    {"CN=bob@b.example,OU=Partners", "CN=[forgotten],OU=Partners"},
    {"to <bob@b.example>, bob@b.example.", "to <[forgotten]>, [forgotten]."},
    {"bob@b.example: and bob@b.example's", "[forgotten]: and [forgotten]'s"},
    {"smtp:bob@b.example", "smtp:[forgotten]"},
    {"'bob@b.example' `bob@b.example`", "'[forgotten]' `[forgotten]`"},
    {"/emailAddress=bob@b.example/x", "/emailAddress=[forgotten]/x"},
    /* others */
    {"o'bob@b.example and o`bob@b.example",
	"o'bob@b.example and o`bob@b.example"},
    {"jim!bob@b.example jim#bob@b.example a{bob@b.example",
	"jim!bob@b.example jim#bob@b.example a{bob@b.example"},
    {"xbob@b.example", "xbob@b.example"},
    {"jim.bob@b.example", "jim.bob@b.example"},
    {"jim-bob@b.example jim+bob@b.example",
	"jim-bob@b.example jim+bob@b.example"},
    {"bob@b.example.org", "bob@b.example.org"},
    {"bob@b.examples", "bob@b.examples"},
    {"bob@b.example-x", "bob@b.example-x"},
    {"\xc3\xa4"
     "bob@b.example",
	"\xc3\xa4"
	"bob@b.example"},
    {"xbob@b.example bob@b.example", "xbob@b.example [forgotten]"},
    {"<20.bob@b.example> bob@b.example...",
	"<20.bob@b.example> [forgotten]..."},
};

static void
words_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *made = blot_text(rows[i].text, BOB);

		assert_string_equal(made, rows[i].want);
		free(made);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
