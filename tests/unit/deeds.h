#ifndef TESTS_UNIT_DEEDS_H
#define TESTS_UNIT_DEEDS_H

/*
 * What somebody would like to do who has taken a confined process over, and
 * some things that such a process has to be able to do.
 */
struct deed {
	const char *name;
	/* 0: done.  Else it failed, and the process lives. */
	long (*act)(void);
};

/* The deed of that name, or NULL. */
const struct deed *deed_find(const char *name);

/* The descriptors that some deeds work on; none of a judge's own. */
#define DEED_LISTENER 10 /* a listening socket */
#define DEED_OTHER 11	 /* a connected socket */

#endif
