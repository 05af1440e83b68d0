#include <ldap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "directory/ad.h"
#include "directory/ad_result.h"

#define SECRET_SIZE (64u * 1024)

enum { GSSAPI, SIMPLE, EXTERNAL };

static enum outcome
read_secret(
    struct ad *ad, const char *setting, struct bytes *out, struct reason *why)
{
	const char *path = settings_peek(ad->settings, "directory", setting);
	struct reason inner;
	enum outcome o = file_read(path, SECRET_SIZE, out, &inner);

	if (o == NOTHING)
		return reason_set(why, REASON_DIRECTORY_AUTH,
		    "%s %s: no such file", setting, path);
	if (o != DONE)
		return reason_set(why, REASON_DIRECTORY_AUTH, "%s %s: %s",
		    setting, path, inner.text);
	return DONE;
}

static void
forget_secret(struct bytes *secret)
{
	if (secret->data != NULL)
		explicit_bzero(secret->data, secret->len);
	bytes_clear(secret);
}

/* RFC 4513 section 5.1.2: an empty password is an anonymous bind that
 * looks like a success. */
static enum outcome
bind_simple(struct ad *ad, const char *server, bool secure,
    const struct bytes *secret, struct reason *why)
{
	const char *user = settings_peek(ad->settings, "directory", "user");
	struct berval password = {
	    .bv_len = secret->len, .bv_val = (char *)secret->data};
	int rc;

	if (!secure)
		return reason_set(why, REASON_DIRECTORY_CLEAR,
		    "%s: no simple bind without TLS", server);
	while (password.bv_len > 0 &&
	    strchr("\r\n", password.bv_val[password.bv_len - 1]) != NULL)
		password.bv_len--;
	if (password.bv_len == 0 || user[0] == '\0')
		return reason_set(why, REASON_DIRECTORY_AUTH,
		    "directory.user or the password is empty");
	rc = ldap_sasl_bind_s(
	    ad->ld, user, LDAP_SASL_SIMPLE, &password, NULL, NULL, NULL);
	return ad_result(ad->ld, rc, AD_BIND, server, why);
}

/* GSSAPI asks nothing that it does not know from the keytab. */
static int
interact(LDAP *ld, unsigned flags, void *defaults, void *questions)
{
	(void)ld;
	(void)flags;
	(void)defaults;
	(void)questions;
	return LDAP_SUCCESS;
}

/*
 * Tickets are obtained and renewed by the library from the keytab, whose
 * first principal counts.  Without TLS everything is signed and sealed;
 * Active Directory refuses sealing inside TLS.
 */
static enum outcome
bind_gssapi(struct ad *ad, const char *server, bool secure,
    const struct bytes *secret, struct reason *why)
{
	const char *keytab = settings_peek(ad->settings, "directory", "keytab");
	const char *config =
	    settings_peek(ad->settings, "directory", "krb5_config");
	int rc;

	(void)secret; /* the library reads it */
	if (setenv("KRB5_CLIENT_KTNAME", keytab, 1) != 0 ||
	    setenv("KRB5CCNAME", "MEMORY:certharvest", 1) != 0 ||
	    (config[0] != '\0' && setenv("KRB5_CONFIG", config, 1) != 0))
		return reason_set(why, REASON_MEMORY, "out of memory");
	rc = ldap_set_option(ad->ld, LDAP_OPT_X_SASL_SECPROPS,
	    secure ? "noplain,noanonymous,maxssf=0"
		   : "noplain,noanonymous,minssf=56");
	if (rc == LDAP_SUCCESS)
		rc = ldap_sasl_interactive_bind_s(ad->ld, NULL, "GSSAPI", NULL,
		    NULL, LDAP_SASL_QUIET, interact, NULL);
	return ad_result(ad->ld, rc, AD_BIND, server, why);
}

/* RFC 4532: who the server takes us for; "" or an error: nobody. */
static bool
is_somebody(struct ad *ad)
{
	struct berval *who = NULL;
	bool somebody = ldap_whoami_s(ad->ld, &who, NULL, NULL) == 0 &&
	    who != NULL && who->bv_len > 0;

	ber_bvfree(who);
	return somebody;
}

/*
 * TLS has shown our certificate.  With ldaps Active Directory has taken that
 * for a bind and refuses another one ([MS-ADTS] 5.1.1.1.3); after StartTLS,
 * and with other servers, SASL EXTERNAL says that it is meant as one.
 */
static enum outcome
bind_external(struct ad *ad, const char *server, bool secure,
    const struct bytes *secret, struct reason *why)
{
	struct berval none = {.bv_len = 0, .bv_val = NULL};
	enum outcome o;
	int rc;

	(void)secret; /* TLS has it */
	if (!secure)
		return reason_set(why, REASON_DIRECTORY_CLEAR,
		    "%s: no bind by certificate without TLS", server);
	if (is_somebody(ad))
		return DONE;
	rc =
	    ldap_sasl_bind_s(ad->ld, NULL, "EXTERNAL", &none, NULL, NULL, NULL);
	o = ad_result(ad->ld, rc, AD_BIND, server, why);
	if (o == DONE && !is_somebody(ad))
		o = reason_set(why, REASON_DIRECTORY_AUTH,
		    "%s: the certificate belongs to no account", server);
	return o;
}

/* In the order of the choices of directory.bind. */
static const struct {
	const char *secret; /* the setting with its path */
	enum outcome (*bind)(struct ad *ad, const char *server, bool secure,
	    const struct bytes *secret, struct reason *why);
} ways[] = {
    [GSSAPI] = {"keytab", bind_gssapi},
    [SIMPLE] = {"password_file", bind_simple},
    [EXTERNAL] = {"key_file", bind_external},
};

static unsigned
way_of(const struct ad *ad)
{
	return settings_choice(ad->settings, "directory", "bind");
}

/* Read the secret that the bind needs, and what the hold knows it by. */
static enum outcome
secret_for_bind(
    struct ad *ad, struct bytes *secret, uint16_t *tag, struct reason *why)
{
	enum outcome o = read_secret(ad, ways[way_of(ad)].secret, secret, why);

	if (o == DONE)
		*tag = ad_hold_tag(
		    settings_peek(ad->settings, "directory", "user"),
		    span_bytes(secret));
	return o;
}

enum outcome
ad_may_bind(struct ad *ad, struct reason *why)
{
	struct bytes secret = {.len = 0};
	uint16_t tag;
	enum outcome o = secret_for_bind(ad, &secret, &tag, why);

	if (o == DONE)
		o = ad_hold_check(&ad->shared->hold, tag, clock_now(), why);
	forget_secret(&secret);
	return o;
}

enum outcome
ad_bind(struct ad *ad, const char *server, bool secure, struct reason *why)
{
	struct bytes secret = {.len = 0};
	uint16_t tag;
	enum outcome o = secret_for_bind(ad, &secret, &tag, why);

	if (o != DONE)
		goto out;
	reason_clear(why);
	o = ways[way_of(ad)].bind(ad, server, secure, &secret, why);
	ad_hold_note(&ad->shared->hold, tag, why, clock_now());
out:
	forget_secret(&secret);
	return o;
}
