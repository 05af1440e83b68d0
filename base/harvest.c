#include "base/harvest.h"

#include <stdlib.h>

struct harvest *
harvest_new(void)
{
	return calloc(1, sizeof(struct harvest));
}

void
harvest_free(struct harvest *h)
{
	unsigned i;

	if (h == NULL)
		return;
	bytes_clear(&h->certificate);
	bytes_clear(&h->signer);
	for (i = 0; i < h->n_others; i++)
		bytes_clear(&h->others[i]);
	bytes_clear(&h->capabilities);
	free(h);
}

bool
harvest_is_note(const struct harvest *h)
{
	return h->certificate.len == 0;
}

void
harvest_digest(const struct harvest *h, char out[DIGEST_HEX])
{
	uint8_t raw[DIGEST_LEN];
	struct digest *d;
	unsigned i;

	d = digest_new();
	if (d == NULL)
		abort(); /* a harvest without its name must not exist */
	digest_add_field(d, span_str("certharvest harvest 1"));
	digest_add_field(d, span_str(h->address));
	digest_add_field(d, span_str(h->name));
	digest_add_field(d, span_bytes(&h->certificate));
	digest_add_field(d, span_bytes(&h->signer));
	for (i = 0; i < h->n_others; i++)
		digest_add_field(d, span_bytes(&h->others[i]));
	digest_add_field(d, span_bytes(&h->capabilities));
	digest_add_field(d, span_str(reason_name(h->why.code)));
	digest_add_field(d, span_str(reason_name(h->chain.code)));
	authentication_digest(d, &h->authentication);
	bulk_digest(d, h->bulk);
	digest_finish(d, raw);
	digest_free(d);
	bytes_hex((struct span){raw, sizeof raw}, out);
}
