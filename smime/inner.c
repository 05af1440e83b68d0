#include "smime/inner.h"

#include <string.h>

#include "smime/content_type.h"
#include "smime/decode.h"
#include "smime/from.h"

/* Every From: in this header block says what the one outside says. */
static enum outcome
from_check(const struct message *m, const char *address, struct reason *why)
{
	char inner[ADDRESS_SIZE];
	struct reason unread;

	if (m->fields[MESSAGE_FROM].n == 0)
		return DONE;
	if (from_read(m, inner, &unread) != DONE)
		return reason_set(why, REASON_INNER_FROM,
		    "the From: inside: %s", unread.text);
	if (strcmp(inner, address) != 0)
		return reason_set(why, REASON_INNER_FROM,
		    "inside the signature it is from %s", inner);
	return DONE;
}

/*
 * The fields of a header block, as far as it can be read: a signed body
 * without a header of its own is text, and text has no From: to differ.
 * One that is longer than we read may have a From: behind that.
 */
static enum outcome
scan(struct span text, struct message *m, struct reason *why)
{
	struct reason unread = {REASON_OK, ""};

	if (message_scan(text, MESSAGE_PART, m, &unread) != DONE &&
	    unread.code == REASON_HEADER_LIMIT)
		return reason_set(
		    why, REASON_INNER_FROM, "inside: %s", unread.text);
	return DONE;
}

enum outcome
inner_check(
    const struct content *content, const char *address, struct reason *why)
{
	uint8_t head[2 * LIMIT_PART_HEADERS];
	struct message m, wrapped;
	struct content_type type;
	enum outcome o;

	o = scan((struct span){head, content_head(content, head, sizeof head)},
	    &m, why);
	if (o == DONE)
		o = from_check(&m, address, why);
	if (o != DONE)
		return o;
	if (content_type_read(&m, &type, why) != DONE)
		return DONE;
	if (type.hp[0] != '\0' && m.fields[MESSAGE_FROM].n == 0)
		return reason_set(why, REASON_INNER_FROM,
		    "hp=\"%s\" and no From: inside", type.hp);
	if (strcmp(type.media, "message/rfc822") != 0 &&
	    strcmp(type.media, "message/global") != 0)
		return DONE;
	/* RFC 2046 section 5.2.1 knows no such thing; some readers do. */
	if (!decode_is_plain(&m))
		return reason_set(why, REASON_INNER_FROM,
		    "inside is a message in an encoding that hides its From:");
	o = scan(m.body, &wrapped, why);
	return o == DONE ? from_check(&wrapped, address, why) : o;
}
