#include "smime/split.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

/* A boundary line: where the part in front ends, where the next begins. */
struct delimiter {
	const uint8_t *start; /* the line end in front belongs to it */
	const uint8_t *next;
	bool closing;
};

/*
 * Whether a boundary line starts at p, which is the start of a line:
 * "--boundary", then "--" or not, white space, and the line's end.
 * "--boundaryX" is text: another boundary may start like ours.
 */
static bool
delimiter_at(
    struct span body, const uint8_t *p, struct span mark, struct delimiter *out)
{
	const uint8_t *end = body.data + body.len, *q = p + mark.len;

	if ((size_t)(end - p) < mark.len || memcmp(p, mark.data, mark.len) != 0)
		return false;
	out->closing = end - q >= 2 && q[0] == '-' && q[1] == '-';
	if (out->closing)
		q += 2;
	while (q < end && (*q == ' ' || *q == '\t'))
		q++;
	if (end - q >= 2 && q[0] == '\r' && q[1] == '\n')
		q++;
	if (q < end && *q != '\n')
		return false;
	out->next = q < end ? q + 1 : end;
	if (p > body.data)
		p--;
	if (p > body.data && *p == '\n' && p[-1] == '\r')
		p--;
	out->start = p;
	return true;
}

/*
 * The first boundary line at or behind from, which is the start of a line.
 * Octet by octet: whatever the body is made of, each costs the same.
 */
static bool
delimiter_find(struct span body, const uint8_t *from, struct span mark,
    struct delimiter *out)
{
	const uint8_t *end = body.data + body.len, *p = from;

	while (p < end) {
		if (*p == '-' && delimiter_at(body, p, mark, out))
			return true;
		while (p < end && *p != '\n')
			p++;
		if (p < end)
			p++;
	}
	return false;
}

static struct span
between(const uint8_t *start, const uint8_t *end)
{
	/* Two boundary lines in a row share a line end. */
	return (struct span){start, end < start ? 0 : (size_t)(end - start)};
}

enum outcome
split_two(struct span body, const char *boundary, struct split *out,
    struct reason *why)
{
	char mark[2 + LIMIT_BOUNDARY + 1];
	const uint8_t *starts[3];
	struct delimiter d;
	unsigned n = 0;

	snprintf(mark, sizeof mark, "--%s", boundary);
	if (mark[2] == '\0')
		return reason_set(why, REASON_MALFORMED, "no boundary");
	d.next = body.data;
	d.closing = false;
	while (!d.closing) {
		if (!delimiter_find(body, d.next, span_str(mark), &d))
			return n == 0 ? reason_set(why, REASON_PART_COUNT,
					    "the boundary does not occur")
				      : reason_set(why, REASON_MALFORMED,
					    "the closing boundary is missing");
		if (n == 1)
			out->first = between(starts[0], d.start);
		if (n == 2)
			out->second = between(starts[1], d.start);
		if (n == 2 && !d.closing)
			return reason_set(
			    why, REASON_PART_COUNT, "more than two parts");
		starts[n++] = d.next;
	}
	if (n != 3)
		return reason_set(
		    why, REASON_PART_COUNT, "fewer than two parts");
	return DONE;
}
