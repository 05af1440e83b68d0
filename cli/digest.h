#ifndef CLI_DIGEST_H
#define CLI_DIGEST_H

#include <jansson.h>
#include <stdio.h>

#include "base/settings.h"
#include "store/store.h"

/*
 * The digest: what an administrator or a helpdesk should know of since some
 * time, as a mail.  cli/digest_sections.c has what it tells of, one function
 * a section; cli/digest_mail.c makes a mail of it; cli/digest.c decides when.
 */
struct digest {
	const struct settings *settings;
	struct store *store;
	const json_t *status; /* of the publisher; NULL: it does not answer */
	const char *silence;  /* and why not */
	int64_t since, now;
	unsigned lines; /* of a section at most */

	/* Filled by digest_write(). */
	int64_t faults;	   /* what does not work now */
	int64_t waiting;   /* for a human, all of it, */
	int64_t news;	   /* and what of this came since then */
	int64_t published; /* since then */
};

/* One section while it is written. */
struct digest_part {
	FILE *f;
	bool any; /* it has something to tell */
};

/* A section: it says what there is, and counts it in d. */
typedef enum outcome digest_section(
    struct digest *d, struct digest_part *p, struct reason *why);

#define DIGEST_SECTION(name)                                                   \
	enum outcome digest_##name(                                            \
	    struct digest *d, struct digest_part *p, struct reason *why)

/* Words in lines of at most 72 characters, each behind so many blanks. */
void digest_words(FILE *f, unsigned indent, const char *words);

/* Write all sections that have something to f. */
MUST_CHECK enum outcome digest_write(
    struct digest *d, FILE *f, struct reason *why);

/* What does not work: the publisher, its stages, spools, walks. */
DIGEST_SECTION(faults);

/* The mail around a text. */
struct digest_mail {
	const char *from;
	const struct settings *settings; /* digest.to */
	const char *host;
	const char *subject; /* ASCII */
	int64_t date;
	const char *text;
};

/* The mail, with line ends as sendmail(1) wants them; *out is the caller's to
 * free.  LATER (memory). */
MUST_CHECK enum outcome digest_mail_make(
    const struct digest_mail *m, char **out, size_t *len, struct reason *why);

#endif
