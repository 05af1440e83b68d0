# directory/: one harvest into one contact.  The library is what the
# publisher sees; the backends, and with them libldap, are in the child alone.
noinst_LIBRARIES += directory/libdirectory.a directory/libbackend.a
directory_libdirectory_a_SOURCES = \
	directory/child.c directory/child.h \
	directory/contact.c directory/contact.h \
	directory/create.c directory/create.h \
	directory/findings.c directory/findings.def directory/findings.h \
	directory/exchange.c directory/exchange.h \
	directory/fields.c directory/fields.def directory/fields.h \
	directory/mark.c directory/mark.h \
	directory/naming.c directory/naming.h \
	directory/noreply.c directory/noreply.h \
	directory/plan.c directory/plan.h \
	directory/plan_key_change.c directory/plan_key_change.h \
	directory/plan_refresh.c directory/plan_refresh.h \
	directory/plan_rivals.c directory/plan_rivals.h \
	directory/plan_shadows.c directory/plan_shadows.h \
	directory/plan_vanished.c directory/plan_vanished.h \
	directory/plan_withdraw.c directory/plan_withdraw.h \
	directory/rights.c directory/rights.h \
	directory/roster.c directory/roster.h \
	directory/wire.c directory/wire.h
DIRECTORY_LIBS = directory/libdirectory.a

directory_libbackend_a_SOURCES = \
	directory/ad.c directory/ad.h \
	directory/ad_apply.c \
	directory/ad_bind.c \
	directory/ad_call.c \
	directory/ad_connect.c \
	directory/ad_entry.c directory/ad_entry.h \
	directory/ad_find.c \
	directory/ad_forest.c directory/ad_forest.h \
	directory/ad_gc.c \
	directory/ad_helper.c directory/ad_helper.h \
	directory/ad_examine.c directory/ad_examine.h \
	directory/ad_examine_account.c \
	directory/ad_examine_rights.c \
	directory/ad_examine_schema.c \
	directory/ad_examine_server.c \
	directory/ad_hold.c directory/ad_hold.h \
	directory/ad_list.c \
	directory/ad_locate.c directory/ad_locate.h \
	directory/ad_named.c \
	directory/ad_page.c directory/ad_page.h \
	directory/ad_result.c directory/ad_result.h \
	directory/ad_root.c directory/ad_root.h \
	directory/ad_schema.c directory/ad_schema.h \
	directory/ad_seen.c directory/ad_seen.h \
	directory/ad_servers.c directory/ad_servers.h \
	directory/ad_srv.c directory/ad_srv.h \
	directory/ad_state.c directory/ad_state.h \
	directory/ad_tcp.c directory/ad_tcp.h \
	directory/ad_tls.c directory/ad_tls.h \
	directory/ad_watch.c directory/ad_watch.h \
	directory/backend.h \
	directory/directory.c directory/directory.h \
	directory/dn.c directory/dn.h \
	directory/hits.c directory/hits.h \
	directory/ldif.c directory/ldif.h \
	directory/ldif_change.c \
	directory/keytab.c directory/keytab.h \
	directory/ldif_file.c directory/ldif_file.h \
	directory/ldif_find.c \
	directory/ldif_list.c \
	directory/ldif_parse.c \
	directory/ldif_store.c directory/ldif_store.h \
	directory/news.h \
	directory/object.c directory/object.h \
	directory/security.c directory/security.h \
	directory/serve.c directory/serve.h \
	directory/turns.c directory/turns.h
directory_libbackend_a_CPPFLAGS = $(AM_CPPFLAGS) $(LDAP_CFLAGS)
BACKEND_LIBS = directory/libbackend.a $(DIRECTORY_LIBS) $(RESOLV_LIBS)

pkglibexec_PROGRAMS += certharvest-directory
certharvest_directory_SOURCES = directory/main.c
certharvest_directory_LDADD = $(BACKEND_LIBS) $(CONFIG_LIBS) \
	$(BASE_LIBS) $(LDAP_LIBS) $(SETTINGS_LIBS) -lpthread
