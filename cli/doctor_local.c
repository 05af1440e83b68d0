#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/socket.h"
#include "cli/doctor.h"
#include "directory/settings.h"

#define SITE_KEY_LEN 32 /* publisher/site_key.h */
#define PATIENCE 3000	/* milliseconds */

/* The folder that holds the store; false: it cannot be looked at. */
static bool
stat_store_folder(const struct settings *s, struct stat *st, char **folder)
{
	char *path = strdup(settings_peek(s, "store", "path"));
	bool good;

	*folder = path != NULL ? strdup(dirname(path)) : NULL;
	free(path);
	good =
	    *folder != NULL && stat(*folder, st) == 0 && S_ISDIR(st->st_mode);
	return good;
}

static void
look_at_site_key(const struct settings *s, struct findings *out)
{
	const char *path = settings_peek(s, "directory", "site_key_file");
	bool there;
	struct stat st;

	there = stat(path, &st) == 0;
	if (!there && errno == ENOENT)
		findings_add(out, FINDING_SITE_KEY_NONE,
		    "%s: made by the publisher when it starts", path);
	else if (!there)
		findings_add(
		    out, FINDING_SITE_KEY_BAD, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode) || st.st_size != SITE_KEY_LEN)
		findings_add(out, FINDING_SITE_KEY_BAD,
		    "%s is no key of %d octets", path, SITE_KEY_LEN);
	else if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		findings_add(out, FINDING_SITE_KEY_BAD,
		    "%s is open to others, mode %04o", path,
		    (unsigned)st.st_mode & 07777u);
	else
		findings_add(out, FINDING_SITE_KEY_OK, "%s is there, mode %04o",
		    path, (unsigned)st.st_mode & 07777u);
}

/* Whether it can be read is what the directory child tells. */
static void
look_at_secret(
    const struct settings *s, const char *setting, struct findings *out)
{
	const char *path = settings_peek(s, "directory", setting);
	struct stat st;

	if (path[0] != '\0' && stat(path, &st) == 0 &&
	    (st.st_mode & S_IRWXO) != 0)
		findings_add(out, FINDING_SECRET_OPEN,
		    "directory.%s %s is open to all, mode %04o", setting, path,
		    (unsigned)st.st_mode & 07777u);
}

static void
look_at_milter_user(const struct settings *s, struct findings *out)
{
	const char *user = settings_peek(s, "publisher", "milter_user");

	if (user[0] != '\0' && getpwnam(user) != NULL)
		findings_add(out, FINDING_MILTER_USER_OK, "%s is known", user);
	else
		findings_add(out, FINDING_MILTER_USER_BAD,
		    "there is no user \"%s\" on this machine", user);
}

void
doctor_look_privileged(const struct settings *s, struct findings *out)
{
	look_at_site_key(s, out);
	if (settings_choice(s, "directory", "backend") == BACKEND_AD) {
		look_at_secret(s, "password_file", out);
		look_at_secret(s, "keytab", out);
		look_at_secret(s, "key_file", out);
	}
	look_at_milter_user(s, out);
}

/* With the groups that the system gives him, as a service has them. */
static bool
become(uid_t uid, gid_t gid)
{
	const struct passwd *p = getpwuid(uid);

	if (p != NULL)
		return initgroups(p->pw_name, p->pw_gid) == 0 &&
		    setgid(p->pw_gid) == 0 && setuid(uid) == 0;
	return setgroups(1, &gid) == 0 && setgid(gid) == 0 && setuid(uid) == 0;
}

