#include "smime/decode.h"

#include <stdlib.h>
#include <string.h>

#include <gmime/gmime.h>

#include "base/judge_end.h"

/* No encoding yields less than one byte for so many. */
#define EXPANSION 4

static const struct {
	const char *name;
	GMimeContentEncoding encoding;
} encodings[] = {
    {"7bit", GMIME_CONTENT_ENCODING_7BIT},
    {"8bit", GMIME_CONTENT_ENCODING_8BIT},
    {"binary", GMIME_CONTENT_ENCODING_BINARY},
    {"base64", GMIME_CONTENT_ENCODING_BASE64},
    {"quoted-printable", GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE},
};

/*
 * GLib's own writer asks what standard error is, by system calls that no
 * confined worker has.  What is fatal here is memory that cannot be had.
 */
static GLogWriterOutput
log_writer(
    GLogLevelFlags level, const GLogField *fields, gsize n, gpointer data)
{
	(void)fields;
	(void)n;
	(void)data;
	if (level & (G_LOG_LEVEL_ERROR | G_LOG_FLAG_FATAL))
		judge_end_without_memory();
	return G_LOG_WRITER_HANDLED;
}

void
decode_init(void)
{
	g_log_set_writer_func(log_writer, NULL, NULL);
}

/* The encoding's row by the first word of the value; -1: none of ours. */
static int
encoding_find(const struct message_value *v, GMimeContentEncoding *out)
{
	const char *p = (const char *)v->raw.data, *end;
	size_t i, n;

	*out = GMIME_CONTENT_ENCODING_7BIT;
	if (v->n == 0)
		return 0;
	end = p + v->raw.len;
	while (p < end && strchr(" \t\r\n", *p) != NULL)
		p++;
	for (n = 0; p + n < end && strchr(" \t\r\n;(", p[n]) == NULL; n++)
		;
	for (i = 0; i < sizeof encodings / sizeof encodings[0]; i++)
		if (n == strlen(encodings[i].name) &&
		    g_ascii_strncasecmp(p, encodings[i].name, n) == 0) {
			*out = encodings[i].encoding;
			return 0;
		}
	return n == 0 ? 0 : -1;
}

bool
decode_is_plain(const struct message *m)
{
	GMimeContentEncoding e;

	return encoding_find(&m->fields[MESSAGE_ENCODING], &e) == 0 &&
	    e != GMIME_CONTENT_ENCODING_BASE64 &&
	    e != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
}

static enum outcome
decode_into(GMimeContentEncoding encoding, struct span in,
    struct bytes *storage, struct reason *why)
{
	GMimeEncoding state;
	size_t n;

	g_mime_encoding_init_decode(&state, encoding);
	storage->data = malloc(g_mime_encoding_outlen(&state, in.len) + 1);
	if (storage->data == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	n = g_mime_encoding_step(
	    &state, (const char *)in.data, in.len, (char *)storage->data);
	n += g_mime_encoding_flush(&state, NULL, 0, (char *)storage->data + n);
	storage->len = n;
	return DONE;
}

enum outcome
decode_body(const struct message *m, size_t cap, struct bytes *storage,
    struct span *out, struct reason *why)
{
	const struct message_value *v = &m->fields[MESSAGE_ENCODING];
	GMimeContentEncoding encoding;
	enum outcome o;

	if (v->n > 1 || encoding_find(v, &encoding) != 0)
		return reason_set(why, REASON_BAD_ENCODING,
		    "an unknown Content-Transfer-Encoding:");
	if (m->body.len > EXPANSION * cap)
		return reason_set(why, REASON_CMS_TOO_LARGE,
		    "%zu bytes, encoded", m->body.len);
	*out = m->body;
	if (encoding == GMIME_CONTENT_ENCODING_BASE64 ||
	    encoding == GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE) {
		o = decode_into(encoding, m->body, storage, why);
		if (o != DONE)
			return o;
		*out = span_bytes(storage);
	}
	if (out->len > cap)
		return reason_set(
		    why, REASON_CMS_TOO_LARGE, "%zu bytes", out->len);
	if (out->len == 0)
		return reason_set(
		    why, REASON_BAD_ENCODING, "nothing is left after decoding");
	return DONE;
}
