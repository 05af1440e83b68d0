#include "publisher/domains.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/address.h"

static enum outcome
add(struct domains *d, const char *text, struct reason *why)
{
	char domain[ADDRESS_SIZE];
	bool below = text[0] == '.';
	enum outcome o;

	o = address_domain(span_str(text + below), domain, why);
	if (o != DONE)
		return o;
	if (asprintf(&d->patterns[d->n], "%s%s", below ? "." : "", domain) < 0)
		return reason_set(why, REASON_MEMORY, "out of memory");
	d->n++;
	return DONE;
}

enum outcome
domains_read(const struct settings *s, const char *section, const char *name,
    struct domains *out, struct reason *why)
{
	size_t i, n = settings_count(s, section, name);
	struct domains d = {NULL, 0};
	struct reason inner;
	enum outcome o = DONE;

	d.patterns = calloc(n + 1, sizeof *d.patterns);
	if (d.patterns == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	for (i = 0; o == DONE && i < n; i++)
		o = add(&d, settings_peek_at(s, section, name, i), &inner);
	if (o == DONE) {
		*out = d;
		return DONE;
	}
	domains_clear(&d);
	if (o == LATER)
		return reason_set(why, inner.code, "%s", inner.text);
	return settings_object(s, section, name, why, "%s", inner.text);
}

void
domains_clear(struct domains *d)
{
	while (d->n > 0)
		free(d->patterns[--d->n]);
	free(d->patterns);
	d->patterns = NULL;
}

bool
domains_have(const struct domains *d, const char *domain)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (address_domain_matches(domain, d->patterns[i]))
			return true;
	return false;
}
