#ifndef SMIME_UNDO_H
#define SMIME_UNDO_H

#include <openssl/evp.h>

#include "base/limits.h"
#include "smime/content_type.h"

/*
 * A body whose digest is not the one that was signed: what programs on its
 * way are known to do to a body, undone in one way after the other until the
 * digest is right.  A right digest proves it; nothing here is a guess.  How
 * much is digested in all is bounded (LIMIT_EXPLAIN_WORK), however many ways
 * a stranger's body offers.
 */
struct undo_region;

struct undo {
	struct span digest; /* that was signed */
	const EVP_MD *md;
	struct span text; /* the first part as it came */
	size_t budget;	  /* octets that may still be digested */
	struct undo_region *regions;
	unsigned n_regions;
	struct span children[2]; /* the first and the last part inside, */
	struct span before_last; /* and where the one before that ends */
	unsigned n_children;
};

/* The text parts of a body, as deep as programs nest them. */
#define UNDO_REGIONS 8
#define UNDO_DEPTH 4

/* One of them, in the order in which they stand there. */
struct undo_region {
	struct span body;
	struct message header;
	bool html;
	bool base64;
	bool quoted; /* quoted-printable */
};

/* Find the text parts of u->text; LIMIT_CONTENT_TYPE and the like hold. */
void undo_find(struct undo *u, struct undo_region regions[UNDO_REGIONS]);

/*
 * Whether the pieces, one behind the other in canonical form, and n line
 * ends behind them, are what was signed.  false also when the budget is
 * used up.
 */
bool undo_is(
    struct undo *u, const struct span *pieces, size_t n, unsigned line_ends);

/* The same of octets as they are, whatever line ends they have. */
bool undo_is_plain(struct undo *u, struct span s);

/* The same of the text without what lies in cut, which is part of it. */
bool undo_is_without(struct undo *u, struct span cut);

/* s without the line ends at its end. */
struct span undo_trim(struct span s);

/* undo_lines.c: line by line. */

/* Signed with LF, or stored with other line ends than it was signed with. */
bool undo_line_ends(struct undo *u);

/* Line ends put to the end of it, or taken from there. */
bool undo_empty_lines(struct undo *u);

/* "-- ", as it stands above a signature, became "--". */
bool undo_spaces(struct undo *u);

/* "From" at the start of a line became ">From". */
bool undo_from(struct undo *u);

/* A dot at the start of a line became two. */
bool undo_dots(struct undo *u);

/* undo_insert.c: something put in. */

/* Lines at the end of a text part, or in front of </body>. */
bool undo_footer(struct undo *u);

/* Lines at the start of a text part, or behind <body>. */
bool undo_banner(struct undo *u);

/* A part behind the others, or a multipart around all. */
bool undo_part(struct undo *u);

/* undo_header.c: header and encoding of the parts. */

/* Fields put into the header, or written in another way. */
bool undo_header(struct undo *u);

/* Parts in 8bit brought to quoted-printable. */
bool undo_encoding(struct undo *u);

#endif
