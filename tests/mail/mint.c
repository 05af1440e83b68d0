/*
 * mint ISSUER ISSUER-KEY KEY FOLDER: many certificates, and mails signed with
 * them, faster than the openssl command.  ISSUER is an intermediate, KEY the
 * key of every partner.
 *
 * A line of standard input is one: address, name, start and end in seconds
 * since 1970, and "mail" or "-", with tabs between.  The certificate becomes
 * FOLDER/LINE.der, the mail FOLDER/LINE.eml.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

struct mint {
	X509 *issuer;
	EVP_PKEY *issuer_key, *key;
	unsigned long line;
};

struct order {
	const char *address, *name;
	time_t start, end;
	int mail;
};

static const char body[] =
    "Content-Type: text/plain; charset=utf-8\r\n\r\nGood morning.\r\n";

static void
die(const char *what)
{
	fprintf(stderr, "mint: %s\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static FILE *
open_file(const char *path, const char *mode)
{
	FILE *f = fopen(path, mode);

	if (f == NULL)
		die(path);
	return f;
}

static X509 *
read_certificate(const char *path)
{
	FILE *f = open_file(path, "r");
	X509 *x = PEM_read_X509(f, NULL, NULL, NULL);

	fclose(f);
	if (x == NULL)
		die(path);
	return x;
}

static EVP_PKEY *
read_key(const char *path)
{
	FILE *f = open_file(path, "r");
	EVP_PKEY *k = PEM_read_PrivateKey(f, NULL, NULL, NULL);

	fclose(f);
	if (k == NULL)
		die(path);
	return k;
}

static void
extension_add(struct mint *m, X509 *x, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	X509V3_set_ctx(&ctx, m->issuer, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	if (e == NULL || X509_add_ext(x, e, -1) != 1)
		die(value);
	X509_EXTENSION_free(e);
}

static void
name_add(X509_NAME *n, const char *field, const char *value)
{
	if (X509_NAME_add_entry_by_txt(n, field, MBSTRING_UTF8,
		(const unsigned char *)value, -1, -1, 0) != 1)
		die(value);
}

static void
serial_set(X509 *x)
{
	BIGNUM *n = BN_new();

	if (n == NULL || BN_rand(n, 120, BN_RAND_TOP_ONE, 0) != 1 ||
	    BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) == NULL)
		die("serial");
	BN_free(n);
}

static X509 *
issue(struct mint *m, const struct order *o)
{
	const char *domain = strchr(o->address, '@');
	X509 *x = X509_new();
	char san[512];

	if (x == NULL || domain == NULL || X509_set_version(x, 2) != 1)
		die(o->address);
	serial_set(x);
	X509_time_adj_ex(X509_getm_notBefore(x), 0, 0, (time_t[]){o->start});
	X509_time_adj_ex(X509_getm_notAfter(x), 0, 0, (time_t[]){o->end});
	name_add(X509_get_subject_name(x), "O", domain + 1);
	name_add(X509_get_subject_name(x), "CN", o->name);
	X509_set_issuer_name(x, X509_get_subject_name(m->issuer));
	X509_set_pubkey(x, m->key);
	snprintf(san, sizeof san, "email:%s", o->address);
	extension_add(m, x, NID_basic_constraints, "CA:FALSE");
	extension_add(
	    m, x, NID_key_usage, "critical,digitalSignature,keyEncipherment");
	extension_add(m, x, NID_ext_key_usage, "emailProtection");
	extension_add(m, x, NID_subject_alt_name, san);
	extension_add(m, x, NID_subject_key_identifier, "hash");
	extension_add(m, x, NID_authority_key_identifier, "keyid");
	if (X509_sign(x, m->issuer_key, EVP_sha256()) <= 0)
		die("sign");
	return x;
}

static void
write_mail(struct mint *m, X509 *x, const struct order *o)
{
	BIO *in = BIO_new_mem_buf(body, (int)sizeof body - 1);
	BIO *b64 = BIO_new(BIO_f_base64()), *text = BIO_new(BIO_s_mem());
	STACK_OF(X509) *along = sk_X509_new_null();
	CMS_ContentInfo *ci;
	char path[64], *data;
	long i, len;
	FILE *f;

	sk_X509_push(along, m->issuer);
	ci = CMS_sign(x, m->key, along, in, CMS_BINARY | CMS_DETACHED);
	if (ci == NULL)
		die("cms");
	BIO_push(b64, text);
	if (i2d_CMS_bio(b64, ci) != 1)
		die("cms");
	(void)BIO_flush(b64);
	snprintf(path, sizeof path, "%lu.eml", m->line);
	f = open_file(path, "w");
	fprintf(f,
	    "From: %s <%s>\r\nTo: Ann <ann@corp.example>\r\n"
	    "Subject: Offer\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
	    "Message-ID: <%lu.%ld.mint@partner.example>\r\n"
	    "MIME-Version: 1.0\r\nContent-Type: multipart/signed; "
	    "micalg=sha-256;\r\n protocol=\"application/pkcs7-signature\"; "
	    "boundary=\"--b\"\r\n\r\n----b\r\n%s\r\n----b\r\n"
	    "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\n",
	    o->name, o->address, m->line, (long)getpid(), body);
	len = BIO_get_mem_data(text, &data);
	for (i = 0; i < len; i++) {
		if (data[i] == '\n')
			fputc('\r', f);
		fputc(data[i], f);
	}
	fprintf(f, "----b--\r\n");
	fclose(f);
	CMS_ContentInfo_free(ci);
	sk_X509_free(along);
	BIO_free(in);
	BIO_free_all(b64);
}

static void
make(struct mint *m, char *line)
{
	struct order o = {.address = strsep(&line, "\t")};
	char path[64];
	FILE *f;
	X509 *x;

	o.name = strsep(&line, "\t");
	if (line == NULL)
		die("a line has five words");
	o.start = (time_t)strtoll(line, &line, 10);
	o.end = (time_t)strtoll(line, &line, 10);
	o.mail = strcmp(line, "\tmail\n") == 0;
	x = issue(m, &o);
	snprintf(path, sizeof path, "%lu.der", m->line);
	f = open_file(path, "w");
	if (i2d_X509_fp(f, x) != 1)
		die(path);
	fclose(f);
	if (o.mail)
		write_mail(m, x, &o);
	X509_free(x);
}

int
main(int argc, char **argv)
{
	struct mint m = {.line = 0};
	char *line = NULL;
	size_t size = 0;

	if (argc != 5)
		die("usage: mint ISSUER ISSUER-KEY KEY FOLDER");
	m.issuer = read_certificate(argv[1]);
	m.issuer_key = read_key(argv[2]);
	m.key = read_key(argv[3]);
	if (chdir(argv[4]) != 0)
		die(argv[4]);
	while (getline(&line, &size, stdin) > 0) {
		make(&m, line);
		m.line++;
	}
	free(line);
	X509_free(m.issuer);
	EVP_PKEY_free(m.issuer_key);
	EVP_PKEY_free(m.key);
	return 0;
}
