#include "cli/try_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report.h"
#include "publisher/admission.h"
#include "store/rules.h"

struct try_store {
	struct store *store;
};

static void
complain(const struct reason *why)
{
	fprintf(stderr,
	    "certharvest: %s: so bans, pins and vetoes are not told\n",
	    report_quote(why->text));
}

struct try_store *
try_store_open(const struct settings *s)
{
	struct try_store *t = calloc(1, sizeof *t);
	struct reason why;
	enum outcome o;

	if (t == NULL)
		return NULL;
	o = store_open_reader(
	    settings_peek(s, "store", "path"), &t->store, &why);
	if (o == DONE)
		return t;
	/* Without a store nobody has said anything. */
	if (o != NOTHING)
		complain(&why);
	free(t);
	return NULL;
}

void
try_store_close(struct try_store *t)
{
	if (t == NULL)
		return;
	store_close(t->store);
	free(t);
}

static enum outcome
ask_publication(const struct try_store *t, const char *address,
    const char *certificate, struct try_said *out, struct reason *why)
{
	struct store_publication p;
	enum outcome o;

	o = store_published(t->store, address, &p, why);
	if (o == DONE) {
		out->stands = strcmp(p.certificate, certificate) == 0
		    ? TRY_THE_SAME
		    : TRY_ANOTHER;
		out->since = p.published;
	}
	return o == NOTHING ? DONE : o;
}

enum outcome
try_store_ask(const struct try_store *t, const struct harvest *h,
    struct try_said *out, struct reason *why)
{
	char certificate[DIGEST_HEX];
	struct store_rules rules;
	struct reason inner;
	enum outcome o;

	*out = (struct try_said){.asked = false};
	if (t == NULL)
		return DONE;
	digest_sha256_hex(span_bytes(&h->certificate), certificate);
	o = store_rules_of(t->store, h->address, certificate, &rules, &inner);
	if (o == DONE)
		o = ask_publication(t, h->address, certificate, out, &inner);
	if (o != DONE) {
		complain(&inner);
		return DONE;
	}
	out->asked = true;
	return admission_of_word(&rules, h->address, certificate, why);
}
