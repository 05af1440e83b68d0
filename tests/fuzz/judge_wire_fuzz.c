#include <string.h>

#include "base/judge_wire.h"
#include "tests/fuzz/fuzz.h"

/* What a worker is asked: what was read, written and read, is the same. */
static void
question(struct span frame)
{
	static struct judge_question q;
	struct reason why;
	struct buffer b;

	if (judge_get_question(frame, &q, &why) != DONE)
		return;
	buffer_init(&b, 2 * LIMIT_FRAME);
	judge_put_question(&b, &q);
	MUST(wire_complete(&b));
	/* Words are cleaned when they are read, and may become shorter. */
	if (q.harvest == NULL)
		MUST(span_equal(span_buffer(&b), frame));
	buffer_clear(&b);
	judge_question_clear(&q);
}

/* What a worker that was taken over may answer. */
static void
answers(struct span frame)
{
	struct judgement j;
	struct admission a;
	struct facts f;
	struct wire w;

	wire_init(&w, frame);
	wire_get_judgement(&w, &j);
	if (wire_end(&w)) {
		MUST((j.outcome == DONE) == (j.harvest != NULL));
		MUST(strlen(j.address) < sizeof j.address);
		MUST(j.why.code < REASON_COUNT);
		MUST(j.n_candidates <= LIMIT_CANDIDATES);
	}
	judgement_clear(&j);
	wire_init(&w, frame);
	wire_get_admission(&w, &a);
	if (wire_end(&w))
		MUST(a.facts.n_addresses <= FACTS_ADDRESSES &&
		    a.n_chain <= LIMIT_CHAIN + 2);
	wire_init(&w, frame);
	wire_get_facts(&w, &f);
	if (wire_end(&w))
		MUST(strlen(f.subject) < sizeof f.subject);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	question((struct span){data, size});
	answers((struct span){data, size});
	return 0;
}
