#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "smime/authres.h"

#define ID "mx.corp.example"
#define DOMAIN "mail.partner.example"

/*
 * Values of Authentication-Results and what they say of DOMAIN: dmarc, dkim,
 * its domain.  odd: not as the RFC has it, or beyond what the oracle reads
 * (quotes around the id, comments around versions), which is not asked then.
 */
static const struct row {
	const char *value;
	const char *dmarc, *dkim, *domain;
	bool odd;
} rows[] = {
    {ID "; none", "", "", "", false},
    {ID " 1; none", "", "", "", false},
    {ID "; spf=pass smtp.mailfrom=" DOMAIN, "", "", "", false},
    {ID "; dmarc=pass header.from=" DOMAIN, "pass", "", "", false},
    {ID " 1; dmarc=pass header.from=" DOMAIN, "pass", "", "", false},
    {"\"" ID "\"; dmarc=pass header.from=" DOMAIN, "pass", "", "", true},
    {"MX.Corp.Example; DMARC=Pass Header.From=Mail.Partner.Example", "pass", "",
	"", false},
    {ID "; dmarc=fail header.from=" DOMAIN, "fail", "", "", false},
    {ID "; dmarc=temperror header.from=" DOMAIN, "temperror", "", "", false},
    {ID "; dmarc=pass header.from=evil.example", "none", "", "", false},
    {ID "; dmarc=none header.from=" DOMAIN, "none", "", "", false},
    {ID "; dmarc=pass", "pass", "", "", false},
    /* what filters write */
    {" " ID ";\r\n\tdkim=pass (2048-bit key; unprotected) "
     "header.d=partner.example header.i=@partner.example "
     "header.a=rsa-sha256 header.s=s1 header.b=\"Sh6Kc/a9\"",
	"", "pass", "partner.example", false},
    {ID ";\n dkim=pass header.d=partner.example header.s=a header.b=ab/c+d=;"
	";",
	"conflict", "conflict", "", true},
    {ID ";\n dkim=pass header.d=partner.example header.s=a header.b=ab/c+d=;",
	"", "pass", "partner.example", true},
    {ID ";\r\n\tdkim=pass header.d=partner.example header.s=k header.b=q;\r\n"
	"\tdmarc=pass (policy=reject) header.from=" DOMAIN ";\r\n"
	"\tspf=pass (mx: domain of \"<bob@x>\" designates 192.0.2.1) "
	"smtp.mailfrom=bob@" DOMAIN,
	"pass", "pass", "partner.example", true},
    {ID "; dmarc=pass (p=none dis=none) header.from=" DOMAIN, "pass", "", "",
	false},
    {ID "; dmarc=pass action=none header.from=" DOMAIN, "pass", "", "", true},
    {ID "; spf=none smtp.mailfrom=; dmarc=pass header.from=" DOMAIN, "pass", "",
	"", true},
    {ID "; spf=pass smtp.mailfrom=\"a b\"@x.example; dkim=none", "", "none", "",
	true},
    {ID "; dkim=fail reason=\"bad; header.d=x\" header.d=partner.example", "",
	"fail", "", false},
    {ID "; dkim=policy policy.dkim-rules=unsigned-subject header.d=" DOMAIN, "",
	"policy", "", false},
    /* comments and blanks wherever they may be */
    {"(a (b \\) c)) " ID " (d) 1 (e) ; (f) dmarc (g) / (h) 1 (i) = (j) pass "
     "(k) header (l) . (m) from (n) = (o) " DOMAIN " (p)",
	"pass", "", "", true},
    {ID ";dmarc=pass header.from=" DOMAIN "(x);dkim=none", "pass", "none", "",
	false},
    /* alignment */
    {ID "; dkim=pass header.d=" DOMAIN, "", "pass", DOMAIN, false},
    {ID "; dkim=pass header.d=PARTNER.example", "", "pass", "partner.example",
	false},
    {ID "; dkim=pass header.i=bob@partner.example", "", "pass",
	"partner.example", false},
    {ID "; dkim=pass header.i=@" DOMAIN, "", "pass", DOMAIN, false},
    {ID "; dkim=pass header.d=evil.example header.i=@" DOMAIN, "", "none", "",
	false},
    {ID "; dkim=pass header.d=example", "", "none", "", false},
    {ID "; dkim=pass header.d=artner.example", "", "none", "", false},
    {ID "; dkim=pass header.d=x.mail.partner.example", "", "none", "", false},
    {ID "; dkim=pass header.d=partner.example.evil.example", "", "none", "",
	false},
    {ID "; dkim=pass header.d=.partner.example", "", "none", "", true},
    {ID "; dkim=pass header.d=\"partner.example \"", "", "none", "", true},
    {ID "; dkim=pass", "", "none", "", false},
    {ID "; dkim=pass header.s=partner.example", "", "none", "", false},
    /* more than one of a method in one field */
    {ID "; dkim=pass header.d=list.example; dkim=pass header.d=partner.example",
	"", "pass", "partner.example", false},
    {ID "; dkim=fail header.d=partner.example; "
	"dkim=pass header.d=partner.example",
	"", "pass", "partner.example", false},
    {ID "; dkim=pass header.d=partner.example; "
	"dkim=permerror header.d=partner.example",
	"", "pass", "partner.example", false},
    {ID "; dkim=pass header.d=evil.example; dkim=fail header.d=" DOMAIN, "",
	"fail", "", false},
    {ID "; dkim=none; dkim=neutral header.d=" DOMAIN, "", "neutral", "", false},
    {ID "; dmarc=fail header.from=" DOMAIN "; dmarc=pass header.from=" DOMAIN,
	"conflict", "", "", false},
    /* versions, unknown words */
    {ID "; dmarc/1=pass header.from=" DOMAIN, "pass", "", "", false},
    {ID "; dmarc/2=pass header.from=" DOMAIN, "", "", "", true},
    {ID "; dmarc=bestguesspass header.from=" DOMAIN, "neutral", "", "", true},
    {ID "; dmarc=\"\" header.from=" DOMAIN, "neutral", "", "", true},
    {ID "; dmarc=conflict header.from=" DOMAIN, "neutral", "", "", true},
    {ID "; dkim-adsp=pass header.from=" DOMAIN, "", "", "", false},
    {ID "; x-dmarc=pass header.from=" DOMAIN, "", "", "", false},
    /* of others */
    {"evil.example; dmarc=pass header.from=" DOMAIN, "", "", "", false},
    {"x" ID "; dmarc=pass header.from=" DOMAIN, "", "", "", false},
    {ID ".evil.example; dmarc=pass header.from=" DOMAIN, "", "", "", false},
    {"(" ID ") evil.example; dmarc=pass header.from=" DOMAIN, "", "", "",
	false},
    {"evil.example (; " ID "; dmarc=pass)", "", "", "", true},
    {"dmarc=pass header.from=" DOMAIN, "", "", "", true},
    {"", "", "", "", true},
    /* hidden in comments, quotes and other values */
    {ID "; spf=pass (x; dmarc=pass header.from=" DOMAIN ")", "", "", "", false},
    {ID "; spf=pass reason=\"; dmarc=pass header.from=" DOMAIN "\"", "", "", "",
	false},
    {ID "; dmarc=fail reason=\"\\\"; dmarc=pass\" header.from=" DOMAIN, "fail",
	"", "", false},
    /* what cannot be read might have said anything */
    {ID "; dmarc=pass (header.from=" DOMAIN, "conflict", "conflict", "", true},
    {ID "; dmarc=pass reason=\"x header.from=" DOMAIN, "conflict", "conflict",
	"", true},
    {ID "; dmarc pass", "conflict", "conflict", "", true},
    {ID "; none; dmarc=pass header.from=" DOMAIN, "conflict", "conflict", "",
	true},
    {ID " 2; dmarc=pass header.from=" DOMAIN, "conflict", "conflict", "", true},
    {ID " dmarc=pass header.from=" DOMAIN, "conflict", "conflict", "", true},
};

