#include "tests/fuzz/der_mutate.h"

#include <string.h>

#include "tests/fuzz/der_tree.h"
#include "tests/fuzz/fuzz.h"

#define LINKS 4096
#define LEAF 4096
#define REPEAT 64
#define ROOM 65536

/* All places in a tree, and a source of chance. */
struct work {
	struct der_node *list;
	struct der_node **links[LINKS];
	size_t n;
	size_t room; /* for what is put in */
	uint64_t state;
};

static size_t
chance(struct work *w, size_t n)
{
	w->state = w->state * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(w->state >> 33) % n;
}

static void
links_find(struct work *w, struct der_node **at)
{
	for (; *at != NULL && w->n < LINKS; at = &(*at)->next) {
		w->links[w->n++] = at;
		links_find(w, &(*at)->child);
	}
}

static void
work_start(struct work *w, struct span s, unsigned seed)
{
	w->list = der_tree_read(s);
	w->n = 0;
	w->room = ROOM;
	w->state = seed * 2654435761u + 1;
	(void)chance(w, 2);
	links_find(w, &w->list);
}

static void
insert(struct der_node **at, struct der_node *n)
{
	n->next = *at;
	*at = n;
}

/* A copy, while there is room for it. */
static struct der_node *
copy(struct work *w, const struct der_node *n)
{
	size_t len = der_node_len(n);

	if (len > w->room)
		return NULL;
	w->room -= len;
	return der_node_dup(n);
}

static struct der_node *
unlink_node(struct der_node **at)
{
	struct der_node *n = *at;

	*at = n->next;
	n->next = NULL;
	return n;
}

static void
op_double(struct work *w, struct der_node **at)
{
	struct der_node *n = *at, *more;
	size_t times = chance(w, 4) == 0 ? 1 + chance(w, REPEAT) : 1;

	while (times-- > 0 && (more = copy(w, n)) != NULL)
		insert(&n->next, more);
}

static void
op_delete(struct work *w, struct der_node **at)
{
	(void)w;
	der_tree_free(unlink_node(at));
}

static void
op_swap(struct work *w, struct der_node **at)
{
	struct der_node *n;

	(void)w;
	if ((*at)->next == NULL)
		return;
	n = unlink_node(at);
	insert(&(*at)->next, n);
}

/* Another node of the tree, copied to this place or in front of it. */
static void
op_copy(struct work *w, struct der_node **at)
{
	struct der_node *n = copy(w, *w->links[chance(w, w->n)]);

	if (n == NULL)
		return;
	if (chance(w, 2) == 0)
		der_tree_free(unlink_node(at));
	insert(at, n);
}

static void
op_tag(struct work *w, struct der_node **at)
{
	static const uint8_t tags[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a,
	    0x0c, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1c, 0x1e, 0x24, 0x30,
	    0x31, 0x80, 0x81, 0x82, 0x86, 0xa0, 0xa1, 0xa2, 0xa3};

	(*at)->tag = chance(w, 8) == 0 ? (uint8_t)chance(w, 256)
				       : tags[chance(w, sizeof tags)];
}

static void
op_indefinite(struct work *w, struct der_node **at)
{
	(void)w;
	(*at)->indefinite = !(*at)->indefinite;
	(*at)->tag |= 0x20;
}

static void
op_wrap(struct work *w, struct der_node **at)
{
	static const uint8_t tags[] = {0x04, 0x24, 0x30, 0x31, 0xa0, 0xa1};
	uint8_t tag = tags[chance(w, sizeof tags)];
	struct der_node *n = unlink_node(at), *outer;

	outer = der_node_dup(n);
	der_node_set(outer, NULL, 0);
	outer->raw = false;
	outer->tag = tag;
	outer->child = n;
	insert(at, outer);
}

static void
op_unwrap(struct work *w, struct der_node **at)
{
	struct der_node *n = *at, *c;

	(void)w;
	if (n->child == NULL)
		return;
	(void)unlink_node(at);
	for (c = n->child; c->next != NULL; c = c->next)
		;
	c->next = *at;
	*at = n->child;
	n->child = NULL;
	der_tree_free(n);
}

static void
op_truncate(struct work *w, struct der_node **at)
{
	struct der_node *n = *at;

	if (n->child != NULL)
		der_tree_free(unlink_node(&n->child));
	else if (n->len > 0)
		n->len = chance(w, n->len);
}

/* An OCTET STRING in pieces, as a streaming signer writes it. */
static void
op_pieces(struct work *w, struct der_node **at)
{
	size_t piece, k, left = (*at)->len;
	struct der_node *n = *at, *c, *outer;
	const uint8_t *p = n->data;

	if (n->child != NULL || n->raw || left == 0)
		return;
	outer = der_node_dup(n);
	der_node_set(outer, NULL, 0);
	outer->tag = 0x24;
	outer->indefinite = chance(w, 2) == 0;
	piece = 1 + left / (1 + chance(w, REPEAT));
	for (; left > 0; left -= k, p += k) {
		k = left < piece ? left : piece;
		c = der_node_dup(n);
		der_node_set(c, p, k);
		c->tag = 0x04;
		insert(&outer->child, c);
	}
	der_tree_free(unlink_node(at));
	insert(at, outer);
}

#define OID(s)                                                                 \
	{                                                                      \
		sizeof(s) - 1, s                                               \
	}

