#include "milter/trust_source.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/trust.h"
#include "pki/anchors.h"
#include "spool/snapshot.h"

/* Enough of a file to notice that it was replaced or written. */
struct stamp {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec modified;
};

struct trust_source {
	char *anchors;
	char *snapshot;
	struct stamp anchors_stamp;
	struct stamp snapshot_stamp;
};

/* All zero for a file that is not there. */
static struct stamp
stamp_of(const char *path)
{
	struct stamp s;
	struct stat st;

	memset(&s, 0, sizeof s);
	if (path[0] == '\0' || stat(path, &st) != 0)
		return s;
	s.device = st.st_dev;
	s.inode = st.st_ino;
	s.size = st.st_size;
	s.modified = st.st_mtim;
	return s;
}

static bool
stamp_equal(const struct stamp *a, const struct stamp *b)
{
	return a->device == b->device && a->inode == b->inode &&
	    a->size == b->size && a->modified.tv_sec == b->modified.tv_sec &&
	    a->modified.tv_nsec == b->modified.tv_nsec;
}

enum outcome
trust_source_new(
    const struct settings *s, struct trust_source **out, struct reason *why)
{
	struct trust_source *t = calloc(1, sizeof *t);
	enum outcome o = DONE;

	if (t) {
		t->anchors = strdup(settings_peek(s, "trust", "anchors"));
		t->snapshot = strdup(settings_peek(s, "spool", "snapshot"));
	}
	if (!t || !t->anchors || !t->snapshot) {
		o = reason_set(why, REASON_MEMORY, "out of memory");
		goto out;
	}
	*out = t;
	t = NULL;
out:
	trust_source_free(t);
	return o;
}

void
trust_source_free(struct trust_source *t)
{
	if (!t)
		return;
	free(t->anchors);
	free(t->snapshot);
	free(t);
}

bool
trust_source_changed(const struct trust_source *t)
{
	struct stamp anchors = stamp_of(t->anchors);
	struct stamp snapshot = stamp_of(t->snapshot);

	return !stamp_equal(&anchors, &t->anchors_stamp) ||
	    !stamp_equal(&snapshot, &t->snapshot_stamp);
}

/* The operator's anchors; without them every chain is unknown. */
static void
add_anchors(struct trust *t, const char *path)
{
	struct reason why;

	if (path[0] != '\0' && anchors_load(t, path, NULL, &why) != DONE)
		LOG_EVENT(SETTINGS, LOG_STR("setting", "trust.anchors"),
		    LOG_STR("reason", reason_name(why.code)),
		    LOG_STR("text", why.text));
}

/* Copy everything of from; what does not fit any more is left out. */
static enum outcome
merge(struct trust *t, const struct trust *from, struct reason *why)
{
	enum outcome o = DONE;
	unsigned i;

	for (i = 0; i < from->n_anchors && o != LATER; i++)
		o = trust_add_anchor(t, span_bytes(&from->anchors[i].der),
		    from->anchors[i].origin, from->anchors[i].public_ca,
		    from->anchors[i].domains, why);
	for (i = 0; i < from->n_known && o != LATER; i++)
		o = trust_add_known(t, span_bytes(&from->known[i]), why);
	return o == LATER ? LATER : DONE;
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
		o = merge(t, own, why);
		goto out;
	}
	if (o != NOTHING)
		LOG_EVENT(SNAPSHOT_REFUSED, LOG_STR("path", path),
		    LOG_STR("reason", reason_name(why->code)),
		    LOG_STR("text", why->text));
	o = DONE;
out:
	trust_free(own);
	return o;
}

enum outcome
trust_source_seal(struct trust_source *t, int *out, struct reason *why)
{
	struct trust *bundle = trust_new();
	enum outcome o;

	if (!bundle)
		return reason_set(why, REASON_MEMORY, "out of memory");
	/* The stamps first: what changes while we read is read again. */
	t->anchors_stamp = stamp_of(t->anchors);
	t->snapshot_stamp = stamp_of(t->snapshot);
	add_anchors(bundle, t->anchors);
	o = t->snapshot[0] ? add_snapshot(bundle, t->snapshot, why) : DONE;
	if (o == DONE)
		o = trust_seal(bundle, out, why);
	trust_free(bundle);
	return o;
}
