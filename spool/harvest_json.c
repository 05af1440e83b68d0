#include <stddef.h>
#include <string.h>

#include "spool/json.h"
#include "spool/spool.h"

#define VERSION 1

/*
 * The fields of a spool file.  TEXT is what the digest is made of, and must
 * come out as it went in; WORDS may be mended.
 */
enum kind { TEXT, WORDS, TIME, DER, REASON_FIELD, RESULT, BULK };

static const struct field {
	const char *key;
	enum kind kind;
	size_t offset;
	size_t size;
} fields[] = {
#define FIELD(key, kind, size)                                                 \
	{                                                                      \
#key, kind, offsetof(struct harvest, key), size                \
	}
#define SIZE(key) sizeof((struct harvest *)NULL)->key
#define AUTHENTICATION(key, kind, size)                                        \
	{                                                                      \
#key, kind, offsetof(struct harvest, authentication.key), size \
	}
    FIELD(address, TEXT, SIZE(address)),
    FIELD(name, TEXT, SIZE(name)),
    FIELD(phrase, WORDS, SIZE(phrase)),
    AUTHENTICATION(dmarc, RESULT, 0),
    AUTHENTICATION(dkim, RESULT, 0),
    AUTHENTICATION(dkim_domain, TEXT, SIZE(authentication.dkim_domain)),
    FIELD(bulk, BULK, 0),
    FIELD(received, TIME, 0),
    FIELD(signing_time, TIME, 0),
    FIELD(message_id, WORDS, SIZE(message_id)),
    FIELD(queue_id, WORDS, SIZE(queue_id)),
    FIELD(why, REASON_FIELD, 0),
    FIELD(chain, REASON_FIELD, 0),
    FIELD(certificate, DER, LIMIT_CERTIFICATE),
    FIELD(signer, DER, LIMIT_CERTIFICATE),
    FIELD(capabilities, DER, LIMIT_CAPABILITIES),
};
#define N_FIELDS (sizeof fields / sizeof fields[0])

static json_t *
reason_encode(const struct reason *r)
{
	json_t *o = json_object();

	if (o == NULL ||
	    json_object_set_new(o, "code", json_string(reason_name(r->code))) !=
		0 ||
	    json_object_set_new(o, "text", json_words(r->text)) != 0) {
		json_decref(o);
		return NULL;
	}
	return o;
}

static json_t *
field_encode(const struct field *f, const struct harvest *h)
{
	const void *at = (const char *)h + f->offset;

	switch (f->kind) {
	case TEXT:
		return json_string(at);
	case WORDS:
		return json_words(at);
	case TIME:
		return json_integer(*(const int64_t *)at);
	case DER:
		return json_hex(span_bytes(at));
	case REASON_FIELD:
		return reason_encode(at);
	case RESULT:
		return json_string(authentication_name(
		    *(const enum authentication_result *)at));
	case BULK:
		return json_string(bulk_name(*(const enum bulk *)at));
	}
	return NULL;
}

/* An empty value needs no field. */
static bool
field_is_empty(const struct field *f, const struct harvest *h)
{
	const void *at = (const char *)h + f->offset;

	switch (f->kind) {
	case TEXT:
	case WORDS:
		return *(const char *)at == '\0';
	case TIME:
		return *(const int64_t *)at <= 0;
	case DER:
		return ((const struct bytes *)at)->len == 0;
	case REASON_FIELD:
		return ((const struct reason *)at)->code == REASON_OK;
	case RESULT:
		return *(const enum authentication_result *)at ==
		    AUTHENTICATION_UNSAID;
	case BULK:
		return *(const enum bulk *)at == BULK_NONE;
	}
	return true;
}

static json_t *
others_encode(const struct harvest *h)
{
	json_t *list = json_array();
	unsigned i;

	for (i = 0; list != NULL && i < h->n_others; i++)
		if (json_array_append_new(
			list, json_hex(span_bytes(&h->others[i]))) != 0) {
			json_decref(list);
			list = NULL;
		}
	return list;
}

enum outcome
spool_encode(const struct harvest *h, struct bytes *out, struct reason *why)
{
	json_t *root = NULL, *value;
	enum outcome o = DONE;
	size_t i;

	root = json_object();
	if (root == NULL ||
	    json_object_set_new(root, "version", json_integer(VERSION)) != 0)
		o = reason_set(why, REASON_MEMORY, "out of memory");
	for (i = 0; o == DONE && i < N_FIELDS; i++) {
		if (field_is_empty(&fields[i], h))
			continue;
		value = field_encode(&fields[i], h);
		if (value == NULL && fields[i].kind == TEXT)
			o = reason_set(why, REASON_SPOOL_DAMAGED,
			    "%s: not UTF-8", fields[i].key);
		else if (json_object_set_new(root, fields[i].key, value) != 0)
			o = reason_set(why, REASON_MEMORY, "out of memory");
	}
	if (o == DONE && h->n_others > 0 &&
	    json_object_set_new(root, "others", others_encode(h)) != 0)
		o = reason_set(why, REASON_MEMORY, "out of memory");
	if (o == DONE)
		o = json_write(root, out, why);
	json_decref(root);
	return o;
}

