#include "spool/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "spool/json.h"

#define VERSION 1
#define SNAPSHOT_MODE 0644 /* certificates of partners; no secret */

/* One grant of an anchor: for its domains, or for all. */
static json_t *
anchor_encode(const struct trust_anchor *a, const char *domains)
{
	json_t *o = json_object();

	if (o == NULL ||
	    json_object_set_new(o, "origin", json_words(a->origin)) != 0 ||
	    json_object_set_new(o, "public", json_boolean(a->public_ca)) != 0 ||
	    (domains != NULL &&
		json_object_set_new(o, "domains", json_words(domains)) != 0) ||
	    (domains == NULL && a->distrust_after != 0 &&
		json_object_set_new(o, "distrust_after",
		    json_integer(a->distrust_after)) != 0) ||
	    json_object_set_new(
		o, "certificate", json_hex(span_bytes(&a->der))) != 0) {
		json_decref(o);
		return NULL;
	}
	return o;
}

/* false: out of memory. */
static bool
anchor_append(json_t *list, const struct trust_anchor *a)
{
	if (a->domains != NULL &&
	    json_array_append_new(list, anchor_encode(a, a->domains)) != 0)
		return false;
	return !a->everywhere ||
	    json_array_append_new(list, anchor_encode(a, NULL)) == 0;
}

/* Sixteen hexadecimal digits. */
static json_t *
partner_encode(uint64_t partner)
{
	char text[17];

	snprintf(text, sizeof text, "%016" PRIx64, partner);
	return json_string(text);
}

static json_t *
trust_encode(const struct trust *t)
{
	json_t *root = json_object(), *anchors = json_array(),
	       *known = json_array(), *partners = json_array();
	bool ok = root != NULL && anchors != NULL && known != NULL &&
	    partners != NULL;
	unsigned i;

	for (i = 0; ok && i < t->n_anchors; i++)
		ok = anchor_append(anchors, &t->anchors[i]);
	for (i = 0; ok && i < t->n_known; i++)
		ok = json_array_append_new(
			 known, json_hex(span_bytes(&t->known[i]))) == 0;
	for (i = 0; ok && i < t->n_partners; i++)
		ok = json_array_append_new(
			 partners, partner_encode(t->partners[i])) == 0;
	ok = ok &&
	    json_object_set_new(root, "version", json_integer(VERSION)) == 0 &&
	    json_object_set(root, "anchors", anchors) == 0 &&
	    json_object_set(root, "known", known) == 0 &&
	    json_object_set(root, "partners", partners) == 0;
	json_decref(partners);
	json_decref(anchors);
	json_decref(known);
	if (!ok) {
		json_decref(root);
		root = NULL;
	}
	return root;
}

