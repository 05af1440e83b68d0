#include <stdio.h>
#include <string.h>

#include "publisher/publish.h"

enum outcome
publish_values(struct setup *s, const struct contact *contact, int64_t now,
    struct facts **out, struct reason *why)
{
	struct judge_policy policy = s->judging;
	struct span der[CONTACT_VALUES];
	unsigned i;

	*out = NULL;
	if (contact->n_values == 0)
		return DONE;
	policy.now = now;
	for (i = 0; i < contact->n_values && i < CONTACT_VALUES; i++)
		der[i] = span_bytes(&contact->values[i]);
	return judge_process_facts(s->judge, der, i, &policy, out, why);
}

void
publish_record(const struct contact *at, const struct facts *certificate,
    const char *address, const char *message_id, int64_t now,
    struct store_publication *out)
{
	memset(out, 0, sizeof *out);
	snprintf(out->address, sizeof out->address, "%s", address);
	snprintf(out->object, sizeof out->object, "%s", at->id);
	snprintf(out->server, sizeof out->server, "%s", at->server);
	snprintf(out->dn, sizeof out->dn, "%s", at->dn);
	bytes_hex(
	    (struct span){certificate->sha256, DIGEST_LEN}, out->certificate);
	snprintf(out->issuer, sizeof out->issuer, "%s", certificate->issuer);
	snprintf(out->subject, sizeof out->subject, "%s", certificate->subject);
	out->not_before = certificate->not_before;
	out->not_after = certificate->not_after;
	out->published = now;
	out->stamped = at->stamped;
	snprintf(out->message_id, sizeof out->message_id, "%s", message_id);
}