static enum outcome
reason_decode(const json_t *value, const char *key, struct reason *out,
    struct reason *why)
{
	char code[64], text[REASON_TEXT_MAX + 1];
	enum reason_code parsed;
	enum outcome o;

	if (!json_is_object(value))
		return reason_set(
		    why, REASON_SPOOL_DAMAGED, "%s: not an object", key);
	o = json_get_text(value, "code", code, sizeof code, why);
	if (o == DONE)
		o = json_get_text(value, "text", text, sizeof text, why);
	if (o != DONE)
		return o;
	if (reason_parse(code, &parsed) != DONE)
		return reason_set(
		    why, REASON_SPOOL_DAMAGED, "%s: no such reason code", key);
	reason_set(out, parsed, "%s", text);
	return DONE;
}

static enum outcome
result_decode(const json_t *root, const char *key,
    enum authentication_result *out, struct reason *why)
{
	char word[16];
	enum outcome o;

	o = json_get_text(root, key, word, sizeof word, why);
	if (o == DONE && !authentication_parse(span_str(word), out))
		o = reason_set(why, REASON_SPOOL_DAMAGED,
		    "%s: no result of an authentication", key);
	return o;
}

static enum outcome
bulk_decode(
    const json_t *root, const char *key, enum bulk *out, struct reason *why)
{
	char word[16];
	enum outcome o;

	o = json_get_text(root, key, word, sizeof word, why);
	if (o == DONE && !bulk_parse(span_str(word), out))
		o = reason_set(
		    why, REASON_SPOOL_DAMAGED, "%s: no kind of bulk mail", key);
	return o;
}

static enum outcome
field_decode(const struct field *f, const json_t *root, struct harvest *h,
    struct reason *why)
{
	const json_t *value = json_object_get(root, f->key);
	void *at = (char *)h + f->offset;

	if (value == NULL)
		return DONE;
	switch (f->kind) {
	case TEXT:
	case WORDS:
		return json_get_text(root, f->key, at, f->size, why);
	case TIME:
		return json_get_time(root, f->key, at, why);
	case DER:
		return json_get_hex(value, f->key, f->size, at, why);
	case REASON_FIELD:
		return reason_decode(value, f->key, at, why);
	case RESULT:
		return result_decode(root, f->key, at, why);
	case BULK:
		return bulk_decode(root, f->key, at, why);
	}
	return DONE;
}

static enum outcome
others_decode(const json_t *root, struct harvest *h, struct reason *why)
{
	const json_t *list = json_object_get(root, "others");
	enum outcome o;
	size_t i;

	if (list == NULL)
		return DONE;
	if (!json_is_array(list) || json_array_size(list) > LIMIT_CERTIFICATES)
		return reason_set(why, REASON_SPOOL_DAMAGED,
		    "others: not a list of at most %d", LIMIT_CERTIFICATES);
	for (i = 0; i < json_array_size(list); i++) {
		o = json_get_hex(json_array_get(list, i), "others",
		    LIMIT_CERTIFICATE, &h->others[h->n_others], why);
		if (o != DONE)
			return o;
		h->n_others++;
	}
	return DONE;
}

/* What no milter of ours would have written. */
static enum outcome
harvest_check(const struct harvest *h, struct reason *why)
{
	char address[ADDRESS_SIZE];

	if (address_canonical(span_str(h->address), address, NULL) != DONE ||
	    strcmp(address, h->address) != 0)
		return reason_set(
		    why, REASON_SPOOL_DAMAGED, "address: not canonical");
	if (harvest_is_note(h) &&
	    (h->why.code == REASON_OK || h->signer.len > 0 || h->n_others > 0))
		return reason_set(why, REASON_SPOOL_DAMAGED,
		    "a note without a reason or with certificates");
	if (!harvest_is_note(h) &&
	    (h->why.code != REASON_OK || h->signer.len == 0))
		return reason_set(why, REASON_SPOOL_DAMAGED,
		    "a certificate with a refusal or without a signer");
	return DONE;
}

enum outcome
spool_decode(struct span text, struct harvest **out, struct reason *why)
{
	struct harvest *h = NULL;
	json_t *root = NULL;
	enum outcome o;
	size_t i;

	if (text.len > LIMIT_SPOOL_FILE)
		return reason_set(why, REASON_SPOOL_DAMAGED, "too large");
	o = json_read(text, &root, why);
	if (o != DONE)
		return o;
	if (json_integer_value(json_object_get(root, "version")) != VERSION)
		o = reason_set(why, REASON_SPOOL_DAMAGED,
		    "not of version %d: written by another version?", VERSION);
	if (o == DONE && (h = harvest_new()) == NULL)
		o = reason_set(why, REASON_MEMORY, "out of memory");
	for (i = 0; o == DONE && i < N_FIELDS; i++)
		o = field_decode(&fields[i], root, h, why);
	if (o == DONE)
		o = others_decode(root, h, why);
	if (o == DONE)
		o = harvest_check(h, why);
	if (o == DONE) {
		*out = h;
		h = NULL; /* the caller owns it now */
	}
	harvest_free(h);
	json_decref(root);
	return o;
}
