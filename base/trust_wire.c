#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/trust.h"
#include "base/wire.h"

#define TRUST_MAGIC 0x63685434u /* chT4 */

/* Bits of an anchor's number. */
enum { PUBLIC = 1 << 0, EVERYWHERE = 1 << 1, SCOPED = 1 << 2, ALL = 7 };

static void
put(struct buffer *b, const struct trust *t)
{
	const struct trust_anchor *a;
	unsigned i;

	wire_put_u32(b, TRUST_MAGIC);
	wire_put_u32(b, t->revocation_required);
	wire_put_u32(b, t->n_anchors);
	for (i = 0; i < t->n_anchors; i++) {
		a = &t->anchors[i];
		wire_put_span(b, span_bytes(&a->der));
		wire_put_str(b, a->origin);
		wire_put_u32(b,
		    (a->public_ca ? PUBLIC : 0) |
			(a->everywhere ? EVERYWHERE : 0) |
			(a->domains != NULL ? SCOPED : 0));
		wire_put_i64(b, a->distrust_after);
		wire_put_str(b, a->domains == NULL ? "" : a->domains);
	}
	wire_put_u32(b, t->n_distrusted);
	for (i = 0; i < t->n_distrusted; i++)
		wire_put_span(b, (struct span){t->distrusted[i], DIGEST_LEN});
	wire_put_u32(b, t->n_rejected);
	for (i = 0; i < t->n_rejected; i++)
		wire_put_span(b, span_bytes(&t->rejected[i]));
	wire_put_u32(b, t->n_crls);
	for (i = 0; i < t->n_crls; i++) {
		wire_put_str(b, t->crls[i].origin);
		wire_put_span(b, span_bytes(&t->crls[i].der));
	}
	wire_put_u32(b, t->n_known);
	for (i = 0; i < t->n_known; i++)
		wire_put_span(b, span_bytes(&t->known[i]));
	wire_put_u32(b, t->n_partners);
	for (i = 0; i < t->n_partners; i++)
		wire_put_i64(b, (int64_t)t->partners[i]);
}

enum outcome
trust_seal(const struct trust *t, int *out, struct reason *why)
{
	enum outcome o = DONE;
	struct buffer b;
	int fd = -1;

	buffer_init(&b, LIMIT_TRUST);
	put(&b, t);
	if (!wire_complete(&b)) {
		o = reason_set(why, REASON_TOO_LARGE,
		    "anchors and known certificates of more than %u bytes",
		    LIMIT_TRUST);
		goto out;
	}
	fd = memfd_create("trust", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0 || !file_write_all(fd, b.data, b.len) ||
	    fcntl(fd, F_ADD_SEALS,
		F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) !=
		0) {
		o = reason_set(why, REASON_IO, "memfd: %s", strerror(errno));
		goto out;
	}
	*out = fd;
	fd = -1;
out:
	file_close(&fd);
	buffer_clear(&b);
	return o;
}

static enum outcome
get_anchor(struct wire *w, struct trust *t, struct reason *why)
{
	char origin[sizeof t->anchors->origin], domains[LIMIT_SCOPE];
	struct trust_grant g = {.origin = origin};
	enum outcome o = DONE;
	struct span der;
	uint32_t bits;
	int64_t date;

	der = wire_get_span(w, LIMIT_CERTIFICATE);
	wire_get_str(w, origin, sizeof origin);
	bits = wire_get_max(w, ALL);
	date = wire_get_i64(w);
	wire_get_str(w, domains, sizeof domains);
	if (!wire_ok(w))
		return DONE; /* the end will tell */
	g.public_ca = (bits & PUBLIC) != 0;
	g.domains = domains;
	if ((bits & SCOPED) != 0)
		o = trust_add_anchor(t, der, &g, why);
	g.domains = NULL;
	g.distrust_after = date;
	if ((bits & EVERYWHERE) != 0 && o <= NOTHING)
		o = trust_add_anchor(t, der, &g, why);
	return o;
}

static enum outcome
get_known(struct wire *w, struct trust *t, struct reason *why)
{
	struct span der = wire_get_span(w, LIMIT_CERTIFICATE);

	return wire_ok(w) ? trust_add_known(t, der, why) : DONE;
}

static enum outcome
get_partner(struct wire *w, struct trust *t, struct reason *why)
{
	uint64_t partner = (uint64_t)wire_get_i64(w);

	return wire_ok(w) ? trust_add_partner(t, partner, why) : DONE;
}

static enum outcome
get_distrusted(struct wire *w, struct trust *t, struct reason *why)
{
	uint8_t digest[DIGEST_LEN];

	wire_get_fixed(w, digest, sizeof digest);
	return wire_ok(w) ? trust_distrust(t, digest, why) : DONE;
}

static enum outcome
get_rejected(struct wire *w, struct trust *t, struct reason *why)
{
	struct span der = wire_get_span(w, LIMIT_CERTIFICATE);

	return wire_ok(w) ? trust_reject(t, der, why) : DONE;
}

static enum outcome
get_crl(struct wire *w, struct trust *t, struct reason *why)
{
	char origin[sizeof t->crls->origin];
	struct span der;

	wire_get_str(w, origin, sizeof origin);
	der = wire_get_span(w, LIMIT_CRL);
	return wire_ok(w) ? trust_add_crl(t, der, origin, why) : DONE;
}

/* The reader's side of put(), up to the first thing that fails. */
static enum outcome
get(struct wire *w, struct trust *t, struct reason *why)
{
	static const struct {
		uint32_t max;
		enum outcome (*one)(
		    struct wire *w, struct trust *t, struct reason *why);
	} lists[] = {
	    {LIMIT_ANCHORS, get_anchor},
	    {LIMIT_DISTRUSTED, get_distrusted},
	    {LIMIT_REJECTED, get_rejected},
	    {LIMIT_CRLS, get_crl},
	    {LIMIT_KNOWN, get_known},
	    {LIMIT_PARTNERS, get_partner},
	};
	enum outcome o = DONE;
	uint32_t n;
	size_t i;

	if (wire_get_u32(w) != TRUST_MAGIC)
		return reason_set(why, REASON_PROTOCOL, "no trust bundle");
	t->revocation_required = wire_get_max(w, 1) == 1;
	for (i = 0; i < sizeof lists / sizeof lists[0]; i++)
		for (n = wire_get_max(w, lists[i].max); n > 0 && wire_ok(w);
		     n--) {
			o = lists[i].one(w, t, why);
			if (o != DONE && o != NOTHING)
				return o;
		}
	return wire_end(w)
	    ? DONE
	    : reason_set(why, REASON_PROTOCOL, "the trust bundle is cut off");
}

enum outcome
trust_read(int fd, struct trust **out, struct reason *why)
{
	struct bytes raw = {NULL, 0};
	struct trust *t = NULL;
	enum outcome o;
	struct wire w;

	o = file_read_fd(fd, LIMIT_TRUST, &raw, why);
	if (o != DONE)
		goto out;
	t = trust_new();
	if (t == NULL) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	wire_init(&w, span_bytes(&raw));
	o = get(&w, t, why);
	if (o != DONE)
		goto out;
	trust_sort_partners(t);
	digest_sha256(span_bytes(&raw), t->digest);
	*out = t;
	t = NULL;
out:
	trust_free(t);
	bytes_clear(&raw);
	return o;
}
