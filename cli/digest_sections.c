#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "cli/digest.h"
#include "store/authority.h"
#include "store/digest.h"
#include "store/figures.h"
#include "store/seen.h"

#define DAY ((int64_t)86400)
#define QUOTED 100	  /* a stranger's words, with quotes and escapes */
#define ADDRESS_QUOTED 80 /* the same of an address */
#define MANY 100000	  /* more than is kept */

/* So many domains whose signatures arrive broken are no chance. */
#define BROKEN_DOMAINS 3

struct scene {
	struct digest *d;
	struct digest_part *p;
	int64_t n, news;
	int64_t held[REASON_COUNT];
};

static const char *
quote(const char *s, char out[QUOTED])
{
	return log_quote(s, out, QUOTED);
}

/* "2026-11-27" */
static const char *
day(int64_t t, char out[CLOCK_TEXT])
{
	clock_format(t, out);
	out[10] = '\0';
	return out;
}

static void
print_address(FILE *f, const char *address)
{
	char text[ADDRESS_QUOTED];

	fprintf(f, "  %s\n", log_quote(address, text, sizeof text));
}

/* Whether one more line has room; tells how many have not. */
static bool
has_room(struct scene *s, int64_t total)
{
	s->n++;
	s->p->any = true;
	if (s->n <= s->d->lines)
		return true;
	if (s->n == (int64_t)s->d->lines + 1)
		fprintf(s->p->f, "  ... and %lld more\n",
		    (long long)(total - s->d->lines));
	return false;
}

/* What is held. */

static void
count_held(void *arg, enum reason_code code, int64_t n)
{
	struct scene *s = arg;

	s->held[code] = n;
	s->n += n;
}

static void
count_new(void *arg, const struct store_review *r)
{
	struct scene *s = arg;

	s->news += r->held >= s->d->since;
}

static void
print_new(void *arg, const struct store_review *r)
{
	struct scene *s = arg;
	char when[CLOCK_TEXT], issuer[QUOTED];

	if (r->held < s->d->since || !has_room(s, s->news))
		return;
	print_address(s->p->f, r->row.address);
	fprintf(s->p->f, "      %s, since %s, number %.*s\n",
	    reason_name(r->row.reason.code), day(r->held, when), STORE_SHORT,
	    r->row.id);
	if (r->issuer[0] != '\0')
		fprintf(
		    s->p->f, "      issued by %s\n", quote(r->issuer, issuer));
}

static DIGEST_SECTION(held)
{
	const struct store_review_filter all = {.reason = ""};
	struct scene s = {.d = d, .p = p};
	enum outcome o;

	o = store_held_reasons(d->store, count_held, &s, why);
	if (o == DONE && s.n > 0)
		o = store_review_held(d->store, &all, MANY, count_new, &s, why);
	if (o != DONE || s.n == 0)
		return o;
	p->any = true;
	d->waiting += s.n;
	d->news += s.news;
	digest_words(p->f, 2,
	    "These certificates are good or may be, but a human has to decide "
	    "whether they are published.  \"certharvest review\" lists them, "
	    "\"certharvest review approve NUMBER\" and \"certharvest review "
	    "reject NUMBER\" decide.");
	putc('\n', p->f);
	for (unsigned i = 0; i < REASON_COUNT; i++) {
		if (s.held[i] == 0)
			continue;
		fprintf(p->f, "  %lld %s\n", (long long)s.held[i],
		    reason_name((enum reason_code)i));
		digest_words(p->f, 6, reason_advice((enum reason_code)i));
	}
	if (s.news == 0)
		return DONE;
	fprintf(p->f, "\n  New:\n");
	s.n = 0;
	return store_review_held(d->store, &all, MANY, print_new, &s, why);
}

/* CAs that no anchor leads to. */

static void
count_authority(void *arg, const struct store_authority *a)
{
	struct scene *s = arg;

	if (a->held == 0)
		return;
	s->n++;
	s->news += a->first_seen >= s->d->since;
}

static void
print_authority(void *arg, const struct store_authority *a)
{
	struct scene *s = arg;
	char name[QUOTED];

	if (a->held == 0 || !has_room(s, s->news))
		return;
	fprintf(s->p->f,
	    "  %s\n      %lld held, %lld address%s of %lld domain%s",
	    quote(a->name, name), (long long)a->held, (long long)a->addresses,
	    a->addresses == 1 ? "" : "es", (long long)a->domains,
	    a->domains == 1 ? "" : "s");
	fprintf(s->p->f, "%s\n      %s\n",
	    a->first_seen >= s->d->since ? ", new" : "", a->fingerprint);
}

