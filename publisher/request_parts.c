#include "publisher/request_parts.h"

#include <ctype.h>
#include <stdio.h>

#include "base/text.h"
#include "spool/json.h"

json_t *
parts_refuse(const struct reason *why)
{
	return control_error(reason_name(why->code), why->text);
}

static json_t *
answer(bool fresh, const char *text, const char *subject)
{
	struct reason words;

	(void)!reason_set(&words, REASON_OK, "%s: %s", subject, text);
	return json_pack("{s:b, s:b, s:o}", "ok", 1, "fresh", fresh, "text",
	    json_words(words.text));
}

json_t *
parts_conclude(enum outcome o, const struct reason *why, const char *done,
    const char *nothing, const char *subject)
{
	if (o == DONE)
		return answer(true, done, subject);
	if (o == NOTHING)
		return answer(false, nothing, subject);
	return parts_refuse(why);
}

const char *
parts_peek(const json_t *request, const char *name)
{
	const char *text = json_string_value(json_object_get(request, name));

	return text != NULL ? text : "";
}

void
parts_note(const json_t *request, char *out, size_t size)
{
	text_show(span_str(parts_peek(request, "note")), out, size);
}

enum outcome
parts_address(const json_t *request, const char *key, char out[STORE_SUBJECT],
    struct reason *why)
{
	struct reason inner;

	if (address_canonical(
		span_str(parts_peek(request, key)), out, &inner) == DONE)
		return DONE;
	/* not what a certificate says, but who asks */
	return reason_set(why, REASON_USAGE, "%s", inner.text);
}

enum outcome
parts_fingerprint(const json_t *request, const char *key,
    char out[STORE_SUBJECT], struct reason *why)
{
	const char *text = parts_peek(request, key);
	size_t n = 0;

	for (; *text != '\0'; text++) {
		if (*text == ':')
			continue;
		if (!isxdigit((unsigned char)*text) || n == DIGEST_HEX - 1)
			break;
		out[n++] = (char)tolower((unsigned char)*text);
	}
	out[n] = '\0';
	if (*text != '\0' || n != DIGEST_HEX - 1)
		return reason_set(why, REASON_USAGE,
		    "a certificate is named by its SHA-256 fingerprint, 64 "
		    "hexadecimal digits");
	return DONE;
}

struct store_asker
parts_asker(const struct control_peer *peer)
{
	struct store_asker by = {.uid = peer->uid};

	text_show(span_str(peer->name), by.name, sizeof by.name);
	return by;
}