static void
values(void **state)
{
	struct authentication a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		print_message("%s\n", rows[i].value);
		memset(&a, 0, sizeof a);
		if (authres_is_of(span_str(rows[i].value), ID))
			authres_add(span_str(rows[i].value), DOMAIN, &a);
		assert_string_equal(
		    authentication_name(a.dmarc), rows[i].dmarc);
		assert_string_equal(authentication_name(a.dkim), rows[i].dkim);
		assert_string_equal(a.dkim_domain, rows[i].domain);
	}
}

#define AR "Authentication-Results: "
#define PASS AR ID "; dmarc=pass header.from=" DOMAIN "\n"
#define FAIL AR ID ";\n dmarc=fail header.from=" DOMAIN "\n"
#define DKIM(d) AR ID "; dkim=pass header.d=" d "\n"

/* Header blocks, as a filter and a stranger write them one after the other. */
static const struct {
	const char *header;
	const char *dmarc, *dkim;
} blocks[] = {
    {"From: a@b.example\n", "", ""},
    {PASS "From: a@b.example\n", "pass", ""},
    {"Received: x\nFrom: a@b.example\n" PASS, "pass", ""},
    {"authentication-RESULTS : " ID "; dmarc=pass\n", "pass", ""},
    {"X-Authentication-Results: " ID "; dmarc=pass\n", "", ""},
    {DKIM("partner.example") PASS, "pass", "pass"},
    {PASS PASS, "pass", ""},
    {AR "evil.example; dmarc=pass header.from=" DOMAIN "\n" FAIL, "fail", ""},
    /* the forged one in front and behind */
    {PASS FAIL, "conflict", ""},
    {FAIL "Received: x\n" PASS, "conflict", ""},
    {FAIL PASS PASS, "conflict", ""},
    {DKIM("evil.example") DKIM("partner.example"), "", "conflict"},
    {AR ID "; dkim=none\n" DKIM("partner.example"), "", "conflict"},
    {AR ID "; dmarc=fail header.from=evil.example\n" PASS, "conflict", ""},
    {AR ID "; dmarc fail\n" PASS, "conflict", "conflict"},
    {"\n" PASS, "", ""},
};

