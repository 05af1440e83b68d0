#ifndef DIRECTORY_AD_SCHEMA_H
#define DIRECTORY_AD_SCHEMA_H

#include "directory/contact.h"

/*
 * What the schema of the directory says of the attributes that a new contact
 * of ours has: whether contacts may have them at all (a class inherits, and
 * has auxiliary ones), and what may stand in them.
 */
struct ad;

#define AD_SCHEMA_ATTRIBUTES CHANGE_ATTRIBUTES

enum ad_syntax {
	AD_SYNTAX_OTHER, /* nothing for a text: names of objects, rights, ... */
	AD_SYNTAX_TEXT,
	AD_SYNTAX_ASCII,   /* IA5String, PrintableString */
	AD_SYNTAX_NUMERIC, /* NumericString */
	AD_SYNTAX_BOOLEAN,
	AD_SYNTAX_INTEGER
};

struct ad_attribute {
	char name[CHANGE_ATTRIBUTE_NAME];
	bool allowed; /* contacts may have it */
	bool exists;
	bool ours; /* it may be written: no link, not the system's */
	enum ad_syntax syntax;
	size_t units; /* of UTF-16, of a text, at most; 0: not limited */
	bool ranged;  /* a number is from least to most */
	long long least, most;
};

struct ad_schema {
	bool read;
	bool stamp; /* contacts may have all that exchange_stamp() gives */
	unsigned n;
	struct ad_attribute attributes[AD_SCHEMA_ATTRIBUTES];
};

/*
 * Read it, once.  BROKEN (directory-schema): directory.exchange is stamp and
 * an attribute is missing, or directory.attributes names one that contacts
 * may not have or that is nothing for a text.  LATER, BROKEN as searches.
 */
MUST_CHECK enum outcome ad_schema_read(struct ad *ad, struct reason *why);

/*
 * Cut a text to what the attribute takes.  false: nothing of it may stand
 * there, or it is no such number or truth value.  An attribute that was not
 * asked for takes anything.
 */
bool ad_schema_fit(
    const struct ad_schema *s, const char *name, struct span *value);

#endif
