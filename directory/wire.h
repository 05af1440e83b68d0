#ifndef DIRECTORY_WIRE_H
#define DIRECTORY_WIRE_H

#include "base/wire.h"
#include "directory/contact.h"
#include "directory/findings.h"

/*
 * The frames between the publisher and the directory child.  A question
 * starts with protocol version, kind and id; the answer repeats them.
 * Questions, at most DIRECTORY_GROUP, are collected up to DIRECTORY_GO,
 * which has no answer itself, and are answered in any order.
 * Each side decodes what the other sent under caps: the child sits next to
 * a library that nobody fuzzes, the publisher next to strangers' names.
 */
#define DIRECTORY_PROTOCOL 7
#define DIRECTORY_FRAME (1024u * 1024) /* CONTACT_BYTES and what is around */

enum directory_kind {
	DIRECTORY_FIND = 1,
	DIRECTORY_APPLY,
	DIRECTORY_GET,
	DIRECTORY_LIST,
	DIRECTORY_GO,
	DIRECTORY_EXAMINE
};

struct directory_question {
	enum directory_kind kind;
	uint32_t id;
	char address[ADDRESS_SIZE]; /* DIRECTORY_FIND, and the next */
	char name[LIMIT_NAME + 1];
	struct change change;	 /* DIRECTORY_APPLY */
	char object[CONTACT_ID]; /* DIRECTORY_GET */
	bool anew;		 /* DIRECTORY_LIST */
};

struct directory_answer {
	enum directory_kind kind;
	uint32_t id;
	uint32_t us;		  /* microseconds that it took */
	struct reason why;	  /* its row has the outcome; DONE: a contact */
	struct contact contact;	  /* of DONE alone */
	struct contact_page page; /* of DONE and DIRECTORY_LIST alone */
	struct findings *findings; /* of DONE and DIRECTORY_EXAMINE alone */
};

/* Write a question.  LATER: it does not fit into a frame. */
MUST_CHECK enum outcome directory_put_question(
    struct buffer *b, const struct directory_question *q, struct reason *why);

/* Read a question, which the caller clears.  BROKEN (protocol). */
MUST_CHECK enum outcome directory_get_question(
    struct span frame, struct directory_question *out, struct reason *why);

/* Free what a question owns. */
void directory_question_clear(struct directory_question *q);

/* Write an answer.  LATER: it does not fit into a frame. */
MUST_CHECK enum outcome directory_put_answer(
    struct buffer *b, const struct directory_answer *a, struct reason *why);

/* Read an answer, which the caller clears.  BROKEN (protocol). */
MUST_CHECK enum outcome directory_get_answer(
    struct span frame, struct directory_answer *out, struct reason *why);

/* Free what an answer owns. */
void directory_answer_clear(struct directory_answer *a);

#endif
