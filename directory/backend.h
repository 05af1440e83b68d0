#ifndef DIRECTORY_BACKEND_H
#define DIRECTORY_BACKEND_H

#include "base/settings.h"
#include "directory/contact.h"
#include "directory/news.h"
#include "directory/findings.h"
#include "directory/turns.h"

/*
 * What a kind of directory must be able to do.  A new one is a file with
 * these eight and a row in directory.c; what each promises is written at
 * its namesake in directory.h.
 */
struct backend {
	/* turns is borrowed until close: several calls may be under way, each
	 * until it passes its turn. */
	enum outcome (*open)(const struct settings *settings,
	    struct turns *turns, void **out, struct reason *why);
	void (*close)(void *handle);
	enum outcome (*find)(void *handle, const char *address,
	    struct contact *out, struct reason *why);
	/* *taken: anybody but a contact below our bases has the name, or
	 * one that passes for it (base/name.h). */
	enum outcome (*named)(
	    void *handle, const char *name, bool *taken, struct reason *why);
	enum outcome (*apply)(void *handle, const struct change *change,
	    struct contact *at, struct reason *why);
	enum outcome (*get)(void *handle, const char *object,
	    struct contact *out, struct reason *why);
	enum outcome (*list)(void *handle, bool anew, struct contact_page *out,
	    struct reason *why);
	/* NULL: there is never anything to tell. */
	void (*observe)(void *handle, directory_tell *tell, void *arg);
	/* NULL: finding something is examination enough. */
	void (*examine)(void *handle, struct findings *out);
};

/* One LDIF file: the embedded default. */
const struct backend *backend_ldif(void);

/* Active Directory, over libldap. */
const struct backend *backend_ad(void);

#endif
