#include "pki/crl_list.h"
#include "pki/crypto.h"

static bool
has_name(const GENERAL_NAMES *names, const X509_NAME *name)
{
	const GENERAL_NAME *g;
	int i;

	for (i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		g = sk_GENERAL_NAME_value(names, i);
		if (g->type == GEN_DIRNAME &&
		    X509_NAME_cmp(g->d.directoryName, name) == 0)
			return true;
	}
	return false;
}

static bool
share_name(const GENERAL_NAMES *a, const GENERAL_NAMES *b)
{
	int i, k;

	for (i = 0; i < sk_GENERAL_NAME_num(a); i++)
		for (k = 0; k < sk_GENERAL_NAME_num(b); k++)
			if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(a, i),
				sk_GENERAL_NAME_value(b, k)) == 0)
				return true;
	return false;
}

/* Two names of a distribution point; either may be relative to an issuer, and
 * has then become a whole name. */
static bool
points_meet(const DIST_POINT_NAME *a, const DIST_POINT_NAME *b)
{
	if (a->type == 0 && b->type == 0)
		return share_name(a->name.fullname, b->name.fullname);
	if (a->type == 0)
		return has_name(a->name.fullname, b->dpname);
	if (b->type == 0)
		return has_name(b->name.fullname, a->dpname);
	return X509_NAME_cmp(a->dpname, b->dpname) == 0;
}

/* What a relative name of the certificate's is relative to: the issuer of
 * the list, which is the certificate's own or was compared before. */
static enum crl_relation
relate(const struct crl_list *l, X509 *x, DIST_POINT *p)
{
	if (p->CRLissuer != NULL
		? !l->crl.indirect || !has_name(p->CRLissuer, l->issuer)
		: X509_NAME_cmp(l->issuer, X509_get_issuer_name(x)) != 0)
		return CRL_FOREIGN;
	if (l->point == NULL)
		return CRL_MEANT;
	if (p->distpoint == NULL)
		return l->point->type == 0 && p->CRLissuer != NULL &&
			share_name(p->CRLissuer, l->point->name.fullname)
		    ? CRL_MEANT
		    : CRL_NAMED;
	if (DIST_POINT_set_dpname(p->distpoint, l->issuer) != 1)
		return CRL_NAMED;
	return points_meet(p->distpoint, l->point) ? CRL_MEANT : CRL_NAMED;
}

enum crl_relation
crl_list_relate(const struct crl_list *l, X509 *x)
{
	bool own = X509_NAME_cmp(l->issuer, X509_get_issuer_name(x)) == 0;
	enum crl_relation best = own ? CRL_NAMED : CRL_FOREIGN, one;
	STACK_OF(DIST_POINT) * points;
	int i;

	if (own && l->point == NULL)
		return CRL_MEANT;
	if (!own && !l->crl.indirect)
		return CRL_FOREIGN;
	points = X509_get_ext_d2i(x, NID_crl_distribution_points, NULL, NULL);
	for (i = 0; i < sk_DIST_POINT_num(points); i++) {
		one = relate(l, x, sk_DIST_POINT_value(points, i));
		best = one > best ? one : best;
	}
	sk_DIST_POINT_pop_free(points, DIST_POINT_free);
	crypto_forget_errors();
	return best;
}
