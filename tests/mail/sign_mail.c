/*
 * sign_mail FOLDER: the mails that the openssl command cannot make, with
 * the keys and certificates that make-mail left in FOLDER: signed
 * attributes that name a certificate to encrypt to, or the wrong signer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <zlib.h>

#define PREFERENCE "1.2.840.113549.1.9.16.2.11"
#define MICROSOFT "1.3.6.1.4.1.311.16.4"
#define SIGNING_CERT_V2 "1.2.840.113549.1.9.16.2.47"

enum value {
	NO_VALUE,
	ISSUER_0,   /* [0] IssuerAndSerialNumber */
	ISSUER,	    /* IssuerAndSerialNumber */
	KEY_ID_1,   /* [1] RecipientKeyIdentifier */
	KEY_ID_2,   /* [2] SubjectKeyIdentifier */
	NOISE,	    /* nothing that the attribute may hold */
	OTHER_HASH, /* ESSCertIDv2 of nobody */
};

/* What is named, by which attribute, which certificates go along. */
static const struct {
	const char *name, *oid;
	enum value value;
	const char *named;
	const char *along;
	unsigned times;
} rows[] = {
    {"prefer", PREFERENCE, ISSUER_0, "bobenc", "bobenc", 1},
    {"preferms", MICROSOFT, ISSUER, "bobenc", "bobenc", 1},
    {"preferkeyid", PREFERENCE, KEY_ID_2, "bobenc", "bobenc", 1},
    {"preferknown", PREFERENCE, KEY_ID_1, "known", NULL, 1},
    {"preferabsent", PREFERENCE, ISSUER_0, "bobenc", NULL, 1},
    {"preferalice", PREFERENCE, ISSUER_0, "alice", "alice", 1},
    {"prefertwice", PREFERENCE, ISSUER_0, "bobenc", "bobenc", 2},
    {"prefernoise", PREFERENCE, NOISE, NULL, NULL, 1},
    {"signingcert", SIGNING_CERT_V2, OTHER_HASH, NULL, NULL, 1},
};

static const char body[] = "Content-Type: text/plain\r\n\r\nHello\r\n";

