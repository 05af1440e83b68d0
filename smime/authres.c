#include "smime/authres.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"

/* A place in a value. */
struct parser {
	const uint8_t *p, *end;
};

/* The longest property and authserv-id that are looked at. */
#define WORD (2 * ADDRESS_SIZE)

/* A word, with the quoting of RFC 5322 undone. */
struct word {
	char text[WORD];
	size_t len;
	bool cut; /* longer than anything that matters */
};

/* What a field says of the domain of From:, by method. */
struct said {
	enum authentication_result dmarc, dkim;
	char dkim_domain[ADDRESS_SIZE];
};

/* One resinfo, as far as it matters. */
struct resinfo {
	struct word method, result;
	bool versioned; /* with a method-version other than 1 */
	struct word d, i, from;
};

static bool
at(const struct parser *p, char c)
{
	return p->p < p->end && *p->p == (uint8_t)c;
}

/* White space, folds, and comments that nest: counted, not followed. */
static bool
skip_space(struct parser *p)
{
	unsigned depth = 0;

	for (; p->p < p->end; p->p++) {
		if (*p->p == '(')
			depth++;
		else if (depth > 0) {
			if (*p->p == ')')
				depth--;
			else if (*p->p == '\\' && p->p + 1 < p->end)
				p->p++;
		} else if (strchr(" \t\r\n", *p->p) == NULL || *p->p == 0)
			return true;
	}
	return depth == 0;
}

static void
word_add(struct word *w, uint8_t c)
{
	if (w->len + 1 < sizeof w->text && c != 0)
		w->text[w->len++] = (char)c;
	else
		w->cut = true;
	w->text[w->len] = '\0';
}

static bool
quoted(struct parser *p, struct word *out)
{
	for (p->p++; p->p < p->end && *p->p != '"'; p->p++) {
		if (*p->p == '\\' && p->p + 1 < p->end)
			p->p++;
		word_add(out, *p->p);
	}
	if (p->p == p->end)
		return false;
	p->p++;
	return true;
}

/*
 * A value: quoted strings, and characters up to white space or one of
 * stops.  RFC 2045's token is stricter, but filters write header.b=ab/c=
 * and addresses without quotes.
 */
static bool
word(struct parser *p, const char *stops, struct word *out)
{
	const uint8_t *start;

	*out = (struct word){.len = 0};
	if (!skip_space(p))
		return false;
	for (start = p->p; p->p < p->end; word_add(out, *p->p++)) {
		while (at(p, '"'))
			if (!quoted(p, out))
				return false;
		if (p->p == p->end || *p->p <= ' ' || *p->p == 0x7f ||
		    strchr("();", *p->p) != NULL ||
		    strchr(stops, *p->p) != NULL)
			break;
	}
	return p->p > start;
}

/* The character c with white space around it. */
static bool
mark(struct parser *p, char c)
{
	if (!skip_space(p) || !at(p, c))
		return false;
	p->p++;
	return skip_space(p);
}

/* authserv-id [ CFWS authres-version ]; version 1 alone is known. */
static bool
head(struct parser *p)
{
	struct word w;

	if (!word(p, "", &w) || !skip_space(p))
		return false;
	if (p->p == p->end || at(p, ';'))
		return true;
	return word(p, "", &w) && strcmp(w.text, "1") == 0 && skip_space(p) &&
	    (p->p == p->end || at(p, ';'));
}

/* method [ "/" version ] "=" result */
static bool
methodspec(struct parser *p, struct resinfo *out)
{
	struct word version;

	if (!word(p, "/=", &out->method) || !skip_space(p))
		return false;
	if (at(p, '/')) {
		p->p++;
		if (!word(p, "=", &version))
			return false;
		out->versioned = strcmp(version.text, "1") != 0;
	}
	return mark(p, '=') && word(p, "=", &out->result) && skip_space(p);
}

/* reason=value, ptype.property=value, or what some filters add to that. */
static bool
property(struct parser *p, struct resinfo *out)
{
	struct word name, rest, v;

	if (!word(p, ".=", &name) || !skip_space(p))
		return false;
	while (at(p, '.')) {
		p->p++;
		word_add(&name, '.');
		if (!word(p, ".=", &rest) || !skip_space(p))
			return false;
		for (size_t i = 0; i < rest.len; i++)
			word_add(&name, (uint8_t)rest.text[i]);
	}
	if (!mark(p, '='))
		return false;
	/* A value may be empty, as smtp.mailfrom of a bounce is. */
	if (p->p == p->end || at(p, ';'))
		return true;
	if (!word(p, "", &v))
		return false;
	if (strcasecmp(name.text, "header.d") == 0)
		out->d = v;
	else if (strcasecmp(name.text, "header.i") == 0)
		out->i = v;
	else if (strcasecmp(name.text, "header.from") == 0)
		out->from = v;
	return skip_space(p);
}

/* The domain in a value: all of it, or what stands behind the last '@'. */
static bool
domain_of(const struct word *w, char out[ADDRESS_SIZE])
{
	const char *mark = strrchr(w->text, '@');
	const char *domain = mark == NULL ? w->text : mark + 1;

	return !w->cut && address_domain(span_str(domain), out, NULL) == DONE;
}

