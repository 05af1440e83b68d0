#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/algorithm.h"
#include "cli/trust.h"
#include "pki/certificate.h"
#include "pki/crl.h"
#include "pki/name.h"
#include "pki/sources.h"

/* One line of the list. */
struct line {
	const char *kind, *origin;
	const struct trust_anchor *anchor;	/* NULL: an intermediate */
	const struct store_authority *approved; /* NULL: by a file */
	struct facts facts;
	int64_t uses; /* publications that rest on it; -1: not known */
};

/* How many publications rest on which anchor; without a store, none. */
struct uses {
	struct use {
		char fingerprint[DIGEST_HEX];
		int64_t n;
	} * at;
	unsigned n;
	bool known;
};

static void
use_add(void *arg, const char *fingerprint, int64_t n)
{
	struct uses *u = arg;
	struct use *at = realloc(u->at, (u->n + 1) * sizeof *at);

	if (at == NULL)
		abort();
	u->at = at;
	snprintf(at[u->n].fingerprint, DIGEST_HEX, "%s", fingerprint);
	at[u->n++].n = n;
}

static int64_t
uses_of(const struct uses *u, const struct facts *f)
{
	char hex[DIGEST_HEX];
	unsigned i;

	bytes_hex((struct span){f->sha256, DIGEST_LEN}, hex);
	for (i = 0; i < u->n; i++)
		if (strcmp(u->at[i].fingerprint, hex) == 0)
			return u->at[i].n;
	return u->known ? 0 : -1;
}

static void
complain(void *arg, const char *setting, const struct reason *why)
{
	(void)arg;
	fprintf(stderr, "certharvest: trust.%s: %s\n", setting,
	    report_quote(why->text));
}

/* For whom it counts. */
static void
scope_text(const struct trust_anchor *a)
{
	if (a->everywhere && a->distrust_after == 0)
		printf("for all");
	else if (a->everywhere)
		printf("for all, of certificates from before %s",
		    report_time(a->distrust_after));
	if (a->domains != NULL)
		printf("%sfor %s", a->everywhere ? "; " : "",
		    report_quote(a->domains));
}

static void
line_text(const struct line *l)
{
	const struct facts *f = &l->facts;
	char hex[DIGEST_HEX];

	bytes_hex((struct span){f->sha256, DIGEST_LEN}, hex);
	printf("%s %s\n", l->kind, report_quote(f->subject));
	printf("    %s\n", hex);
	printf("    from %s; %s, %u bits; until %s\n", report_quote(l->origin),
	    algorithm_key_name(f->key), f->bits, report_time(f->not_after));
	if (l->anchor != NULL) {
		printf("    ");
		scope_text(l->anchor);
		putchar('\n');
	}
	if (l->approved != NULL) {
		printf("    for %s\n", report_quote(l->approved->scope));
		printf("    by uid %lld, %s, ", (long long)l->approved->by.uid,
		    report_quote(l->approved->by.name));
		printf("on %s: %s\n", report_time(l->approved->decided),
		    report_quote(l->approved->note));
	}
	if (l->uses > 0)
		printf("    %lld published on its word\n", (long long)l->uses);
}

static bool
set_approved(json_t *o, const struct store_authority *a)
{
	return json_object_set_new(o, "public", json_false()) == 0 &&
	    json_object_set_new(o, "everywhere", json_false()) == 0 &&
	    report_set(o, "domains", a->scope) &&
	    report_set_time(o, "approved", a->decided) &&
	    report_set(o, "who", a->by.name) &&
	    report_set(o, "note", a->note) &&
	    json_object_set_new(o, "uid", json_integer(a->by.uid)) == 0;
}

