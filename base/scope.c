#include "base/scope.h"

#include <stdlib.h>
#include <string.h>

#include "base/address.h"

/* The next word of *rest, as a span; false at the end. */
static bool
word_next(const char **rest, struct span *out)
{
	const char *p = *rest + strspn(*rest, " \t");
	size_t n = strcspn(p, " \t");

	*out = (struct span){(const uint8_t *)p, n};
	*rest = p + n;
	return n > 0;
}

static bool
has_word(const char *domains, struct span word)
{
	struct span one;

	while (domains != NULL && word_next(&domains, &one))
		if (span_equal(one, word))
			return true;
	return false;
}

/* Append a word to *domains. */
static bool
word_add(char **domains, struct span word)
{
	size_t len = *domains == NULL ? 0 : strlen(*domains);
	char *p;

	if (len + word.len + 2 > LIMIT_SCOPE)
		return false;
	p = realloc(*domains, len + word.len + 2);
	if (p == NULL)
		return false;
	*domains = p;
	if (len > 0)
		p[len++] = ' ';
	memcpy(p + len, word.data, word.len);
	p[len + word.len] = '\0';
	return true;
}

/* All of it, where nothing can be there twice: to compare each word with all
 * others costs the square of what a stranger may send. */
static bool
scope_copy(char **domains, const char *more)
{
	more += strspn(more, " \t");
	if (more[0] == '\0')
		return true;
	if (strlen(more) + 2 > LIMIT_SCOPE)
		return false;
	*domains = strdup(more);
	return *domains != NULL;
}

bool
scope_add(char **domains, const char *more)
{
	struct span word;

	if (*domains == NULL)
		return scope_copy(domains, more);
	if (strcmp(*domains, more) == 0)
		return true;
	while (word_next(&more, &word))
		if (!has_word(*domains, word) && !word_add(domains, word))
			return false;
	return true;
}

bool
scope_covers(const char *domains, const char *domain)
{
	char pattern[ADDRESS_SIZE];
	struct span word;

	while (domains != NULL && word_next(&domains, &word)) {
		if (word.len >= sizeof pattern)
			continue;
		memcpy(pattern, word.data, word.len);
		pattern[word.len] = '\0';
		if (address_domain_matches(domain, pattern))
			return true;
	}
	return false;
}

bool
scope_covers_address(const char *domains, const char *address)
{
	return scope_covers(domains, address_peek_domain(address)) ||
	    has_word(domains, span_str(address));
}

/* One domain as an operator wrote it, canonical into *domains. */
static enum outcome
domain_take(struct span word, char **domains, struct reason *why)
{
	char canonical[ADDRESS_SIZE + 1] = ".";
	bool below = word.data[0] == '.';
	struct span bare = {word.data + below, word.len - below};

	if (address_domain(bare, canonical + 1, NULL) != DONE)
		return reason_set(why, REASON_SETTINGS,
		    "\"%.*s\" is not a domain; write example.org, or "
		    ".example.org for all below it",
		    (int)word.len, (const char *)word.data);
	return scope_add(domains, canonical + !below)
	    ? DONE
	    : reason_set(why, REASON_SETTINGS, "too many domains");
}

enum outcome
scope_split(const char *line, const char *example, char **domains,
    const char **rest, struct reason *why)
{
	const char *colon = strchr(line, ':'), *words_rest, *behind;
	char *words = NULL, *found = NULL;
	enum outcome o = DONE;
	struct span word;

	behind = colon == NULL ? "" : colon + 1 + strspn(colon + 1, " \t");
	if (behind[0] == '\0')
		return reason_set(why, REASON_SETTINGS,
		    "\"%s\": write \"example.org .example.org: %s\"", line,
		    example);
	words = strndup(line, (size_t)(colon - line));
	if (words == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	for (words_rest = words; o == DONE && word_next(&words_rest, &word);)
		o = domain_take(word, &found, why);
	if (o == DONE && found == NULL)
		o = reason_set(why, REASON_SETTINGS,
		    "\"%s\": there is no domain before the colon", line);
	if (o == DONE) {
		*domains = found;
		*rest = behind;
		found = NULL;
	}
	free(words);
	free(found);
	return o;
}

enum outcome
scope_parse(
    const char *line, char **domains, const char **path, struct reason *why)
{
	const char *colon = strchr(line, ':');

	if (colon == NULL || colon[1 + strspn(colon + 1, " \t")] != '/')
		return reason_set(why, REASON_SETTINGS,
		    "\"%s\": write \"example.org .example.org: /path\"", line);
	return scope_split(line, "/path", domains, path, why);
}