/* What a leaf may hold that chance would not find. */
static const struct {
	size_t len;
	const char *bytes;
} leaves[] = {
    {0, ""},
    OID("\x00"),
    OID("\xff"),
    OID("\x7f\xff\xff\xff"),
    OID("\x00\xff\xff\xff\xff\xff\xff\xff\xff"),
    OID("\x80\x00\x00\x00\x00\x00\x00\x00"),
    OID("20491231235959Z"),
    OID("491231235959Z"),
    OID("99991231235959Z"),
    OID("700101000000Z"),
    OID("20260230250000+9999"),
    OID("bob@partner.example"),
    OID("partner.example"),
    OID(".example"),
    OID("@"),
    OID("bob@partner.example\0.evil.example"),
    OID("\xe2\x80\xae"),
    OID("\xd8\x00\xdc\x00\x00\x41"),
    OID("\x00\x01\xff\xff"),
    /* content types and attributes of CMS */
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0f"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x34"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0b"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x0c"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f"),
    OID("\x2b\x06\x01\x04\x01\x82\x37\x10\x04"),
    /* digests, keys, signatures, curves */
    OID("\x60\x86\x48\x01\x65\x03\x04\x02\x01"),
    OID("\x60\x86\x48\x01\x65\x03\x04\x02\x03"),
    OID("\x60\x86\x48\x01\x65\x03\x04\x02\x0b"),
    OID("\x2b\x0e\x03\x02\x1a"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x07"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"),
    OID("\x2a\x86\x48\xce\x3d\x02\x01"),
    OID("\x2a\x86\x48\xce\x3d\x03\x01\x07"),
    OID("\x2a\x86\x48\xce\x3d\x04\x03\x02"),
    OID("\x2a\x86\x48\xce\x38\x04\x01"),
    OID("\x2b\x81\x04\x00\x22"),
    OID("\x2b\x24\x03\x03\x02\x08\x01\x01\x0d"),
    OID("\x2b\x65\x70"),
    OID("\x2b\x65\x71"),
    /* names, extensions, usages */
    OID("\x55\x04\x03"),
    OID("\x55\x04\x0a"),
    OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"),
    OID("\x55\x1d\x0e"),
    OID("\x55\x1d\x0f"),
    OID("\x55\x1d\x11"),
    OID("\x55\x1d\x13"),
    OID("\x55\x1d\x14"),
    OID("\x55\x1d\x1b"),
    OID("\x55\x1d\x1c"),
    OID("\x55\x1d\x1e"),
    OID("\x55\x1d\x1f"),
    OID("\x55\x1d\x20"),
    OID("\x55\x1d\x23"),
    OID("\x55\x1d\x24"),
    OID("\x55\x1d\x25"),
    OID("\x55\x1d\x25\x00"),
    OID("\x2b\x06\x01\x05\x05\x07\x03\x04"),
    OID("\x2b\x06\x01\x05\x05\x07\x08\x09"),
    OID("\x2b\x06\x01\x05\x05\x07\x01\x01"),
};

static void
op_value(struct work *w, struct der_node **at)
{
	size_t i = chance(w, sizeof leaves / sizeof leaves[0]);

	if ((*at)->child == NULL)
		der_node_set(*at, leaves[i].bytes, leaves[i].len);
}

/* libFuzzer's own changes, to one leaf. */
static void
op_bytes(struct work *w, struct der_node **at)
{
	uint8_t leaf[LEAF];
	size_t n = (*at)->len;

	(void)w;
	if ((*at)->child != NULL || n > sizeof leaf)
		return;
	if (n > 0)
		memcpy(leaf, (*at)->data, n);
	n = LLVMFuzzerMutate(leaf, n, sizeof leaf);
	der_node_set(*at, leaf, n);
}

typedef void op_fn(struct work *w, struct der_node **at);

/* Those that leave more of the input in order come more often. */
static op_fn *const ops[] = {op_bytes, op_bytes, op_bytes, op_bytes, op_value,
    op_value, op_value, op_copy, op_copy, op_double, op_double, op_delete,
    op_delete, op_swap, op_swap, op_tag, op_tag, op_indefinite, op_wrap,
    op_unwrap, op_truncate, op_pieces};

/* A length that lies: one of the first bytes of some element. */
static void
lie(struct work *w, uint8_t *data, size_t size)
{
	if (size > 1 && chance(w, 40) == 0)
		data[chance(w, size)] += (uint8_t)(1 + chance(w, 255));
}

size_t
der_mutate(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	struct work w;
	size_t times, n;

	work_start(&w, (struct span){data, size}, seed);
	for (times = 1 + chance(&w, 3); times > 0 && w.n > 0; times--) {
		ops[chance(&w, sizeof ops / sizeof ops[0])](
		    &w, w.links[chance(&w, w.n)]);
		w.n = 0;
		links_find(&w, &w.list);
	}
	n = der_tree_write(w.list, data, max);
	der_tree_free(w.list);
	if (n == 0)
		return LLVMFuzzerMutate(data, size < max ? size : max, max);
	lie(&w, data, n);
	return n;
}

size_t
der_cross(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
    uint8_t *out, size_t max, unsigned seed)
{
	struct der_node **at, *n;
	struct work to, from;
	size_t len;

	work_start(&to, (struct span){a, a_size}, seed);
	work_start(&from, (struct span){b, b_size}, seed + 1);
	if (to.n > 0 && from.n > 0) {
		at = to.links[chance(&to, to.n)];
		n = der_node_dup(*from.links[chance(&from, from.n)]);
		if (chance(&to, 3) != 0)
			der_tree_free(unlink_node(at));
		insert(at, n);
	}
	len = der_tree_write(to.list, out, max);
	der_tree_free(to.list);
	der_tree_free(from.list);
	return len;
}
