#include <string.h>

#include "config/arguments.h"
#include "milter/sessions.h"
#include "milter/supervisor.h"

int
main(int argc, char **argv)
{
	struct arguments a = {.settings = NULL};

	/* The supervisor starts this program again in its other role. */
	if (argc > 1 && strcmp(argv[1], "--sessions") == 0)
		return sessions_run(argc > 2);
	if (!arguments_read(argc, argv, &a))
		return arguments_usage("certharvest-milter");
	if (a.check)
		return supervisor_check(a.settings);
	return supervisor_run(a.settings, a.debug);
}