static void
die(const char *what)
{
	fprintf(stderr, "sign_mail: %s\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static FILE *
open_file(const char *name, const char *end, const char *mode)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s%s", name, end);
	f = fopen(path, mode);
	if (f == NULL)
		die(path);
	return f;
}

static X509 *
read_certificate(const char *name)
{
	FILE *f = open_file(name, ".pem", "r");
	X509 *x = PEM_read_X509(f, NULL, NULL, NULL);

	fclose(f);
	if (x == NULL)
		die(name);
	return x;
}

static EVP_PKEY *
read_key(const char *name)
{
	FILE *f = open_file(name, ".key", "r");
	EVP_PKEY *k = PEM_read_PrivateKey(f, NULL, NULL, NULL);

	fclose(f);
	if (k == NULL)
		die(name);
	return k;
}

/* The contents of an IssuerAndSerialNumber. */
static size_t
issuer_serial(X509 *x, unsigned char *out)
{
	unsigned char *p = out;

	i2d_X509_NAME(X509_get_issuer_name(x), &p);
	i2d_ASN1_INTEGER(X509_get_serialNumber(x), &p);
	return (size_t)(p - out);
}

static size_t
key_id(X509 *x, unsigned char *out)
{
	const ASN1_OCTET_STRING *s = X509_get0_subject_key_id(x);

	memcpy(out, ASN1_STRING_get0_data(s), (size_t)ASN1_STRING_length(s));
	return (size_t)ASN1_STRING_length(s);
}

/* One element with a short or a two-octet length in front of the content. */
static int
element(unsigned char *out, unsigned tag, const unsigned char *in, size_t n)
{
	size_t head = n < 128 ? 2 : 4;

	out[0] = (unsigned char)tag;
	out[1] = n < 128 ? (unsigned char)n : 0x82;
	if (head == 4) {
		out[2] = (unsigned char)(n >> 8);
		out[3] = (unsigned char)n;
	}
	memmove(out + head, in, n);
	return (int)(head + n);
}

/* The attribute's value; returns its length, 0 for none. */
static int
value_write(enum value v, X509 *named, unsigned char *out)
{
	unsigned char part[2048], whole[2048];
	size_t n;

	switch (v) {
	case ISSUER_0:
	case ISSUER:
		n = issuer_serial(named, part);
		return element(out, v == ISSUER ? 0x30 : 0xa0, part, n);
	case KEY_ID_2:
		n = key_id(named, part);
		return element(out, 0x82, part, n);
	case KEY_ID_1:
		n = key_id(named, part);
		n = (size_t)element(whole, 0x04, part, n);
		return element(out, 0xa1, whole, n);
	case NOISE:
		return element(out, 0x04, (const unsigned char *)"x", 1);
	case OTHER_HASH:
		memset(part, 7, 32);
		n = (size_t)element(whole, 0x04, part, 32);
		n = (size_t)element(part, 0x30, whole, n);
		n = (size_t)element(whole, 0x30, part, n);
		return element(out, 0x30, whole, n);
	case NO_VALUE:
		break;
	}
	return 0;
}

/* The value as it is, whatever tag it has. */
static void
attribute_add(CMS_SignerInfo *si, const char *oid, int type,
    const unsigned char *value, int len)
{
	ASN1_STRING *s = ASN1_STRING_type_new(type);
	int nid = OBJ_txt2nid(oid);
	X509_ATTRIBUTE *a;

	if (nid == NID_undef)
		nid = OBJ_create(oid, oid, oid);
	if (s == NULL || ASN1_STRING_set(s, value, len) != 1)
		die("value");
	a = X509_ATTRIBUTE_create(nid, type, s);
	if (a == NULL || CMS_signed_add1_attr(si, a) != 1)
		die("attribute");
	X509_ATTRIBUTE_free(a);
}

static CMS_ContentInfo *
sign(X509 *signer, EVP_PKEY *key, X509 *along, const char *oid,
    const unsigned char *value, int len, unsigned times)
{
	BIO *in = BIO_new_mem_buf(body, (int)sizeof body - 1);
	CMS_ContentInfo *ci = CMS_sign(
	    NULL, NULL, NULL, in, CMS_PARTIAL | CMS_BINARY | CMS_DETACHED);
	CMS_SignerInfo *si = ci == NULL
	    ? NULL
	    : CMS_add1_signer(ci, signer, key, EVP_sha256(), CMS_BINARY);
	int type = value[0] == 0x30 ? V_ASN1_SEQUENCE
	    : value[0] == 0x04	    ? V_ASN1_OCTET_STRING
				    : V_ASN1_OTHER;

	if (si == NULL || (along != NULL && CMS_add1_cert(ci, along) != 1))
		die("sign");
	if (type == V_ASN1_OCTET_STRING) {
		value += 2;
		len -= 2;
	}
	while (times-- > 0)
		attribute_add(si, oid, type, value, len);
	if (CMS_final(ci, in, NULL, CMS_BINARY | CMS_DETACHED) != 1)
		die("final");
	BIO_free(in);
	return ci;
}

static void
write_mail(const char *name, CMS_ContentInfo *ci)
{
	FILE *f = open_file(name, ".eml", "w");
	BIO *out = BIO_new_fp(f, BIO_NOCLOSE), *b64 = BIO_new(BIO_f_base64());

	fprintf(f,
	    "From: bob@partner.example\nMIME-Version: 1.0\n"
	    "Content-Type: multipart/signed; boundary=b\n\n--b\n%s\n--b\n"
	    "Content-Type: application/pkcs7-signature\n"
	    "Content-Transfer-Encoding: base64\n\n",
	    body);
	BIO_push(b64, out);
	if (i2d_CMS_bio(b64, ci) != 1)
		die(name);
	(void)BIO_flush(b64);
	BIO_free_all(b64);
	fprintf(f, "\n--b--\n");
	fclose(f);
}

/* An element of any length, indefinite, so that none need be known. */
static void
wrap_write(BIO *out, const char *head, size_t n)
{
	BIO_write(out, head, (int)n);
}

/*
 * CompressedData (RFC 3274) around what stands in the file NAME.part: the
 * mail NAME-in-compressed-data.  Debian's openssl has no zlib.
 */
static void
write_compressed(const char *from, const char *to, int level, size_t pad)
{
	static const char head[] =
	    "\x30\x80\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09"
	    "\xa0\x80\x30\x80\x02\x01\x00\x30\x0d\x06\x0b"
	    "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x03\x08"
	    "\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
	    "\xa0\x80\x24\x80\x04\x83";
	static const char end[12] = {0};
	FILE *in = open_file(from, ".part", "r");
	FILE *f = open_file(to, ".eml", "w");
	size_t size = 65536 + pad, n;
	unsigned char *plain = calloc(1, size), *packed = malloc(size);
	uLongf len = size;
	BIO *b64 = BIO_new(BIO_f_base64());

	if (plain == NULL || packed == NULL)
		die("memory");
	n = fread(plain, 1, 65536, in) + pad;
	fclose(in);
	if (compress2(packed, &len, plain, n, level) != Z_OK)
		die("compress");
	fprintf(f,
	    "From: bob@partner.example\n"
	    "Content-Type: application/pkcs7-mime; "
	    "smime-type=compressed-data; name=smime.p7z\n"
	    "Content-Transfer-Encoding: base64\n\n");
	BIO_push(b64, BIO_new_fp(f, BIO_NOCLOSE));
	wrap_write(b64, head, sizeof head - 1);
	wrap_write(
	    b64, (char[]){(char)(len >> 16), (char)(len >> 8), (char)len}, 3);
	BIO_write(b64, packed, (int)len);
	wrap_write(b64, end, sizeof end);
	(void)BIO_flush(b64);
	BIO_free_all(b64);
	fclose(f);
	free(plain);
	free(packed);
}

/*
 * The octets over which the attributes of "noattr"'s sister were signed,
 * sent as the content of a signature without attributes.
 */
static void
write_stripped(X509 *signer, EVP_PKEY *key)
{
	/* SET OF with one attribute is enough of a shape. */
	static const char set[] = "1\x0c\x30\x0a\x06\x03\x55\x04\x03\x31\x03"
				  "\x0c\x01x";
	BIO *in = BIO_new_mem_buf(set, (int)sizeof set - 1);
	CMS_ContentInfo *ci =
	    CMS_sign(signer, key, NULL, in, CMS_BINARY | CMS_NOATTR);
	FILE *f = open_file("stripped", ".eml", "w");
	BIO *b64 = BIO_new(BIO_f_base64());

	fprintf(f,
	    "From: bob@partner.example\n"
	    "Content-Type: application/pkcs7-mime\n"
	    "Content-Transfer-Encoding: base64\n\n");
	BIO_push(b64, BIO_new_fp(f, BIO_NOCLOSE));
	if (ci == NULL || i2d_CMS_bio(b64, ci) != 1)
		die("stripped");
	(void)BIO_flush(b64);
	BIO_free_all(b64);
	fclose(f);
	CMS_ContentInfo_free(ci);
	BIO_free(in);
}

int
main(int argc, char **argv)
{
	unsigned char value[4096];
	X509 *signer, *named, *along;
	CMS_ContentInfo *ci;
	EVP_PKEY *key;
	size_t i;
	int len;

	if (argc != 2 || chdir(argv[1]) != 0)
		die("usage: sign_mail FOLDER");
	signer = read_certificate("bob");
	key = read_key("bob");
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		named = rows[i].named ? read_certificate(rows[i].named) : NULL;
		along = rows[i].along ? read_certificate(rows[i].along) : NULL;
		len = value_write(rows[i].value, named, value);
		ci = sign(
		    signer, key, along, rows[i].oid, value, len, rows[i].times);
		write_mail(rows[i].name, ci);
		CMS_ContentInfo_free(ci);
		X509_free(named);
		X509_free(along);
	}
	write_stripped(signer, key);
	write_compressed("protocol", "compressed", 9, 0);
	write_compressed("opaque", "compressedopaque", 1, 0);
	write_compressed("unsigned", "compressedplain", 9, 0);
	if (rename("compressed.eml", "compressed.part") != 0)
		die("compressed.part");
	write_compressed("compressed", "compressedtwice", 9, 0);
	write_compressed("protocol", "compressed", 9, 0);
	write_compressed("unsigned", "bomb", 9, 4000000);
	X509_free(signer);
	EVP_PKEY_free(key);
	return 0;
}
