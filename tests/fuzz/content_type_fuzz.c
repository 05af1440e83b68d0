#include <string.h>

#include "smime/content_type.h"
#include "smime/form.h"
#include "smime/split.h"
#include "tests/fuzz/fuzz.h"

/* An answer is made of what stands in the field, and ends. */
static void
check(const struct content_type *t)
{
	size_t i, n = strlen(t->boundary);

	MUST(memchr(t->media, '\0', sizeof t->media) != NULL);
	MUST(strchr(t->media, '/') != NULL);
	MUST(memchr(t->name, '\0', sizeof t->name) != NULL);
	MUST(memchr(t->protocol, '\0', sizeof t->protocol) != NULL);
	MUST(memchr(t->hp, '\0', sizeof t->hp) != NULL);
	MUST(n <= LIMIT_BOUNDARY);
	if (form_of(t) != FORM_DETACHED)
		return;
	for (i = 0; i < n; i++)
		MUST(t->boundary[i] >= ' ' && t->boundary[i] < 0x7f);
}

/* A header block as a whole message and as that of a part. */
static void
scan(struct span text, enum message_kind kind)
{
	struct content_type t;
	struct split split;
	struct message m;
	struct reason why;

	if (message_scan(text, kind, &m, &why) != DONE)
		return;
	MUST(m.body.data >= text.data &&
	    m.body.data + m.body.len == text.data + text.len);
	if (content_type_read(&m, &t, &why) != DONE)
		return;
	check(&t);
	if (form_of(&t) != FORM_DETACHED ||
	    split_two(m.body, t.boundary, &split, &why) != DONE)
		return;
	/* The parts lie in the body, in their order, apart. */
	MUST(split.first.data > m.body.data);
	MUST(split.first.data + split.first.len < split.second.data);
	MUST(split.second.data + split.second.len <= m.body.data + m.body.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {data, size};
	struct message m;
	struct content_type t;
	struct reason why;

	scan(text, MESSAGE_MAIL);
	scan(text, MESSAGE_PART);
	/* Any bytes as the two values. */
	memset(&m, 0, sizeof m);
	m.fields[MESSAGE_CONTENT_TYPE] = (struct message_value){text, 1};
	m.fields[MESSAGE_DISPOSITION] = (struct message_value){text, 1};
	if (content_type_read(&m, &t, &why) == DONE)
		check(&t);
	return 0;
}
