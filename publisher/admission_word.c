#include <string.h>

#include "publisher/admission.h"

/* What people said, in the order in which it counts. */

static enum outcome
word_banned(const struct store_rules *w, const char *address,
    const char *certificate, struct reason *why)
{
	if (w->banned_address)
		return reason_set(
		    why, REASON_BANNED, "%s is banned: %s", address, w->note);
	if (w->banned_certificate)
		return reason_set(why, REASON_BANNED,
		    "the certificate %.16s... is banned: %s", certificate,
		    w->note);
	return DONE;
}

static enum outcome
word_rejected(const struct store_rules *w, const char *address,
    const char *certificate, struct reason *why)
{
	(void)certificate;
	if (w->rejected)
		return reason_set(
		    why, REASON_REJECTED, "for %s: %s", address, w->note);
	return DONE;
}

static enum outcome
word_contested(const struct store_rules *w, const char *address,
    const char *certificate, struct reason *why)
{
	(void)certificate;
	if (w->contested)
		return reason_set(
		    why, REASON_CONTESTED, "%s: %s", address, w->note);
	return DONE;
}

static enum outcome
word_veto(const struct store_rules *w, const char *address,
    const char *certificate, struct reason *why)
{
	(void)certificate;
	if (w->veto)
		return reason_set(why, REASON_VETO, "%s: %s", address, w->note);
	return DONE;
}

static enum outcome
word_pinned(const struct store_rules *w, const char *address,
    const char *certificate, struct reason *why)
{
	if (w->pinned[0] != '\0' && strcmp(w->pinned, certificate) != 0)
		return reason_set(why, REASON_PINNED,
		    "%s is to have %.16s... alone, and this is %.16s...",
		    address, w->pinned, certificate);
	return DONE;
}

static enum outcome (*const word_rules[])(const struct store_rules *w,
    const char *address, const char *certificate, struct reason *why) = {
    word_banned,
    word_rejected,
    word_contested,
    word_veto,
    word_pinned,
};

enum outcome
admission_of_word(const struct store_rules *w, const char *address,
    const char *certificate, struct reason *why)
{
	enum outcome o = DONE;
	size_t i;

	for (i = 0; o == DONE && i < sizeof word_rules / sizeof word_rules[0];
	     i++)
		o = word_rules[i](w, address, certificate, why);
	return o;
}
