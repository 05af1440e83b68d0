#ifndef TESTS_FUZZ_DER_TREE_H
#define TESTS_FUZZ_DER_TREE_H

#include <stdbool.h>

#include "base/bytes.h"

/*
 * BER as a tree that can be changed and written again, with the lengths
 * above what was changed put right: a fuzzer's bytes otherwise end at the
 * first length.  What is no BER stays in it as it is.  Aborts when out of
 * memory.
 */
struct der_node {
	uint8_t tag;
	bool raw;	 /* no element: data alone */
	bool indefinite; /* length */
	bool bits;	 /* a BIT STRING around DER: no unused bits */
	uint8_t *data;	 /* without children */
	size_t len;
	struct der_node *child, *next;
};

/* The elements of s in a row; NULL when it is empty. */
struct der_node *der_tree_read(struct span s);

/* Write the list; returns its length, 0 when it does not fit. */
size_t der_tree_write(const struct der_node *list, uint8_t *out, size_t size);

/* The same for one node without those behind it. */
size_t der_node_write(const struct der_node *node, uint8_t *out, size_t size);

/* How long that would be. */
size_t der_node_len(const struct der_node *node);

/* A copy of one node with all below it. */
struct der_node *der_node_dup(const struct der_node *node);

/* Give a leaf other contents. */
void der_node_set(struct der_node *node, const void *data, size_t len);

/* Child i, NULL when there are fewer. */
struct der_node *der_node_child(const struct der_node *node, unsigned i);

/* Free the list. */
void der_tree_free(struct der_node *list);

#endif
