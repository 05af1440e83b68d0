#include <ldap.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/name.h"

/*
 * What a domain controller can do: the operations by which certharvest makes
 * or refreshes contacts, from a bare loop over libldap that decides nothing
 * and always has some under way.
 *
 *	ldap_bench URI CA_FILE USER PASSWORD BASE new|refresh <partners
 *
 * A line of the input is a partner, separated by tabs: address, DN, name that
 * is searched for, displayName, certificate in hexadecimal, mark.  Prints
 * how many, and the milliseconds by the clock and of processor time.
 */
#define UNDER_WAY 32
#define PARTNERS 20000
#define LINE 16384
#define FIELDS 6
#define ATTRIBUTES 9

enum field { ADDRESS, DN, WISH, NAME, CERTIFICATE, MARK };

struct partner {
	char *field[FIELDS];
	struct berval der;
	unsigned step;
	int id; /* of the message that is waited for */
};

static const char *base;
static LDAP *ld;

static void
must(int rc, const char *what)
{
	if (rc == LDAP_SUCCESS)
		return;
	fprintf(stderr, "%s: %s\n", what, ldap_err2string(rc));
	exit(1);
}

static void
read_der(struct partner *p)
{
	const char *hex = p->field[CERTIFICATE];
	size_t n = strlen(hex) / 2;

	p->der.bv_val = malloc(n + 1);
	p->der.bv_len = n;
	for (size_t i = 0; i < n && p->der.bv_val != NULL; i++) {
		const char byte[] = {hex[2 * i], hex[2 * i + 1], '\0'};

		p->der.bv_val[i] = (char)strtoul(byte, NULL, 16);
	}
}

static unsigned
read_partners(struct partner *all)
{
	static char line[LINE];
	unsigned n = 0;

	while (n < PARTNERS && fgets(line, sizeof line, stdin) != NULL) {
		char *rest = strdup(line);

		for (unsigned i = 0; i < FIELDS; i++)
			all[n].field[i] = strsep(&rest, "\t\n");
		read_der(&all[n]);
		n++;
	}
	return n;
}

static void
search(struct partner *p, const char *where, int scope, const char *filter,
    char **attributes)
{
	must(ldap_search_ext(ld, where, scope, filter, attributes, 0, NULL,
		 NULL, NULL, 2, &p->id),
	    "search");
}

static void
search_address(struct partner *p)
{
	static char names[][32] = {"objectClass", "objectGUID", "mail",
	    "proxyAddresses;range=0-499", "targetAddress",
	    "userCertificate;range=0-64", "userSMIMECertificate;range=0-8",
	    "extensionName;range=0-499", "msExchOriginatingForest"};
	char *attributes[ATTRIBUTES + 1] = {NULL};
	char filter[2048];

	for (unsigned i = 0; i < ATTRIBUTES; i++)
		attributes[i] = names[i];
	snprintf(filter, sizeof filter,
	    "(|(proxyAddresses=smtp:%s)(mail=%s)(targetAddress=smtp:%s))",
	    p->field[ADDRESS], p->field[ADDRESS], p->field[ADDRESS]);
	search(p, base, LDAP_SCOPE_SUBTREE, filter, attributes);
}

static void
search_name(struct partner *p)
{
	char variants[NAME_VARIANTS][LIMIT_NAME + 1];
	char name[] = "objectClass", *attributes[] = {name, NULL};
	unsigned n = name_variants(p->field[WISH], variants);
	char filter[4096];
	size_t used = (size_t)snprintf(filter, sizeof filter, "(|");

	for (unsigned i = 0; i < n; i++)
		used += (size_t)snprintf(filter + used, sizeof filter - used,
		    "(displayName=%s)(cn=%s)", variants[i], variants[i]);
	snprintf(filter + used, sizeof filter - used, ")");
	search(p, base, LDAP_SCOPE_SUBTREE, filter, attributes);
}

static void
search_id(struct partner *p)
{
	char name[] = "objectGUID", *attributes[] = {name, NULL};

	search(p, p->field[DN], LDAP_SCOPE_BASE, "(objectClass=*)", attributes);
}

#define TEXTS 5

static void
add(struct partner *p)
{
	static char types[TEXTS][16] = {"objectClass", "displayName", "mail",
	    "proxyAddresses", "extensionName"};
	static char certificate[] = "userCertificate", class[] = "contact";
	char proxy[512];
	char *texts[TEXTS][2] = {{class}, {p->field[NAME]}, {p->field[ADDRESS]},
	    {proxy}, {p->field[MARK]}};
	struct berval *ders[] = {&p->der, NULL};
	LDAPMod mods[TEXTS + 1], *list[TEXTS + 2] = {NULL};

	snprintf(proxy, sizeof proxy, "SMTP:%s", p->field[ADDRESS]);
	for (unsigned i = 0; i < TEXTS; i++) {
		mods[i] = (LDAPMod){.mod_op = LDAP_MOD_ADD,
		    .mod_type = types[i],
		    .mod_values = texts[i]};
		list[i] = &mods[i];
	}
	mods[TEXTS] = (LDAPMod){.mod_op = LDAP_MOD_ADD | LDAP_MOD_BVALUES,
	    .mod_type = certificate,
	    .mod_bvalues = ders};
	list[TEXTS] = &mods[TEXTS];
	must(ldap_add_ext(ld, p->field[DN], list, NULL, NULL, &p->id), "add");
}

