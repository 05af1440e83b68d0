# spool/: the hand-over from milter to publisher, and the snapshot back.
noinst_LIBRARIES += spool/libspool.a
spool_libspool_a_SOURCES = \
	spool/aside.c \
	spool/folder.c \
	spool/harvest_json.c \
	spool/inside.h \
	spool/json.c spool/json.h \
	spool/put.c \
	spool/scan.c spool/scan.h \
	spool/settings.h \
	spool/shares.c spool/shares.h \
	spool/snapshot.c spool/snapshot.h \
	spool/spool.h \
	spool/take.c \
	spool/usage.c spool/usage.h \
	spool/watch.c
spool_libspool_a_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
SPOOL_LIBS = spool/libspool.a $(JANSSON_LIBS)
