#include "pki/mozilla.h"

#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/sha.h>
#include <openssl/x509.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/pkcs11x.h>

#include "pki/certificate.h"
#include "pki/pem_file.h"
#include "pki/settings.h"

#define SLOTS 8

/* The module while it is open. */
struct module {
	const char *name;
	void *library;
	CK_FUNCTION_LIST *f;
	bool initialized;
	CK_SESSION_HANDLE session;
	struct trust *trust;
	unsigned found;
};

/* What is read of one object; a longer value is none of ours. */
struct value {
	uint8_t data[LIMIT_CERTIFICATE];
	size_t len;
};

static struct span
span_value(const struct value *v)
{
	return (struct span){v->data, v->len};
}

/* false: the object has no such attribute, or one that is too long. */
static bool
attribute(const struct module *m, CK_OBJECT_HANDLE object,
    CK_ATTRIBUTE_TYPE type, struct value *out)
{
	CK_ATTRIBUTE a = {type, out->data, sizeof out->data};

	if (m->f->C_GetAttributeValue(m->session, object, &a, 1) != CKR_OK ||
	    a.ulValueLen > sizeof out->data)
		return false;
	out->len = a.ulValueLen;
	return true;
}

/* How far mail is trusted by a trust object; the safe side when unclear. */
static CK_TRUST
trust_of(const struct module *m, CK_OBJECT_HANDLE object)
{
	CK_TRUST t = CKT_NSS_TRUST_UNKNOWN;
	CK_ATTRIBUTE a = {CKA_TRUST_EMAIL_PROTECTION, &t, sizeof t};

	if (m->f->C_GetAttributeValue(m->session, object, &a, 1) != CKR_OK ||
	    a.ulValueLen != sizeof t)
		return CKT_NSS_TRUST_UNKNOWN;
	return t;
}

/*
 * All objects of a kind, at most LIMIT_ANCHORS; *out is the caller's to free.
 * A session finds one thing at a time, so that they are noted first.
 */
static enum outcome
objects_find(struct module *m, CK_ATTRIBUTE *like, CK_ULONG n_like,
    CK_OBJECT_HANDLE **out, CK_ULONG *n, struct reason *why)
{
	CK_OBJECT_HANDLE *list = calloc(LIMIT_ANCHORS, sizeof *list);
	CK_RV rv;

	if (list == NULL)
		return reason_set(why, REASON_MEMORY, "out of memory");
	*n = 0;
	rv = m->f->C_FindObjectsInit(m->session, like, n_like);
	if (rv == CKR_OK) {
		rv = m->f->C_FindObjects(m->session, list, LIMIT_ANCHORS, n);
		(void)m->f->C_FindObjectsFinal(m->session);
	}
	if (rv != CKR_OK) {
		free(list);
		return reason_set(why, REASON_NO_ANCHORS,
		    "%s: its objects cannot be read (error 0x%lx)", m->name,
		    (unsigned long)rv);
	}
	*out = list;
	return DONE;
}

/* Whether the trust object speaks of that very certificate: another one can
 * have the same issuer and serial number. */
static bool
speaks_of(const struct module *m, CK_OBJECT_HANDLE object, struct span der)
{
	uint8_t digest[SHA_DIGEST_LENGTH];
	struct value hash;

	if (!attribute(m, object, CKA_CERT_SHA1_HASH, &hash) || hash.len == 0)
		return true;
	SHA1(der.data, der.len, digest);
	return hash.len == sizeof digest &&
	    memcmp(hash.data, digest, sizeof digest) == 0;
}

/* Whether Mozilla lets the certificate issue for mail. */
static enum outcome
is_trusted(struct module *m, CK_OBJECT_HANDLE certificate, struct span der,
    bool *out, struct reason *why)
{
	CK_OBJECT_CLASS class = CKO_NSS_TRUST;
	CK_OBJECT_HANDLE *list = NULL;
	struct value issuer, serial;
	CK_ULONG i, n;
	enum outcome o;

	*out = false;
	if (!attribute(m, certificate, CKA_ISSUER, &issuer) ||
	    !attribute(m, certificate, CKA_SERIAL_NUMBER, &serial))
		return DONE;
	o = objects_find(m,
	    (CK_ATTRIBUTE[]){
		{CKA_CLASS, &class, sizeof class},
		{CKA_ISSUER, issuer.data, issuer.len},
		{CKA_SERIAL_NUMBER, serial.data, serial.len},
	    },
	    3, &list, &n, why);
	for (i = 0; o == DONE && i < n; i++) {
		if (!speaks_of(m, list[i], der))
			continue;
		*out = trust_of(m, list[i]) == CKT_NSS_TRUSTED_DELEGATOR;
		if (!*out)
			break;
	}
	free(list);
	return o;
}

/* The date as UTCTime or GeneralizedTime, or one byte CK_FALSE for none.
 * false: there is one that cannot be read. */
static bool
distrust_after(
    const struct module *m, CK_OBJECT_HANDLE certificate, int64_t *out)
{
	ASN1_TIME *t = NULL;
	struct value v;
	struct tm tm;
	bool ok;

	*out = 0;
	if (!attribute(m, certificate, CKA_NSS_EMAIL_DISTRUST_AFTER, &v) ||
	    v.len == 0 || (v.len == 1 && v.data[0] == CK_FALSE))
		return true;
	if (v.len >= sizeof v.data)
		return false;
	v.data[v.len] = '\0';
	t = ASN1_TIME_new();
	ok = t != NULL && ASN1_TIME_set_string(t, (const char *)v.data) == 1 &&
	    ASN1_TIME_to_tm(t, &tm) == 1;
	if (ok)
		*out = timegm(&tm);
	ASN1_TIME_free(t);
	return ok;
}