/* The folder of path opened, and the last name in it. */
static enum outcome
folder_open(const char *path, int *out, const char **name, struct reason *why)
{
	const char *slash = strrchr(path, '/');
	char *folder;

	folder = slash == NULL ? strdup(".")
			       : strndup(path, (size_t)(slash - path + 1));
	if (folder == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	*name = slash == NULL ? path : slash + 1;
	*out = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	if (*out < 0)
		return reason_set(
		    why, REASON_SPOOL_IO, "%s: %s", path, strerror(errno));
	return DONE;
}

enum outcome
snapshot_write(const char *path, const struct trust *t, struct reason *why)
{
	struct bytes text = {NULL, 0};
	const char *name = NULL;
	json_t *root;
	enum outcome o;
	int fd = -1;

	root = trust_encode(t);
	if (root == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	o = json_write(root, &text, why);
	if (o == DONE)
		o = folder_open(path, &fd, &name, why);
	if (o == DONE)
		o = file_write(fd, name, span_bytes(&text), SNAPSHOT_MODE, why);
	file_close(&fd);
	bytes_clear(&text);
	json_decref(root);
	return o;
}

void
snapshot_sweep(const char *path)
{
	const char *name = NULL;
	int fd = -1;

	if (folder_open(path, &fd, &name, NULL) == DONE)
		file_sweep(fd, name);
	file_close(&fd);
}

/* The publisher names each once.  Domains that add up, one entry after the
 * other, would cost the square of them. */
static enum outcome
again_check(const struct trust *t, struct span der, const char *domains,
    struct reason *why)
{
	const char *before = trust_peek_domains(t, der);

	return before == NULL || strcmp(before, domains) == 0
	    ? DONE
	    : reason_set(why, REASON_SPOOL_DAMAGED,
		  "anchors: one for other domains again");
}

static enum outcome
anchor_decode(const json_t *value, struct trust *t, struct reason *why)
{
	const json_t *public_ca = json_object_get(value, "public");
	struct bytes der = {NULL, 0};
	const json_t *date = json_object_get(value, "distrust_after");
	char origin[256], domains[LIMIT_SCOPE];
	struct trust_grant g = {.origin = origin};
	enum outcome o;

	if (!json_is_object(value) || !json_is_boolean(public_ca) ||
	    (date != NULL && !json_is_integer(date)))
		return reason_set(
		    why, REASON_SPOOL_DAMAGED, "anchors: not an anchor");
	o = json_get_text(value, "origin", origin, sizeof origin, why);
	if (o == DONE)
		o = json_get_text(
		    value, "domains", domains, sizeof domains, why);
	if (o == DONE)
		o = json_get_hex(json_object_get(value, "certificate"),
		    "certificate", LIMIT_CERTIFICATE, &der, why);
	/* No "domains" is all domains, an empty one would be none at all. */
	if (o == DONE && domains[0] == '\0' &&
	    json_object_get(value, "domains") != NULL)
		o = reason_set(
		    why, REASON_SPOOL_DAMAGED, "domains: names none");
	g.public_ca = json_is_true(public_ca);
	g.distrust_after = json_integer_value(date);
	g.domains = domains[0] == '\0' ? NULL : domains;
	if (o == DONE && g.domains != NULL)
		o = again_check(t, span_bytes(&der), domains, why);
	if (o == DONE)
		o = trust_add_anchor(t, span_bytes(&der), &g, why);
	bytes_clear(&der);
	return o == NOTHING ? DONE : o;
}

static enum outcome
known_decode(const json_t *value, struct trust *t, struct reason *why)
{
	struct bytes der = {NULL, 0};
	enum outcome o;

	o = json_get_hex(value, "known", LIMIT_CERTIFICATE, &der, why);
	if (o == DONE)
		o = trust_add_known(t, span_bytes(&der), why);
	bytes_clear(&der);
	return o == NOTHING ? DONE : o;
}

static enum outcome
partner_decode(const json_t *value, struct trust *t, struct reason *why)
{
	const char *text = json_string_value(value);
	uint8_t raw[8];
	uint64_t n = 0;
	size_t i;

	if (text == NULL || strlen(text) != 2 * sizeof raw ||
	    !bytes_unhex(text, raw, sizeof raw))
		return reason_set(
		    why, REASON_SPOOL_DAMAGED, "partners: not a number");
	for (i = 0; i < sizeof raw; i++)
		n = n << 8 | raw[i];
	return trust_add_partner(t, n, why);
}

static enum outcome
list_decode(const json_t *root, const char *key, size_t cap,
    enum outcome (*one)(
	const json_t *value, struct trust *t, struct reason *why),
    struct trust *t, struct reason *why)
{
	const json_t *list = json_object_get(root, key);
	enum outcome o = DONE;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > cap)
		return reason_set(why, REASON_SPOOL_DAMAGED,
		    "%s: not a list of at most %zu", key, cap);
	for (i = 0; o == DONE && i < json_array_size(list); i++)
		o = one(json_array_get(list, i), t, why);
	return o;
}

enum outcome
snapshot_decode(struct span text, struct trust *t, struct reason *why)
{
	json_t *root = NULL;
	enum outcome o;

	o = json_read(text, &root, why);
	if (o != DONE)
		return o;
	if (json_integer_value(json_object_get(root, "version")) != VERSION)
		o = reason_set(why, REASON_SPOOL_DAMAGED,
		    "not of version %d: written by another version?", VERSION);
	if (o == DONE)
		o = list_decode(
		    root, "anchors", LIMIT_ANCHORS, anchor_decode, t, why);
	if (o == DONE)
		o = list_decode(
		    root, "known", LIMIT_KNOWN, known_decode, t, why);
	/* An older publisher has none. */
	if (o == DONE && json_object_get(root, "partners") != NULL)
		o = list_decode(
		    root, "partners", LIMIT_PARTNERS, partner_decode, t, why);
	json_decref(root);
	return o;
}

enum outcome
snapshot_read(const char *path, struct trust *t, struct reason *why)
{
	struct bytes text = {NULL, 0};
	struct reason inner;
	enum outcome o;

	reason_clear(&inner);
	o = file_read(path, LIMIT_TRUST, &text, &inner);
	if (o == DONE)
		o = snapshot_decode(span_bytes(&text), t, &inner);
	if (o == REFUSED)
		o = reason_set(
		    why, REASON_SPOOL_DAMAGED, "%s: %s", path, inner.text);
	else if (o != DONE && o != NOTHING)
		o = reason_set(why, inner.code, "%s: %s", path, inner.text);
	bytes_clear(&text);
	return o;
}
