#include "pki/upn.h"

#include <string.h>
#include <strings.h>

#include <openssl/x509v3.h>

#include "base/bytes.h"

static bool
is_upn(const GENERAL_NAME *name)
{
	return name->type == GEN_OTHERNAME &&
	    OBJ_obj2nid(name->d.otherName->type_id) == NID_ms_upn;
}

/* The text of one; false: it is no text. */
static bool
upn_text(const GENERAL_NAME *name, struct span *out)
{
	const ASN1_TYPE *value = name->d.otherName->value;

	if (value->type != V_ASN1_UTF8STRING)
		return false;
	out->data = ASN1_STRING_get0_data(value->value.utf8string);
	out->len = (size_t)ASN1_STRING_length(value->value.utf8string);
	return true;
}

/* Whether s ends with tail, ignoring case. */
static bool
ends_with(struct span s, struct span tail)
{
	return s.len >= tail.len &&
	    strncasecmp((const char *)s.data + s.len - tail.len,
		(const char *)tail.data, tail.len) == 0;
}

/*
 * Whether the base covers the name: nothing (everybody), a whole name, a
 * host, or a dot and the domain that it is below.
 */
static bool
covers(struct span base, struct span name)
{
	const uint8_t *at;
	struct span host;

	if (base.len == 0)
		return true;
	if (name.len == 0 || (at = memrchr(name.data, '@', name.len)) == NULL)
		return false;
	host = (struct span){at + 1, name.len - (size_t)(at + 1 - name.data)};
	if (base.data[0] == '.')
		return host.len > base.len && ends_with(host, base);
	if (base.data[0] == '@') {
		base.data++;
		base.len--;
	}
	if (memchr(base.data, '@', base.len) != NULL)
		host = name;
	return host.len == base.len && ends_with(host, base);
}

/* Take the subtrees of User Principal Names out of the list. */
static STACK_OF(GENERAL_SUBTREE) * take_out(STACK_OF(GENERAL_SUBTREE) * from)
{
	STACK_OF(GENERAL_SUBTREE) *out = sk_GENERAL_SUBTREE_new_null();
	int i;

	for (i = sk_GENERAL_SUBTREE_num(from) - 1; out != NULL && i >= 0; i--)
		if (is_upn(sk_GENERAL_SUBTREE_value(from, i)->base) &&
		    sk_GENERAL_SUBTREE_push(
			out, sk_GENERAL_SUBTREE_value(from, i)) > 0)
			(void)sk_GENERAL_SUBTREE_delete(from, i);
	return out;
}

/* Whether one of the subtrees covers the name; bad: that cannot be told
 * (RFC 5280: minimum is 0 and maximum absent). */
static bool
any_covers(const STACK_OF(GENERAL_SUBTREE) * trees, const GENERAL_NAME *name,
    bool *bad)
{
	const GENERAL_SUBTREE *tree;
	struct span base, text;
	int i;

	for (i = 0; i < sk_GENERAL_SUBTREE_num(trees); i++) {
		tree = sk_GENERAL_SUBTREE_value(trees, i);
		if (tree->maximum != NULL ||
		    (tree->minimum != NULL &&
			ASN1_INTEGER_get(tree->minimum) != 0) ||
		    !upn_text(tree->base, &base) || !upn_text(name, &text))
			*bad = true;
		else if (covers(base, text))
			return true;
	}
	return false;
}

/* Every User Principal Name of x against both lists. */
static bool
names_hold(const X509 *x, const STACK_OF(GENERAL_SUBTREE) * permitted,
    const STACK_OF(GENERAL_SUBTREE) * excluded)
{
	GENERAL_NAMES *names =
	    X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	const GENERAL_NAME *name;
	bool ok = true, bad = false;
	int i;

	for (i = 0; ok && i < sk_GENERAL_NAME_num(names); i++) {
		name = sk_GENERAL_NAME_value(names, i);
		if (!is_upn(name))
			continue;
		ok = (sk_GENERAL_SUBTREE_num(permitted) == 0 ||
			 any_covers(permitted, name, &bad)) &&
		    !any_covers(excluded, name, &bad) && !bad;
	}
	GENERAL_NAMES_free(names);
	return ok;
}

bool
upn_constraints_hold(X509 *x, const X509 *ca)
{
	STACK_OF(GENERAL_SUBTREE) *permitted = NULL, *excluded = NULL;
	NAME_CONSTRAINTS *s;
	bool ok;

	s = X509_get_ext_d2i(ca, NID_name_constraints, NULL, NULL);
	if (s == NULL)
		return X509_get_ext_by_NID(ca, NID_name_constraints, -1) < 0;
	permitted = take_out(s->permittedSubtrees);
	excluded = take_out(s->excludedSubtrees);
	/* What is left is OpenSSL's to compare. */
	ok = permitted != NULL && excluded != NULL &&
	    NAME_CONSTRAINTS_check(x, s) == X509_V_OK &&
	    names_hold(x, permitted, excluded);
	sk_GENERAL_SUBTREE_pop_free(permitted, GENERAL_SUBTREE_free);
	sk_GENERAL_SUBTREE_pop_free(excluded, GENERAL_SUBTREE_free);
	NAME_CONSTRAINTS_free(s);
	return ok;
}