static enum outcome
certificate_add(struct module *m, CK_OBJECT_HANDLE object, struct reason *why)
{
	struct trust_grant grant = {.origin = MOZILLA_WORD, .public_ca = true};
	struct value der;
	X509 *x = NULL;
	bool trusted;
	enum outcome o;

	if (!attribute(m, object, CKA_VALUE, &der) ||
	    certificate_decode(span_value(&der), &x, NULL) != DONE)
		return DONE;
	X509_free(x);
	o = is_trusted(m, object, span_value(&der), &trusted, why);
	if (o != DONE || !trusted ||
	    !distrust_after(m, object, &grant.distrust_after))
		return o;
	m->found++;
	o = trust_add_anchor(m->trust, span_value(&der), &grant, why);
	return o == NOTHING ? DONE : o;
}

/* What is distrusted by name needs no certificate to go with it. */
static enum outcome
distrust_add(struct module *m, CK_OBJECT_HANDLE object, struct reason *why)
{
	struct value issuer, serial;
	uint8_t digest[DIGEST_LEN];

	if (trust_of(m, object) != CKT_NSS_NOT_TRUSTED ||
	    !attribute(m, object, CKA_ISSUER, &issuer) ||
	    !attribute(m, object, CKA_SERIAL_NUMBER, &serial))
		return DONE;
	trust_digest(span_value(&issuer), span_value(&serial), digest);
	return trust_distrust(m->trust, digest, why);
}

/* Call one for every object of the class. */
static enum outcome
class_read(struct module *m, CK_OBJECT_CLASS class,
    enum outcome (*one)(
	struct module *m, CK_OBJECT_HANDLE object, struct reason *why),
    struct reason *why)
{
	CK_ATTRIBUTE like = {CKA_CLASS, &class, sizeof class};
	CK_OBJECT_HANDLE *list = NULL;
	CK_ULONG i, n = 0;
	enum outcome o;

	o = objects_find(m, &like, 1, &list, &n, why);
	for (i = 0; o == DONE && i < n; i++)
		o = one(m, list[i], why);
	free(list);
	return o;
}

static enum outcome
slots_read(struct module *m, struct reason *why)
{
	CK_SLOT_ID slots[SLOTS];
	CK_ULONG i, n = SLOTS;
	enum outcome o = DONE;
	CK_RV rv;

	rv = m->f->C_GetSlotList(CK_TRUE, slots, &n);
	for (i = 0; rv == CKR_OK && o == DONE && i < n; i++) {
		rv = m->f->C_OpenSession(
		    slots[i], CKF_SERIAL_SESSION, NULL, NULL, &m->session);
		if (rv != CKR_OK)
			break;
		o = class_read(m, CKO_CERTIFICATE, certificate_add, why);
		if (o == DONE)
			o = class_read(m, CKO_NSS_TRUST, distrust_add, why);
		(void)m->f->C_CloseSession(m->session);
	}
	if (rv != CKR_OK)
		return reason_set(why, REASON_NO_ANCHORS,
		    "%s: cannot be used (error 0x%lx)", m->name,
		    (unsigned long)rv);
	if (o == DONE && m->found == 0)
		return reason_set(why, REASON_NO_ANCHORS,
		    "%s: has no root that is trusted for mail", m->name);
	return o;
}

/*
 * The library below the module, which forgets what it allocated each time
 * that it goes: seven kilobytes a load.  So it stays.
 */
static void
keep_nspr(void)
{
	void *library =
	    dlopen("libnspr4.so", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	if (library != NULL)
		dlclose(library);
}

static enum outcome
module_open(struct module *m, struct reason *why)
{
	CK_C_GetFunctionList list;
	CK_RV rv;

	keep_nspr();
	m->library = dlopen(m->name, RTLD_NOW | RTLD_LOCAL);
	if (m->library == NULL)
		return reason_set(why, REASON_NO_ANCHORS,
		    "Mozilla's roots cannot be loaded; install the package "
		    "libnss3, or set trust.anchors or trust.mozilla_module: "
		    "%s",
		    dlerror());
	*(void **)&list = dlsym(m->library, "C_GetFunctionList");
	if (list == NULL || list(&m->f) != CKR_OK)
		return reason_set(why, REASON_NO_ANCHORS,
		    "%s: is no PKCS#11 module", m->name);
	rv = m->f->C_Initialize(NULL);
	m->initialized = rv == CKR_OK;
	if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED)
		return reason_set(why, REASON_NO_ANCHORS,
		    "%s: does not start (error 0x%lx)", m->name,
		    (unsigned long)rv);
	return DONE;
}

static void
module_close(struct module *m)
{
	if (m->initialized)
		(void)m->f->C_Finalize(NULL);
	if (m->library != NULL)
		dlclose(m->library);
}

enum outcome
mozilla_load(struct trust *t, const char *module, struct reason *why)
{
	struct module m = {.name = module, .trust = t};
	struct sigaction before;
	enum outcome o;

	/* NSPR ignores SIGPIPE from its first use on; that is not its to say.
	 */
	sigaction(SIGPIPE, NULL, &before);
	o = module_open(&m, why);
	if (o == DONE)
		o = slots_read(&m, why);
	module_close(&m);
	sigaction(SIGPIPE, &before, NULL);
	return o;
}

void
mozilla_stamp(const char *module, struct digest *d)
{
	void *library = dlopen(module, RTLD_LAZY | RTLD_LOCAL);
	struct link_map *map;

	if (library == NULL)
		return;
	/* Where the linker found it. */
	if (dlinfo(library, RTLD_DI_LINKMAP, &map) == 0)
		pem_stamp(map->l_name, d);
	dlclose(library);
}
