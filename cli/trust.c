#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/algorithm.h"
#include "cli/report.h"
#include "pki/certificate.h"
#include "pki/crl.h"
#include "pki/name.h"
#include "pki/sources.h"

/* One line of the list. */
struct line {
	const char *kind, *origin;
	const struct trust_anchor *anchor; /* NULL: an intermediate */
	struct facts facts;
};

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
	if (l->anchor == NULL)
		return;
	printf("    ");
	scope_text(l->anchor);
	putchar('\n');
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
	int n = (x->anchor == NULL) - (y->anchor == NULL);

	if (n == 0)
		n = strcmp(x->facts.subject, y->facts.subject);
	return n != 0 ? n
		      : memcmp(x->facts.sha256, y->facts.sha256, DIGEST_LEN);
}

static int
trust_print(const struct trust *t, bool json)
{
	unsigned n = t->n_anchors + t->n_known, i;
	struct line *lines = calloc(n + 1, sizeof *lines);
	int status = EX_OK, one;

	if (lines == NULL)
		return EX_OSERR;
	for (i = 0; i < n; i++) {
		struct line *l = &lines[i];
		bool known = i >= t->n_anchors;

		l->kind = known ? "intermediate" : "anchor";
		l->anchor = known ? NULL : &t->anchors[i];
		l->origin = known ? "trust.intermediates" : l->anchor->origin;
		certificate_describe(known
			? span_bytes(&t->known[i - t->n_anchors])
			: span_bytes(&l->anchor->der),
		    &l->facts);
	}
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

/* EX_OK: go on; -1: help was given; else the exit status. */
static int
options_read(int argc, char **argv, bool *json)
{
	static const struct option options[] = {
	    {"json", no_argument, NULL, 'j'}, {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0}};
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != 'j') {
			c = cli_usage(argv[0], c == 'h');
			return c == EX_OK ? -1 : c;
		}
		*json = true;
	}
	return argc - optind == 1 && strcmp(argv[optind], "list") == 0
	    ? EX_OK
	    : cli_usage(argv[0], false);
}

int
verb_trust(const struct cli *cli, int argc, char **argv)
{
	struct settings *settings = NULL;
	struct trust *t = NULL;
	struct reason why;
	bool json = false;
	enum outcome o;
	int status;

	status = options_read(argc, argv, &json);
	if (status != EX_OK)
		return status == -1 ? EX_OK : status;
	status = cli_settings(cli, &settings);
	if (status != EX_OK)
		return status;
	t = trust_new();
	if (t == NULL) {
		status = EX_OSERR;
		goto out;
	}
	o = sources_load(t, settings, complain, NULL, &why);
	status = trust_print(t, json);
	if (o != DONE && status == EX_OK)
		status = o == BROKEN ? EX_CONFIG : EX_OSERR;
out:
	trust_free(t);
	settings_free(settings);
	return status;
}