static int
line_json(const struct line *l)
{
	const struct trust_anchor *a = l->anchor;
	const struct facts *f = &l->facts;
	char hex[DIGEST_HEX];
	json_t *o;
	bool ok;

	bytes_hex((struct span){f->sha256, DIGEST_LEN}, hex);
	o = json_pack("{s:s, s:s, s:s, s:i}", "kind", l->kind, "sha256", hex,
	    "key", algorithm_key_name(f->key), "bits", (int)f->bits);
	ok = o != NULL && report_set(o, "origin", l->origin) &&
	    report_set(o, "subject", f->subject) &&
	    report_set_time(o, "not_before", f->not_before) &&
	    report_set_time(o, "not_after", f->not_after);
	if (ok && a != NULL)
		ok = json_object_set_new(
			 o, "public", json_boolean(a->public_ca)) == 0 &&
		    json_object_set_new(
			o, "everywhere", json_boolean(a->everywhere)) == 0 &&
		    report_set_time(o, "distrust_after", a->distrust_after) &&
		    report_set(
			o, "domains", a->domains == NULL ? "" : a->domains);
	if (ok && l->approved != NULL)
		ok = set_approved(o, l->approved);
	if (ok && l->uses >= 0)
		ok = json_object_set_new(o, "uses", json_integer(l->uses)) == 0;
	if (!ok) {
		json_decref(o);
		o = NULL;
	}
	return report_print(o);
}

static int
crl_print(const struct trust_crl *c, bool json)
{
	char issuer[FACTS_TEXT];
	struct crl_entry e;
	unsigned n = 0;
	struct crl crl;
	json_t *o;

	if (crl_skim(span_bytes(&c->der), &crl, NULL) != DONE)
		return EX_OK; /* told when it was read */
	name_show_der(crl.issuer, issuer, sizeof issuer);
	while (crl_next(&crl.entries, &e))
		n++;
	if (!json) {
		printf("crl %s\n    from %s; of %s until %s; %u entries\n",
		    report_quote(issuer), report_quote(c->origin),
		    report_time(crl.this_update), report_time(crl.next_update),
		    n);
		return EX_OK;
	}
	o = json_pack("{s:s, s:i}", "kind", "crl", "entries", (int)n);
	if (o != NULL &&
	    (!report_set(o, "issuer", issuer) ||
		!report_set(o, "origin", c->origin) ||
		!report_set_time(o, "this_update", crl.this_update) ||
		!report_set_time(o, "next_update", crl.next_update))) {
		json_decref(o);
		o = NULL;
	}
	return report_print(o);
}

/* Anchors before intermediates, by name, then by fingerprint. */
static int
line_compare(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int n = strcmp(x->kind, y->kind);

	if (n == 0)
		n = strcmp(x->facts.subject, y->facts.subject);
	return n != 0 ? n
		      : memcmp(x->facts.sha256, y->facts.sha256, DIGEST_LEN);
}

static unsigned
lines_make(const struct trust *t, const struct trust_cas *approved,
    const struct uses *uses, struct line *lines)
{
	unsigned n = t->n_anchors + t->n_known, i;
	struct line *l = lines;

	for (i = 0; i < n; i++, l++) {
		bool known = i >= t->n_anchors;

		l->kind = known ? "intermediate" : "anchor";
		l->anchor = known ? NULL : &t->anchors[i];
		l->origin = known ? "trust.intermediates" : l->anchor->origin;
		certificate_describe(known
			? span_bytes(&t->known[i - t->n_anchors])
			: span_bytes(&l->anchor->der),
		    &l->facts);
		l->uses = known ? -1 : uses_of(uses, &l->facts);
	}
	for (i = 0; i < approved->n; i++, l++) {
		l->kind = "anchor";
		l->origin = "approved";
		l->approved = &approved->at[i].a;
		l->facts = approved->at[i].facts;
		l->uses = uses_of(uses, &l->facts);
	}
	return (unsigned)(l - lines);
}

static int
trust_print(const struct trust *t, const struct trust_cas *approved,
    const struct uses *uses, bool json)
{
	struct line *lines = calloc(
	    (size_t)t->n_anchors + t->n_known + approved->n + 1, sizeof *lines);
	int status = EX_OK, one;
	unsigned n, i;

	if (lines == NULL)
		return EX_OSERR;
	n = lines_make(t, approved, uses, lines);
	qsort(lines, n, sizeof *lines, line_compare);
	for (i = 0; i < n; i++) {
		one = EX_OK;
		if (json)
			one = line_json(&lines[i]);
		else
			line_text(&lines[i]);
		status = one != EX_OK ? one : status;
	}
	for (i = 0; i < t->n_crls; i++) {
		one = crl_print(&t->crls[i], json);
		status = one != EX_OK ? one : status;
	}
	free(lines);
	return status;
}

