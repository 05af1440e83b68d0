#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/algorithm.h"
#include "base/judge.h"
#include "cli/trust.h"

/*
 * CAs that mail brought and that no anchor leads to.  Their names are
 * strangers' words: what is to be approved is said by fingerprint.
 */
#define USERS_TEXT 5
#define USERS_JSON 1000

struct user_list {
	json_t *json; /* NULL: print */
	unsigned n;
	bool failed;
};

static void
user_visit(void *arg, const struct store_authority_user *u)
{
	struct user_list *l = arg;
	json_t *o;

	l->n++;
	if (l->json == NULL) {
		printf("    %s %s, %" PRId64 " mail%s, last %s\n",
		    l->n == 1 ? "used by     " : "            ",
		    report_quote(u->address), u->seen, u->seen == 1 ? "" : "s",
		    report_time(u->last_seen));
		return;
	}
	o = json_pack("{s:I}", "mails", (json_int_t)u->seen);
	if (o == NULL || !report_set(o, "address", u->address) ||
	    !report_set_time(o, "last_seen", u->last_seen) ||
	    json_array_append(l->json, o) != 0)
		l->failed = true;
	json_decref(o);
}

/* What kind of thing it is, for people. */
static const char *
kind_text(enum authority_kind kind)
{
	static const char *const texts[AUTHORITY_KINDS] = {
	    [AUTHORITY_NONE] = "of no kind that is known",
	    [AUTHORITY_ROOT] = "a CA, a root",
	    [AUTHORITY_INTERMEDIATE] = "a CA; the one above it is not known",
	    [AUTHORITY_LEAF] = "no CA: a certificate that signed itself",
	    [AUTHORITY_ABSENT] = "a CA's name; no mail brought its certificate",
	};

	return texts[kind];
}

static void
advice_text(const struct store_authority *a)
{
	if (authority_parse(a->kind) == AUTHORITY_ABSENT)
		puts("    what to do   ask the partner for the CA's "
		     "certificate, then\n"
		     "                 certharvest trust approve --file FILE "
		     "--domains DOMAIN");
	else
		printf("    what to do   compare the fingerprint with the "
		       "partner's, on the phone, then\n"
		       "                 certharvest trust approve %s\n",
		    a->fingerprint);
}

static enum outcome
print_text(struct store *store, const struct trust_ca *ca, struct reason *why)
{
	const struct store_authority *a = &ca->a;
	const struct facts *f = &ca->facts;
	struct user_list users = {.json = NULL};
	enum outcome o;

	printf("%s\n", report_quote(f->malformed ? a->name : f->subject));
	printf("    what it is   %s\n", kind_text(authority_parse(a->kind)));
	printf("    fingerprint  %s\n", a->fingerprint);
	if (!f->malformed) {
		printf("    issuer       %s\n", report_quote(f->issuer));
		printf("    key          %s, %u bits\n",
		    algorithm_key_name(f->key), f->bits);
		printf("    valid        %s to %s\n",
		    report_time(f->not_before), report_time(f->not_after));
	}
	o = store_authority_users(
	    store, a->fingerprint, USERS_TEXT, user_visit, &users, why);
	if (a->addresses > users.n)
		printf("                 and %" PRId64 " more, of %" PRId64
		       " domains in all\n",
		    a->addresses - users.n, a->domains);
	printf("    mail server  %s\n",
	    a->vouched ? "vouched for one of them (DMARC)"
		       : "vouched for none of them");
	printf("    seen         %" PRId64 " times, %s to %s\n", a->seen,
	    report_time(a->first_seen), report_time(a->last_seen));
	printf("    waits        %" PRId64 " mail%s\n", a->held,
	    a->held == 1 ? "" : "s");
	if (a->state == STORE_AUTHORITY_REJECTED)
		printf("    rejected     %s by uid %" PRId64 ", %s: %s\n",
		    report_time(a->decided), a->by.uid,
		    report_quote(a->by.name), report_quote(a->note));
	else
		advice_text(a);
	return o;
}

static bool
set_facts(json_t *o, const struct facts *f)
{
	if (f->malformed)
		return true;
	return report_set(o, "subject", f->subject) &&
	    report_set(o, "issuer", f->issuer) &&
	    report_set(o, "key", algorithm_key_name(f->key)) &&
	    json_object_set_new(o, "bits", json_integer(f->bits)) == 0 &&
	    report_set_time(o, "not_before", f->not_before) &&
	    report_set_time(o, "not_after", f->not_after);
}

static enum outcome
print_json(struct report *r, const struct trust_ca *ca, struct reason *why)
{
	struct user_list users = {.json = json_array()};
	const struct store_authority *a = &ca->a;
	enum outcome o;
	json_t *root;

	o = store_authority_users(
	    r->store, a->fingerprint, USERS_JSON, user_visit, &users, why);
	root = json_pack("{s:s, s:s, s:s, s:b, s:I, s:I, s:I, s:I}",
	    "fingerprint", a->fingerprint, "kind", a->kind, "state",
	    store_authority_state_name(a->state), "vouched", (int)a->vouched,
	    "seen", (json_int_t)a->seen, "held", (json_int_t)a->held,
	    "addresses", (json_int_t)a->addresses, "domains",
	    (json_int_t)a->domains);
	if (root != NULL &&
	    (users.failed || !report_set(root, "name", a->name) ||
		!report_set_time(root, "first_seen", a->first_seen) ||
		!report_set_time(root, "last_seen", a->last_seen) ||
		!set_facts(root, &ca->facts) ||
		json_object_set(root, "used_by", users.json) != 0)) {
		json_decref(root);
		root = NULL;
	}
	json_decref(users.json);
	if (o == DONE)
		report_row_print(r, root);
	else
		json_decref(root);
	return o;
}

static enum outcome
state_report(struct report *r, enum store_authority_state state, bool all,
    unsigned *n, struct reason *why)
{
	struct trust_cas cas;
	enum outcome o;
	unsigned i;

	o = trust_cas_read(
	    r->settings, r->store, state, r->options->limit, &cas, why);
	for (i = 0; o == DONE && i < cas.n; i++) {
		if (cas.at[i].a.held == 0 && !all)
			continue;
		++*n;
		o = r->options->json ? print_json(r, &cas.at[i], why)
				     : print_text(r->store, &cas.at[i], why);
	}
	trust_cas_clear(&cas);
	return o;
}

static enum outcome
candidates_report(struct report *r, struct reason *why)
{
	const struct trust_options *own = r->options->own;
	unsigned n = 0;
	enum outcome o;

	o = state_report(r, STORE_AUTHORITY_SEEN, own->all, &n, why);
	if (o == DONE && own->all)
		o = state_report(r, STORE_AUTHORITY_REJECTED, true, &n, why);
	if (o == DONE && n == 0 && !r->options->json)
		puts("no unknown CA that anything waits for");
	return o;
}

int
trust_candidates(const struct cli *cli, const struct trust_options *o)
{
	struct report_options options = {
	    .json = o->json, .limit = 2000, .own = o};

	return report_run(cli, &options, candidates_report);
}
