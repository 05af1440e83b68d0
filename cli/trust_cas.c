#include "cli/trust.h"

#include <stdlib.h>
#include <string.h>

#include "cli/confined.h"

#define AT_ONCE 32 /* certificates in one question */

static void
add(void *arg, const struct store_authority *a)
{
	struct trust_cas *cas = arg;
	struct trust_ca *at = NULL;
	unsigned room;

	if (cas->n == cas->room) {
		room = cas->room == 0 ? 16 : 2 * cas->room;
		at = realloc(cas->at, room * sizeof *at);
		if (at == NULL)
			abort();
		cas->at = at;
		cas->room = room;
	}
	at = &cas->at[cas->n++];
	memset(at, 0, sizeof *at);
	at->a = *a;
	at->facts.malformed = true;
}

static enum outcome
read_some(const struct settings *s, struct trust_ca *at, unsigned n,
    struct reason *why)
{
	struct span der[AT_ONCE];
	unsigned which[AT_ONCE], k = 0, i;
	struct facts *facts = NULL;
	enum outcome o;

	for (i = 0; i < n; i++)
		if (at[i].der.len > 0) {
			which[k] = i;
			der[k++] = span_bytes(&at[i].der);
		}
	if (k == 0)
		return DONE;
	o = confined_facts(s, der, k, &facts, why);
	for (i = 0; o == DONE && i < k; i++)
		at[which[i]].facts = facts[i];
	free(facts);
	return o;
}

enum outcome
trust_cas_read(const struct settings *s, struct store *store,
    enum store_authority_state state, unsigned limit, struct trust_cas *out,
    struct reason *why)
{
	enum outcome o;
	unsigned i;

	memset(out, 0, sizeof *out);
	o = store_authorities(store, state, limit, add, out, why);
	for (i = 0; o == DONE && i < out->n; i++)
		o = store_authority_der(
		    store, out->at[i].a.fingerprint, &out->at[i].der, why);
	for (i = 0; o == DONE && i < out->n; i += AT_ONCE)
		o = read_some(s, &out->at[i],
		    out->n - i < AT_ONCE ? out->n - i : AT_ONCE, why);
	return o;
}

void
trust_cas_clear(struct trust_cas *cas)
{
	while (cas->n > 0)
		bytes_clear(&cas->at[--cas->n].der);
	free(cas->at);
	memset(cas, 0, sizeof *cas);
}