/* What was approved, and what rests on what; on a relay there is no store. */
static void
store_read(
    const struct settings *s, struct trust_cas *approved, struct uses *uses)
{
	struct store *store = NULL;
	struct reason why;
	enum outcome o;

	o = store_open_reader(settings_peek(s, "store", "path"), &store, &why);
	if (o == DONE)
		o = trust_cas_read(s, store, STORE_AUTHORITY_APPROVED,
		    STORE_ANCHORS, approved, &why);
	if (o == DONE)
		o = store_anchor_uses(store, use_add, uses, &why);
	uses->known = o == DONE;
	if (o != DONE && o != NOTHING)
		fprintf(stderr,
		    "certharvest: %s\ncertharvest: so what was approved is "
		    "not listed\n",
		    report_quote(why.text));
	store_close(store);
}

static int
trust_list(const struct cli *cli, const struct trust_options *options)
{
	struct trust_cas approved = {.n = 0};
	struct settings *settings = NULL;
	struct uses uses = {.n = 0};
	struct trust *t = NULL;
	struct reason why;
	enum outcome o;
	int status;

	status = cli_settings(cli, &settings);
	if (status != EX_OK)
		return status;
	t = trust_new();
	if (t == NULL) {
		status = EX_OSERR;
		goto out;
	}
	o = sources_load(t, settings, complain, NULL, &why);
	store_read(settings, &approved, &uses);
	status = trust_print(t, &approved, &uses, options->json);
	if (o != DONE && status == EX_OK)
		status = o == BROKEN ? EX_CONFIG : EX_OSERR;
out:
	trust_cas_clear(&approved);
	free(uses.at);
	trust_free(t);
	settings_free(settings);
	return status;
}

/* EX_OK: go on; -1: help was given; else the exit status. */
static int
options_read(int argc, char **argv, struct trust_options *out)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'}, {"all", no_argument, NULL, 'a'},
	    {"domains", required_argument, NULL, 'd'},
	    {"file", required_argument, NULL, 'f'},
	    {"note", required_argument, NULL, 'n'},
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			out->json = true;
			break;
		case 'a':
			out->all = true;
			break;
		case 'd':
			out->domains = optarg;
			break;
		case 'f':
			out->file = optarg;
			break;
		case 'n':
			out->note = optarg;
			break;
		default:
			c = cli_usage(argv[0], c == 'h');
			return c == EX_OK ? -1 : c;
		}
	}
	return EX_OK;
}

/* Whether the words and options go together. */
static bool
is_order(const char *what, const struct trust_options *o)
{
	if (strcmp(what, "approve") == 0)
		return (o->fingerprint == NULL) != (o->file == NULL);
	return (strcmp(what, "reject") == 0 || strcmp(what, "revoke") == 0) &&
	    o->fingerprint != NULL && o->file == NULL && o->domains == NULL;
}

int
verb_trust(const struct cli *cli, int argc, char **argv)
{
	struct trust_options o = {.note = ""};
	int status = options_read(argc, argv, &o);
	const char *what;

	if (status != EX_OK)
		return status == -1 ? EX_OK : status;
	if (argc == optind || argc - optind > 2)
		return cli_usage(argv[0], false);
	what = argv[optind];
	o.fingerprint = argc - optind == 2 ? argv[optind + 1] : NULL;
	if (strcmp(what, "list") == 0 && o.fingerprint == NULL)
		return trust_list(cli, &o);
	if (strcmp(what, "candidates") == 0 && o.fingerprint == NULL)
		return trust_candidates(cli, &o);
	return is_order(what, &o) ? trust_say(cli, what, &o)
				  : cli_usage(argv[0], false);
}
