#include "smime/smime.h"

#include <stdlib.h>
#include <string.h>

#include "base/judge_end.h"
#include "base/name.h"
#include "pki/binding.h"
#include "pki/crypto.h"
#include "smime/attributes.h"
#include "smime/authres.h"
#include "smime/bag.h"
#include "smime/bulk.h"
#include "smime/choose.h"
#include "smime/cms.h"
#include "smime/compressed.h"
#include "smime/decode.h"
#include "smime/explain.h"
#include "smime/form.h"
#include "smime/from.h"
#include "smime/inner.h"
#include "smime/known.h"
#include "smime/mismatch.h"
#include "smime/phrase.h"
#include "smime/signature.h"
#include "smime/split.h"

/* One message on its way; spans borrow the message or blob. */
struct letter {
	struct pki *pki;
	const struct judge_policy *policy;
	const struct smime_known *known; /* may be NULL */
	struct message message;
	enum outcome from; /* why not is in from_why */
	struct reason from_why;
	struct bytes blob;	/* the CMS, decoded */
	struct bytes packed;	/* the compressed-data around it, decoded */
	struct buffer inflated; /* what was in that */
	bool zlib_complained;	/* of it */
	struct cms cms;
	struct content content;
	struct bag *bag;
	struct signature_check check;
	struct attributes attributes;
	struct bag_entry *certificate;
};

void
smime_init(void)
{
	struct message m = {.body = span_str("YQ==")};
	struct bytes storage = {NULL, 0};
	struct reason why;
	struct span out;

	decode_init();
	/* GMime's decoders are tables; one use leaves nothing to be bound. */
	m.fields[MESSAGE_ENCODING] =
	    (struct message_value){span_str("base64"), 1};
	if (decode_body(&m, 16, &storage, &out, &why) != DONE)
		abort();
	bytes_clear(&storage);
	phrase_init();
}

/* The Message-ID:, for people to find the mail by. */
static void
message_id_copy(const struct message *m, char *out, size_t size)
{
	struct span raw = m->fields[MESSAGE_ID].raw;
	size_t i, n = 0;

	for (i = 0; i < raw.len && n + 1 < size; i++)
		if (raw.data[i] > ' ' && raw.data[i] < 0x7f)
			out[n++] = (char)raw.data[i];
	out[n] = '\0';
}

/* multipart/signed: the first part is signed, the second is the CMS. */
static enum outcome
open_detached(struct letter *l, const struct message *m,
    const struct content_type *type, struct reason *why)
{
	struct content_type part_type;
	struct message part;
	struct split split;
	struct span blob;
	enum outcome o;

	o = split_two(m->body, type->boundary, &split, why);
	if (o != DONE)
		return o;
	o = message_scan(split.second, MESSAGE_PART, &part, why);
	if (o != DONE)
		return o;
	o = content_type_read(&part, &part_type, why);
	if (o != DONE)
		return o;
	if (!form_is_signature(type, &part_type))
		return reason_set(why, REASON_UNSIGNED,
		    "signed with %s, which is not S/MIME", part_type.media);
	o = decode_body(&part, LIMIT_CMS, &l->blob, &blob, why);
	if (o != DONE)
		return o;
	l->content = (struct content){CONTENT_LINES, split.first};
	return cms_read(blob, true, &l->cms, why);
}

/* One blob, with what was signed inside; *blob tells where it is. */
static enum outcome
open_opaque(struct letter *l, const struct message *m, struct bytes *storage,
    struct span *blob, struct reason *why)
{
	enum outcome o;

	o = decode_body(m, LIMIT_MESSAGE, storage, blob, why);
	if (o != DONE)
		return o;
	o = cms_read(*blob, false, &l->cms, why);
	l->content = l->cms.content;
	return o;
}

/* The MIME entity inside compressed-data, which is not that once more. */
static enum outcome
open_compressed(struct letter *l, struct span packed, struct reason *why)
{
	struct content_type type;
	struct message m;
	struct span blob;
	enum outcome o;

	o = compressed_open(packed, &l->inflated, &l->zlib_complained, why);
	if (o != DONE)
		return o;
	o = message_scan(span_buffer(&l->inflated), MESSAGE_PART, &m, why);
	if (o != DONE)
		return o;
	o = content_type_read(&m, &type, why);
	if (o != DONE)
		return o;
	switch (form_of(&type)) {
	case FORM_DETACHED:
		return open_detached(l, &m, &type, why);
	case FORM_OPAQUE:
		return open_opaque(l, &m, &l->blob, &blob, why);
	case FORM_NONE:
		break;
	}
	return reason_set(
	    why, REASON_COMPRESSED, "compressed %s, not signed", type.media);
}

