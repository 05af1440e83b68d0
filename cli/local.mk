# cli/: the operator's command.  A verb is a row in verbs.def and a file.
bin_PROGRAMS += certharvest
certharvest_SOURCES = \
	cli/acl.c \
	cli/ask.c cli/ask.h \
	cli/broken.c \
	cli/csv.c cli/csv.h \
	cli/config.c \
	cli/confined.c cli/confined.h \
	cli/follow.c cli/follow.h \
	cli/digest.c cli/digest.h \
	cli/digest_faults.c \
	cli/digest_mail.c \
	cli/digest_sections.c \
	cli/doctor.c cli/doctor.h \
	cli/doctor_local.c \
	cli/log.c \
	cli/main.c \
	cli/mta.c cli/mta.h \
	cli/mta_message.c \
	cli/mta_wire.c cli/mta_wire.h \
	cli/order.c cli/order.h \
	cli/orders.c \
	cli/probe.c \
	cli/queue.c \
	cli/quote.c cli/quote.h \
	cli/report.c cli/report.h \
	cli/review.c cli/review.h \
	cli/review_show.c \
	cli/rules.c \
	cli/sendmail.c cli/sendmail.h \
	cli/show.c \
	cli/status.c \
	cli/store.c \
	cli/trust.c cli/trust.h \
	cli/trust_candidates.c \
	cli/trust_cas.c \
	cli/trust_say.c \
	cli/try.c cli/try.h \
	cli/try_facts.c cli/try_facts.h cli/try_print.c \
	cli/try_store.c cli/try_store.h \
	cli/verb.h \
	cli/verbs.def \
	cli/worklist.c \
	cli/would.c \
	cli/walk.c \
	cli/walks.c \
	cli/withdraw.c
certharvest_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
certharvest_LDADD = $(ADMISSION_LIBS) $(DIRECTORY_LIBS) $(PKI_LIBS) $(SPOOL_LIBS) $(STORE_LIBS) \
	$(CONFIG_LIBS) $(BASE_LIBS) $(SETTINGS_LIBS)
