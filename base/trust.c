#include "base/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/wire.h"

#define TRUST_MAGIC 0x63685431u /* chT1 */

struct trust *
trust_new(void)
{
	return calloc(1, sizeof(struct trust));
}

void
trust_free(struct trust *t)
{
	unsigned i;

	if (t == NULL)
		return;
	for (i = 0; i < t->n_anchors; i++) {
		bytes_clear(&t->anchors[i].der);
		free(t->anchors[i].domains);
	}
	for (i = 0; i < t->n_known; i++)
		bytes_clear(&t->known[i]);
	free(t->anchors);
	free(t->known);
	free(t);
}

/* Room for one more in an array that grows by doubling. */
static void *
grow(void *array, unsigned n, size_t size)
{
	if (n > 0 && (n & (n - 1)) != 0)
		return array;
	return realloc(array, (n == 0 ? 1 : 2 * (size_t)n) * size);
}

enum outcome
trust_add_anchor(struct trust *t, struct span der, const char *origin,
    bool public_ca, const char *domains, struct reason *why)
{
	struct trust_anchor a = {.public_ca = public_ca};
	void *p;
	unsigned i;

	for (i = 0; i < t->n_anchors; i++)
		if (span_equal(span_bytes(&t->anchors[i].der), der))
			return NOTHING;
	if (t->n_anchors == LIMIT_ANCHORS)
		return reason_set(why, REASON_TOO_LARGE, "more than %d anchors",
		    LIMIT_ANCHORS);
	p = grow(t->anchors, t->n_anchors, sizeof a);
	if (p != NULL)
		t->anchors = p;
	if (p == NULL || !bytes_dup(der, &a.der))
		goto fail;
	if (domains != NULL && (a.domains = strdup(domains)) == NULL)
		goto fail;
	strncpy(a.origin, origin, sizeof a.origin - 1);
	t->anchors[t->n_anchors++] = a;
	return DONE;
fail:
	bytes_clear(&a.der);
	return reason_set(why, REASON_MEMORY, "out of memory");
}

enum outcome
trust_add_known(struct trust *t, struct span der, struct reason *why)
{
	struct bytes copy;
	void *p;
	unsigned i;

	for (i = 0; i < t->n_known; i++)
		if (span_equal(span_bytes(&t->known[i]), der))
			return NOTHING;
	if (t->n_known == LIMIT_KNOWN)
		return reason_set(why, REASON_TOO_LARGE,
		    "more than %d known certificates", LIMIT_KNOWN);
	p = grow(t->known, t->n_known, sizeof *t->known);
	if (p != NULL)
		t->known = p;
	if (p == NULL || !bytes_dup(der, &copy))
		return reason_set(why, REASON_MEMORY, "out of memory");
	t->known[t->n_known++] = copy;
	return DONE;
}

static void
put(struct buffer *b, const struct trust *t)
{
	const struct trust_anchor *a;
	unsigned i;

	wire_put_u32(b, TRUST_MAGIC);
	wire_put_u32(b, t->n_anchors);
	for (i = 0; i < t->n_anchors; i++) {
		a = &t->anchors[i];
		wire_put_span(b, span_bytes(&a->der));
		wire_put_str(b, a->origin);
		wire_put_u32(b, a->public_ca);
		wire_put_u32(b, a->domains != NULL);
		wire_put_str(b, a->domains == NULL ? "" : a->domains);
	}
	wire_put_u32(b, t->n_known);
	for (i = 0; i < t->n_known; i++)
		wire_put_span(b, span_bytes(&t->known[i]));
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

/* The reader's side of put(), up to the first thing that fails. */
static enum outcome
get(struct wire *w, struct trust *t, struct reason *why)
{
	char origin[sizeof t->anchors->origin], *domains = NULL;
	struct span der, text;
	bool public_ca, scoped;
	uint32_t n;
	enum outcome o = DONE;

	if (wire_get_u32(w) != TRUST_MAGIC)
		return reason_set(why, REASON_PROTOCOL, "no trust bundle");
	for (n = wire_get_max(w, LIMIT_ANCHORS); n > 0; n--) {
		der = wire_get_span(w, LIMIT_CERTIFICATE);
		wire_get_str(w, origin, sizeof origin);
		public_ca = wire_get_max(w, 1) == 1;
		scoped = wire_get_max(w, 1) == 1;
		text = wire_get_span(w, LIMIT_FRAME);
		if (!wire_ok(w))
			break;
		if (scoped) {
			domains = strndup((const char *)text.data, text.len);
			if (domains == NULL)
				return reason_set(
				    why, REASON_MEMORY, "out of memory");
		}
		o = trust_add_anchor(t, der, origin, public_ca, domains, why);
		free(domains);
		domains = NULL;
		if (o != DONE && o != NOTHING)
			return o;
	}
	for (n = wire_get_max(w, LIMIT_KNOWN); n > 0 && wire_ok(w); n--) {
		der = wire_get_span(w, LIMIT_CERTIFICATE);
		if (!wire_ok(w))
			break;
		o = trust_add_known(t, der, why);
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
	digest_sha256(span_bytes(&raw), t->digest);
	*out = t;
	t = NULL;
out:
	trust_free(t);
	bytes_clear(&raw);
	return o;
}
