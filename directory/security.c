#include "directory/security.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define GENERIC_ALL 0x10000000u

/* Types of entries, and flags of entries and of their objects. */
enum { ALLOWED = 0, DENIED = 1, ALLOWED_OBJECT = 5, DENIED_OBJECT = 6 };
#define INHERIT_ONLY 0x08u
#define OBJECT_PRESENT 1u
#define INHERITED_PRESENT 2u

#define GUID_LEN 16

static const uint8_t owner_rights[] = {1, 1, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0};

struct entry {
	uint8_t type, flags;
	uint32_t rights;
	const uint8_t *object; /* GUID_LEN octets, or NULL */
	struct span sid;
};

/* Little-endian; the caller has looked at the length. */
static uint32_t
u32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static uint32_t
u16(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8;
}

/* The SID at the start of s; len 0: there is none. */
static struct span
sid_at(struct span s)
{
	size_t len;

	if (s.len < 8 || s.data[0] != 1 || s.data[1] > 15)
		return (struct span){NULL, 0};
	len = 8 + 4 * (size_t)s.data[1];
	return (struct span){s.data, len <= s.len ? len : 0};
}

static struct span
from(struct span s, size_t offset)
{
	if (offset > s.len)
		offset = s.len;
	return (struct span){s.data + offset, s.len - offset};
}

/* [MS-DTYP] 2.4.4: header, mask, for objects flags and GUIDs, SID. */
static bool
read_entry(struct span s, struct entry *e)
{
	bool object;
	size_t at = 8;
	uint32_t flags;

	if (s.len < 8)
		return false;
	*e = (struct entry){
	    .type = s.data[0], .flags = s.data[1], .rights = u32(s.data + 4)};
	object = e->type == ALLOWED_OBJECT || e->type == DENIED_OBJECT;
	if (object) {
		if (s.len < 12)
			return false;
		flags = u32(s.data + 8);
		at = 12;
		if (flags & OBJECT_PRESENT) {
			e->object = s.data + at;
			at += GUID_LEN;
		}
		if (flags & INHERITED_PRESENT)
			at += GUID_LEN;
	}
	if (object || e->type == ALLOWED || e->type == DENIED) {
		e->sid = sid_at(from(s, at));
		return e->sid.len > 0;
	}
	return true; /* of a type that we do not know */
}

/* The DACL's entries, from its header on; len 0: there is none. */
static struct span
dacl_of(struct span d)
{
	uint32_t offset;
	struct span s;

	if (d.len < 20 || d.data[0] != 1 || !(u16(d.data + 2) & 4))
		return (struct span){NULL, 0};
	offset = u32(d.data + 16);
	s = from(d, offset);
	if (offset < 20 || s.len < 8 || u16(s.data + 2) < 8 ||
	    u16(s.data + 2) > s.len)
		return (struct span){NULL, 0};
	s.len = u16(s.data + 2);
	return s;
}

/* Call visit for each entry that counts for the object itself; false: they
 * cannot be read. */
static bool
each_entry(
    struct span d, void (*visit)(void *arg, const struct entry *e), void *arg)
{
	struct span s = dacl_of(d);
	uint32_t n, size;
	struct entry e;

	if (s.len == 0)
		return false;
	/* at most 64 KiB of them, as the size has 16 bits */
	for (n = u16(s.data + 4), s = from(s, 8); n > 0; n--) {
		size = s.len >= 4 ? u16(s.data + 2) : 0;
		if (size < 4 || size > s.len ||
		    !read_entry((struct span){s.data, size}, &e))
			return false;
		if (!(e.flags & INHERIT_ONLY) && e.sid.len > 0)
			visit(arg, &e);
		s = from(s, size);
	}
	return true;
}

void
security_token_add(struct security_token *t, struct span sid)
{
	struct span s = sid_at(sid);

	if (t->n == SECURITY_SIDS || s.len != sid.len || s.len == 0)
		return;
	memcpy(t->sids[t->n].octets, s.data, s.len);
	t->sids[t->n++].len = s.len;
}

bool
security_token_has(const struct security_token *t, struct span sid)
{
	for (unsigned i = 0; i < t->n; i++)
		if (span_equal(
			sid, (struct span){t->sids[i].octets, t->sids[i].len}))
			return true;
	return false;
}

void
security_sid_show(struct span sid, char out[SECURITY_SID_TEXT])
{
	struct span s = sid_at(sid);
	uint64_t authority = 0;
	int n;

	out[0] = '\0';
	if (s.len == 0)
		return;
	for (unsigned i = 2; i < 8; i++)
		authority = authority << 8 | s.data[i];
	n = snprintf(out, SECURITY_SID_TEXT, "S-1-%" PRIu64, authority);
	/* 15 parts of 11 characters fit */
	for (size_t i = 8; i < s.len; i += 4)
		n += snprintf(out + n, SECURITY_SID_TEXT - (size_t)n,
		    "-%" PRIu32, u32(s.data + i));
}

static void
ignore(void *arg, const struct entry *e)
{
	(void)arg;
	(void)e;
}

bool
security_is_valid(struct span descriptor)
{
	return each_entry(descriptor, ignore, NULL);
}

struct grants {
	const struct security_token *token;
	const uint8_t *of;
	uint32_t undecided, given;
};

static void
weigh(void *arg, const struct entry *e)
{
	struct grants *g = arg;
	uint32_t rights = e->rights & GENERIC_ALL ? UINT32_MAX : e->rights;

	if (!security_token_has(g->token, e->sid))
		return;
	if (e->object != NULL &&
	    (g->of == NULL || memcmp(e->object, g->of, GUID_LEN) != 0))
		return;
	rights &= g->undecided;
	g->undecided &= ~rights;
	if (e->type == ALLOWED || e->type == ALLOWED_OBJECT)
		g->given |= rights;
}

uint32_t
security_grants(struct span descriptor, const struct security_token *t,
    uint32_t rights, const uint8_t *of)
{
	struct grants g = {.token = t, .of = of, .undecided = rights};

	(void)each_entry(descriptor, weigh, &g);
	return g.given;
}

bool
security_is_owner(struct span descriptor, const struct security_token *t)
{
	struct span owner;

	if (descriptor.len < 20)
		return false;
	owner = sid_at(from(descriptor, u32(descriptor.data + 4)));
	return owner.len > 0 && security_token_has(t, owner);
}

static void
look_for_owner(void *arg, const struct entry *e)
{
	bool *found = arg;

	if (span_equal(
		e->sid, (struct span){owner_rights, sizeof owner_rights}))
		*found = true;
}

bool
security_limits_owner(struct span descriptor)
{
	bool found = false;

	(void)each_entry(descriptor, look_for_owner, &found);
	return found;
}
