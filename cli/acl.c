#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/quote.h"
#include "cli/verb.h"
#include "directory/rights.h"

#define OWNER_RIGHTS "S-1-3-4"
#define WORD 4096 /* a distinguished name, quoted */
#define SDDL 1024
#define ACCOUNT 1024

/* What is being printed, into memory first: nobody is to run half of it. */
struct acl {
	FILE *f;
	const struct settings *settings;
	char account[ACCOUNT];
};

/* In what form; one row for each. */
struct form {
	const char *name;
	bool by_sid; /* needs the account's SID */
	const char *head;
	enum outcome (*print)(const struct acl *a, const char *ou,
	    enum right_where where, struct reason *why);
};

static bool
is_sid(const char *s)
{
	if (strncmp(s, "S-1-", 4) != 0)
		return false;
	return s[strspn(s, "S-0123456789")] == '\0' &&
	    isdigit((unsigned char)s[strlen(s) - 1]);
}

static bool
applies(const struct right *r, enum right_where where, const struct acl *a)
{
	return r->where == where && rights_needed(r, a->settings);
}

/* CI: the object and all below; CIIO: below alone.  The entry for owners
 * names no attribute, and the class of contacts alone. */
static void
sddl_add(char *out, size_t size, const struct right *r, const char *account)
{
	size_t n = strlen(out);
	bool here = r->where == RIGHT_CREATE_OU;

	snprintf(out + n, size - n, "(OA;%s;%s;%s;%s;%s)", here ? "CI" : "CIIO",
	    r->mask, r->guid, here ? "" : RIGHTS_CONTACT,
	    r->owner ? "OW" : account);
}

static void
sddl_make(char *out, size_t size, enum right_where where, const struct acl *a)
{
	const struct right *r;

	out[0] = '\0';
	for (r = rights_peek(); r->what != NULL; r++)
		if (applies(r, where, a))
			sddl_add(out, size, r, a->account);
}

/* What each line does, for whoever is to run it. */
static void
comment(const struct acl *a, const char *mark, enum right_where where)
{
	const struct right *r;

	for (r = rights_peek(); r->what != NULL; r++)
		if (applies(r, where, a))
			fprintf(a->f, "%s %s\n", mark, r->what);
}

static enum outcome
print_sddl(const struct acl *a, const char *ou, enum right_where where,
    struct reason *why)
{
	char name[WORD], sddl[SDDL];
	enum outcome o = quote_sh(ou, name, sizeof name, why);

	if (o != DONE)
		return o;
	sddl_make(sddl, sizeof sddl, where, a);
	fprintf(a->f, "%s\n%s\n", ou, sddl);
	return DONE;
}

static enum outcome
print_samba_tool(const struct acl *a, const char *ou, enum right_where where,
    struct reason *why)
{
	char name[WORD], sddl[SDDL];
	enum outcome o = quote_sh(ou, name, sizeof name, why);

	if (o != DONE)
		return o;
	sddl_make(sddl, sizeof sddl, where, a);
	comment(a, "#", where);
	fprintf(a->f,
	    "samba-tool dsacl set --objectdn=%s \\\n"
	    "    --sddl='%s' \"$@\"\n",
	    name, sddl);
	return DONE;
}

/* account:mask;object, and behind that the class that inherits it. */
static enum outcome
print_dsacls_line(const struct acl *a, const char *name, const struct right *r,
    struct reason *why)
{
	bool here = r->where == RIGHT_CREATE_OU;
	char text[WORD], grant[WORD];
	enum outcome o;

	snprintf(text, sizeof text, "%s:%s;%s%s",
	    r->owner ? OWNER_RIGHTS : a->account, r->mask, r->object,
	    here ? "" : ";contact");
	o = quote_cmd(text, grant, sizeof grant, why);
	if (o == DONE)
		fprintf(a->f,
		    "rem %s\n"
		    "dsacls %s /I:%s /G %s || exit /b 1\n",
		    r->what, name, here ? "T" : "S", grant);
	return o;
}

static enum outcome
print_dsacls(const struct acl *a, const char *ou, enum right_where where,
    struct reason *why)
{
	char plain[WORD], name[WORD];
	const struct right *r;
	enum outcome o;

	o = quote_dn(ou, plain, sizeof plain, why);
	if (o == DONE)
		o = quote_cmd(plain, name, sizeof name, why);
	for (r = rights_peek(); r->what != NULL && o == DONE; r++)
		if (applies(r, where, a))
			o = print_dsacls_line(a, name, r, why);
	return o;
}