static struct authentication
read_block(const char *header, const char *id)
{
	struct authentication a;
	struct reason why;
	struct message m;

	assert_int_equal(
	    message_scan(span_str(header), MESSAGE_MAIL, &m, &why), DONE);
	authres_read(&m, id, DOMAIN, &a);
	return a;
}

static void
fields(void **state)
{
	struct authentication a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
		print_message("%s\n", blocks[i].header);
		a = read_block(blocks[i].header, ID);
		assert_string_equal(
		    authentication_name(a.dmarc), blocks[i].dmarc);
		assert_string_equal(
		    authentication_name(a.dkim), blocks[i].dkim);
		assert_true((a.dkim == AUTHENTICATION_PASS) ==
		    (a.dkim_domain[0] != '\0'));
		/* Nobody is trusted unless the settings say whom. */
		a = read_block(blocks[i].header, "");
		assert_int_equal(a.dmarc, AUTHENTICATION_UNSAID);
		assert_int_equal(a.dkim, AUTHENTICATION_UNSAID);
	}
}

/* More than a filter writes, in fields, results and bytes. */
static void
caps(void **state)
{
	char text[4 * LIMIT_AUTHRES];
	struct authentication a;
	size_t n, i, len;

	(void)state;
	for (n = 1, len = 0; n <= LIMIT_AUTHRES_FIELDS + 1; n++) {
		len += (size_t)sprintf(text + len, "%s", PASS);
		a = read_block(text, ID);
		assert_int_equal(a.dmarc,
		    n <= LIMIT_AUTHRES_FIELDS ? AUTHENTICATION_PASS
					      : AUTHENTICATION_CONFLICT);
	}
	len = (size_t)sprintf(text, AR ID);
	for (i = 0; i <= LIMIT_AUTHRES_RESULTS; i++) {
		a = read_block(text, ID);
		assert_int_equal(a.dmarc,
		    i == 0 ? AUTHENTICATION_UNSAID : AUTHENTICATION_PASS);
		len += (size_t)sprintf(text + len, "; dmarc=pass");
	}
	a = read_block(text, ID);
	assert_int_equal(a.dmarc, AUTHENTICATION_CONFLICT);
	len = (size_t)sprintf(text, AR ID "; dmarc=pass (");
	memset(text + len, '(', LIMIT_AUTHRES);
	memset(text + len + LIMIT_AUTHRES, ')', LIMIT_AUTHRES + 1);
	text[len + 2 * LIMIT_AUTHRES + 1] = '\0';
	a = read_block(text, ID);
	assert_int_equal(a.dmarc, AUTHENTICATION_CONFLICT);
}

/* For tests/unit/oracles.sh: what authres_oracle.py is to agree with. */
static void
table_print(void)
{
	struct authentication a;
	size_t i;

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (rows[i].odd)
			continue;
		memset(&a, 0, sizeof a);
		if (authres_is_of(span_str(rows[i].value), ID))
			authres_add(span_str(rows[i].value), DOMAIN, &a);
		printf("%s\n%s\n", authentication_name(a.dmarc),
		    authentication_name(a.dkim));
		for (const char *p = rows[i].value; *p != '\0'; p++)
			if (*p != '\r')
				putchar(*p == '\n' ? ' ' : *p);
		putchar('\n');
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values),
	    cmocka_unit_test(fields),
	    cmocka_unit_test(caps),
	};

	if (argc == 2 && strcmp(argv[1], "--table") == 0) {
		table_print();
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
