#include "cli/confined.h"

#include <stdlib.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/judge_policy.h"
#include "base/judge_process.h"

/* It builds no chains, so there is nothing to believe. */
static enum outcome
nothing_believed(int *out, struct reason *why)
{
	struct trust *t = trust_new();
	enum outcome o;

	if (t == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = trust_seal(t, out, why);
	trust_free(t);
	return o;
}

enum outcome
confined_facts(const struct settings *s, const struct span *der, unsigned n,
    struct facts **out, struct reason *why)
{
	struct judge_start start = {
	    .trust_fd = -1,
	    .deadline = (unsigned)settings_number(s, "judge", "deadline"),
	    .confine = settings_is(s, "judge", "confine"),
	};
	char *program = child_program_dup_path("certharvest-judge");
	struct judge_process *judge = NULL;
	struct judge_policy policy;
	enum outcome o;

	if (program == NULL)
		return reason_set(why, REASON_WORKER_BROKEN,
		    "certharvest-judge is not installed");
	start.program = program;
	o = judge_policy_read(s, &policy, why);
	policy.now = clock_now();
	if (o == DONE)
		o = nothing_believed(&start.trust_fd, why);
	if (o == DONE)
		o = judge_process_open(&start, &judge, why);
	if (o == DONE)
		o = judge_process_facts(judge, der, n, &policy, out, why);
	judge_process_close(judge);
	file_close(&start.trust_fd);
	free(program);
	return o;
}
