#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "directory/contact.h"
#include "directory/mark.h"

/* One more element; false: out of memory, and the array is as it was. */
static bool
grow(void **array, unsigned n, size_t size)
{
	void *larger = realloc(*array, (n + 1) * size);

	if (larger != NULL)
		*array = larger;
	return larger != NULL;
}

static enum outcome
add_bytes(
    struct bytes **list, unsigned *n, struct span value, struct reason *why)
{
	void *array = *list;

	if (!grow(&array, *n, sizeof **list))
		return reason_set(why, REASON_MEMORY, "out of memory");
	*list = array;
	if (!bytes_dup(value, &(*list)[*n]))
		return reason_set(why, REASON_MEMORY, "out of memory");
	(*n)++;
	return DONE;
}

static enum outcome
add_mark(char (**list)[CONTACT_MARK], unsigned *n, struct span value,
    struct reason *why)
{
	void *array = *list;

	if (!grow(&array, *n, sizeof **list))
		return reason_set(why, REASON_MEMORY, "out of memory");
	*list = array;
	memset((*list)[*n], 0, sizeof **list);
	memcpy((*list)[*n], value.data, value.len);
	(*n)++;
	return DONE;
}

static void
clear_bytes(struct bytes *list, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		bytes_clear(&list[i]);
	free(list);
}

void
contact_clear(struct contact *c)
{
	clear_bytes(c->values, c->n_values);
	clear_bytes(c->shadows, c->n_shadows);
	free(c->marks);
	*c = (struct contact){.kind = CONTACT_NONE};
}

static size_t
bytes_held(const struct contact *c)
{
	size_t sum = 0;

	for (unsigned i = 0; i < c->n_values; i++)
		sum += c->values[i].len;
	for (unsigned i = 0; i < c->n_shadows; i++)
		sum += c->shadows[i].len;
	return sum;
}

enum outcome
contact_add_value(struct contact *c, struct span value, struct reason *why)
{
	if (c->overfull)
		return DONE;
	if (c->n_values < CONTACT_VALUES && value.len <= CONTACT_BYTES &&
	    bytes_held(c) + value.len <= CONTACT_BYTES)
		return add_bytes(&c->values, &c->n_values, value, why);
	contact_set_overfull(c);
	return DONE;
}

enum outcome
contact_add_shadow(struct contact *c, struct span value, struct reason *why)
{
	c->shadowed = true;
	if (c->n_shadows >= CONTACT_SHADOWS || value.len > CONTACT_BYTES ||
	    bytes_held(c) + value.len > CONTACT_BYTES)
		return DONE;
	return add_bytes(&c->shadows, &c->n_shadows, value, why);
}

void
contact_set_overfull(struct contact *c)
{
	c->overfull = true;
	clear_bytes(c->values, c->n_values);
	c->values = NULL;
	c->n_values = 0;
}

enum outcome
contact_add_mark(struct contact *c, struct span value, struct reason *why)
{
	if (!mark_has_form(value) || c->n_marks >= CONTACT_VALUES)
		return DONE;
	return add_mark(&c->marks, &c->n_marks, value, why);
}

void
change_clear(struct change *c)
{
	clear_bytes(c->add, c->n_add);
	clear_bytes(c->remove, c->n_remove);
	clear_bytes(c->remove_shadows, c->n_remove_shadows);
	clear_bytes(c->add_shadows, c->n_add_shadows);
	free(c->add_marks);
	free(c->remove_marks);
	for (unsigned i = 0; i < c->n_attributes; i++)
		bytes_clear(&c->attributes[i].value);
	free(c->attributes);
	*c = (struct change){.kind = CHANGE_NONE};
}

enum outcome
change_append(struct change *c, enum change_list list, struct span value,
    struct reason *why)
{
	bool is_mark = list == CHANGE_ADD_MARK || list == CHANGE_REMOVE_MARK;

