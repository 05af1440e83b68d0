#include "tests/unit/mails.h"

#include <stdio.h>

#include "base/file.h"
#include "base/limits.h"

bool
mails_read(const char *name, const char *end, struct bytes *out)
{
	char path[256];
	struct reason why;

	snprintf(path, sizeof path, "tests/mails/%s%s", name, end);
	return file_read(path, LIMIT_MESSAGE, out, &why) == DONE;
}

static bool
trust_known(struct trust *t, const char *name)
{
	struct bytes der = {NULL, 0};
	struct reason why;
	bool ok = mails_read(name, ".der", &der) &&
	    trust_add_known(t, span_bytes(&der), &why) == DONE;

	bytes_clear(&der);
	return ok;
}

struct trust *
mails_trust(void)
{
	struct bytes ca = {NULL, 0};
	struct trust *t = trust_new();
	struct reason why;

	if (t == NULL || !mails_read("ca", ".der", &ca) ||
	    trust_add_anchor(t, span_bytes(&ca),
		&(struct trust_grant){.origin = "test"}, &why) != DONE ||
	    !trust_known(t, "known") || !trust_known(t, "knownsigner") ||
	    !trust_known(t, "knownca")) {
		trust_free(t);
		t = NULL;
	}
	bytes_clear(&ca);
	return t;
}

struct judge_policy
mails_policy(void)
{
	return (struct judge_policy){
	    .now = time(NULL), .message_size = LIMIT_MESSAGE};
}
