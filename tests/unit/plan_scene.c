#include "tests/unit/plan_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directory/mark.h"
#include "directory/plan_key_change.h"

static const uint8_t key_bytes[] = "the site key of this test";
const struct span key = {key_bytes, sizeof key_bytes};

static void
make_value(char letter, size_t size, struct bytes *out)
{
	out->len = size > 0 ? size : 1;
	out->data = malloc(out->len);
	assert_non_null(out->data);
	memset(out->data, letter, out->len);
}

static void
make_facts(const struct value *v, struct span der, struct facts *out)
{
	memset(out, 0, sizeof *out);
	digest_sha256(der, out->sha256);
	out->malformed = v->origin == GARBAGE;
	memset(out->issuer_sha256, v->issuer, DIGEST_LEN);
	snprintf(out->issuer, sizeof out->issuer, "CN=%c", v->issuer);
	out->not_before = NOW + (int64_t)v->begins * DAY;
	out->not_after = NOW + (int64_t)v->ends * DAY;
	out->can_receive = v->origin != SIGN_ONLY && !out->malformed;
	out->key = v->letter >= 'p' && v->letter <= 't' ? KEY_EC : KEY_RSA;
}

static void
put_mark(struct contact *c, const uint8_t sha256[DIGEST_LEN], enum origin o)
{
	static const struct span other = {(const uint8_t *)"x", 1};
	char mark[CONTACT_MARK];

	if (o != OURS && o != FORGED_MARK && o != OTHER_ADDRESS)
		return;
	mark_make(o == FORGED_MARK ? other : key, sha256,
	    o == OTHER_ADDRESS ? "eve@partner.example" : ADDRESS, mark);
	assert_int_equal(contact_add_mark(c, span_str(mark), NULL), DONE);
}

void
scene_make(const struct row *r, struct scene *s)
{
	static const struct value new = {'N', FOREIGN, 'A', -10, 355};

	memset(s, 0, sizeof *s);
	s->contact.kind = CONTACT_ONE;
	s->contact.inside = true;
	strcpy(s->contact.primary, ADDRESS);
	strcpy(s->contact.id, "id");
	strcpy(s->contact.dn, "CN=x");
	s->values = calloc(CONTACT_VALUES, sizeof *s->values);
	for (const struct value *v = r->values; v->letter != 0; v++) {
		struct bytes der;

		make_value(v->letter, r->size, &der);
		make_facts(v, span_bytes(&der), &s->values[v - r->values]);
		put_mark(
		    &s->contact, s->values[v - r->values].sha256, v->origin);
		assert_int_equal(
		    contact_add_value(&s->contact, span_bytes(&der), NULL),
		    DONE);
		bytes_clear(&der);
	}
	s->harvest = harvest_new();
	strcpy(s->harvest->address, ADDRESS);
	make_value('N', r->size, &s->harvest->certificate);
	make_facts(&new, span_bytes(&s->harvest->certificate), &s->certificate);
	strcpy(s->certificate.name, "Bob Partner");
	if (r->ec)
		s->certificate.key = KEY_EC;
	s->public_ca = true;
	s->harvest->authentication.dmarc = AUTHENTICATION_PASS;
	s->pinned = r->pinned;
	s->allowed = r->allowed;
	if (r->orphan)
		put_mark(&s->contact, s->certificate.sha256, OURS);
	s->policy = (struct plan_policy){.now = NOW,
	    .certificates = r->keep > 0 ? r->keep : 1,
	    .key_change_days = 60,
	    .replication = 900,
	    .prefer_rsa = r->prefer_rsa,
	    .site_key = key};
}

void
scene_clear(struct scene *s)
{
	contact_clear(&s->contact);
	harvest_free(s->harvest);
	free(s->values);
}

static struct plan_input
input_of(struct scene *s)
{
	return (struct plan_input){.contact = &s->contact,
	    .values = s->values,
	    .harvest = s->harvest,
	    .certificate = &s->certificate,
	    .policy = &s->policy,
	    .memory = s->remembers ? &s->memory : NULL,
	    .past = s->past,
	    .rivals = s->rivals,
	    .shadows = s->shadows,
	    .validation = s->certificate.validation,
	    .allowed = s->allowed,
	    .pinned = s->pinned,
	    .approved = s->approved,
	    .public_ca = s->public_ca};
}

enum outcome
scene_plan(struct scene *s, struct change *out, struct reason *why)
{
	const struct plan_input in = input_of(s);

	reason_clear(why);
	return plan_make(&in, out, why);
}

bool
scene_key_change(struct scene *s, char *out, size_t size)
{
	const struct plan_input in = input_of(s);

	return plan_key_change(&in, out, size);
}
