# smime/: hostile bytes in, harvest out.
noinst_LIBRARIES += smime/libsmime.a
smime_libsmime_a_SOURCES = \
	smime/attributes.c smime/attributes.h \
	smime/authres.c smime/authres.h \
	smime/bag.c smime/bag.h \
	smime/bulk.c smime/bulk.h \
	smime/choose.c smime/choose.h \
	smime/cms.c smime/cms.h \
	smime/compressed.c smime/compressed.h \
	smime/content.c smime/content.h \
	smime/content_type.c smime/content_type.h \
	smime/decode.c smime/decode.h \
	smime/explain.c smime/explain.h \
	smime/form.c smime/form.h \
	smime/from.c smime/from.h \
	smime/identity.c smime/identity.h \
	smime/inner.c smime/inner.h \
	smime/known.c smime/known.h \
	smime/message.c smime/message.h \
	smime/mismatch.c smime/mismatch.h \
	smime/phrase.c smime/phrase.h \
	smime/signature.c smime/signature.h \
	smime/smime.c smime/smime.h \
	smime/split.c smime/split.h \
	smime/tlv.c smime/tlv.h \
	smime/undo.c smime/undo.h \
	smime/undo_header.c \
	smime/undo_insert.c \
	smime/undo_lines.c
smime_libsmime_a_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS) $(GMIME_CFLAGS) \
	$(ZLIB_CFLAGS)
SMIME_LIBS = smime/libsmime.a $(GMIME_LIBS) $(ZLIB_LIBS)
