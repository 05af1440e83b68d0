#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "directory/ad_examine.h"

LDAPMessage *
ad_examine_first(struct examination *x, const char *base, int scope,
    const char *filter, const char *const *attributes, LDAPMessage **result,
    struct reason *why)
{
	*result = NULL;
	/* Every question has time of its own. */
	x->ad->deadline = clock_ms() + AD_OPERATION_MAX;
	if (x->ad->ld == NULL) {
		(void)!reason_set(why, REASON_DIRECTORY_DOWN,
		    "the connection was lost before");
		return NULL;
	}
	if (ad_search(x->ad, base, scope, filter, attributes, 1, result, why) !=
	    DONE)
		return NULL;
	reason_clear(why);
	return ldap_first_entry(x->ad->ld, *result);
}

bool
ad_examine_has(struct examination *x, LDAPMessage *e, const char *attribute,
    const char *value)
{
	struct berval **v = ldap_get_values_len(x->ad->ld, e, attribute);
	bool found = false;

	for (size_t i = 0; v != NULL && v[i] != NULL && !found; i++)
		found = v[i]->bv_len == strlen(value) &&
		    strncasecmp(v[i]->bv_val, value, v[i]->bv_len) == 0;
	ldap_value_free_len(v);
	return found;
}

/* [MS-ADTS] 3.1.1.3.2; tokenGroups of the root: whom the server takes us for,
 * and all of our groups. */
static void
read_root(struct examination *x)
{
	static const char *const attributes[] = {
	    "defaultNamingContext", "vendorName", "tokenGroups", NULL};
	LDAPMessage *result, *e;
	struct berval **v;
	struct reason why;
	char vendor[64];

	e = ad_examine_first(x, "", LDAP_SCOPE_BASE, "(objectClass=*)",
	    attributes, &result, &why);
	if (e != NULL) {
		ad_get_string(x->ad, e, "defaultNamingContext", x->domain,
		    sizeof x->domain);
		ad_get_string(x->ad, e, "vendorName", vendor, sizeof vendor);
		x->samba = strncmp(vendor, "Samba", 5) == 0;
		v = ldap_get_values_len(x->ad->ld, e, "tokenGroups");
		for (size_t i = 0; v != NULL && v[i] != NULL; i++)
			security_token_add(&x->token,
			    (struct span){
				(const uint8_t *)v[i]->bv_val, v[i]->bv_len});
		ldap_value_free_len(v);
	} else if (why.code != REASON_OK)
		findings_add_reason(x->out, FINDING_ASK_FAILED, &why);
	ldap_msgfree(result);
}

static void
bind_and_look(struct examination *x)
{
	/* in the order of the choices of directory.bind */
	static const char *const ways[] = {
	    "Kerberos", "name and password", "certificate"};
	struct reason why;

	x->ad->deadline = clock_ms() + 2 * AD_OPERATION_MAX;
	/* Not ad_begin(): what else is wrong is to be found, too. */
	if (ad_connect(x->ad, &why) != DONE) {
		findings_add_reason(x->out, FINDING_BIND_BAD, &why);
		return;
	}
	findings_add(x->out, FINDING_BIND_OK, "logged in by %s",
	    ways[settings_choice(x->ad->settings, "directory", "bind")]);
	read_root(x);
	ad_examine_account(x);
	ad_examine_schema(x);
	ad_examine_rights(x);
}

void
ad_examine(struct ad *ad, struct findings *out)
{
	struct examination *x = calloc(1, sizeof *x);

	if (x == NULL)
		return;
	x->ad = ad;
	x->out = out;
	ad_examine_secret(x);
	ad_examine_servers(x);
	bind_and_look(x);
	free(x);
}
