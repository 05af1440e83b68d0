#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/judge.h"
#include "cli/ask.h"
#include "cli/trust.h"
#include "pki/anchors.h"
#include "pki/certificate.h"
#include "spool/json.h"

static bool
is_own_issuer(const struct facts *f)
{
	return memcmp(f->issuer_sha256, f->subject_sha256, DIGEST_LEN) == 0;
}

static enum authority_kind
kind_of(const struct facts *f)
{
	if (!f->ca)
		return AUTHORITY_LEAF;
	return is_own_issuer(f) ? AUTHORITY_ROOT : AUTHORITY_INTERMEDIATE;
}

/* The one certificate of a file of the administrator's own. */
static int
add_file(json_t *members, const char *path)
{
	struct trust *t = trust_new();
	struct facts f;
	struct reason why;
	int status = EX_OK;
	enum outcome o;

	if (t == NULL)
		return EX_OSERR;
	o = anchors_load(t, path, NULL, &why);
	if (o == DONE && t->n_anchors != 1)
		o = reason_set(&why, REASON_USAGE,
		    "%s: %u certificates; one at a time", path, t->n_anchors);
	if (o != DONE) {
		status = cli_fail(o, &why);
		goto out;
	}
	certificate_describe(span_bytes(&t->anchors[0].der), &f);
	if (json_object_set_new(members, "certificate",
		json_hex(span_bytes(&t->anchors[0].der))) != 0 ||
	    json_object_set_new(members, "kind",
		json_string(authority_name(kind_of(&f)))) != 0 ||
	    json_object_set_new(members, "name", json_words(f.subject)) != 0)
		status = EX_OSERR;
out:
	trust_free(t);
	return status;
}

int
trust_say(
    const struct cli *cli, const char *what, const struct trust_options *o)
{
	json_t *members, *answer = NULL;
	char request[32];
	struct reason words;
	const char *text;
	int status = EX_OK;

	members = json_pack("{s:s, s:s, s:s}", "fingerprint",
	    o->fingerprint != NULL ? o->fingerprint : "", "domains",
	    o->domains != NULL ? o->domains : "", "note", o->note);
	if (members == NULL) {
		fprintf(stderr, "certharvest: words that are not UTF-8\n");
		return EX_DATAERR;
	}
	if (o->file != NULL)
		status = add_file(members, o->file);
	if (status != EX_OK) {
		json_decref(members);
		return status;
	}
	(void)snprintf(request, sizeof request, "trust-%s", what);
	status = ask_publisher_give(cli, request, members, &answer);
	if (status != EX_OK)
		return status;
	text = json_string_value(json_object_get(answer, "text"));
	/* As cli/rules.c: who answers is not root. */
	(void)!reason_set(
	    &words, REASON_OK, "%s", text != NULL ? text : "done");
	puts(words.text);
	json_decref(answer);
	return EX_OK;
}
