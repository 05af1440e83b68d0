# publisher/: the directory-facing program.  The rules of admission are a
# library of their own: certharvest try asks them too.
noinst_LIBRARIES += publisher/libadmission.a publisher/libpublisher.a
publisher_libadmission_a_SOURCES = \
	publisher/admission.c publisher/admission.h \
	publisher/admission_certificate.c \
	publisher/admission_policy.c \
	publisher/admission_rules.h \
	publisher/admission_sender.c \
	publisher/admission_word.c \
	publisher/domains.c publisher/domains.h \
	publisher/freemail.c publisher/freemail.h \
	publisher/policies.c publisher/policies.h \
	publisher/reviewing.c publisher/reviewing.h
ADMISSION_LIBS = publisher/libadmission.a

publisher_libpublisher_a_SOURCES = \
	publisher/authorities.c publisher/authorities.h \
	publisher/batch.c publisher/batch.h \
	publisher/client.c publisher/client.h \
	publisher/control.c publisher/control.h \
	publisher/forget.c publisher/forget.h \
	publisher/gauges.c publisher/gauges.h \
	publisher/group.c publisher/life.h \
	publisher/inside.h \
	publisher/intake.c publisher/intake.h \
	publisher/order_report.h \
	publisher/order_requests.c publisher/order_requests.h \
	publisher/peer.c publisher/peer.h \
	publisher/publish.c publisher/publish.h \
	publisher/publish_record.c \
	publisher/publisher.c publisher/publisher.h \
	publisher/recover.c publisher/recover.h \
	publisher/release.c publisher/release.h \
	publisher/reload.c \
	publisher/request_parts.c publisher/request_parts.h \
	publisher/requests.c \
	publisher/respect.c publisher/respect.h \
	publisher/retry.c publisher/retry.h \
	publisher/review_bound.c publisher/review_bound.h \
	publisher/review_requests.c publisher/review_requests.h \
	publisher/rule_requests.c publisher/rule_requests.h \
	publisher/scoping.c publisher/scoping.h \
	publisher/setup.c publisher/setup.h \
	publisher/shadows.c publisher/shadows.h \
	publisher/site_key.c publisher/site_key.h \
	publisher/snapshot.c publisher/snapshot.h \
	publisher/tidying.c publisher/tidying.h \
	publisher/trust.c publisher/trust.h \
	publisher/trust_requests.c publisher/trust_requests.h \
	publisher/standing.c publisher/standing.h \
	publisher/undo.c publisher/undo.h \
	publisher/undo_plan.c publisher/undo_plan.h \
	publisher/walk.c publisher/walk.h \
	publisher/walk_adopt.c \
	publisher/walk_look.c publisher/walk_look.h \
	publisher/walk_plan.c publisher/walk_plan.h \
	publisher/walk_rebuild.c \
	publisher/walk_requests.c publisher/walk_requests.h \
	publisher/walk_rollback.c \
	publisher/walk_settle.c publisher/walk_settle.h \
	publisher/walk_sweep.c publisher/walk_sweep.h \
	publisher/walk_tell.c \
	publisher/withdraw.c publisher/withdraw.h \
	publisher/work.c publisher/work.h \
	publisher/work_orders.c publisher/work_orders.h \
	publisher/writes.c publisher/writes.h
publisher_libpublisher_a_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
PUBLISHER_LIBS = publisher/libpublisher.a $(ADMISSION_LIBS)

sbin_PROGRAMS += certharvest-publisher
certharvest_publisher_SOURCES = publisher/main.c
certharvest_publisher_LDADD = $(PUBLISHER_LIBS) $(DIRECTORY_LIBS) \
	$(SPOOL_LIBS) $(STORE_LIBS) $(PKI_LIBS) $(CONFIG_LIBS) $(BASE_LIBS) \
	$(SETTINGS_LIBS) $(JANSSON_LIBS)

# the list is for people, too
BUILT_SOURCES += publisher/freemail.inc
CLEANFILES += publisher/freemail.inc
EXTRA_DIST += conf/freemail-domains.txt
publisher/freemail.inc: conf/freemail-domains.txt
	$(AM_V_GEN)$(MKDIR_P) publisher && \
	$(SED) -e '/^#/d' -e 's/.*/"&",/' $(srcdir)/conf/freemail-domains.txt >$@
