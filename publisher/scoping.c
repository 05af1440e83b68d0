#include "publisher/scoping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scope.h"

static enum outcome
keep(char **scope, const char *word, struct reason *why)
{
	return scope_add(scope, word)
	    ? DONE
	    : reason_set(why, REASON_USAGE, "too many domains");
}

/* One address: anybody's certificate may count for it. */
static enum outcome
add_address(struct span word, char **scope, struct reason *why)
{
	char canonical[ADDRESS_SIZE];
	struct reason inner;

	if (address_canonical(word, canonical, &inner) != DONE)
		return reason_set(why, REASON_USAGE, "%s", inner.text);
	return keep(scope, canonical, why);
}

static enum outcome
add_domain(const struct scoping_case *c, struct span word, char **scope,
    struct reason *why)
{
	char canonical[ADDRESS_SIZE + 1] = ".";
	bool below = word.data[0] == '.';
	struct span bare = {word.data + below, word.len - below};
	const char *freemail;

	if (address_domain(bare, canonical + 1, NULL) != DONE)
		return reason_set(why, REASON_USAGE,
		    "\"%.*s\" is not a domain; write example.org, or "
		    ".example.org for all below it",
		    (int)word.len, (const char *)word.data);
	if (strchr(canonical + 1, '.') == NULL)
		return reason_set(why, REASON_USAGE,
		    "%s is all of a top-level domain", canonical + 1);
	if (c->kind == AUTHORITY_LEAF)
		return reason_set(why, REASON_USAGE,
		    "a certificate that signed itself is approved for single "
		    "addresses, not for %s",
		    canonical + !below);
	freemail = freemail_peek_covered(c->freemail, canonical + !below);
	if (freemail != NULL)
		return reason_set(why, REASON_USAGE,
		    "anybody may have an address at %s: name single addresses",
		    freemail);
	return keep(scope, canonical + !below, why);
}

/* What he asks for. */
static enum outcome
take_words(const struct scoping_case *c, char **scope, struct reason *why)
{
	const char *p = c->asked + strspn(c->asked, " ,\t");
	enum outcome o = DONE;
	struct span word;

	for (; o == DONE && *p != '\0'; p += strspn(p, " ,\t")) {
		word = (struct span){(const uint8_t *)p, strcspn(p, " ,\t")};
		p += word.len;
		if (memchr(word.data, '@', word.len) != NULL)
			o = add_address(word, scope, why);
		else
			o = add_domain(c, word, scope, why);
	}
	return o;
}

static bool
have_one_domain(const struct scoping_case *c)
{
	const char *first = address_peek_domain(c->users[0]);

	for (unsigned i = 1; i < c->n_users; i++)
		if (strcmp(address_peek_domain(c->users[i]), first) != 0)
			return false;
	return !c->more;
}

/* Whoever uses it: where that is one. */
static enum outcome
take_users(const struct scoping_case *c, char **scope, struct reason *why)
{
	bool single;

	if (c->n_users == 0)
		return reason_set(why, REASON_USAGE,
		    "nobody was seen who uses it: say for which domains it is "
		    "to count, with --domains");
	single = c->kind == AUTHORITY_LEAF ||
	    freemail_peek_covered(
		c->freemail, address_peek_domain(c->users[0])) != NULL;
	if (single && (c->n_users > 1 || c->more))
		return reason_set(why, REASON_USAGE,
		    "%s and others use it: say for which addresses it is to "
		    "count, with --domains",
		    c->users[0]);
	if (!have_one_domain(c))
		return reason_set(why, REASON_USAGE,
		    "%s and other domains use it: say for which domains it is "
		    "to count, with --domains",
		    address_peek_domain(c->users[0]));
	return keep(scope,
	    single ? c->users[0] : address_peek_domain(c->users[0]), why);
}

enum outcome
scoping_decide(
    const struct scoping_case *c, char out[LIMIT_SCOPE], struct reason *why)
{
	char *scope = NULL;
	enum outcome o = DONE;

	if (c->kind == AUTHORITY_ABSENT)
		return reason_set(why, REASON_USAGE,
		    "no mail brought its certificate, only its name, and a "
		    "name proves nothing: ask the partner for the CA's "
		    "certificate and use certharvest trust approve --file");
	if (c->before[0] != '\0')
		o = keep(&scope, c->before, why);
	if (o == DONE && c->asked[strspn(c->asked, " ,\t")] != '\0')
		o = take_words(c, &scope, why);
	else if (o == DONE)
		o = take_users(c, &scope, why);
	if (o == DONE)
		snprintf(out, LIMIT_SCOPE, "%s", scope);
	free(scope);
	return o;
}
