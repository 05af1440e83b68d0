#include "smime/undo.h"

#include <string.h>
#include <strings.h>

#include "smime/content.h"

/* What an attempt costs besides its octets. */
#define ATTEMPT 1024

static bool
digest_stretch(void *arg, struct span s)
{
	return EVP_DigestUpdate(arg, s.data, s.len) == 1;
}

static bool
is_affordable(struct undo *u, const struct span *pieces, size_t n)
{
	size_t i, size = ATTEMPT;

	for (i = 0; i < n; i++)
		size += pieces[i].len;
	if (size > u->budget) {
		/* The rest of the ways are not shorter by much. */
		u->budget = 0;
		return false;
	}
	u->budget -= size;
	return true;
}

static bool
is_signed(struct undo *u, enum content_kind kind, const struct span *pieces,
    size_t n, unsigned line_ends)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *ctx = NULL;
	struct content c;
	unsigned len = 0;
	size_t i;
	bool ok;

	if (!is_affordable(u, pieces, n))
		return false;
	ctx = EVP_MD_CTX_new();
	ok = ctx != NULL && EVP_DigestInit_ex(ctx, u->md, NULL) == 1;
	for (i = 0; ok && i < n; i++) {
		c = (struct content){kind, pieces[i]};
		ok = content_each(&c, digest_stretch, ctx);
	}
	while (ok && line_ends-- > 0)
		ok = EVP_DigestUpdate(ctx, "\r\n", 2) == 1;
	ok = ok && EVP_DigestFinal_ex(ctx, digest, &len) == 1 &&
	    span_equal(u->digest, (struct span){digest, len});
	EVP_MD_CTX_free(ctx);
	return ok;
}

bool
undo_is(struct undo *u, const struct span *pieces, size_t n, unsigned line_ends)
{
	return is_signed(u, CONTENT_LINES, pieces, n, line_ends);
}

bool
undo_is_plain(struct undo *u, struct span s)
{
	return is_signed(u, CONTENT_PLAIN, &s, 1, 0);
}

bool
undo_is_without(struct undo *u, struct span cut)
{
	const uint8_t *end = u->text.data + u->text.len;
	struct span pieces[2] = {
	    {u->text.data, (size_t)(cut.data - u->text.data)},
	    {cut.data + cut.len, (size_t)(end - cut.data) - cut.len}};

	return undo_is(u, pieces, 2, 0);
}

struct span
undo_trim(struct span s)
{
	while (s.len > 0 &&
	    (s.data[s.len - 1] == '\n' || s.data[s.len - 1] == '\r'))
		s.len--;
	return s;
}

/* The line at p: where the next one begins. */
static const uint8_t *
line_next(const uint8_t *p, const uint8_t *end)
{
	const uint8_t *lf = memchr(p, '\n', (size_t)(end - p));

	return lf == NULL ? end : lf + 1;
}

/* Whether a boundary line of this multipart starts at p. */
static bool
is_boundary(const uint8_t *p, const uint8_t *end, const char *boundary)
{
	size_t n = strlen(boundary);

	return (size_t)(end - p) >= 2 + n && p[0] == '-' && p[1] == '-' &&
	    memcmp(p + 2, boundary, n) == 0;
}

static bool
value_is(const struct message_value *v, const char *word)
{
	size_t n = strlen(word), i;

	for (i = 0; i + n <= v->raw.len; i++)
		if (strncasecmp((const char *)v->raw.data + i, word, n) == 0)
			return v->n == 1;
	return false;
}

static void entity_find(struct undo *u, struct span entity, unsigned depth);

/* A part inside: the outermost ones are noted, all are searched. */
static void
child_find(
    struct undo *u, const uint8_t *start, const uint8_t *end, unsigned depth)
{
	/* The line end in front of a boundary belongs to it. */
	struct span part = {start, (size_t)(end - start)};

	if (part.len > 0 && part.data[part.len - 1] == '\n')
		part.len--;
	if (part.len > 0 && part.data[part.len - 1] == '\r')
		part.len--;
	if (depth == 1) {
		if (u->n_children > 0)
			u->before_last = u->children[1];
		else
			u->children[0] = part;
		u->children[1] = part;
		u->n_children++;
	}
	entity_find(u, part, depth);
}

static void
children_find(
    struct undo *u, struct span body, const char *boundary, unsigned depth)
{
	const uint8_t *p = body.data, *end = p + body.len, *start = NULL;

	for (; p < end; p = line_next(p, end)) {
		if (*p != '-' || !is_boundary(p, end, boundary))
			continue;
		if (start != NULL)
			child_find(u, start, p, depth + 1);
		start = line_next(p, end);
	}
}

static void
entity_find(struct undo *u, struct span entity, unsigned depth)
{
	struct undo_region *r = &u->regions[u->n_regions];
	struct content_type type;
	struct message m;

	if (depth > UNDO_DEPTH || u->n_regions == UNDO_REGIONS ||
	    message_scan(entity, MESSAGE_PART, &m, NULL) != DONE ||
	    content_type_read(&m, &type, NULL) != DONE)
		return;
	if (strncmp(type.media, "multipart/", 10) == 0 &&
	    type.boundary[0] != '\0') {
		children_find(u, m.body, type.boundary, depth);
		return;
	}
	if (strncmp(type.media, "text/", 5) != 0)
		return;
	*r = (struct undo_region){.body = m.body, .header = m};
	r->html = strcmp(type.media, "text/html") == 0;
	r->base64 = value_is(&m.fields[MESSAGE_ENCODING], "base64");
	r->quoted = value_is(&m.fields[MESSAGE_ENCODING], "quoted-printable");
	u->n_regions++;
}

void
undo_find(struct undo *u, struct undo_region regions[UNDO_REGIONS])
{
	u->regions = regions;
	u->n_regions = 0;
	u->n_children = 0;
	entity_find(u, u->text, 0);
}
