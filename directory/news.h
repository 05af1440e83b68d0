#ifndef DIRECTORY_NEWS_H
#define DIRECTORY_NEWS_H

#include "base/reason.h"

/*
 * What a backend tells while it answers questions, for the log of the program
 * that it runs in.
 */
enum directory_news_kind {
	DIRECTORY_NEWS_FAILOVER, /* another server than before, or than the
				  * preferred one */
	DIRECTORY_NEWS_RETURN	 /* back to the preferred one */
};

struct directory_news {
	enum directory_news_kind kind;
	const char *from; /* "" when there was none */
	const char *to;
	const struct reason *why; /* what was wrong with from */
};

/* Told once for each; what it points to is dead afterwards. */
typedef void directory_tell(void *arg, const struct directory_news *news);

#endif
