#include "tests/unit/unit.h"

#include <stdio.h>

#include "base/file.h"
#include "tests/unit/pki_sample.h"

struct bytes
sample_certificate(const char *name)
{
	struct bytes b = {NULL, 0};
	struct reason why;
	char path[256];

	snprintf(path, sizeof path, SAMPLE_FOLDER "/%s.der", name);
	if (file_read(path, LIMIT_CERTIFICATE * 2, &b, &why) != DONE)
		fail_msg("%s: run make check", path);
	return b;
}

struct trust *
sample_trust(const char *anchor, const char *domains)
{
	struct bytes der = sample_certificate(anchor);
	struct trust *t = trust_new();
	struct reason why;

	assert_int_equal(
	    trust_add_anchor(t, span_bytes(&der),
		&(struct trust_grant){.origin = anchor, .domains = domains},
		&why),
	    DONE);
	bytes_clear(&der);
	return t;
}
