/*
 * libFuzzer's custom mutators for message_fuzz: the signature is found in
 * the mail as the judge finds it, decoded, changed as DER, signed again and
 * put back.  Also after a change to the text, so that the mail stays signed.
 */
#include <string.h>

#include <openssl/evp.h>

#include "smime/content_type.h"
#include "smime/decode.h"
#include "smime/form.h"
#include "smime/split.h"
#include "tests/fuzz/der_mutate.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seal.h"

#define BLOB (256u * 1024)

/* A mail taken apart. */
struct letter {
	struct span body;	/* what is encoded */
	struct content content; /* of a detached one */
	size_t len;
	uint8_t blob[BLOB];
};

static bool
letter_read(struct span mail, struct letter *l)
{
	struct bytes storage = {NULL, 0};
	struct content_type type;
	struct message m, part;
	struct split split;
	struct span blob;
	bool ok;

	if (message_scan(mail, MESSAGE_MAIL, &m, NULL) != DONE ||
	    content_type_read(&m, &type, NULL) != DONE ||
	    form_of(&type) == FORM_NONE)
		return false;
	l->content = (struct content){CONTENT_LINES, span_str("")};
	if (form_of(&type) == FORM_DETACHED) {
		if (split_two(m.body, type.boundary, &split, NULL) != DONE ||
		    message_scan(split.second, MESSAGE_PART, &part, NULL) !=
			DONE)
			return false;
		l->content = (struct content){CONTENT_LINES, split.first};
		m = part;
	}
	l->body = m.body;
	ok = decode_body(&m, sizeof l->blob, &storage, &blob, NULL) == DONE &&
	    m.fields[MESSAGE_ENCODING].n == 1;
	l->len = ok ? blob.len : 0;
	if (ok)
		memcpy(l->blob, blob.data, blob.len);
	bytes_clear(&storage);
	return ok;
}

/* The mail with another signature: base64 in lines of 64. */
static size_t
letter_write(const struct letter *l, struct span mail, uint8_t *out, size_t max)
{
	size_t front = (size_t)(l->body.data - mail.data), at = 0, n, k;
	size_t back = mail.len - front - l->body.len;
	uint8_t *p = out + front;

	n = (l->len + 47) / 48 * 65;
	if (front + n + back + 1 > max)
		return 0;
	memcpy(out, mail.data, front);
	for (; at < l->len; at += k) {
		k = l->len - at < 48 ? l->len - at : 48;
		p += EVP_EncodeBlock(p, l->blob + at, (int)k);
		*p++ = '\n';
	}
	memcpy(p, l->body.data + l->body.len, back);
	return (size_t)(p - out) + back;
}

/* Sign again; the length of the mail, size when it cannot be. */
static size_t
mail_seal(uint8_t *data, size_t size, size_t max, struct letter *l)
{
	static uint8_t copy[4 * BLOB];
	size_t n;

	if (size > sizeof copy)
		return size;
	n = seal(l->blob, l->len, sizeof l->blob, &l->content);
	if (n > 0)
		l->len = n;
	memcpy(copy, data, size);
	n = (size_t)(l->body.data - data);
	l->body.data = copy + n;
	n = letter_write(l, (struct span){copy, size}, data, max);
	if (n > 0)
		return n;
	memcpy(data, copy, size);
	return size;
}

size_t
LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	static struct letter l;

	if (seed % 4 == 0 || !letter_read((struct span){data, size}, &l)) {
		size = LLVMFuzzerMutate(data, size, max);
		if (seed % 8 != 0 ||
		    !letter_read((struct span){data, size}, &l))
			return size;
	} else
		l.len = der_mutate(l.blob, l.len, sizeof l.blob / 4, seed);
	return mail_seal(data, size, max, &l);
}

/* The text of one and the signature of both. */
size_t
LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b,
    size_t b_size, uint8_t *out, size_t max, unsigned seed)
{
	static struct letter l, other;
	static uint8_t blob[BLOB];

	if (a_size > max)
		return 0;
	memcpy(out, a, a_size);
	if (!letter_read((struct span){out, a_size}, &l) ||
	    !letter_read((struct span){b, b_size}, &other))
		return a_size;
	l.len = der_cross(
	    l.blob, l.len, other.blob, other.len, blob, sizeof blob, seed);
	memcpy(l.blob, blob, l.len);
	return mail_seal(out, a_size, max, &l);
}
