#include "publisher/forget.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "store/forget.h"

void
forget_digest(const struct setup *s, const char *address, char out[DIGEST_HEX])
{
	char text[sizeof "forgotten:" + ADDRESS_SIZE];
	uint8_t hmac[DIGEST_LEN];

	snprintf(text, sizeof text, "forgotten:%s", address);
	digest_hmac(s->planning.site_key, span_str(text), hmac);
	bytes_hex((struct span){hmac, sizeof hmac}, out);
}

enum outcome
forget(struct setup *s, struct store *store, const struct store_order *order,
    struct order_report *r)
{
	struct store_forgotten f;
	char digest[DIGEST_HEX];
	enum outcome o;

	memset(r, 0, sizeof *r);
	forget_digest(s, order->subject, digest);
	o = store_forget(store, order, digest, clock_now(), &f, &r->why);
	r->settled = o == DONE;
	if (o == DONE)
		(void)!reason_set(&r->why, REASON_OK,
		    "%lld rows deleted, %lld blotted out, %lld certificates "
		    "kept that mails of others brought%s",
		    (long long)f.rows, (long long)f.words, (long long)f.kept,
		    f.log_left ? "; the file could not be emptied, do it again"
			       : "");
	return o;
}
