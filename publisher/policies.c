#include "publisher/policies.h"

#include "directory/create.h"
#include "publisher/admission.h"
#include "publisher/freemail.h"

static enum outcome
check_admission(const struct settings *s, struct reason *why)
{
	struct admission_rules *rules = NULL;
	enum outcome o = admission_rules_new(s, &rules, why);

	admission_rules_free(rules);
	return o;
}

static enum outcome
check_create(const struct settings *s, struct reason *why)
{
	struct create_policy create = {.settings = s};
	enum outcome o = create_read(s, &create, why);

	create_clear(&create);
	return o;
}

enum outcome
policies_check(const struct settings *s, settings_complain *complain, void *arg,
    struct reason *why)
{
	static enum outcome (*const checks[])(
	    const struct settings *s, struct reason *why) = {
	    check_admission, check_create, freemail_check};
	enum outcome all = DONE, o;
	struct reason again;

	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
		o = checks[i](s, all == DONE ? why : &again);
		if (o == DONE)
			continue;
		complain(arg, all == DONE ? why->text : again.text);
		if (all == DONE)
			all = o;
	}
	return all;
}
