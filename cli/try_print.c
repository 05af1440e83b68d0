#include <stdio.h>
#include <string.h>

#include "base/algorithm.h"
#include "base/text.h"
#include "cli/report.h"
#include "cli/try.h"
#include "cli/try_facts.h"

const char *
try_word(enum outcome o)
{
	/* in the order of enum outcome; what waits is held */
	static const char *const words[] = {
	    "publish", "nothing", "refuse", "hold", "hold", "nothing"};

	return words[o];
}

/* What is published, by enum try_stands. */
static const char *const stands_words[] = {"", "this", "another"};

static bool
is_set(const uint8_t digest[DIGEST_LEN])
{
	static const uint8_t none[DIGEST_LEN];

	return !digest_equal(digest, none);
}

static const char *
hex(const uint8_t digest[DIGEST_LEN], char out[DIGEST_HEX])
{
	bytes_hex((struct span){digest, DIGEST_LEN}, out);
	return out;
}

/* From the certificate to the anchor, and where that comes from. */
static void
print_chain(const struct admission *a)
{
	char digest[DIGEST_HEX];
	unsigned i;

	for (i = 0; i < a->n_chain; i++)
		printf("  %-12s %s\n", i == 0 ? "chain" : "  below",
		    report_quote(a->chain[i]));
	if (!is_set(a->anchor))
		return;
	printf("  %-12s %s%s\n", "anchor", hex(a->anchor, digest),
	    a->public_ca ? " (public CA)" : "");
	printf("    %-10s %s\n", "from", report_quote(a->origin));
}

/* The title under which the facts of that certificate stand already. */
static const char *
title_of(const struct try_verdict *v, const uint8_t sha256[DIGEST_LEN])
{
	const struct judgement *j = &v->judgement;

	if (!v->signer.malformed && digest_equal(v->signer.sha256, sha256))
		return "the signer's";
	if (is_set(j->certificate) && digest_equal(j->certificate, sha256))
		return "the certificate above";
	return NULL;
}

/* Why this certificate and not another. */
static void
print_candidates(const struct try_verdict *v)
{
	const struct judgement *j = &v->judgement;
	const struct candidate *c;
	const char *above, *title;
	unsigned i;

	for (i = 0; i < j->n_candidates; i++) {
		c = &j->candidates[i];
		title = c->known ? "known" : "candidate";
		above = title_of(v, c->facts.sha256);
		if (above != NULL)
			printf("  %-12s %s\n", title, above);
		else
			try_facts_print(title, &c->facts);
		printf("    verdict    %s%s%s\n", reason_name(c->why.code),
		    c->why.text[0] != '\0' ? ": " : "", c->why.text);
	}
}

static const char *
attribute_words(const struct change_attribute *a)
{
	static char text[CHANGE_ATTRIBUTE_BYTES + 1];

	text_show(span_bytes(&a->value), text, sizeof text);
	return report_quote(text);
}

/* An object of them, NULL when out of memory. */
static json_t *
attributes_new(const struct change *c)
{
	json_t *o = json_object();
	bool ok = o != NULL;

	for (unsigned i = 0; ok && i < c->n_attributes; i++)
		ok = json_object_set_new(o, c->attributes[i].name,
			 json_stringn((const char *)c->attributes[i].value.data,
			     c->attributes[i].value.len)) == 0;
	if (!ok) {
		json_decref(o);
		o = NULL;
	}
	return o;
}

/* Of a contact that is not there yet. */
static void
print_create(const struct try_verdict *v)
{
	if (!v->asked_create)
		return;
	if (v->create.code != REASON_OK)
		printf("  %-12s none is made: %s: %s; one that is there is "
		       "refreshed\n",
		    "contact", reason_name(v->create.code), v->create.text);
	else if (v->ou[0] != '\0')
		printf("  %-12s made in %s where none is there\n", "contact",
		    report_quote(v->ou));
	else
		printf("  %-12s made where none is there\n", "contact");
	for (unsigned i = 0; i < v->contact.n_attributes; i++)
		printf("    %-10s %s\n", v->contact.attributes[i].name,
		    attribute_words(&v->contact.attributes[i]));
}

/* Who says that the mail went to many. */
static const char *
bulk_words(enum bulk b)
{
	static const char *const words[BULKS] = {
	    [BULK_NONE] = "personal, as far as it says",
	    [BULK_LIST] = "of a mailing list (List-Id)",
	    [BULK_PRECEDENCE] = "to many (Precedence)",
	    [BULK_AUTO] = "by a program (Auto-Submitted)",
	};

	return words[b];
}

