#include <stdio.h>
#include <string.h>

#include "cli/report.h"
#include "cli/try.h"

const char *
try_word(enum outcome o)
{
	/* in the order of enum outcome; what waits is held */
	static const char *const words[] = {
	    "publish", "nothing", "refuse", "hold", "hold", "nothing"};

	return words[o];
}

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

static void
print_facts(const char *title, const struct facts *f)
{
	char digest[DIGEST_HEX];
	unsigned i;

	printf("  %-12s %s\n", title, report_quote(f->subject));
	printf("    issuer     %s\n", report_quote(f->issuer));
	printf("    valid      %s to %s\n", report_time(f->not_before),
	    report_time(f->not_after));
	for (i = 0; i < f->n_addresses; i++)
		printf("    address    %s\n", report_quote(f->addresses[i]));
	if (f->subject_address[0] != '\0')
		printf("    address    %s (in the subject, legacy)\n",
		    report_quote(f->subject_address));
	if (f->n_addresses == 0 && f->subject_address[0] == '\0')
		puts("    address    none");
	for (i = 0; i < f->n_domains; i++)
		printf("    domain     %s\n", report_quote(f->domains[i]));
	printf("    may        %s%s%s\n", f->can_sign ? "sign" : "",
	    f->can_sign && f->can_receive ? ", be encrypted to"
		: f->can_receive	  ? "be encrypted to"
		: f->can_sign		  ? ""
					  : "neither sign mail nor be "
					    "encrypted to",
	    f->ca ? " (a CA)" : "");
	printf("    sha256     %s\n", hex(f->sha256, digest));
}

void
try_print_text(const struct try_verdict *v)
{
	const struct judgement *j = &v->judgement;
	/* where no certificate was chosen they are the signer's */
	const struct facts *f = is_set(j->certificate) ? j->facts : NULL;
	char digest[DIGEST_HEX];

	printf("%s: %s\n", report_quote(v->file), try_word(v->outcome));
	printf("  %-12s %s\n", "from",
	    j->address[0] == '\0' ? "-" : report_quote(j->address));
	printf("  %-12s %s\n", "signature", signature_name(j->signature));
	printf("  %-12s %s\n", "mail server",
	    report_quote(report_authentication(&j->authentication)));
	if (!v->signer.malformed)
		print_facts("signer", &v->signer);
	if (f != NULL && !v->signer.malformed &&
	    digest_equal(f->sha256, v->signer.sha256))
		printf("  %-12s the signer's own\n", "certificate");
	else if (f != NULL)
		print_facts("certificate", f);
	if (v->name[0] != '\0')
		printf("  %-12s %s, if a contact is made and nobody inside is "
		       "called so\n",
		    "name", report_quote(v->name));
	if (is_set(v->admission.anchor))
		printf("  %-12s %s%s\n", "anchor",
		    hex(v->admission.anchor, digest),
		    v->admission.public_ca ? " (public CA)" : "");
	printf("  %-12s %s", "reason", reason_name(v->why.code));
	if (v->why.text[0] != '\0')
		printf(": %s", v->why.text);
	printf("\n  %-12s %s\n", "what to do", reason_advice(v->why.code));
	if (v->outcome == DONE && v->mode != NULL)
		printf("  %-12s %s%s\n", "mode", v->mode,
		    strcmp(v->mode, "observe") == 0
			? ": would only be noted, see publisher.mode"
			: "");
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

/* Facts under signer.x or certificate.x. */
static bool
set_facts(json_t *o, const char *prefix, const struct facts *f)
{
	const struct {
		const char *name;
		const char *words;
	} rows[] = {
	    {"subject", f->subject},
	    {"issuer", f->issuer},
	    {"serial", f->serial},
	    {"not_before", report_time(f->not_before)},
	    {"not_after", report_time(f->not_after)},
	};
	json_t *addresses = json_array();
	char key[64];
	bool ok = true;
	unsigned i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		snprintf(key, sizeof key, "%s.%s", prefix, rows[i].name);
		ok = ok && report_set(o, key, rows[i].words);
	}
	for (i = 0; i < f->n_addresses; i++)
		ok = ok &&
		    json_array_append_new(
			addresses, json_string(f->addresses[i])) == 0;
	snprintf(key, sizeof key, "%s.addresses", prefix);
	return json_object_set_new(o, key, addresses) == 0 && ok;
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
	    set_digest(o, "signer.sha256", j->signer) &&
	    set_digest(o, "certificate.sha256", j->certificate) &&
	    set_digest(o, "anchor.sha256", v->admission.anchor);
	if (ok && !v->signer.malformed)
		ok = set_facts(o, "signer", &v->signer);
	if (ok && j->facts != NULL && is_set(j->certificate))
		ok = set_facts(o, "certificate", j->facts);
	if (ok && v->name[0] != '\0')
		ok = report_set(o, "name", v->name);
	if (ok && j->harvest != NULL)
		ok = report_set(o, "phrase", j->harvest->phrase);
	if (ok && v->mode != NULL)
		ok = report_set(o, "mode", v->mode);
	if (!ok) {
		json_decref(o);
		o = NULL;
	}
	return report_print(o);
}
