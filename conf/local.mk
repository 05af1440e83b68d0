# conf/: samples and what systems want to know of us.
systemdsystemunit_DATA = \
	conf/certharvest-backup.service \
	conf/certharvest-digest.service \
	conf/certharvest-milter.service \
	conf/certharvest-publisher.service \
	conf/certharvest-pull@.service \
	conf/certharvest-sweep.service
dist_systemdsystemunit_DATA = \
	conf/certharvest-backup.timer \
	conf/certharvest-digest.timer \
	conf/certharvest-pull@.timer \
	conf/certharvest-sweep.timer
sysusersdir = $(prefix)/lib/sysusers.d
sysusers_DATA = conf/sysusers.d/certharvest.conf
tmpfilesdir = $(prefix)/lib/tmpfiles.d
tmpfiles_DATA = conf/tmpfiles.d/certharvest.conf
examplesdir = $(docdir)/examples
dist_examples_DATA = \
	conf/certharvest.conf \
	conf/exchange-worklist.ps1 \
	conf/grafana-dashboard.json \
	conf/postfix-main.cf \
	conf/prometheus-rules.yml \
	conf/prometheus-rules-test.yml \
	conf/sendmail.mc

conf_generated = $(systemdsystemunit_DATA) $(sysusers_DATA) $(tmpfiles_DATA)
CLEANFILES += $(conf_generated)
EXTRA_DIST += \
	conf/certharvest-backup.service.in \
	conf/certharvest-digest.service.in \
	conf/certharvest-milter.service.in \
	conf/certharvest-publisher.service.in \
	conf/certharvest-pull@.service.in \
	conf/certharvest-sweep.service.in \
	conf/sysusers.conf.in \
	conf/tmpfiles.conf.in

# folders are known to make alone, hence no AC_CONFIG_FILES
conf_edit = $(MKDIR_P) $(@D) && $(SED) \
	-e 's,[@]bindir[@],$(bindir),g' \
	-e 's,[@]sbindir[@],$(sbindir),g' \
	-e 's,[@]sysconfdir[@],$(sysconfdir),g' \
	-e 's,[@]localstatedir[@],$(localstatedir),g'

conf/certharvest-backup.service: conf/certharvest-backup.service.in
	$(AM_V_GEN)$(conf_edit) $(srcdir)/$@.in >$@
conf/certharvest-digest.service: conf/certharvest-digest.service.in
	$(AM_V_GEN)$(conf_edit) $(srcdir)/$@.in >$@
conf/certharvest-milter.service: conf/certharvest-milter.service.in
	$(AM_V_GEN)$(conf_edit) $(srcdir)/$@.in >$@
conf/certharvest-publisher.service: conf/certharvest-publisher.service.in
	$(AM_V_GEN)$(conf_edit) $(srcdir)/$@.in >$@
conf/certharvest-pull@.service: conf/certharvest-pull@.service.in
	$(AM_V_GEN)$(conf_edit) $(srcdir)/$@.in >$@
conf/certharvest-sweep.service: conf/certharvest-sweep.service.in
	$(AM_V_GEN)$(conf_edit) $(srcdir)/$@.in >$@
conf/sysusers.d/certharvest.conf: conf/sysusers.conf.in
	$(AM_V_GEN)$(conf_edit) $(srcdir)/conf/sysusers.conf.in >$@
conf/tmpfiles.d/certharvest.conf: conf/tmpfiles.conf.in
	$(AM_V_GEN)$(conf_edit) $(srcdir)/conf/tmpfiles.conf.in >$@

# The settings file is the administrator's once it is there.
install-data-local:
	@if test ! -f '$(DESTDIR)$(sysconfdir)/certharvest.conf'; then \
		$(MKDIR_P) '$(DESTDIR)$(sysconfdir)' && \
		$(INSTALL_DATA) $(srcdir)/conf/certharvest.conf \
			'$(DESTDIR)$(sysconfdir)/certharvest.conf'; \
	fi
# make uninstall takes it only while it is as it came
uninstall-local:
	@if cmp -s $(srcdir)/conf/certharvest.conf \
		'$(DESTDIR)$(sysconfdir)/certharvest.conf'; then \
		rm -f '$(DESTDIR)$(sysconfdir)/certharvest.conf'; \
	fi
