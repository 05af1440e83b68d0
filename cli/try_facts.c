#include "cli/try_facts.h"

#include <stdio.h>

#include "base/algorithm.h"

/* The words of RFC 5280, sections 4.2.1.3 and 4.2.1.12. */
struct word {
	unsigned bit;
	const char *name;
};

static const struct word usages[] = {
    {USAGE_DIGITAL_SIGNATURE, "digitalSignature"},
    {USAGE_NON_REPUDIATION, "nonRepudiation"},
    {USAGE_KEY_ENCIPHERMENT, "keyEncipherment"},
    {USAGE_DATA_ENCIPHERMENT, "dataEncipherment"},
    {USAGE_KEY_AGREEMENT, "keyAgreement"},
    {USAGE_KEY_CERT_SIGN, "keyCertSign"},
    {USAGE_CRL_SIGN, "cRLSign"},
    {USAGE_ENCIPHER_ONLY, "encipherOnly"},
    {USAGE_DECIPHER_ONLY, "decipherOnly"},
    {0, NULL},
};

static const struct word extended_usages[] = {
    {EKU_EMAIL, "emailProtection"},
    {EKU_ANY, "anyExtendedKeyUsage"},
    {EKU_OTHER, "others"},
    {0, NULL},
};

static void
words_print(const char *title, const struct word *w, unsigned bits, bool absent)
{
	const char *between = "";

	printf("    %-10s ", title);
	if (absent)
		fputs("not limited", stdout);
	for (; w->name != NULL; w++)
		if ((bits & w->bit) != 0) {
			printf("%s%s", between, w->name);
			between = ", ";
		}
	putchar('\n');
}

static void
addresses_print(const struct facts *f)
{
	unsigned i;

	for (i = 0; i < f->n_addresses; i++)
		printf("    address    %s\n", report_quote(f->addresses[i]));
	if (f->subject_address[0] != '\0')
		printf("    address    %s (in the subject, legacy)\n",
		    report_quote(f->subject_address));
	if (f->n_addresses == 0 && f->subject_address[0] == '\0')
		puts("    address    none");
}

void
try_facts_print(const char *title, const struct facts *f)
{
	char digest[DIGEST_HEX];

	bytes_hex((struct span){f->sha256, DIGEST_LEN}, digest);
	if (f->malformed) {
		printf("  %-12s cannot be read\n", title);
		printf("    sha256     %s\n", digest);
		return;
	}
	printf("  %-12s %s\n", title, report_quote(f->subject));
	printf("    issuer     %s\n", report_quote(f->issuer));
	printf("    serial     %s\n", report_quote(f->serial));
	printf("    valid      %s to %s\n", report_time(f->not_before),
	    report_time(f->not_after));
	addresses_print(f);
	printf("    key        %s, %u bits\n", algorithm_key_name(f->key),
	    f->bits);
	words_print("usage", usages, f->usage, (f->usage & USAGE_ABSENT) != 0);
	words_print("extended", extended_usages, f->extended_usage,
	    (f->extended_usage & EKU_ABSENT) != 0);
	printf("    may        %s%s%s\n", f->can_sign ? "sign" : "",
	    f->can_sign && f->can_receive ? ", be encrypted to"
		: f->can_receive	  ? "be encrypted to"
		: f->can_sign		  ? ""
					  : "neither sign mail nor be "
					    "encrypted to",
	    f->ca ? " (a CA)" : "");
	printf("    sha256     %s\n", digest);
}

/* Give value to the object under prefix and name. */
static bool
set_give(json_t *o, const char *prefix, const char *name, json_t *value)
{
	char key[64];

	snprintf(key, sizeof key, "%s%s", prefix, name);
	return json_object_set_new(o, key, value) == 0;
}

/* An array of words; null: not limited. */
static json_t *
words_new(const struct word *w, unsigned bits, bool absent)
{
	json_t *a = absent ? json_null() : json_array();

	for (; !absent && w->name != NULL; w++)
		if ((bits & w->bit) != 0)
			(void)json_array_append_new(a, json_string(w->name));
	return a;
}

static json_t *
addresses_new(const struct facts *f)
{
	json_t *a = json_array();
	unsigned i;

	for (i = 0; i < f->n_addresses; i++)
		(void)json_array_append_new(a, json_string(f->addresses[i]));
	return a;
}

bool
try_facts_set(json_t *o, const char *prefix, const struct facts *f)
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
	    {"key", algorithm_key_name(f->key)},
	};
	char key[64];
	bool ok = true;
	unsigned i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		snprintf(key, sizeof key, "%s%s", prefix, rows[i].name);
		ok = ok && report_set(o, key, rows[i].words);
	}
	return ok && set_give(o, prefix, "bits", json_integer(f->bits)) &&
	    set_give(o, prefix, "usage",
		words_new(usages, f->usage, (f->usage & USAGE_ABSENT) != 0)) &&
	    set_give(o, prefix, "extended_usage",
		words_new(extended_usages, f->extended_usage,
		    (f->extended_usage & EKU_ABSENT) != 0)) &&
	    set_give(o, prefix, "addresses", addresses_new(f));
}
