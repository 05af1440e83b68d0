#include "tests/unit/unit.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "directory/mark.h"
#include "base/judge_wire.h"
#include "directory/wire.h"

static void
make_mark(uint8_t fill, char out[CONTACT_MARK])
{
	uint8_t sha256[DIGEST_LEN];

	memset(sha256, fill, sizeof sha256);
	mark_make(span_str("key"), sha256, "a@b.example", out);
}

static struct directory_question
sample_question(void)
{
	struct directory_question q = {.kind = DIRECTORY_APPLY, .id = 77};
	char mark[CONTACT_MARK];
	enum outcome o;

	q.change.kind = CHANGE_MODIFY;
	strcpy(q.change.id, "0011");
	strcpy(q.change.dn, "CN=x");
	strcpy(q.change.address, "a@b.example");
	strcpy(q.change.cn, "x");
	strcpy(q.change.name, "X");
	o = change_append(&q.change, CHANGE_ADD, span_str("new"), NULL);
	assert_int_equal(o, DONE);
	o = change_append(&q.change, CHANGE_REMOVE, span_str("old"), NULL);
	assert_int_equal(o, DONE);
	make_mark(1, mark);
	o = change_append(&q.change, CHANGE_ADD_MARK, span_str(mark), NULL);
	assert_int_equal(o, DONE);
	make_mark(2, mark);
	o = change_append(&q.change, CHANGE_REMOVE_MARK, span_str(mark), NULL);
	assert_int_equal(o, DONE);
	o = change_append(
	    &q.change, CHANGE_REMOVE_SHADOW, span_str("shadow"), NULL);
	assert_int_equal(o, DONE);
	o = change_append(
	    &q.change, CHANGE_ADD_SHADOW, span_str("again"), NULL);
	assert_int_equal(o, DONE);
	o = change_add_attribute(&q.change, "company", span_str("ACME"), NULL);
	assert_int_equal(o, DONE);
	return q;
}

static struct directory_answer
sample_answer(void)
{
	struct directory_answer a = {.kind = DIRECTORY_FIND, .id = 5};
	char mark[CONTACT_MARK];

	a.contact.kind = CONTACT_ONE;
	a.contact.inside = a.contact.shadowed = true;
	strcpy(a.contact.id, "00ff");
	strcpy(a.contact.dn, "CN=y");
	strcpy(a.contact.primary, "y@b.example");
	assert_int_equal(
	    contact_add_value(&a.contact, span_str("value"), NULL), DONE);
	a.contact.managed = a.contact.conflict = true;
	strcpy(a.contact.others, "CN=z");
	assert_int_equal(
	    contact_add_shadow(&a.contact, span_str("shadow"), NULL), DONE);
	make_mark(3, mark);
	assert_int_equal(
	    contact_add_mark(&a.contact, span_str(mark), NULL), DONE);
	return a;
}

static void
questions_travel(void **state)
{
	struct directory_question q = sample_question(), back;
	char before[512], after[512];
	struct buffer b;

	(void)state;
	buffer_init(&b, DIRECTORY_FRAME);
	assert_int_equal(directory_put_question(&b, &q, NULL), DONE);
	assert_int_equal(
	    directory_get_question(span_buffer(&b), &back, NULL), DONE);
	assert_int_equal(back.kind, DIRECTORY_APPLY);
	assert_int_equal(back.id, 77);
	assert_string_equal(change_describe(&q.change, before, sizeof before),
	    change_describe(&back.change, after, sizeof after));
	assert_string_equal(back.change.dn, "CN=x");
	assert_string_equal(back.change.name, "X");
	assert_string_equal(back.change.add_marks[0], q.change.add_marks[0]);
	assert_string_equal(
	    back.change.remove_marks[0], q.change.remove_marks[0]);
	assert_int_equal(back.change.n_remove_shadows, 1);
	assert_memory_equal(back.change.remove_shadows[0].data, "shadow", 6);
	assert_int_equal(back.change.n_add_shadows, 1);
	assert_memory_equal(back.change.add_shadows[0].data, "again", 5);
	assert_int_equal(back.change.n_attributes, 1);
	assert_string_equal(back.change.attributes[0].name, "company");
	assert_memory_equal(back.change.attributes[0].value.data, "ACME", 4);
	directory_question_clear(&q);
	directory_question_clear(&back);
	buffer_clear(&b);
}

static void
answers_travel(void **state)
{
	struct directory_answer a = sample_answer(), back;
	struct buffer b;

	(void)state;
	buffer_init(&b, DIRECTORY_FRAME);
	assert_int_equal(directory_put_answer(&b, &a, NULL), DONE);
	assert_int_equal(
	    directory_get_answer(span_buffer(&b), &back, NULL), DONE);
	assert_int_equal(back.id, 5);
	assert_int_equal(back.contact.kind, CONTACT_ONE);
	assert_true(back.contact.inside && back.contact.shadowed);
	assert_false(back.contact.overfull);
	assert_false(back.contact.name_taken);
	assert_string_equal(back.contact.primary, "y@b.example");
	assert_int_equal(back.contact.n_values, 1);
	assert_memory_equal(back.contact.values[0].data, "value", 5);
	assert_string_equal(back.contact.marks[0], a.contact.marks[0]);
	assert_true(back.contact.managed && back.contact.conflict);
	assert_false(back.contact.elsewhere);
	assert_string_equal(back.contact.others, "CN=z");
	assert_int_equal(back.contact.n_shadows, 1);
	assert_memory_equal(back.contact.shadows[0].data, "shadow", 6);
	directory_answer_clear(&a);
	directory_answer_clear(&back);
	buffer_clear(&b);
}

