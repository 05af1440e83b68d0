#include <string.h>

#include "smime/attributes.h"
#include "smime/bag.h"
#include "smime/signature.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/seal.h"

static struct pki *pki;

static void
start(void)
{
	struct trust *trust = seal_trust();
	struct reason why;

	MUST(pki_open(trust, &pki, &why) == DONE);
}

static bool
count(void *arg, struct span s)
{
	*(size_t *)arg += s.len;
	return true;
}

/* The blob as detached or as opaque signature: all that is done with it. */
static void
verify(struct span blob, bool detached)
{
	struct content content = {CONTENT_LINES, span_str(SEAL_CONTENT)};
	struct signature_check check;
	struct attributes attributes;
	struct reason why;
	struct bag *bag;
	struct cms cms;
	size_t n = 0;

	if (cms_read(blob, detached, &cms, &why) != DONE)
		return;
	MUST(cms.has_content == !detached);
	MUST(cms.n_certificates <= LIMIT_CERTIFICATES);
	if (!detached)
		content = cms.content;
	(void)!content_each(&content, count, &n);
	MUST(n <= 2 * blob.len + 100);
	bag = bag_new(&cms, pki);
	if (signature_verify(&cms, &content, bag, &check, &why) == DONE) {
		MUST(check.signer != NULL);
		MUST(check.signature == SIGNATURE_VALID);
		(void)!attributes_check_signer(&cms, check.signer->der, &why);
	}
	(void)!attributes_read(&cms, &attributes, &why);
	bag_free(bag);
}

/* What is pointed at must lie in the blob. */
static void
certificates(struct span blob)
{
	struct reason why;
	struct cms cms;
	unsigned i;

	if (cms_read_certificates(blob, &cms, &why) != DONE)
		return;
	MUST(cms.n_certificates <= LIMIT_CERTIFICATES);
	for (i = 0; i < cms.n_certificates; i++)
		MUST(cms.certificates[i].data >= blob.data &&
		    cms.certificates[i].data + cms.certificates[i].len <=
			blob.data + blob.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (pki == NULL)
		start();
	verify((struct span){data, size}, true);
	verify((struct span){data, size}, false);
	certificates((struct span){data, size});
	return 0;
}
