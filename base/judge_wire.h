#ifndef BASE_JUDGE_WIRE_H
#define BASE_JUDGE_WIRE_H

#include "base/judge.h"
#include "base/wire.h"

/*
 * The frames of a judge, both sides.  Each starts with the protocol
 * version, the kind and the id; a reader of another version says BROKEN
 * (protocol).
 */
#define JUDGE_PROTOCOL 4

enum judge_kind {
	JUDGE_MESSAGE = 1,
	JUDGE_HARVEST,
	JUDGE_FACTS,
	JUDGE_HELLO,
	/* From the worker, before its answer to JUDGE_MESSAGE: a digest; and
	 * what the parent says to it: 1 for known, 0 for not. */
	JUDGE_KNOWN,
	JUDGE_SHADOW /* der is one userSMIMECertificate value */
};

/* A question as the worker sees it. */
struct judge_question {
	enum judge_kind kind;
	uint32_t id;
	struct judge_policy policy;
	bool may_ask;		 /* JUDGE_KNOWN, once */
	struct harvest *harvest; /* JUDGE_HARVEST */
	unsigned n_der; /* JUDGE_FACTS, JUDGE_SHADOW; spans borrow the frame */
	struct span der[LIMIT_VALUES_READ];
};

/* Write a question; the spans and the harvest are only read. */
void judge_put_question(struct buffer *b, const struct judge_question *q);

/*
 * Read a question.  DONE: *q is the caller's, to be cleared with
 * judge_question_clear().  REFUSED (protocol): it is none.
 */
MUST_CHECK enum outcome judge_get_question(
    struct span frame, struct judge_question *q, struct reason *why);

/* Free what the question owns. */
void judge_question_clear(struct judge_question *q);

/* Start an answer to the question with that kind and id. */
void judge_put_answer(struct buffer *b, enum judge_kind kind, uint32_t id);

/* The kind that a frame says it is of; 0 when it says none. */
uint32_t judge_peek_kind(struct span frame);

/* Check the start of an answer and leave w behind it. */
MUST_CHECK enum outcome judge_get_answer(
    struct wire *w, enum judge_kind kind, uint32_t id, struct reason *why);

/* Write and read the parts of answers; a read value is checked by wire_ok(). */
void wire_put_judgement(struct buffer *b, const struct judgement *j);

/* The reader's side; the caller clears *out in any case. */
void wire_get_judgement(struct wire *w, struct judgement *out);

/* Write an admission. */
void wire_put_admission(struct buffer *b, const struct admission *a);

/* Read an admission. */
void wire_get_admission(struct wire *w, struct admission *out);

/* Write the facts of one certificate. */
void wire_put_facts(struct buffer *b, const struct facts *f);

/* Read the facts of one certificate. */
void wire_get_facts(struct wire *w, struct facts *out);

/* Write a harvest. */
void wire_put_harvest(struct buffer *b, const struct harvest *h);

/* Read a harvest, which the caller frees; NULL when bad. */
struct harvest *wire_get_harvest(struct wire *w);

/* Write a reason. */
void wire_put_reason(struct buffer *b, const struct reason *r);

/* Read a reason. */
void wire_get_reason(struct wire *w, struct reason *out);

#endif
