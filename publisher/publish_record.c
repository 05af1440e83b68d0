#include <stdio.h>
#include <string.h>

#include "base/log.h"
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
	out->validation = certificate->validation;
	out->published = now;
	out->stamped = at->stamped;
	snprintf(out->message_id, sizeof out->message_id, "%s", message_id);
}

enum outcome
publish_found(const struct store_publication *before,
    const struct store_publication *now, char key_change[PUBLISH_KEY_CHANGE],
    struct reason *why)
{
	key_change[0] = '\0';
	if (before->issuer[0] == '\0' ||
	    strcmp(before->issuer, now->issuer) == 0)
		return reason_set(
		    why, REASON_OK, "found in the directory, as ours");
	snprintf(key_change, PUBLISH_KEY_CHANGE, "from %.140s to %.140s",
	    before->issuer, now->issuer);
	return reason_set(why, REASON_KEY_CHANGED,
	    "%s; found in the directory, as ours", key_change);
}

void
publish_tell_key_change(
    const struct store_publication *p, const char *key_change)
{
	if (key_change[0] != '\0')
		LOG_EVENT(KEY_CHANGED, LOG_STR("address", p->address),
		    LOG_STR("text", key_change),
		    LOG_STR("certificate", p->certificate),
		    LOG_STR("object", p->object),
		    LOG_STR("message-id", p->message_id));
}
