#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "config/config.h"
#include "directory/serve.h"
#include "directory/settings.h"

/*
 * certharvest-directory: started by the publisher, with its socket as
 * descriptor 3.  The only process that reads the directory's password or
 * keytab.
 */
#define SOCKET 3

/* Nobody is to find the password in a core or through ptrace. */
static void
keep_secrets(void)
{
	struct rlimit none = {0, 0};

	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)setrlimit(RLIMIT_CORE, &none);
	/* libldap would take servers, names and "do not verify" from there */
	(void)setenv("LDAPNOINIT", "1", 1);
}

/*
 * libldap keeps the messages of an answer until its last one, also before
 * anything is proven: whoever is on the way to the server may send them as fast
 * as the network is.  AddressSanitizer needs more for itself.
 */
static void
limit_memory(void)
{
#ifndef WITH_SANITIZERS
	struct rlimit data = {LIMIT_DIRECTORY_MEMORY, LIMIT_DIRECTORY_MEMORY};

	(void)setrlimit(RLIMIT_DATA, &data);
#endif
}

static void
complain(void *arg, const char *line)
{
	(void)arg;
	LOG_EVENT(SETTINGS, LOG_STR("text", line));
}

static int
run(const char *path)
{
	struct settings *settings = NULL;
	struct reason broken, why;
	enum outcome o;

	reason_clear(&broken);
	if (config_read(path, complain, NULL, &settings, &broken) == DONE)
		config_log_open(settings, "certharvest-directory");
	/* A file of contacts may be of any size. */
	if (settings != NULL &&
	    settings_choice(settings, "directory", "backend") == BACKEND_AD)
		limit_memory();
	o = serve(SOCKET, settings, &broken, &why);
	if (o != DONE)
		LOG_EVENT(FAILED, LOG_STR("reason", reason_name(why.code)),
		    LOG_STR("text", why.text));
	settings_free(settings);
	return o == DONE ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	bool named = argc == 3 && strcmp(argv[1], "-f") == 0;

	if ((argc != 1 && !named) || fcntl(SOCKET, F_GETFD) < 0) {
		fprintf(stderr,
		    "certharvest-directory is started by "
		    "certharvest-publisher\n");
		return EXIT_FAILURE;
	}
	keep_secrets();
	/* GnuTLS writes to connections that the server has closed. */
	(void)signal(SIGPIPE, SIG_IGN);
	return run(named ? argv[2] : NULL);
}
