#include "config/check_milter.h"

#include <stdlib.h>

#include "base/network.h"
#include "base/socket.h"

enum outcome
check_socket(const struct settings *s, struct reason *why)
{
	const char *socket = settings_peek(s, "milter", "socket");
	struct socket_spec spec;
	struct reason detail;

	if (socket_parse(socket, &spec, &detail) != DONE)
		return settings_object(
		    s, "milter", "socket", why, "%s", detail.text);
	if (spec.family == AF_UNIX && spec.path[0] != '/')
		return settings_object(s, "milter", "socket", why,
		    "\"%s\": write unix: and a path that begins with a slash; "
		    "only Postfix has it below its own folder",
		    socket);
	return DONE;
}

enum outcome
check_socket_mode(const struct settings *s, struct reason *why)
{
	const char *mode = settings_peek(s, "milter", "socket_mode");
	char *end;
	long bits = strtol(mode, &end, 8);

	if (*mode < '0' || *mode > '7' || *end != '\0' || bits > 0777)
		return settings_object(s, "milter", "socket_mode", why,
		    "\"%s\" is not a mode; write 0660 or 0666", mode);
	return DONE;
}

enum outcome
check_networks(const struct settings *s, struct reason *why)
{
	struct networks all = {.list = NULL};
	enum outcome o = networks_read(s, "milter", "own_networks", &all, why);

	networks_clear(&all);
	return o;
}