/* A page is at its longest, and one longer is not taken. */
static void
pages_travel(void **state)
{
	struct directory_answer a = {.kind = DIRECTORY_LIST, .id = 6}, back;
	struct directory_question q = {.kind = DIRECTORY_LIST, .anew = true};
	struct directory_question q_back;
	char id[CONTACT_ID];
	struct buffer b;

	(void)state;
	for (unsigned i = 0; i < CONTACT_PAGE; i++) {
		snprintf(id, sizeof id, "%0128x", i);
		assert_int_equal(contact_page_add(&a.page, id, NULL), DONE);
	}
	assert_int_equal(contact_page_add(&a.page, "00", NULL), BROKEN);
	a.page.more = true;
	buffer_init(&b, DIRECTORY_FRAME);
	assert_int_equal(directory_put_answer(&b, &a, NULL), DONE);
	assert_int_equal(
	    directory_get_answer(span_buffer(&b), &back, NULL), DONE);
	assert_int_equal(back.page.n, CONTACT_PAGE);
	assert_string_equal(back.page.ids[CONTACT_PAGE - 1], id);
	assert_true(back.page.more);
	directory_answer_clear(&back);
	directory_answer_clear(&a);
	buffer_reset(&b);
	assert_int_equal(directory_put_question(&b, &q, NULL), DONE);
	assert_int_equal(
	    directory_get_question(span_buffer(&b), &q_back, NULL), DONE);
	assert_true(q_back.anew);
	directory_question_clear(&q_back);
	buffer_clear(&b);
}

/* As many as there may be, and no more; words are cleaned on the way. */
static void
findings_travel(void **state)
{
	struct directory_answer a = {.kind = DIRECTORY_EXAMINE, .id = 9}, back;
	struct reason seen;
	struct buffer b;

	(void)state;
	a.findings = findings_new();
	assert_non_null(a.findings);
	(void)!reason_set(&seen, REASON_DIRECTORY_AUTH, "a\nb");
	findings_add_reason(a.findings, FINDING_BIND_BAD, &seen);
	for (unsigned i = 0; i < FINDINGS_MAX; i++)
		findings_add(a.findings, FINDING_BASE_OK, "%u", i);
	assert_int_equal(a.findings->n, FINDINGS_MAX);
	buffer_init(&b, DIRECTORY_FRAME);
	assert_int_equal(directory_put_answer(&b, &a, NULL), DONE);
	assert_int_equal(
	    directory_get_answer(span_buffer(&b), &back, NULL), DONE);
	assert_int_equal(back.findings->n, FINDINGS_MAX);
	assert_int_equal(back.findings->list[0].code, FINDING_BIND_BAD);
	assert_string_equal(back.findings->list[0].seen.text, "a?b");
	assert_string_equal(finding_advice(&back.findings->list[0]),
	    reason_advice(REASON_DIRECTORY_AUTH));
	assert_string_equal(finding_name(FINDING_BIND_BAD), "bind-bad");
	directory_answer_clear(&back);
	/* one more than there may be */
	buffer_reset(&b);
	wire_put_u32(&b, DIRECTORY_PROTOCOL);
	wire_put_u32(&b, DIRECTORY_EXAMINE);
	wire_put_u32(&b, 9);
	wire_put_reason(&b, &(struct reason){.code = REASON_OK});
	wire_put_u32(&b, FINDINGS_MAX + 1);
	assert_int_equal(
	    directory_get_answer(span_buffer(&b), &back, NULL), BROKEN);
	directory_answer_clear(&a);
	buffer_clear(&b);
}

/* Every shorter frame, and one longer, is refused; nothing leaks. */
static void
other_lengths_are_refused(void **state)
{
	struct directory_question q = sample_question(), back_q;
	struct directory_answer a = sample_answer(), back_a;
	struct buffer b;
	size_t len;

	(void)state;
	buffer_init(&b, DIRECTORY_FRAME);
	assert_int_equal(directory_put_question(&b, &q, NULL), DONE);
	for (len = 0; len < b.len; len++)
		assert_int_equal(directory_get_question(
				     (struct span){b.data, len}, &back_q, NULL),
		    BROKEN);
	assert_true(buffer_add(&b, "", 1));
	assert_int_equal(
	    directory_get_question(span_buffer(&b), &back_q, NULL), BROKEN);
	buffer_reset(&b);
	assert_int_equal(directory_put_answer(&b, &a, NULL), DONE);
	for (len = 0; len < b.len; len++)
		assert_int_equal(directory_get_answer(
				     (struct span){b.data, len}, &back_a, NULL),
		    BROKEN);
	directory_question_clear(&q);
	directory_answer_clear(&a);
	buffer_clear(&b);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(questions_travel),
	    cmocka_unit_test(answers_travel),
	    cmocka_unit_test(pages_travel),
	    cmocka_unit_test(findings_travel),
	    cmocka_unit_test(other_lengths_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
