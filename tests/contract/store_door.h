#ifndef TESTS_CONTRACT_STORE_DOOR_H
#define TESTS_CONTRACT_STORE_DOOR_H

#include "store/store.h"
#include "tests/unit/sample.h"
#include "tests/unit/unit.h"

/* A store of its own for each test, and short ways through its door. */
#define NOW 1796000000

extern struct store *store;
extern struct reason why;

/* For cmocka. */
int door_setup(void **state);
int door_teardown(void **state);

/* As after a crash. */
void reopen(void);

/* Take and free; the id goes to id unless NULL. */
enum outcome take(struct harvest *h, int64_t now, char *id);

/* The next one's id; the harvest is freed. */
enum outcome next(int64_t now, char id[STORE_ID], unsigned *tries);

/* A reason to settle with. */
const struct reason *because(enum reason_code code);

/* An intent for the harvest, of partner 1. */
struct store_intent intent_for(const char *id);

/* A publication for partner n. */
struct store_publication publication_for(unsigned n);

/* What store_count() must say. */
void counts_are(int64_t due, int64_t held, int64_t published);

/* Collectors for the visitors. */
struct rows {
	unsigned n;
	struct store_row row[8];
};

/* For store_show() and store_queue(). */
void row_add(void *arg, const struct store_row *row);

#define ROW(f) cmocka_unit_test_setup_teardown(f, door_setup, door_teardown)

#endif