static const struct form forms[] = {
    {"dsacls", false, "@echo off\n", print_dsacls},
    {"sddl", true, "", print_sddl},
    {"samba-tool", true, "#!/bin/sh\nset -eu\n", print_samba_tool},
};

static const struct form *
form_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof forms / sizeof forms[0]; i++)
		if (strcmp(forms[i].name, name) == 0)
			return &forms[i];
	return NULL;
}

/*
 * Whom dsacls is to find: a SID, user@domain, DOMAIN\user or a distinguished
 * name.  What Active Directory allows in no account's name is refused, ':' and
 * ';' among it, at which dsacls cuts.
 */
static enum outcome
account_for_dsacls(
    const char *account, char *out, size_t size, struct reason *why)
{
	char quoted[ACCOUNT];

	if (strchr(account, '=') != NULL)
		return quote_dn(account, out, size, why);
	if (strpbrk(account, "\"/[]:;|,+*?<>") != NULL)
		return reason_set(why, REASON_UNQUOTABLE,
		    "\"%s\" is no name of an account", account);
	if (quote_cmd(account, quoted, sizeof quoted, why) != DONE)
		return REFUSED;
	snprintf(out, size, "%s", account);
	return DONE;
}

static enum outcome
account_check(const struct form *form, const char *account, char *out,
    size_t size, struct reason *why)
{
	if (account[0] == '\0')
		return reason_set(why, REASON_SETTINGS,
		    "directory.user is empty: name the account with "
		    "--account");
	if (!form->by_sid)
		return account_for_dsacls(account, out, size, why);
	if (!is_sid(account) || strlen(account) >= 200)
		return reason_set(why, REASON_SETTINGS,
		    "this form needs the account's SID, --account S-1-5-...; "
		    "\"samba-tool user show NAME --attributes=objectSid\" or "
		    "\"whoami /user\" tells it");
	snprintf(out, size, "%s", account);
	return DONE;
}

/* Each OU with what counts there. */
static enum outcome
print_all(const struct form *form, const struct acl *a, struct reason *why)
{
	const struct settings *s = a->settings;
	size_t i, n = settings_count(s, "directory", "bases");
	enum outcome o = DONE;

	fprintf(a->f, "%s", form->head);
	for (i = 0; i < rights_create_count(s) && o == DONE; i++) {
		const char *ou = rights_peek_create(s, i);

		if (ou != NULL)
			o = form->print(a, ou, RIGHT_CREATE_OU, why);
	}
	for (i = 0; i < n && o == DONE; i++)
		o = form->print(a, settings_peek_at(s, "directory", "bases", i),
		    RIGHT_BASES, why);
	return o;
}

static enum outcome
print_whole(const struct form *form, struct acl *a, struct reason *why)
{
	char *text = NULL;
	enum outcome o;
	size_t len;

	a->f = open_memstream(&text, &len);
	if (a->f == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = print_all(form, a, why);
	if (fclose(a->f) != 0)
		o = reason_set(why, REASON_MEMORY, "out of memory");
	if (o == DONE)
		fputs(text, stdout);
	free(text);
	return o;
}

static int
acl_print(const struct form *form, const struct settings *s, const char *given)
{
	struct acl a = {.settings = s};
	struct reason why;
	enum outcome o;

	if (given == NULL)
		given = settings_peek(s, "directory", "user");
	if (settings_count(s, "directory", "bases") == 0)
		o = reason_set(&why, REASON_SETTINGS,
		    "directory.bases is empty: there is nothing to grant");
	else
		o = account_check(
		    form, given, a.account, sizeof a.account, &why);
	if (o == DONE)
		o = print_whole(form, &a, &why);
	return o == DONE ? EX_OK : cli_fail(o, &why);
}

int
verb_acl(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
	    {"format", required_argument, NULL, 'f'},
	    {"account", required_argument, NULL, 'a'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	const struct form *form = &forms[0];
	const char *account = NULL;
	struct settings *s = NULL;
	int c, status;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'a')
			account = optarg;
		else if (c == 'f')
			form = form_find(optarg);
		else
			return cli_usage(argv[0], c == 'h');
		if (form == NULL)
			return cli_usage(argv[0], false);
	}
	if (optind != argc)
		return cli_usage(argv[0], false);
	status = cli_settings(cli, &s);
	if (status != EX_OK)
		return status;
	status = acl_print(form, s, account);
	settings_free(s);
	return status;
}
