#include "base/filter.h"

#include <string.h>
#include <unistd.h>

static int
add(scmp_filter_ctx ctx, const struct filter_call *row)
{
	struct scmp_arg_cmp args[3];
	unsigned i;

	memcpy(args, row->args, sizeof args);
	/* Our id is not known when the tables are written. */
	for (i = 0; i < row->n; i++)
		if (args[i].datum_b == FILTER_US_VALUE)
			args[i].datum_b = (scmp_datum_t)getpid();
	return seccomp_rule_add_array(ctx,
	    row->error == 0 ? SCMP_ACT_ALLOW
			    : SCMP_ACT_ERRNO((unsigned)row->error),
	    row->call, row->n, args);
}

/* 0, or what libseccomp calls the error. */
static int
fill(scmp_filter_ctx ctx, const struct filter_calls *tables, size_t n)
{
	size_t i, t;
	int e;

	/* 32-bit calls, and those of x32, are as good as any other. */
	e = seccomp_attr_set(
	    ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	/* There are no threads yet; should there be, they are not left out. */
	if (e == 0)
		e = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	for (t = 0; t < n; t++)
		for (i = 0; e == 0 && i < tables[t].n; i++)
			e = add(ctx, &tables[t].rows[i]);
	return e;
}

enum outcome
filter_load(const struct filter_calls *tables, size_t n, struct reason *why)
{
	scmp_filter_ctx ctx;
	enum outcome o = DONE;
	int e;

	ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (ctx == NULL)
		return reason_set(
		    why, REASON_WORKER_BROKEN, "no system call filter");
	e = fill(ctx, tables, n);
	if (e == 0)
		e = seccomp_load(ctx);
	if (e != 0)
		o = reason_set(why, REASON_WORKER_BROKEN,
		    "system call filter: %s", strerror(-e));
	seccomp_release(ctx);
	return o;
}