	if (is_mark && !mark_has_form(value))
		return reason_set(why, REASON_PROTOCOL, "not a mark of ours");
	switch (list) {
	case CHANGE_ADD:
		return add_bytes(&c->add, &c->n_add, value, why);
	case CHANGE_REMOVE:
		return add_bytes(&c->remove, &c->n_remove, value, why);
	case CHANGE_ADD_MARK:
		return add_mark(&c->add_marks, &c->n_add_marks, value, why);
	case CHANGE_REMOVE_MARK:
		return add_mark(
		    &c->remove_marks, &c->n_remove_marks, value, why);
	case CHANGE_REMOVE_SHADOW:
		return add_bytes(
		    &c->remove_shadows, &c->n_remove_shadows, value, why);
	case CHANGE_ADD_SHADOW:
		return add_bytes(
		    &c->add_shadows, &c->n_add_shadows, value, why);
	}
	return reason_set(why, REASON_PROTOCOL, "no such list");
}

enum outcome
change_add_attribute(
    struct change *c, const char *name, struct span value, struct reason *why)
{
	void *array = c->attributes;
	struct change_attribute *a;

	if (c->n_attributes >= CHANGE_ATTRIBUTES || name[0] == '\0' ||
	    strlen(name) >= CHANGE_ATTRIBUTE_NAME ||
	    value.len > CHANGE_ATTRIBUTE_BYTES)
		return reason_set(
		    why, REASON_PROTOCOL, "not an attribute: %s", name);
	if (!grow(&array, c->n_attributes, sizeof *c->attributes))
		return reason_set(why, REASON_MEMORY, "out of memory");
	c->attributes = array;
	a = &c->attributes[c->n_attributes];
	memset(a, 0, sizeof *a);
	snprintf(a->name, sizeof a->name, "%s", name);
	if (!bytes_dup(value, &a->value))
		return reason_set(why, REASON_MEMORY, "out of memory");
	c->n_attributes++;
	return DONE;
}

enum outcome
contact_page_add(struct contact_page *p, const char *id, struct reason *why)
{
	void *array = p->ids;

	if (p->n >= CONTACT_PAGE || id[0] == '\0' || strlen(id) >= CONTACT_ID)
		return reason_set(
		    why, REASON_PROTOCOL, "a page of contacts is too long");
	if (!grow(&array, p->n, sizeof *p->ids))
		return reason_set(why, REASON_MEMORY, "out of memory");
	p->ids = array;
	snprintf(p->ids[p->n++], sizeof *p->ids, "%s", id);
	return DONE;
}

void
contact_page_clear(struct contact_page *p)
{
	free(p->ids);
	*p = (struct contact_page){.ids = NULL};
}

/* " with name,name" for the attributes of a new one; values are long. */
static size_t
describe_attributes(const struct change *c, char *out, size_t size, size_t used)
{
	for (unsigned i = 0; i < c->n_attributes && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s",
		    i == 0 ? " with " : ",", c->attributes[i].name);
	return used;
}

/* " add <sha256>" for each of the list, as far as there is room. */
static size_t
describe_list(const char *verb, const struct bytes *list, unsigned n, char *out,
    size_t size, size_t used)
{
	char hex[DIGEST_HEX];

	for (unsigned i = 0; i < n && used < size; i++) {
		digest_sha256_hex(span_bytes(&list[i]), hex);
		used += (size_t)snprintf(
		    out + used, size - used, " %s %s", verb, hex);
	}
	return used;
}

char *
change_describe(const struct change *c, char *out, size_t size)
{
	static const char *const kinds[] = {
	    [CHANGE_NONE] = "none",
	    [CHANGE_CREATE] = "create",
	    [CHANGE_MODIFY] = "modify",
	};
	size_t used = (size_t)snprintf(out, size, "%s %s", kinds[c->kind],
	    c->kind == CHANGE_CREATE ? c->cn : c->id);

	if (used < size)
		used = describe_attributes(c, out, size, used);
	if (used < size)
		used = describe_list("add", c->add, c->n_add, out, size, used);
	if (used < size)
		used = describe_list(
		    "remove", c->remove, c->n_remove, out, size, used);
	if (used < size)
		used = describe_list("remove-shadow", c->remove_shadows,
		    c->n_remove_shadows, out, size, used);
	if (used < size)
		used = describe_list("add-shadow", c->add_shadows,
		    c->n_add_shadows, out, size, used);
	if (used < size && c->refused[0] != '\0')
		used += (size_t)snprintf(out + used, size - used,
		    " named by its address as somebody inside is called "
		    "\"%s\"",
		    c->refused);
	if (used < size)
		snprintf(out + used, size - used, " marks +%u -%u",
		    c->n_add_marks, c->n_remove_marks);
	return out;
}
