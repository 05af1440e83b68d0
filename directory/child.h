#ifndef DIRECTORY_CHILD_H
#define DIRECTORY_CHILD_H

#include <sys/types.h>

#include "directory/contact.h"
#include "directory/findings.h"

/*
 * The directory child as the publisher sees it: certharvest-directory,
 * started when first needed, killed when it does not answer in time (libldap
 * can hang for ever), replaced afterwards.  It reads settings and
 * secrets itself: the publisher never has them.
 */
struct directory_child;

struct directory_child_start {
	const char *program;  /* path of certharvest-directory */
	const char *settings; /* path of the settings file, or NULL */
	unsigned deadline;    /* milliseconds for one answer */
	/* Called about every 100 ms while waiting; may be NULL.  Must not
	 * call back into the directory child. */
	void (*meanwhile)(void *arg);
	void *arg;
};

/* Prepare; starts nothing yet. */
MUST_CHECK enum outcome directory_child_open(
    const struct directory_child_start *start, struct directory_child **out,
    struct reason *why);

/* The pid of the running child, or 0: for status reports. */
pid_t directory_child_pid(const struct directory_child *c);

/* Kill and free; NULL is allowed. */
void directory_child_close(struct directory_child *c);

/* One question of a group, and its answer. */
struct directory_ask {
	const char *address;	     /* as directory_find(); or NULL, and */
	const char *name;	     /* may be NULL */
	const struct change *change; /* as directory_apply(); or NULL, and */
	const char *object;	     /* as directory_get() */
	enum outcome outcome;
	struct reason why;
	struct contact contact; /* of DONE: the caller's */
	uint32_t us;		/* microseconds in the child; 0: unheard */
	uint32_t id;		/* from here on our own */
	bool waits;
};

/*
 * Put several questions to the child, at most DIRECTORY_GROUP, which it
 * answers while we do something else: directory_child_hear() must be the
 * next call.
 */
void directory_child_ask(
    struct directory_child *c, struct directory_ask *asks, unsigned n);

/*
 * Wait until each of them has its outcome, as directory_child_find(),
 * directory_child_apply() and directory_child_get() have them.  When the child
 * dies, or is silent for as long as the deadline, those that it has not
 * answered are LATER (directory-slow): nobody knows whether they were done.
 */
void directory_child_hear(
    struct directory_child *c, struct directory_ask *asks, unsigned n);

/* As directory_find(), in the child; name may be NULL.  LATER (directory-slow)
 * at the deadline. */
MUST_CHECK enum outcome directory_child_find(struct directory_child *c,
    const char *address, const char *name, struct contact *out,
    struct reason *why);

/* As directory_apply(), in the child.  LATER (directory-slow) when it is
 * not known whether the change was made: find again. */
MUST_CHECK enum outcome directory_child_apply(struct directory_child *c,
    const struct change *change, struct contact *at, struct reason *why);

/* As directory_get(), in the child. */
MUST_CHECK enum outcome directory_child_get(struct directory_child *c,
    const char *object, struct contact *out, struct reason *why);

/* As directory_list(), in the child. */
MUST_CHECK enum outcome directory_child_list(struct directory_child *c,
    bool anew, struct contact_page *out, struct reason *why);

/* As directory_examine(), in the child; *out is the caller's to free. */
MUST_CHECK enum outcome directory_child_examine(
    struct directory_child *c, struct findings **out, struct reason *why);

#endif
