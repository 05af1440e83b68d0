#ifndef BASE_FILTER_H
#define BASE_FILTER_H

#include <linux/types.h>
#include <stddef.h>

#include <seccomp.h>

#include "base/reason.h"

/*
 * A seccomp filter from a table: every system call that a process makes, what
 * its arguments must be, and beside the row what for.  Anything else kills the
 * process with SIGSYS, also by way of another ABI of the machine.  Arguments
 * that are pointers cannot be looked through: they are what Landlock is for.
 */
struct filter_call {
	int call;
	unsigned n; /* of args */
	struct scmp_arg_cmp args[3];
	int error; /* 0: allowed; else it just fails with this */
};

struct filter_calls {
	const struct filter_call *rows;
	size_t n;
};

/* clang-format off */
/* An int argument has this value: its upper half is anybody's guess. */
#define FILTER_IS(n, v) \
	{(n), SCMP_CMP_MASKED_EQ, 0xffffffffu, (__u32)(v)}
/* A pointer is NULL. */
#define FILTER_NULL(n) {(n), SCMP_CMP_EQ, 0, 0}
/* None of these flags is set; none but these. */
#define FILTER_WITHOUT(n, flags) \
	{(n), SCMP_CMP_MASKED_EQ, (__u32)(flags), 0}
#define FILTER_ONLY(n, flags) FILTER_WITHOUT(n, ~(__u32)(flags))
/* Apart from these flags it has this value. */
#define FILTER_IS_BUT(n, flags, v) \
	{(n), SCMP_CMP_MASKED_EQ, ~(__u32)(flags), (__u32)(v)}
/* It is our own process id. */
#define FILTER_US_VALUE 0x75734d65u
#define FILTER_US(n) FILTER_IS(n, FILTER_US_VALUE)
/* A row: the call whatever its arguments are, with conditions, failing. */
#define FILTER_ANY(name) {.call = SCMP_SYS(name)}
#define FILTER_IF(name, ...) \
	{.call = SCMP_SYS(name), \
	    .n = sizeof((struct scmp_arg_cmp[]){__VA_ARGS__}) / \
		sizeof(struct scmp_arg_cmp), \
	    .args = {__VA_ARGS__}}
#define FILTER_FAIL(name, e) {.call = SCMP_SYS(name), .error = (e)}
/* clang-format on */

/*
 * Close it behind every thread, for good: n tables together.  BROKEN
 * (worker-broken): nothing is filtered.
 */
MUST_CHECK enum outcome filter_load(
    const struct filter_calls *tables, size_t n, struct reason *why);

#endif
