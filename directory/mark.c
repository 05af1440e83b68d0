#include <stdio.h>
#include <string.h>

#include "directory/mark.h"

static const char prefix[] = "certharvest:";
#define VERSION (sizeof prefix - 1) /* where it stands */
#define PREFIX (VERSION + 2)
#define MARK_LEN (PREFIX + 64 + 1 + 64)
#define MARK_WRITTEN '1'
#define MARK_ADOPTED '2'

static void
make(char version, struct span site_key, const uint8_t sha256[DIGEST_LEN],
    const char *address, char out[CONTACT_MARK])
{
	char signed_text[2 + DIGEST_HEX + ADDRESS_SIZE];
	char fingerprint[DIGEST_HEX], proof[DIGEST_HEX];
	uint8_t hmac[DIGEST_LEN];

	bytes_hex((struct span){sha256, DIGEST_LEN}, fingerprint);
	snprintf(signed_text, sizeof signed_text, "%c:%s:%s", version,
	    fingerprint, address);
	digest_hmac(site_key, span_str(signed_text), hmac);
	bytes_hex((struct span){hmac, DIGEST_LEN}, proof);
	snprintf(out, CONTACT_MARK, "%s%c:%s:%s", prefix, version, fingerprint,
	    proof);
}

void
mark_make(struct span site_key, const uint8_t sha256[DIGEST_LEN],
    const char *address, char out[CONTACT_MARK])
{
	make(MARK_WRITTEN, site_key, sha256, address, out);
}

void
mark_make_adopted(struct span site_key, const uint8_t sha256[DIGEST_LEN],
    const char *address, char out[CONTACT_MARK])
{
	make(MARK_ADOPTED, site_key, sha256, address, out);
}

bool
mark_is_adopted(const char *mark)
{
	return mark[VERSION] == MARK_ADOPTED;
}

static bool
is_hex(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (memchr("0123456789abcdef", p[i], 16) == NULL)
			return false;
	return true;
}

bool
mark_has_form(struct span text)
{
	return text.len == MARK_LEN &&
	    memcmp(text.data, prefix, VERSION) == 0 &&
	    (text.data[VERSION] == MARK_WRITTEN ||
		text.data[VERSION] == MARK_ADOPTED) &&
	    text.data[VERSION + 1] == ':' && is_hex(text.data + PREFIX, 64) &&
	    text.data[PREFIX + 64] == ':' &&
	    is_hex(text.data + PREFIX + 65, 64);
}

bool
mark_verify(const char *mark, struct span site_key, const char *address,
    uint8_t sha256[DIGEST_LEN])
{
	char expected[CONTACT_MARK], fingerprint[DIGEST_HEX];
	uint8_t named[DIGEST_LEN], have[DIGEST_LEN], want[DIGEST_LEN];

	if (!mark_has_form(span_str(mark)))
		return false;
	memcpy(fingerprint, mark + PREFIX, 64);
	fingerprint[64] = '\0';
	if (!bytes_unhex(fingerprint, named, DIGEST_LEN) ||
	    !bytes_unhex(mark + PREFIX + 65, have, DIGEST_LEN))
		return false;
	make(mark[VERSION], site_key, named, address, expected);
	if (!bytes_unhex(expected + PREFIX + 65, want, DIGEST_LEN) ||
	    !digest_equal(have, want))
		return false;
	memcpy(sha256, named, DIGEST_LEN);
	return true;
}

bool
mark_owns(const struct contact *c, struct span site_key,
    const uint8_t sha256[DIGEST_LEN], const char *address)
{
	uint8_t named[DIGEST_LEN];

	for (unsigned i = 0; i < c->n_marks; i++)
		if (mark_verify(c->marks[i], site_key, address, named) &&
		    memcmp(named, sha256, DIGEST_LEN) == 0)
			return true;
	return false;
}