static DIGEST_SECTION(authorities)
{
	struct scene s = {.d = d, .p = p};
	int64_t news;
	enum outcome o;

	o = store_authorities(
	    d->store, STORE_AUTHORITY_SEEN, MANY, count_authority, &s, why);
	if (o != DONE || s.n == 0)
		return o;
	digest_words(p->f, 2,
	    "Partners use them, and nobody has said yet whether to believe "
	    "them.  Ask the partner for the fingerprint on another way than by "
	    "mail.  \"certharvest trust candidates\" tells more, \"certharvest "
	    "trust approve FINGERPRINT\" and \"certharvest trust reject "
	    "FINGERPRINT\" decide, and release what is held for one.");
	putc('\n', p->f);
	d->news += s.news;
	news = s.news;
	s.news = s.n;
	s.n = 0;
	o = store_authorities(
	    d->store, STORE_AUTHORITY_SEEN, MANY, print_authority, &s, why);
	s.news = news;
	return o;
}

/* Rows about publications. */

static void
print_changed(void *arg, const struct store_digest_row *r)
{
	struct scene *s = arg;
	char when[CLOCK_TEXT], issuer[QUOTED];

	s->news = r->total;
	if (!has_room(s, r->total))
		return;
	print_address(s->p->f, r->address);
	fprintf(s->p->f, "      published %s, issued by %s\n",
	    day(r->published, when), quote(r->issuer, issuer));
}

static DIGEST_SECTION(changed)
{
	struct scene s = {.d = d, .p = p};
	enum outcome o;

	fprintf(p->f,
	    "  Published, as the old certificate was near its end, the CA is "
	    "a\n"
	    "  public one and the mail was authenticated.  Ask the partner "
	    "when\n"
	    "  that is a surprise; \"certharvest withdraw ADDRESS\" takes it "
	    "out.\n\n");
	o = store_digest(d->store, STORE_DIGEST_CHANGED, d->since, d->now,
	    d->lines + 1, print_changed, &s, why);
	d->news += s.news;
	return o;
}

/* Told anew 30, 14 and 7 days before, and listed in between where something
 * else is told. */
static bool
comes_near(const struct scene *s, int64_t until)
{
	static const int64_t days[] = {30, 14, 7};

	for (unsigned i = 0; i < sizeof days / sizeof days[0]; i++)
		if (until - days[i] * DAY > s->d->since &&
		    until - days[i] * DAY <= s->d->now)
			return true;
	return false;
}

struct expiring {
	struct scene scene;
	struct store_digest_row *rows;
	unsigned n; /* kept, at most d->lines */
};

static void
keep_expiring(void *arg, const struct store_digest_row *r)
{
	struct expiring *e = arg;

	e->scene.news += comes_near(&e->scene, r->not_after);
	if (e->n < e->scene.d->lines)
		e->rows[e->n++] = *r;
}

/* Who encrypts shows us no certificate: he writes, and we learn nothing. */
static enum outcome
print_expiring(
    struct expiring *e, const struct store_digest_row *r, struct reason *why)
{
	const struct digest *d = e->scene.d;
	FILE *f = e->scene.p->f;
	char until[CLOCK_TEXT], when[CLOCK_TEXT];
	struct store_seen seen;
	enum outcome o = store_seen(d->store, r->address, &seen, why);
	int64_t last = o == DONE && seen.last > 0 ? seen.last : r->last_seen;

	if (o != DONE && o != NOTHING)
		return o;
	print_address(f, r->address);
	fprintf(f, "      until %s, in %lld days; last signed mail %s\n",
	    day(r->not_after, until),
	    (long long)((r->not_after - d->now) / DAY),
	    last > 0 ? day(last, when) : "unknown");
	if (o == DONE && seen.encrypted > 0)
		fprintf(f,
		    "      %lld encrypted mail%s since, the last one %s: ask "
		    "for "
		    "one that\n      is signed alone\n",
		    (long long)seen.encrypted, seen.encrypted == 1 ? "" : "s",
		    day(seen.encrypted_last, when));
	return DONE;
}

static enum outcome
print_all_expiring(struct expiring *e, struct reason *why)
{
	enum outcome o = DONE;

	for (unsigned i = 0; o == DONE && i < e->n; i++) {
		e->scene.p->any = true;
		o = print_expiring(e, &e->rows[i], why);
	}
	if (e->n > 0 && e->rows[0].total > e->n)
		fprintf(e->scene.p->f, "  ... and %lld more\n",
		    (long long)(e->rows[0].total - e->n));
	return o;
}

