#include "tests/fuzz/der_tree.h"

#include <stdlib.h>
#include <string.h>

/* More than any honest signature has. */
#define NODES 3000
#define DEPTH 48

#define CONSTRUCTED 0x20
#define BIT_STRING 0x03
#define OCTET_STRING 0x04

static struct der_node *
node_new(uint8_t tag)
{
	struct der_node *n = calloc(1, sizeof *n);

	if (n == NULL)
		abort();
	n->tag = tag;
	return n;
}

void
der_node_set(struct der_node *node, const void *data, size_t len)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);

	if (copy == NULL)
		abort();
	if (len > 0)
		memcpy(copy, data, len);
	free(node->data);
	der_tree_free(node->child);
	node->child = NULL;
	node->bits = false;
	node->data = copy;
	node->len = len;
}

/* Tag and length in front of s; false: there are none that can be read. */
static bool
head_read(struct span *s, uint8_t *tag, size_t *len, bool *indefinite)
{
	size_t n, i, at = 2;

	if (s->len < 2 || (s->data[0] & 0x1f) == 0x1f)
		return false;
	*tag = s->data[0];
	*len = s->data[1];
	*indefinite = s->data[1] == 0x80 && (*tag & CONSTRUCTED) != 0;
	if (*indefinite)
		*len = 0;
	else if (*len >= 0x80) {
		n = *len & 0x7f;
		if (n == 0 || n > 4 || n > s->len - 2)
			return false;
		for (i = 0, *len = 0; i < n; i++)
			*len = *len << 8 | s->data[at++];
	}
	if (*len > s->len - at)
		return false;
	s->data += at;
	s->len -= at;
	return true;
}

static bool list_read(struct span *s, bool inside, unsigned depth,
    unsigned *budget, struct der_node **out);

/* DER inside of s, all of it; false: it is something else. */
static bool
whole_read(
    struct span s, unsigned depth, unsigned *budget, struct der_node **out)
{
	struct der_node *list = NULL, *n;
	bool ok = s.len > 0 && list_read(&s, false, depth, budget, &list);

	for (n = list; n != NULL; n = n->next)
		ok = ok && !n->raw;
	if (ok)
		*out = list;
	else
		der_tree_free(list);
	return ok;
}

/* What the element holds: children, or DER in a string, or just octets. */
static void
content_read(
    struct der_node *n, struct span s, unsigned depth, unsigned *budget)
{
	struct span in = s;

	if (n->tag == BIT_STRING && s.len > 1 && s.data[0] == 0) {
		in = (struct span){s.data + 1, s.len - 1};
		n->bits = whole_read(in, depth, budget, &n->child);
		if (n->bits)
			return;
	} else if (((n->tag & CONSTRUCTED) != 0 || n->tag == OCTET_STRING) &&
	    whole_read(s, depth, budget, &n->child)) {
		return;
	}
	der_node_set(n, s.data, s.len);
}

/* Elements up to the end of s, or of contents; what is none comes raw. */
static bool
list_read(struct span *s, bool inside, unsigned depth, unsigned *budget,
    struct der_node **out)
{
	struct der_node **at = out;
	size_t len;

	*at = NULL;
	while (s->len > 0) {
		if (inside && s->len >= 2 && s->data[0] == 0 && s->data[1] == 0)
			return true;
		*at = node_new(0);
		if (depth == 0 || *budget == 0 ||
		    !head_read(s, &(*at)->tag, &len, &(*at)->indefinite)) {
			(*at)->raw = true;
			der_node_set(*at, s->data, s->len);
			*s = (struct span){s->data + s->len, 0};
			return true;
		}
		(*budget)--;
		if ((*at)->indefinite) {
			(void)!list_read(
			    s, true, depth - 1, budget, &(*at)->child);
			len = s->len >= 2 ? 2 : s->len;
		} else
			content_read(*at, (struct span){s->data, len},
			    depth - 1, budget);
		s->data += len;
		s->len -= len;
		at = &(*at)->next;
	}
	return true;
}

struct der_node *
der_tree_read(struct span s)
{
	struct der_node *list = NULL;
	unsigned budget = NODES;

	(void)!list_read(&s, false, DEPTH, &budget, &list);
	return list;
}

static size_t
head_len(size_t len)
{
	return len < 0x80     ? 2
	    : len < 0x100     ? 3
	    : len < 0x10000   ? 4
	    : len < 0x1000000 ? 5
			      : 6;
}

static size_t
inner_len(const struct der_node *n)
{
	size_t len = n->len + n->bits;

	for (n = n->child; n != NULL; n = n->next)
		len += der_node_len(n);
	return len;
}

size_t
der_node_len(const struct der_node *n)
{
	size_t len = inner_len(n);

	return n->raw ? len : n->indefinite ? len + 4 : len + head_len(len);
}

static uint8_t *
node_put(const struct der_node *n, uint8_t *p)
{
	size_t len = inner_len(n), k;
	const struct der_node *c;

	if (!n->raw) {
		*p++ = n->tag;
		k = n->indefinite ? 2 : head_len(len);
		if (k == 2)
			*p++ = n->indefinite ? 0x80 : (uint8_t)len;
		else {
			*p++ = (uint8_t)(0x80 | (k - 2));
			for (k -= 2; k-- > 0;)
				*p++ = (uint8_t)(len >> (8 * k));
		}
	}
	if (n->bits)
		*p++ = 0;
	if (n->len > 0)
		memcpy(p, n->data, n->len);
	p += n->len;
	for (c = n->child; c != NULL; c = c->next)
		p = node_put(c, p);
	if (!n->raw && n->indefinite) {
		*p++ = 0;
		*p++ = 0;
	}
	return p;
}

size_t
der_node_write(const struct der_node *node, uint8_t *out, size_t size)
{
	size_t len = der_node_len(node);

	if (len > size)
		return 0;
	(void)node_put(node, out);
	return len;
}

size_t
der_tree_write(const struct der_node *list, uint8_t *out, size_t size)
{
	size_t len = 0, n;

	for (; list != NULL; list = list->next) {
		n = der_node_write(list, out + len, size - len);
		if (n == 0 && der_node_len(list) > 0)
			return 0;
		len += n;
	}
	return len;
}

struct der_node *
der_node_dup(const struct der_node *node)
{
	struct der_node *copy = node_new(node->tag), **at = &copy->child;
	const struct der_node *c;

	if (node->child == NULL)
		der_node_set(copy, node->data, node->len);
	copy->raw = node->raw;
	copy->indefinite = node->indefinite;
	copy->bits = node->bits;
	for (c = node->child; c != NULL; c = c->next) {
		*at = der_node_dup(c);
		at = &(*at)->next;
	}
	return copy;
}

struct der_node *
der_node_child(const struct der_node *node, unsigned i)
{
	struct der_node *c = node == NULL ? NULL : node->child;

	while (c != NULL && i-- > 0)
		c = c->next;
	return c;
}

void
der_tree_free(struct der_node *list)
{
	struct der_node *next;

	for (; list != NULL; list = next) {
		next = list->next;
		der_tree_free(list->child);
		free(list->data);
		free(list);
	}
}