/* The values of an attribute, of whose name the server makes one with a range
 * where it likes. */
static struct berval **
values(LDAPMessage *e, const char *attribute)
{
	BerElement *ber = NULL;
	struct berval **found = NULL;

	for (char *name = ldap_first_attribute(ld, e, &ber); name != NULL;
	     name = ldap_next_attribute(ld, e, ber)) {
		if (found == NULL &&
		    strncasecmp(name, attribute, strlen(attribute)) == 0)
			found = ldap_get_values_len(ld, e, name);
		ldap_memfree(name);
	}
	ber_free(ber, 0);
	return found;
}

/* Delete what the search found, add the new, and the same for the mark. */
static void
modify(struct partner *p, LDAPMessage *found)
{
	static char certificate[] = "userCertificate", mark[] = "extensionName";
	LDAPMessage *e = ldap_first_entry(ld, found);
	struct berval **ders = values(e, certificate);
	struct berval **marks = values(e, mark);
	struct berval new_mark = {strlen(p->field[MARK]), p->field[MARK]};
	struct berval *add_der[] = {&p->der, NULL};
	struct berval *add_mark[] = {&new_mark, NULL};
	LDAPMod mods[] = {
	    {LDAP_MOD_DELETE | LDAP_MOD_BVALUES, certificate,
		{.modv_bvals = ders}},
	    {LDAP_MOD_ADD | LDAP_MOD_BVALUES, certificate,
		{.modv_bvals = add_der}},
	    {LDAP_MOD_DELETE | LDAP_MOD_BVALUES, mark, {.modv_bvals = marks}},
	    {LDAP_MOD_ADD | LDAP_MOD_BVALUES, mark, {.modv_bvals = add_mark}},
	};
	LDAPMod *list[] = {&mods[0], &mods[1], &mods[2], &mods[3], NULL};

	must(ldap_modify_ext(ld, p->field[DN], list, NULL, NULL, &p->id),
	    "modify");
	ldap_value_free_len(ders);
	ldap_value_free_len(marks);
}

/* Send what comes next; false: nothing does. */
static bool
go_on(struct partner *p, bool new, LDAPMessage *last)
{
	switch (p->step++) {
	case 0:
		search_address(p);
		return true;
	case 1:
		if (new)
			search_name(p);
		else
			modify(p, last);
		return true;
	case 2:
		if (new)
			add(p);
		return new;
	case 3:
		search_id(p);
		return true;
	default:
		return false;
	}
}

static void
hear(struct partner *all, unsigned *lowest, unsigned started, bool new,
    unsigned *ended)
{
	LDAPMessage *result = NULL;
	int id, rc = LDAP_OTHER;

	if (ldap_result(ld, LDAP_RES_ANY, LDAP_MSG_ALL, NULL, &result) <= 0)
		must(LDAP_SERVER_DOWN, "result");
	must(ldap_parse_result(ld, result, &rc, NULL, NULL, NULL, NULL, 0),
	    "parse");
	must(rc, "operation");
	id = ldap_msgid(result);
	for (unsigned i = *lowest; i < started; i++) {
		if (all[i].id != id)
			continue;
		if (!go_on(&all[i], new, result)) {
			all[i].id = -1;
			++*ended;
		}
		break;
	}
	while (*lowest < started && all[*lowest].id == -1)
		++*lowest;
	ldap_msgfree(result);
}

static void
run(struct partner *all, unsigned n, bool new)
{
	unsigned lowest = 0, started = 0, ended = 0;

	while (ended < n) {
		while (started < n && started - ended < UNDER_WAY)
			(void)go_on(&all[started++], new, NULL);
		hear(all, &lowest, started, new, &ended);
	}
}

static void
connect_to(const char *uri, const char *ca, const char *user, char *password)
{
	struct berval secret = {strlen(password), password};
	int version = LDAP_VERSION3;

	must(ldap_set_option(NULL, LDAP_OPT_X_TLS_CACERTFILE, ca), ca);
	must(ldap_initialize(&ld, uri), uri);
	(void)ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version);
	(void)ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
	must(ldap_sasl_bind_s(
		 ld, user, LDAP_SASL_SIMPLE, &secret, NULL, NULL, NULL),
	    "bind");
}

int
main(int argc, char **argv)
{
	static struct partner all[PARTNERS];
	int64_t start;
	unsigned n;

	if (argc != 7)
		return 64;
	base = argv[5];
	n = read_partners(all);
	connect_to(argv[1], argv[2], argv[3], argv[4]);
	start = clock_ms();
	run(all, n, strcmp(argv[6], "new") == 0);
	printf("%u %lld %lld\n", n, (long long)(clock_ms() - start),
	    (long long)clock() / (CLOCKS_PER_SEC / 1000));
	ldap_unbind_ext_s(ld, NULL, NULL);
	return 0;
}
