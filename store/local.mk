# store/: what became of every harvest, in SQLite.
noinst_LIBRARIES += store/libstore.a
store_libstore_a_SOURCES = \
	store/authority.c \
	store/authority.h \
	store/authority_say.c \
	store/backup.c \
	store/blot.c \
	store/broken.c \
	store/care.h \
	store/check.c \
	store/digest.c \
	store/digest.h \
	store/error.c \
	store/figures.c \
	store/figures.h \
	store/forget.c \
	store/forget.h \
	store/group.c \
	store/inside.h \
	store/intend.c \
	store/journal.c \
	store/newcomers.c \
	store/newcomers.h \
	store/next.c \
	store/open.c \
	store/past.c \
	store/observed.c \
	store/observed.h \
	store/orders.c \
	store/orders.h \
	store/published.c \
	store/review.c \
	store/review.h \
	store/review_look.c \
	store/review_trim.c \
	store/rules.c \
	store/rules.h \
	store/schema.c \
	store/seen.c \
	store/seen.h \
	store/settings.h \
	store/settle.c \
	store/show.c \
	store/size.c \
	store/state.c \
	store/statement.c \
	store/statements.def \
	store/statements_figures.def \
	store/statements_authority.def \
	store/statements_review.def \
	store/statements_policy.def \
	store/statements_tidy.def \
	store/statements_writes.def \
	store/store.h \
	store/take.c \
	store/tidy.c \
	store/tidy.h \
	store/undo.c \
	store/walk_lines.c \
	store/walk_write.c \
	store/walks.c \
	store/walks.h \
	store/worklist.c \
	store/writes.c \
	store/writes.h
store_libstore_a_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
STORE_LIBS = store/libstore.a $(SQLITE_LIBS)
