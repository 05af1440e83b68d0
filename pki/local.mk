# pki/: certificates of strangers: facts, usage, chains.
noinst_LIBRARIES += pki/libpki.a
pki_libpki_a_SOURCES = \
	pki/addresses.c pki/addresses.h \
	pki/anchors.c pki/anchors.h \
	pki/authority.c pki/authority.h \
	pki/binding.c pki/binding.h \
	pki/certificate.c pki/certificate.h \
	pki/chain.c pki/chain.h \
	pki/chain_check.c pki/chain_check.h \
	pki/constraints.c pki/constraints.h \
	pki/cost.c pki/cost.h \
	pki/crypto.c pki/crypto.h \
	pki/crl.c pki/crl.h \
	pki/crl_list.c pki/crl_list.h \
	pki/crl_path.c pki/crl_path.h \
	pki/crl_point.c \
	pki/der.c pki/der.h \
	pki/gather.c pki/gather.h \
	pki/judge.c pki/judge.h \
	pki/mozilla.c pki/mozilla.h \
	pki/name.c pki/name.h \
	pki/pem_file.c pki/pem_file.h \
	pki/pool.c pki/pool.h \
	pki/revocation.c pki/revocation.h \
	pki/sigalg.c pki/sigalg.h \
	pki/skim.c pki/skim.h \
	pki/sources.c pki/sources.h \
	pki/upn.c pki/upn.h \
	pki/usage.c pki/usage.h \
	pki/validation.c pki/validation.h
pki_libpki_a_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) $(P11_CFLAGS)
PKI_LIBS = pki/libpki.a $(BASE_LIBS)