/* Find the form by the outer header alone, and the CMS in it. */
static enum outcome
open_signed(struct letter *l, struct reason *why)
{
	struct content_type type;
	struct span blob;
	enum outcome o;

	o = content_type_read(&l->message, &type, why);
	if (o != DONE)
		return o;
	switch (form_of(&type)) {
	case FORM_DETACHED:
		return open_detached(l, &l->message, &type, why);
	case FORM_OPAQUE:
		o = open_opaque(l, &l->message, &l->packed, &blob, why);
		if (o == NOTHING && why->code == REASON_COMPRESSED)
			o = open_compressed(l, blob, why);
		return o;
	case FORM_NONE:
		break;
	}
	return reason_set(why, REASON_UNSIGNED, "%s", type.media);
}

/*
 * Whether a harvest of this one was taken of late, before any certificate
 * is decoded.  A mail without a proper From: makes no harvest.
 */
static enum outcome
ask_known(struct letter *l, const struct judgement *j, struct reason *why)
{
	uint8_t digest[DIGEST_LEN];
	bool is_known = false;
	enum outcome o;

	if (l->known == NULL || l->from != DONE ||
	    !known_digest(l->pki, j->address, &j->authentication, j->bulk,
		&l->cms, digest))
		return DONE;
	o = l->known->ask(l->known->arg, digest, &is_known, why);
	if (o != DONE || !is_known)
		return o;
	return reason_set(
	    why, REASON_KNOWN_SIGNER, "verified within the last day");
}

/* The arithmetic, and in words what broke it. */
static enum outcome
verify(struct letter *l, struct judgement *j, struct reason *why)
{
	enum outcome o;

	o = attributes_check_form(&l->cms, why);
	if (o != DONE)
		return o;
	l->bag = bag_new(&l->cms, l->pki);
	o = signature_verify(&l->cms, &l->content, l->bag, &l->check, why);
	j->signature = l->check.signature;
	if (l->check.signer != NULL)
		digest_sha256(l->check.signer->der, j->signer);
	if (o != DONE && why->code == REASON_DIGEST_MISMATCH)
		o = mismatch_explain(&l->cms, &l->content, &l->check, why);
	return o;
}

/* From: must be one mailbox, and one that the signer's certificate names. */
static enum outcome
bind(struct letter *l, const char *address, struct reason *why)
{
	const struct facts *signer;

	if (l->from != DONE) {
		*why = l->from_why;
		return l->from;
	}
	signer = bag_facts(l->check.signer, why);
	if (signer == NULL)
		return reason_outcome(why->code);
	return binding_check(signer, address, l->policy->subject_address, why);
}

static void
copy(struct span from, struct bytes *to)
{
	if (from.len > 0 && !bytes_dup(from, to))
		judge_end_without_memory();
}

/*
 * The name that the certificate proves; one that looks like an address
 * proves nothing but that somebody wanted it to.
 */
static void
name_copy(const struct facts *f, char *out)
{
	if (!name_holds_address(f->name))
		strcpy(out, f->name);
}

/* All that travels to the publisher. */
static void
write_harvest(struct letter *l, struct judgement *j)
{
	struct harvest *h = harvest_new();
	struct bag_entry *e;
	unsigned i;

	if (h == NULL)
		judge_end_without_memory();
	strcpy(h->address, j->address);
	strcpy(h->message_id, j->message_id);
	h->authentication = j->authentication;
	h->bulk = j->bulk;
	(void)!phrase_decode(
	    from_phrase(l->message.fields[MESSAGE_FROM].raw), h->phrase);
	name_copy(l->certificate->facts, h->name);
	copy(l->certificate->der, &h->certificate);
	copy(l->check.signer->der, &h->signer);
	for (i = 0; i < bag_count(l->bag); i++) {
		e = bag_peek(l->bag, i);
		if (e != l->certificate && e != l->check.signer)
			copy(e->der, &h->others[h->n_others++]);
	}
	copy(l->attributes.capabilities, &h->capabilities);
	h->signing_time = l->attributes.signing_time;
	j->harvest = h;
}

/* Chain, validity and usage, as they look from here. */
static void
advise(struct letter *l, struct judgement *j)
{
	struct admission a;

	if (pki_judge_harvest(l->pki, j->harvest, l->policy, &a) == DONE)
		reason_clear(&j->harvest->chain);
	else
		j->harvest->chain = a.why;
}

/* Of the certificate to encrypt to, or of who signed, for people to see. */
static void
facts_copy(struct letter *l, struct judgement *j)
{
	const struct facts *f = NULL;

	if (l->certificate != NULL)
		f = l->certificate->facts;
	else if (l->check.signer != NULL)
		f = bag_facts(l->check.signer, NULL);
	if (f == NULL)
		return;
	j->facts = malloc(sizeof *j->facts);
	if (j->facts == NULL)
		judge_end_without_memory();
	*j->facts = *f;
}

