# milter/: the mail-facing program.  What a sessions process does with a
# message is a library, so that tests can have it without libmilter.
noinst_LIBRARIES += milter/libmilterside.a
milter_libmilterside_a_SOURCES = \
	milter/bucket.c milter/bucket.h \
	milter/candidate.c milter/candidate.h \
	milter/collect.c milter/collect.h \
	milter/control.c milter/control.h \
	milter/deliver.c milter/deliver.h \
	milter/fleet.c milter/fleet.h \
	milter/gauges.c milter/gauges.h \
	milter/generation.c milter/generation.h \
	milter/hello.c milter/hello.h \
	milter/judges.c milter/judges.h \
	milter/known.c milter/known.h \
	milter/listen.c milter/listen.h \
	milter/options.c milter/options.h \
	milter/judge_pool.c milter/judge_pool.h \
	milter/session.c milter/session.h \
	milter/setup.c milter/setup.h \
	milter/socket_name.c milter/socket_name.h \
	milter/supervisor.c milter/supervisor.h \
	milter/trust_source.c milter/trust_source.h
MILTER_SIDE_LIBS = milter/libmilterside.a

sbin_PROGRAMS += certharvest-milter
certharvest_milter_SOURCES = \
	milter/callbacks.c milter/callbacks.h \
	milter/listener_swap.c milter/listener_swap.h \
	milter/main.c \
	milter/sessions.c milter/sessions.h
certharvest_milter_LDADD = $(MILTER_SIDE_LIBS) $(CONFIG_LIBS) \
	$(SPOOL_LIBS) $(PKI_LIBS) $(BASE_LIBS) $(SETTINGS_LIBS) \
	$(CONFINE_LIBS) $(MILTER_LIBS) -lpthread