/* From:'s domain or one above it, but no top-level domain. */
static bool
is_aligned(const char *signer, const char *domain)
{
	char below[ADDRESS_SIZE + 1];

	if (strcmp(signer, domain) == 0)
		return true;
	below[0] = '.';
	strcpy(below + 1, signer);
	return strchr(signer, '.') != NULL &&
	    address_domain_matches(domain, below);
}

static void
dkim(const struct resinfo *r, enum authentication_result result,
    const char *domain, struct said *out)
{
	const struct word *signer = r->d.len > 0 ? &r->d : &r->i;
	char name[ADDRESS_SIZE];
	bool ours = domain_of(signer, name) && is_aligned(name, domain);

	/* That others signed, or nobody did, says none of this domain. */
	if (!ours)
		result = AUTHENTICATION_NONE;
	/* One signature that holds is enough, RFC 6376 section 6.1. */
	if (out->dkim == AUTHENTICATION_PASS ||
	    (out->dkim != AUTHENTICATION_UNSAID &&
		result == AUTHENTICATION_NONE))
		return;
	out->dkim = result;
	if (result == AUTHENTICATION_PASS)
		strcpy(out->dkim_domain, name);
}

static void
dmarc(const struct resinfo *r, enum authentication_result result,
    const char *domain, struct said *out)
{
	char name[ADDRESS_SIZE];

	if (r->from.len > 0 &&
	    (!domain_of(&r->from, name) || strcmp(name, domain) != 0))
		result = AUTHENTICATION_NONE;
	if (out->dmarc != AUTHENTICATION_UNSAID && out->dmarc != result)
		result = AUTHENTICATION_CONFLICT;
	out->dmarc = result;
}

static const struct {
	const char *method;
	void (*read)(const struct resinfo *r, enum authentication_result result,
	    const char *domain, struct said *out);
} methods[] = {
    {"dkim", dkim},
    {"dmarc", dmarc},
};

/* A result that nobody knows passes for neutral: said, and no pass. */
static void
take(const struct resinfo *r, const char *domain, struct said *out)
{
	enum authentication_result result;
	size_t i;

	if (r->versioned)
		return;
	if (!authentication_parse(span_str(r->result.text), &result) ||
	    result == AUTHENTICATION_UNSAID ||
	    result == AUTHENTICATION_CONFLICT)
		result = AUTHENTICATION_NEUTRAL;
	for (i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (strcasecmp(r->method.text, methods[i].method) == 0)
			methods[i].read(r, result, domain, out);
}

/* Everything behind the authserv-id; false: the field breaks its rules. */
static bool
results(struct parser *p, const char *domain, struct said *out)
{
	struct resinfo r;
	struct parser none;
	struct word w;
	unsigned n = 0;

	while (p->p < p->end) {
		if (!mark(p, ';') || n++ == LIMIT_AUTHRES_RESULTS)
			return false;
		if (p->p == p->end)
			break; /* some end with one */
		none = *p;
		if (word(&none, "/=", &w) && strcasecmp(w.text, "none") == 0 &&
		    skip_space(&none) && none.p == none.end)
			return n == 1;
		memset(&r, 0, sizeof r);
		if (!methodspec(p, &r))
			return false;
		while (p->p < p->end && !at(p, ';'))
			if (!property(p, &r))
				return false;
		take(&r, domain, out);
	}
	return true;
}

static void
join(enum authentication_result *had, enum authentication_result now)
{
	if (*had == AUTHENTICATION_UNSAID)
		*had = now;
	else if (now != AUTHENTICATION_UNSAID && now != *had)
		*had = AUTHENTICATION_CONFLICT;
}

bool
authres_is_of(struct span value, const char *id)
{
	struct parser p = {value.data, value.data + value.len};
	struct word w;

	return word(&p, "", &w) && !w.cut && strcasecmp(w.text, id) == 0;
}

void
authres_add(struct span value, const char *domain, struct authentication *out)
{
	struct parser p = {value.data, value.data + value.len};
	struct said said;

	memset(&said, 0, sizeof said);
	if (value.len > LIMIT_AUTHRES || !head(&p) ||
	    !results(&p, domain, &said))
		said.dmarc = said.dkim = AUTHENTICATION_CONFLICT;
	join(&out->dmarc, said.dmarc);
	join(&out->dkim, said.dkim);
	if (out->dkim != AUTHENTICATION_PASS)
		out->dkim_domain[0] = '\0';
	else if (said.dkim == AUTHENTICATION_PASS)
		strcpy(out->dkim_domain, said.dkim_domain);
}

void
authres_read(const struct message *m, const char *id, const char *domain,
    struct authentication *out)
{
	static const char name[] = "authentication-results";
	struct span rest = m->header, field, value;
	unsigned n = 0;

	memset(out, 0, sizeof *out);
	if (id[0] == '\0')
		return;
	while (message_next(&rest, &field, &value)) {
		if (field.len != sizeof name - 1 ||
		    strncasecmp((const char *)field.data, name, field.len) !=
			0 ||
		    !authres_is_of(value, id))
			continue;
		/* No filter writes so many: the rest is not looked at. */
		if (n++ == LIMIT_AUTHRES_FIELDS) {
			*out = (struct authentication){
			    .dmarc = AUTHENTICATION_CONFLICT,
			    .dkim = AUTHENTICATION_CONFLICT};
			return;
		}
		authres_add(value, domain, out);
	}
}
