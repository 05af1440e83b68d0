#include <stddef.h>

#include "config/arguments.h"
#include "publisher/publisher.h"

int
main(int argc, char **argv)
{
	struct arguments a = {.settings = NULL};

	if (!arguments_read(argc, argv, &a))
		return arguments_usage("certharvest-publisher");
	if (a.check)
		return publisher_check(a.settings);
	return publisher_run(a.settings, a.debug);
}
