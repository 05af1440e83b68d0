#include "milter/trust_source.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/trust.h"
#include "pki/pem_file.h"
#include "pki/sources.h"
#include "spool/snapshot.h"

struct trust_source {
	const struct settings *settings; /* borrowed */
	uint8_t stamp[DIGEST_LEN];
};

static const char *
snapshot_of(const struct trust_source *t)
{
	return settings_peek(t->settings, "spool", "snapshot");
}

/* By this a change is noticed; false: out of memory. */
static bool
stamp_make(const struct trust_source *t, uint8_t out[DIGEST_LEN])
{
	struct digest *d = digest_new();

	if (!d)
		return false;
	sources_stamp(t->settings, d);
	pem_stamp(snapshot_of(t), d);
	digest_finish(d, out);
	digest_free(d);
	return true;
}

enum outcome
trust_source_new(
    const struct settings *s, struct trust_source **out, struct reason *why)
{
	struct trust_source *t = calloc(1, sizeof *t);

	if (!t)
		return reason_set(why, REASON_MEMORY, "out of memory");
	t->settings = s;
	*out = t;
	return DONE;
}

void
trust_source_free(struct trust_source *t)
{
	free(t);
}

bool
trust_source_changed(const struct trust_source *t)
{
	uint8_t now[DIGEST_LEN];

	return stamp_make(t, now) && !digest_equal(now, t->stamp);
}

/* Without anchors every chain is unknown; mail goes on. */
static void
complain(void *arg, const char *setting, const struct reason *why)
{
	char name[64];

	(void)arg;
	snprintf(name, sizeof name, "trust.%s", setting);
	LOG_EVENT(SETTINGS, LOG_STR("setting", name),
	    LOG_STR("reason", reason_name(why->code)),
	    LOG_STR("text", why->text));
}

static void
refused(const char *path, const struct reason *why)
{
	LOG_EVENT(SNAPSHOT_REFUSED, LOG_STR("path", path),
	    LOG_STR("reason", reason_name(why->code)),
	    LOG_STR("text", why->text));
}

/* The publisher's snapshot, read as a stranger's: into its own bundle. */
static enum outcome
add_snapshot(struct trust *t, const char *path, struct reason *why)
{
	struct trust *own = trust_new();
	enum outcome o;

	if (!own)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = snapshot_read(path, own, why);
	if (o == DONE) {
		o = trust_add_all(t, own, why);
		goto out;
	}
	if (o != NOTHING)
		refused(path, why);
	o = DONE;
out:
	trust_free(own);
	return o;
}

/* With the snapshot at path, unless that is "". */
static enum outcome
seal(struct trust_source *t, const char *path, int *out, struct reason *why)
{
	struct trust *bundle = trust_new();
	enum outcome o;

	if (!bundle)
		return reason_set(why, REASON_MEMORY, "out of memory");
	/* The stamp first: what changes while we read is read again. */
	if (!stamp_make(t, t->stamp))
		o = reason_set(why, REASON_MEMORY, "out of memory");
	else
		o = sources_load(bundle, t->settings, complain, NULL, why);
	if (o == BROKEN)
		o = DONE;
	if (o == DONE && path[0] != '\0')
		o = add_snapshot(bundle, path, why);
	if (o == DONE)
		o = trust_seal(bundle, out, why);
	trust_free(bundle);
	return o;
}

enum outcome
trust_source_seal(struct trust_source *t, int *out, struct reason *why)
{
	const char *path = snapshot_of(t);
	enum outcome o = seal(t, path, out, why);

	/* Too much together: the operator's own come first. */
	if (o != REFUSED || path[0] == '\0')
		return o;
	refused(path, why);
	return seal(t, "", out, why);
}