static DIGEST_SECTION(expiring)
{
	int64_t soon = settings_number(d->settings, "digest", "expiring");
	struct expiring e = {.scene = {.d = d, .p = p}};
	enum outcome o;

	e.rows = calloc(d->lines, sizeof *e.rows);
	if (e.rows == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	digest_words(p->f, 2,
	    "The next signed mail of these partners brings a new certificate "
	    "by itself.  Of whom nothing was seen for long, ask for a signed "
	    "mail: signed alone, for what is encrypted as well does not show "
	    "the certificate.");
	putc('\n', p->f);
	o = store_digest(d->store, STORE_DIGEST_EXPIRING, d->now, d->now + soon,
	    MANY, keep_expiring, &e, why);
	if (o == DONE)
		o = print_all_expiring(&e, why);
	free(e.rows);
	d->news += e.scene.news;
	return o;
}

static void
print_shadowed(void *arg, const struct store_digest_row *r)
{
	struct scene *s = arg;
	char when[CLOCK_TEXT];

	s->news += r->published >= s->d->since;
	if (!has_room(s, r->total))
		return;
	print_address(s->p->f, r->address);
	fprintf(s->p->f, "      published %s\n", day(r->published, when));
}

static DIGEST_SECTION(shadowed)
{
	struct scene s = {.d = d, .p = p};
	enum outcome o;

	digest_words(p->f, 2,
	    "Their contacts have an old userSMIMECertificate, which Outlook "
	    "reads before ours: users still encrypt to the old one, or cannot. "
	    "Clear that attribute, or set directory.shadows.");
	putc('\n', p->f);
	o = store_digest(d->store, STORE_DIGEST_SHADOWED, 0, 0, MANY,
	    print_shadowed, &s, why);
	d->waiting += s.n;
	d->news += s.news;
	return o;
}

static void
print_broken(void *arg, const struct store_broken *b)
{
	struct scene *s = arg;
	char domain[QUOTED];

	if (!has_room(s, s->news))
		return;
	fprintf(s->p->f, "  %s\n      %lld mail%s of %lld sender%s: %s\n",
	    quote(b->domain, domain), (long long)b->mails,
	    b->mails == 1 ? "" : "s", (long long)b->senders,
	    b->senders == 1 ? "" : "s", reason_name(b->code));
	digest_words(s->p->f, 6, reason_advice(b->code));
}

/* One domain that sends broken mail has a fault of its own; most of them have
 * ours. */
static DIGEST_SECTION(broken)
{
	struct scene s = {.d = d, .p = p};
	struct store_signing signing;
	char what[200];
	enum outcome o;

	o = store_signing_domains(d->store, d->since, &signing, why);
	if (o != DONE || signing.changed < BROKEN_DOMAINS ||
	    signing.changed <= signing.good)
		return o;
	d->faults++;
	snprintf(what, sizeof what,
	    "Signed mail of %lld domains arrived changed, and of %lld "
	    "unchanged.",
	    (long long)signing.changed, (long long)signing.good);
	digest_words(p->f, 2, what);
	digest_words(p->f, 2,
	    "So something in front of certharvest changes bodies: a gateway "
	    "that adds a footer or a banner, rewrites links, or changes line "
	    "ends.  Have the milter asked before it.  \"certharvest broken\" "
	    "tells more.");
	putc('\n', p->f);
	s.news = signing.changed;
	return store_broken(
	    d->store, d->since, d->lines + 1, print_broken, &s, why);
}

static void
print_published(void *arg, const struct store_digest_row *r)
{
	struct scene *s = arg;
	char until[CLOCK_TEXT], issuer[QUOTED];

	s->d->published = r->total;
	if (!has_room(s, r->total))
		return;
	print_address(s->p->f, r->address);
	fprintf(s->p->f, "      until %s, issued by %s\n",
	    day(r->not_after, until), quote(r->issuer, issuer));
}

static DIGEST_SECTION(published)
{
	struct scene s = {.d = d, .p = p};

	return store_digest(d->store, STORE_DIGEST_PUBLISHED, d->since, d->now,
	    d->lines + 1, print_published, &s, why);
}

static const struct {
	const char *title;
	digest_section *write;
} sections[] = {
    {"What does not work", digest_faults},
    {"Signatures that arrive broken", digest_broken},
    {"Waits for a decision", digest_held},
    {"CAs that are not known", digest_authorities},
    {"Another CA's certificate took over", digest_changed},
    {"Hidden from Outlook", digest_shadowed},
    {"Expires soon", digest_expiring},
    {"Published", digest_published},
};

enum outcome
digest_write(struct digest *d, FILE *f, struct reason *why)
{
	enum outcome o = DONE;

	for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
		struct digest_part p = {.any = false};
		char *text = NULL;
		size_t len = 0;

		p.f = open_memstream(&text, &len);
		if (p.f == NULL)
			return reason_set(why, REASON_MEMORY, "out of memory");
		o = sections[i].write(d, &p, why);
		if (fclose(p.f) != 0 && o == DONE)
			o = reason_set(why, REASON_MEMORY, "out of memory");
		if (o == DONE && p.any)
			fprintf(f, "\n%s\n%.*s\n\n%s", sections[i].title,
			    (int)strlen(sections[i].title),
			    "----------------------------------------", text);
		free(text);
		if (o != DONE)
			return o;
	}
	return o;
}
