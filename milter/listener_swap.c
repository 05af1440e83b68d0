#include "milter/listener_swap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <libmilter/mfapi.h>

#include "base/file.h"
#include "milter/listen.h"

struct listener_swap {
	int inherited; /* the supervisor's socket */
	int place;     /* libmilter's descriptor: never closed by us */
	int throwaway;
	pthread_t listener;
	bool has_listener;
};

static void
nothing(int signal)
{
	(void)signal;
}

static bool
is_listening(int fd)
{
	socklen_t len = sizeof(int);
	int on = 0;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) == 0 && on;
}

static int
max_fd(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur > 65536)
		return 65536;
	return (int)r.rlim_cur;
}

/* Libmilter's descriptor: the one listening socket beside the inherited. */
static int
find_place(int inherited)
{
	int fd, top = max_fd();

	for (fd = 0; fd < top; fd++)
		if (fd != inherited && is_listening(fd))
			return fd;
	return -1;
}

/* The address that libmilter shall open, in its own words. */
static bool
throwaway_name(int listen_fd, char *out, size_t size, int *family)
{
	struct sockaddr_storage ss;
	struct sockaddr_un un;
	socklen_t len = sizeof ss;
	int n;

	memset(&ss, 0, sizeof ss);
	if (getsockname(listen_fd, (struct sockaddr *)&ss, &len) != 0)
		return false;
	*family = ss.ss_family;
	switch (ss.ss_family) {
	case AF_UNIX:
		memcpy(&un, &ss, sizeof un);
		n = snprintf(
		    out, size, "unix:%s.%ld", un.sun_path, (long)getpid());
		return n > 0 && n < SOCKET_PATH;
	case AF_INET:
		(void)snprintf(out, size, "inet:0@[127.0.0.1]");
		return true;
	case AF_INET6:
		(void)snprintf(out, size, "inet6:0@[::1]");
		return true;
	default:
		return false;
	}
}

/* Nobody shall connect to it. */
static bool
seal_off(int fd, int family, const char *name)
{
	struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog program = {.len = 1, .filter = &drop};

	if (family == AF_UNIX)
		return unlink(strchr(name, ':') + 1) == 0;
	/*
	 * Some kernels keep filters from users without privilege.  Then a
	 * local user could find this port, and be served as at the real one.
	 */
	(void)setsockopt(
	    fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
	return true;
}

/* Libmilter opens a socket; nobody may connect to it meanwhile. */
static enum outcome
let_open(char *name, struct reason *why)
{
	mode_t mask = umask(0777);
	int r = smfi_setconn(name);

	if (r == MI_SUCCESS)
		r = smfi_opensocket(false);
	(void)umask(mask);
	if (r == MI_SUCCESS)
		return DONE;
	return reason_set(why, REASON_SOCKET, "libmilter cannot open %s", name);
}

static enum outcome
swap(struct listener_swap *s, const char *name, int family, struct reason *why)
{
	s->place = find_place(s->inherited);
	if (s->place < 0)
		return reason_set(why, REASON_SOCKET,
		    "libmilter's socket is not to be found");
	s->throwaway = fcntl(s->place, F_DUPFD_CLOEXEC, 0);
	if (s->throwaway < 0 || fcntl(s->throwaway, F_SETFL, O_NONBLOCK) != 0 ||
	    !seal_off(s->throwaway, family, name) ||
	    dup3(s->inherited, s->place, O_CLOEXEC) != s->place)
		return reason_set(why, REASON_SOCKET,
		    "libmilter's socket cannot be replaced: %s",
		    strerror(errno));
	return DONE;
}

enum outcome
listener_swap_open(
    int listen_fd, struct listener_swap **out, struct reason *why)
{
	struct sigaction sa = {.sa_handler = nothing};
	struct listener_swap *s = calloc(1, sizeof *s);
	char name[2 * SOCKET_PATH];
	enum outcome o;
	int family;

	if (!s)
		return reason_set(why, REASON_MEMORY, "out of memory");
	s->inherited = listen_fd;
	s->throwaway = -1;
	(void)sigaction(LISTENER_SWAP_SIGNAL, &sa, NULL);
	if (!throwaway_name(listen_fd, name, sizeof name, &family)) {
		o = reason_set(why, REASON_SOCKET,
		    "the inherited socket is of an unknown kind");
		goto out;
	}
	o = let_open(name, why);
	if (o == DONE)
		o = swap(s, name, family, why);
	if (o != DONE)
		goto out;
	*out = s;
	s = NULL;
out:
	if (s)
		file_close(&s->throwaway);
	free(s);
	return o;
}

void
listener_swap_thread(struct listener_swap *s, pthread_t listener)
{
	s->listener = listener;
	s->has_listener = true;
}

/*
 * A poll(2) that is under way still watches, and keeps open, what was there
 * before: interrupt it.
 */
static void
wake(const struct listener_swap *s)
{
	if (s->has_listener)
		(void)pthread_kill(s->listener, LISTENER_SWAP_SIGNAL);
}

void
listener_swap_pause(struct listener_swap *s)
{
	(void)dup3(s->throwaway, s->place, O_CLOEXEC);
	wake(s);
}

void
listener_swap_resume(struct listener_swap *s)
{
	(void)dup3(s->inherited, s->place, O_CLOEXEC);
	wake(s);
}

void
listener_swap_end(struct listener_swap *s)
{
	file_close(&s->inherited);
	listener_swap_pause(s);
}

/* The name that the inherited socket is bound to in the file system. */
static bool
bound_name(const struct listener_swap *s, char out[SOCKET_PATH + 1])
{
	struct sockaddr_un un;
	socklen_t len = sizeof un;

	memset(&un, 0, sizeof un);
	if (getsockname(s->inherited, (struct sockaddr *)&un, &len) != 0 ||
	    un.sun_family != AF_UNIX || un.sun_path[0] != '/')
		return false;
	(void)snprintf(
	    out, SOCKET_PATH + 1, "%.*s", (int)sizeof un.sun_path, un.sun_path);
	return true;
}

void
listener_swap_unlink(const struct listener_swap *s)
{
	char name[SOCKET_PATH + 1];

	if (bound_name(s, name))
		(void)unlink(name);
}

char *
listener_swap_dup_folder(const struct listener_swap *s)
{
	char name[SOCKET_PATH + 1];

	if (!bound_name(s, name))
		return NULL;
	*strrchr(name, '/') = '\0';
	return strdup(name);
}

/*
 * An accepted connection has the listening socket's own address as its
 * near end; the unnamed ends of socketpairs and the log have not.
 */
static bool
is_connection(int fd)
{
	struct sockaddr_storage near;
	socklen_t len = sizeof near;
	int type = 0;
	socklen_t type_len = sizeof type;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_len) == 0 &&
	    type == SOCK_STREAM && !is_listening(fd) &&
	    getsockname(fd, (struct sockaddr *)&near, &len) == 0 &&
	    len > sizeof(sa_family_t);
}

unsigned
listener_swap_connections(const struct listener_swap *s)
{
	int fd, top = max_fd();
	unsigned n = 0;

	for (fd = 0; fd < top; fd++)
		if (fd != s->inherited && fd != s->place && is_connection(fd))
			n++;
	return n;
}

bool
listener_swap_is_current(const struct listener_swap *s)
{
	return listener_is_current(s->inherited);
}
