#ifndef CLI_TRY_FACTS_H
#define CLI_TRY_FACTS_H

#include "base/facts.h"
#include "cli/report.h"

/* One certificate's facts, as try tells them. */

/* Print them for people, below a title. */
void try_facts_print(const char *title, const struct facts *f);

/* Set them, each name behind the prefix; false when out of memory. */
bool try_facts_set(json_t *o, const char *prefix, const struct facts *f);

#endif