static struct choose_question
choice_of(struct letter *l, const struct judgement *j)
{
	return (struct choose_question){.bag = l->bag,
	    .pki = l->pki,
	    .policy = l->policy,
	    .attributes = &l->attributes,
	    .signer = l->check.signer,
	    .address = j->address};
}

/* For people who ask, also where the mail was refused before the choice. */
static void
explain(struct letter *l, struct judgement *j)
{
	const struct choose_question q = choice_of(l, j);

	j->hash = l->check.hash;
	if (!l->policy->explain || l->bag == NULL)
		return;
	/* It costs as much again as the mail may. */
	pki_start_message(l->pki);
	explain_candidates(&q, l->certificate, j);
	pki_end_message(l->pki);
}

/* The way of a message, from its bytes to a harvest. */
static enum outcome
judge(struct span message, struct letter *l, struct judgement *j)
{
	struct reason *why = &j->why;
	struct choose_question q;
	enum outcome o;

	/* The header block, and who it says that it is from. */
	if (message.len > l->policy->message_size)
		return reason_set(
		    why, REASON_TOO_LARGE, "%zu bytes", message.len);
	o = message_scan(message, MESSAGE_MAIL, &l->message, why);
	if (o != DONE)
		return o;
	l->from = from_read(&l->message, j->address, &l->from_why);
	j->bulk = bulk_read(&l->message);
	message_id_copy(&l->message, j->message_id, sizeof j->message_id);
	if (l->from == DONE)
		authres_read(&l->message, l->policy->authserv_id,
		    address_peek_domain(j->address), &j->authentication);

	/* The signature at the root of the message, in whatever form. */
	o = open_signed(l, why);
	if (o != DONE)
		return o;

	/* Nothing to do for one that was verified an hour ago. */
	o = ask_known(l, j, why);
	if (o != DONE)
		return o;

	/* The arithmetic, told also when a rule below refuses the mail. */
	o = verify(l, j, why);
	if (o != DONE)
		return o;

	/* What was signed, and what the signer said of himself. */
	o = attributes_read(&l->cms, &l->attributes, why);
	if (o != DONE)
		return o;
	o = attributes_check_signer(&l->cms, l->check.signer->der, why);
	if (o != DONE)
		return o;
	o = signature_check_policy(&l->check, l->policy, why);
	if (o != DONE)
		return o;
	if (!cms_is_data(&l->cms))
		return reason_set(
		    why, REASON_NOT_DATA, "what is signed is not a mail");

	/* Signer and From: are the same mailbox, inside and outside. */
	o = bind(l, j->address, why);
	if (o != DONE)
		return o;
	o = inner_check(&l->content, j->address, why);
	if (o != DONE)
		return o;

	/* The certificate that one should encrypt to. */
	q = choice_of(l, j);
	o = choose_certificate(&q, &l->certificate, why);
	if (o != DONE)
		return o;
	digest_sha256(l->certificate->der, j->certificate);

	write_harvest(l, j);
	advise(l, j);
	return DONE;
}

/*
 * Whether a library could not read what it was given: then the worker is
 * better replaced, as such paths are the least tried ones.  Not so for what
 * our own scanners refused before a library saw an octet of it, or anybody
 * could have workers replaced by the dozen.  OpenSSL tells by its queue of
 * errors, zlib by its status; GMime's decoders take whatever comes.
 */
static bool
library_complained(const struct letter *l)
{
	bool openssl = crypto_complained();

	return openssl || l->zlib_complained;
}

enum outcome
smime_harvest(struct span message, struct pki *pki,
    const struct judge_policy *policy, struct judgement *out)
{
	return smime_harvest_unless_known(message, pki, policy, NULL, out);
}

enum outcome
smime_harvest_unless_known(struct span message, struct pki *pki,
    const struct judge_policy *policy, const struct smime_known *known,
    struct judgement *out)
{
	struct letter l;

	memset(&l, 0, sizeof l);
	memset(out, 0, sizeof *out);
	l.pki = pki;
	l.policy = policy;
	l.known = known;
	pki_start_message(pki);
	out->outcome = judge(message, &l, out);
	pki_end_message(pki);
	/* He may sign inside, and sends us no renewals. */
	out->partner = out->why.code == REASON_ENCRYPTED && l.from == DONE &&
	    pki_is_partner(pki, out->address);
	facts_copy(&l, out);
	out->malformed = library_complained(&l);
	explain(&l, out);
	bag_free(l.bag);
	bytes_clear(&l.blob);
	bytes_clear(&l.packed);
	buffer_clear(&l.inflated);
	return out->outcome;
}
