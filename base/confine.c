#include "config.h"

#include "base/confine.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

/* Linux 6.3; not in the headers of Debian 12. */
#define SET_MDWE 65
#define MDWE_REFUSE_EXEC_GAIN 1

enum outcome
confine_privileges(struct reason *why)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return reason_set(why, REASON_WORKER_BROKEN,
		    "no new privileges: %s", strerror(errno));
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return reason_set(why, REASON_WORKER_BROKEN, "not dumpable: %s",
		    strerror(errno));
	/* The filters forbid the same; an older kernel does not know it. */
	(void)prctl(SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0);
	return DONE;
}

#ifdef WITH_SANITIZERS

/* AddressSanitizer can live neither under RLIMIT_AS nor under a filter. */

enum outcome
confine_judge(struct reason *why)
{
	reason_clear(why);
	return DONE;
}

enum outcome
confine_sessions(
    const struct confine_sessions *c, unsigned *landlock, struct reason *why)
{
	(void)c;
	*landlock = 0;
	reason_clear(why);
	return DONE;
}

#endif
