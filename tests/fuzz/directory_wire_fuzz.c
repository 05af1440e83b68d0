#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

#include "directory/wire.h"

static void
read_question(struct span frame)
{
	struct directory_question q, again;
	struct reason why;
	struct buffer b;

	if (directory_get_question(frame, &q, &why) != DONE)
		return;
	buffer_init(&b, DIRECTORY_FRAME);
	if (directory_put_question(&b, &q, &why) != DONE ||
	    !span_equal(span_buffer(&b), frame) ||
	    directory_get_question(span_buffer(&b), &again, &why) != DONE)
		abort();
	directory_question_clear(&q);
	directory_question_clear(&again);
	buffer_clear(&b);
}

/* Words are cleaned and what is no mark is left out, so that only what was
 * written by us must come back as it was. */
static void
read_answer(struct span frame)
{
	struct directory_answer a, again;
	struct reason why;
	struct buffer b;

	if (directory_get_answer(frame, &a, &why) != DONE)
		return;
	if (a.contact.n_values > CONTACT_VALUES ||
	    a.contact.n_marks > CONTACT_VALUES ||
	    (a.contact.overfull && a.contact.n_values > 0))
		abort();
	buffer_init(&b, DIRECTORY_FRAME);
	if (directory_put_answer(&b, &a, &why) != DONE ||
	    directory_get_answer(span_buffer(&b), &again, &why) != DONE)
		abort();
	directory_answer_clear(&a);
	directory_answer_clear(&again);
	buffer_clear(&b);
}

/* Both sides of the wire: what a taken-over process could send. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_question((struct span){data, size});
	read_answer((struct span){data, size});
	return 0;
}
