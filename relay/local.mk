# relay/: between relays in a DMZ and the publisher, a program for the shell.
sbin_SCRIPTS = relay/certharvest-pull
dist_examples_DATA += relay/relays
CLEANFILES += $(sbin_SCRIPTS)
EXTRA_DIST += relay/certharvest-pull.in

relay/certharvest-pull: relay/certharvest-pull.in
	$(AM_V_GEN)$(conf_edit) $(srcdir)/$@.in >$@ && chmod +x $@
