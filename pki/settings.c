#include "pki/mozilla.h"
#include "pki/settings.h"

static const char *const revocations[] = {"if_known", "required", NULL};

static const struct setting rows[] = {
    {
	.section = "trust",
	.name = "anchors",
	.kind = SETTING_LIST,
	.fallback = MOZILLA_WORD,
    },
    {
	.section = "trust",
	.name = "mozilla_module",
	.kind = SETTING_STRING,
	.fallback = MOZILLA_MODULE,
    },
    {
	.section = "trust",
	.name = "scoped_anchors",
	.kind = SETTING_LIST,
    },
    {
	/* beside those of conf/freemail-domains.txt */
	.section = "trust",
	.name = "freemail_domains",
	.kind = SETTING_LIST,
    },
    {
	.section = "trust",
	.name = "intermediates",
	.kind = SETTING_LIST,
    },
    {
	.section = "trust",
	.name = "crls",
	.kind = SETTING_LIST,
    },
    {
	.section = "trust",
	.name = "revocation",
	.kind = SETTING_CHOICE,
	.fallback = "if_known",
	.choices = revocations,
    },
    {
	/* what counts below them; see algorithm.h */
	.section = "trust",
	.name = "digests",
	.kind = SETTING_LIST,
	.fallback = "sha256 sha384 sha512 sha3-256 sha3-384 sha3-512",
    },
    {
	/* KIND:BITS, the least size */
	.section = "trust",
	.name = "keys",
	.kind = SETTING_LIST,
	.fallback = "rsa:2048 rsa-pss:2048 ec:256 ed25519 ed448",
    },
};

struct setting_rows
pki_settings(void)
{
	return (struct setting_rows){rows, sizeof(rows) / sizeof(rows[0])};
}
