/*
 * Seeds for directory_wire_fuzz, written anew by each build, so that none is
 * of an older protocol:
 *
 *	directory_wire_seeds FOLDER
 *
 * One frame of every kind, as full as it gets, each in a file.  Ends with 1
 * when our own decoder does not take one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directory/mark.h"
#include "directory/wire.h"

static const char *folder;

static void
check(bool ok, const char *name)
{
	if (ok)
		return;
	fprintf(stderr, "directory_wire_seeds: %s\n", name);
	exit(1);
}

static void
write_seed(const char *name, const struct buffer *b)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "wb");
	check(f != NULL && fwrite(b->data, 1, b->len, f) == b->len &&
		fclose(f) == 0,
	    path);
}

/* Swallows what q owns. */
static void
put_question(const char *name, struct directory_question *q)
{
	struct directory_question back;
	struct buffer b;

	buffer_init(&b, DIRECTORY_FRAME);
	check(directory_put_question(&b, q, NULL) == DONE &&
		directory_get_question(span_buffer(&b), &back, NULL) == DONE,
	    name);
	write_seed(name, &b);
	buffer_clear(&b);
	directory_question_clear(&back);
	directory_question_clear(q);
}

/* Swallows what a owns. */
static void
put_answer(const char *name, struct directory_answer *a)
{
	struct directory_answer back;
	struct buffer b;

	buffer_init(&b, DIRECTORY_FRAME);
	check(directory_put_answer(&b, a, NULL) == DONE &&
		directory_get_answer(span_buffer(&b), &back, NULL) == DONE,
	    name);
	write_seed(name, &b);
	buffer_clear(&b);
	directory_answer_clear(&back);
	directory_answer_clear(a);
}

static void
make_mark(uint8_t fill, char out[CONTACT_MARK])
{
	uint8_t sha256[DIGEST_LEN];

	memset(sha256, fill, sizeof sha256);
	mark_make(span_str("key"), sha256, "a@b.example", out);
}

static void
append(struct change *c, enum change_list list, const char *value)
{
	check(change_append(c, list, span_str(value), NULL) == DONE, value);
}

static struct change
make_change(enum change_kind kind)
{
	struct change c = {.kind = kind,
	    .id = "00112233445566778899aabbccddeeff",
	    .dn = "CN=a,DC=b",
	    .address = "a@b.example",
	    .cn = "a@b.example",
	    .name = "A (b.example)"};
	char mark[CONTACT_MARK];

	append(&c, CHANGE_ADD, "0\x03new");
	append(&c, CHANGE_REMOVE, "0\x03old");
	append(&c, CHANGE_REMOVE_SHADOW, "0\x06shadow");
	make_mark(1, mark);
	append(&c, CHANGE_ADD_MARK, mark);
	make_mark(2, mark);
	append(&c, CHANGE_REMOVE_MARK, mark);
	check(
	    change_add_attribute(&c, "company", span_str("ACME"), NULL) == DONE,
	    "attribute");
	return c;
}

static void
questions(void)
{
	struct directory_question find = {.kind = DIRECTORY_FIND,
	    .id = 1,
	    .address = "a@b.example",
	    .name = "A"};
	struct directory_question create = {.kind = DIRECTORY_APPLY,
	    .id = 2,
	    .change = make_change(CHANGE_CREATE)};
	struct directory_question modify = {.kind = DIRECTORY_APPLY,
	    .id = 3,
	    .change = make_change(CHANGE_MODIFY)};
	struct directory_question get = {.kind = DIRECTORY_GET,
	    .id = 4,
	    .object = "00112233445566778899aabbccddeeff"};
	struct directory_question list = {
	    .kind = DIRECTORY_LIST, .id = 5, .anew = true};

	put_question("find", &find);
	put_question("create", &create);
	put_question("modify", &modify);
	put_question("get", &get);
	put_question("list", &list);
}

static struct directory_answer
make_answer(enum contact_kind kind)
{
	struct directory_answer a = {.kind = DIRECTORY_FIND, .id = 1};
	struct contact *c = &a.contact;
	char mark[CONTACT_MARK];

	c->kind = kind;
	strcpy(c->id, "00112233445566778899aabbccddeeff");
	strcpy(c->dn, "CN=a,DC=b");
	strcpy(c->primary, "a@b.example");
	strcpy(c->others, kind == CONTACT_MANY ? "(1) contact CN=a,DC=b" : "");
	c->inside = c->managed = c->conflict = true;
	c->elsewhere = c->name_taken = true;
	make_mark(3, mark);
	check(contact_add_value(c, span_str("0\x05value"), NULL) == DONE &&
		contact_add_shadow(c, span_str("0\x06shadow"), NULL) == DONE &&
		contact_add_mark(c, span_str(mark), NULL) == DONE,
	    "contact");
	return a;
}

static void
answers(void)
{
	struct directory_answer refusal = {.kind = DIRECTORY_APPLY, .id = 2};
	struct directory_answer page = {.kind = DIRECTORY_LIST, .id = 5};
	char name[32];

	for (int kind = CONTACT_NONE; kind <= CONTACT_OTHER; kind++) {
		struct directory_answer a =
		    make_answer((enum contact_kind)kind);

		snprintf(name, sizeof name, "contact%d", kind);
		put_answer(name, &a);
		a = make_answer((enum contact_kind)kind);
		contact_set_overfull(&a.contact);
		snprintf(name, sizeof name, "overfull%d", kind);
		put_answer(name, &a);
	}
	reason_set(&refusal.why, REASON_DIRECTORY_RACE, "somebody was there");
	put_answer("refusal", &refusal);
	page.page.more = true;
	check(contact_page_add(
		  &page.page, "00112233445566778899aabbccddeeff", NULL) == DONE,
	    "page");
	put_answer("page", &page);
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "directory_wire_seeds FOLDER\n");
		return 2;
	}
	folder = argv[1];
	questions();
	answers();
	return 0;
}