void
try_print_text(const struct try_verdict *v)
{
	const struct judgement *j = &v->judgement;
	/* where no certificate was chosen they are the signer's */
	const struct facts *f = is_set(j->certificate) ? j->facts : NULL;

	printf("%s: %s\n", report_quote(v->file), try_word(v->outcome));
	printf("  %-12s %s\n", "from",
	    j->address[0] == '\0' ? "-" : report_quote(j->address));
	printf("  %-12s %s", "signature", signature_name(j->signature));
	if (j->hash != HASH_UNKNOWN)
		printf(", %s", algorithm_hash_name(j->hash));
	putchar('\n');
	printf("  %-12s %s\n", "mail server",
	    report_quote(report_authentication(&j->authentication)));
	printf("  %-12s %s\n", "mail", bulk_words(j->bulk));
	if (!v->signer.malformed)
		try_facts_print("signer", &v->signer);
	if (f != NULL && !v->signer.malformed &&
	    digest_equal(f->sha256, v->signer.sha256))
		printf("  %-12s the signer's own\n", "certificate");
	else if (f != NULL)
		try_facts_print("certificate", f);
	if (v->name[0] != '\0')
		printf("  %-12s %s, if a contact is made and nobody inside is "
		       "called so\n",
		    "name", report_quote(v->name));
	print_create(v);
	if (v->said.asked && v->said.stands != TRY_NOTHING)
		printf("  %-12s %s, since %s\n", "published",
		    stands_words[v->said.stands], report_time(v->said.since));
	print_chain(&v->admission);
	print_candidates(v);
	printf("  %-12s %s", "reason", reason_name(v->why.code));
	if (v->why.text[0] != '\0')
		printf(": %s", v->why.text);
	printf("\n  %-12s %s\n", "what to do", reason_advice(v->why.code));
	if (v->outcome == DONE && v->mode != NULL)
		printf("  %-12s %s%s\n", "mode", v->mode,
		    v->writes ? ""
			      : ": would only be noted, see publisher.mode");
	putchar('\n');
}

/* A digest, or null. */
static bool
set_digest(json_t *o, const char *key, const uint8_t digest[DIGEST_LEN])
{
	char text[DIGEST_HEX];

	if (!is_set(digest))
		return json_object_set_new(o, key, json_null()) == 0;
	return report_set(o, key, hex(digest, text));
}

static bool
set_or_null(json_t *o, const char *key, const char *words)
{
	if (words[0] == '\0')
		return json_object_set_new(o, key, json_null()) == 0;
	return report_set(o, key, words);
}

static json_t *
chain_new(const struct admission *a)
{
	json_t *chain = json_array();
	unsigned i;

	for (i = 0; i < a->n_chain; i++)
		(void)json_array_append_new(chain, json_string(a->chain[i]));
	return chain;
}

/* An array of objects, NULL when out of memory. */
static json_t *
candidates_new(const struct judgement *j)
{
	json_t *all = json_array(), *o;
	const struct candidate *c;
	bool ok = all != NULL;
	unsigned i;

	for (i = 0; ok && i < j->n_candidates; i++) {
		c = &j->candidates[i];
		o = json_object();
		ok = json_array_append_new(all, o) == 0 &&
		    report_set(o, "reason", reason_name(c->why.code)) &&
		    report_set(o, "text", c->why.text) &&
		    json_object_set_new(o, "known", json_boolean(c->known)) ==
			0 &&
		    set_digest(o, "sha256", c->facts.sha256) &&
		    (c->facts.malformed || try_facts_set(o, "", &c->facts));
	}
	if (!ok) {
		json_decref(all);
		all = NULL;
	}
	return all;
}

int
try_print_json(const struct try_verdict *v)
{
	const struct judgement *j = &v->judgement;
	json_t *o = json_object();
	bool ok;

	ok = o != NULL && report_set(o, "file", v->file) &&
	    report_set(o, "outcome", try_word(v->outcome)) &&
	    report_set(o, "reason", reason_name(v->why.code)) &&
	    report_set(o, "text", v->why.text) &&
	    report_set(o, "advice", reason_advice(v->why.code)) &&
	    report_set(o, "signature", signature_name(j->signature)) &&
	    set_or_null(o, "address", j->address) &&
	    set_or_null(o, "message_id", j->message_id) &&
	    report_set_authentication(o, &j->authentication) &&
	    set_or_null(o, "bulk", bulk_name(j->bulk)) &&
	    set_digest(o, "signer.sha256", j->signer) &&
	    set_digest(o, "certificate.sha256", j->certificate) &&
	    set_digest(o, "anchor.sha256", v->admission.anchor) &&
	    set_or_null(o, "anchor.origin", v->admission.origin) &&
	    set_or_null(o, "digest",
		j->hash == HASH_UNKNOWN ? "" : algorithm_hash_name(j->hash)) &&
	    json_object_set_new(o, "chain", chain_new(&v->admission)) == 0 &&
	    json_object_set_new(o, "candidates", candidates_new(j)) == 0;
	if (ok && !v->signer.malformed)
		ok = try_facts_set(o, "signer.", &v->signer);
	if (ok && j->facts != NULL && is_set(j->certificate))
		ok = try_facts_set(o, "certificate.", j->facts);
	if (ok && v->name[0] != '\0')
		ok = report_set(o, "name", v->name);
	if (ok && v->asked_create)
		ok = report_set(
			 o, "create.reason", reason_name(v->create.code)) &&
		    report_set(o, "create.text", v->create.text) &&
		    set_or_null(o, "create.ou", v->ou) &&
		    json_object_set_new(o, "create.attributes",
			attributes_new(&v->contact)) == 0;
	if (ok && j->harvest != NULL)
		ok = report_set(o, "phrase", j->harvest->phrase);
	if (ok && v->mode != NULL)
		ok = report_set(o, "mode", v->mode) &&
		    json_object_set_new(o, "writes", json_boolean(v->writes)) ==
			0;
	if (ok && v->said.asked)
		ok = set_or_null(o, "published", stands_words[v->said.stands]);
	if (!ok) {
		json_decref(o);
		o = NULL;
	}
	return report_print(o);
}