enum outcome
doctor_become_publisher(
    const struct settings *s, struct findings *out, struct reason *why)
{
	struct stat st = {.st_uid = 0};
	enum outcome o = DONE;
	char *folder;

	if (!stat_store_folder(s, &st, &folder))
		findings_add(out, FINDING_STORE_BAD, "%s: %s",
		    folder != NULL ? folder : "store.path", strerror(errno));
	else if (geteuid() == 0 && st.st_uid != 0 &&
	    !become(st.st_uid, st.st_gid))
		o = reason_set(why, REASON_IO, "becoming the owner of %s: %s",
		    folder, strerror(errno));
	else if (geteuid() != st.st_uid)
		findings_add(out, FINDING_RUN_AS,
		    "run by uid %u, and uid %u owns %s", (unsigned)geteuid(),
		    (unsigned)st.st_uid, folder);
	else
		findings_add(out, FINDING_STORE_OK,
		    "%s is there, of uid %u; looked at as that user", folder,
		    (unsigned)st.st_uid);
	free(folder);
	return o;
}

static void
look_at_spool(const char *path, struct findings *out)
{
	struct stat st;

	if (stat(path, &st) != 0 || access(path, R_OK | W_OK | X_OK) != 0)
		findings_add(
		    out, FINDING_SPOOL_BAD, "%s: %s", path, strerror(errno));
	else if (!S_ISDIR(st.st_mode))
		findings_add(out, FINDING_SPOOL_BAD, "%s is no folder", path);
	else if ((st.st_mode & S_IWOTH) != 0)
		findings_add(out, FINDING_SPOOL_OPEN,
		    "%s may be written by all, mode %04o", path,
		    (unsigned)st.st_mode & 07777u);
	else
		findings_add(out, FINDING_SPOOL_OK,
		    "%s is there, of uid %u, mode %04o", path,
		    (unsigned)st.st_uid, (unsigned)st.st_mode & 07777u);
}

static void
look_at_control(const struct settings *s, struct findings *out)
{
	const char *path = settings_peek(s, "publisher", "control_socket");
	struct socket_spec spec;
	struct reason why;
	int fd = -1;

	if (socket_parse(path, &spec, &why) == DONE &&
	    socket_connect(&spec, PATIENCE, &fd, &why) == DONE)
		findings_add(
		    out, FINDING_PUBLISHER_OK, "somebody answers at %s", path);
	else
		findings_add(
		    out, FINDING_PUBLISHER_AWAY, "%s: %s", path, why.text);
	file_close(&fd);
}

/* Whether a file can be put there. */
static bool
may_write_beside(const char *path)
{
	char *copy = strdup(path);
	bool may = copy != NULL && access(dirname(copy), W_OK | X_OK) == 0;

	free(copy);
	return may;
}

static void
look_at_metrics(const struct settings *s, struct findings *out)
{
	const char *path = settings_peek(s, "publisher", "metrics_file");

	if (path[0] == '\0')
		return;
	if (may_write_beside(path))
		findings_add(
		    out, FINDING_METRICS_OK, "%s can be written", path);
	else
		findings_add(
		    out, FINDING_METRICS_BAD, "%s: %s", path, strerror(errno));
}

static void
look_at_digest(const struct settings *s, struct findings *out)
{
	const char *program = settings_peek(s, "digest", "sendmail");
	const char *state = settings_peek(s, "digest", "state_file");

	if (settings_count(s, "digest", "to") == 0)
		return;
	if (access(program, X_OK) != 0)
		findings_add(out, FINDING_DIGEST_BAD, "%s: %s", program,
		    strerror(errno));
	else if (!may_write_beside(state))
		findings_add(
		    out, FINDING_DIGEST_BAD, "%s: %s", state, strerror(errno));
	else
		findings_add(out, FINDING_DIGEST_OK, "%s can be run", program);
}

void
doctor_look(const struct settings *s, struct findings *out)
{
	size_t n = settings_count(s, "publisher", "spools");

	for (size_t i = 0; i < n; i++)
		look_at_spool(
		    settings_peek_at(s, "publisher", "spools", i), out);
	if (n == 0)
		look_at_spool(settings_peek(s, "spool", "folder"), out);
	look_at_control(s, out);
	look_at_metrics(s, out);
	look_at_digest(s, out);
}
