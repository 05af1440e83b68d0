#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/digest.h"
#include "directory/ad_hold.h"
#include "directory/ad_state.h"

/* Seconds. */
#define HOLD_PASSWORD 3600
#define HOLD_ACCOUNT 900

uint16_t
ad_hold_tag(const char *name, struct span secret)
{
	uint8_t digest[DIGEST_LEN];

	digest_hmac(secret, span_str(name), digest);
	return (uint16_t)(digest[0] << 8 | digest[1]);
}

static int64_t
seconds_for(enum reason_code code)
{
	if (code == REASON_DIRECTORY_AUTH)
		return HOLD_PASSWORD;
	if (code == REASON_DIRECTORY_ACCOUNT)
		return HOLD_ACCOUNT;
	return 0;
}

void
ad_hold_init(struct ad_hold *h, const char *path)
{
	struct bytes text = {.len = 0};
	char name[32] = "";
	unsigned secret;
	int64_t until;

	*h = (struct ad_hold){.path = path};
	if (!ad_state_read(path, 1024, &text))
		return;
	/* bytes always have a NUL behind them */
	if (sscanf((char *)text.data, "%" SCNd64 " %4x %31s", &until, &secret,
		name) == 3 &&
	    reason_parse(name, &h->last.code) == DONE &&
	    seconds_for(h->last.code) > 0) {
		h->until = until;
		h->secret = (uint16_t)secret;
		reason_set(
		    &h->last, h->last.code, "%s", reason_advice(h->last.code));
	}
	bytes_clear(&text);
}

enum outcome
ad_hold_check(
    const struct ad_hold *h, uint16_t secret, int64_t now, struct reason *why)
{
	char when[CLOCK_TEXT];

	/* Further away than any hold: the clock was wrong. */
	if (now >= h->until || h->until > now + HOLD_PASSWORD ||
	    secret != h->secret)
		return DONE;
	clock_format(h->until, when);
	return reason_set(why, h->last.code,
	    "not tried before %s or another secret: %s", when, h->last.text);
}

static void
save(const struct ad_hold *h)
{
	char text[128] = "";

	if (h->until != 0)
		snprintf(text, sizeof text, "%" PRId64 " %04x %s\n", h->until,
		    h->secret, reason_name(h->last.code));
	ad_state_write(h->path, span_str(text));
}

void
ad_hold_note(struct ad_hold *h, uint16_t secret, const struct reason *result,
    int64_t now)
{
	int64_t seconds = seconds_for(result->code);

	if (seconds == 0 && h->until == 0)
		return;
	if (seconds == 0 && reason_outcome(result->code) != DONE)
		return;
	h->until = seconds > 0 ? now + seconds : 0;
	h->secret = secret;
	h->last = *result;
	save(h);
}
