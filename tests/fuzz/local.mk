# tests/fuzz/: a new target is a row in fuzz_targets, a file x_fuzz.c, its
# two lines below and a folder corpus/x.  With --enable-fuzzers (clang) they
# are libFuzzer programs: tests/fuzz/x_fuzz -max_total_time=60 NEW CORPUS.
# Without it they replay files, and make check gives them their corpus.  Where
# frames are of a version, a program x_seeds writes seeds for each build.
fuzz_targets = \
	tests/fuzz/address_fuzz \
	tests/fuzz/authres_fuzz \
	tests/fuzz/certificate_fuzz \
	tests/fuzz/cms_fuzz \
	tests/fuzz/content_type_fuzz \
	tests/fuzz/control_fuzz \
	tests/fuzz/crl_fuzz \
	tests/fuzz/from_fuzz \
	tests/fuzz/judge_wire_fuzz \
	tests/fuzz/mark_fuzz \
	tests/fuzz/message_fuzz \
	tests/fuzz/mta_wire_fuzz \
	tests/fuzz/directory_wire_fuzz \
	tests/fuzz/dn_fuzz \
	tests/fuzz/keytab_fuzz \
	tests/fuzz/ldif_fuzz \
	tests/fuzz/phrase_fuzz \
	tests/fuzz/security_fuzz \
	tests/fuzz/search_filter_fuzz \
	tests/fuzz/settings_fuzz \
	tests/fuzz/snapshot_fuzz \
	tests/fuzz/spool_fuzz \
	tests/fuzz/srv_fuzz \
	tests/fuzz/tlv_fuzz

fuzz_main = tests/fuzz/fuzz.h
fuzz_der = tests/fuzz/der_tree.c tests/fuzz/der_tree.h \
	tests/fuzz/seal.c tests/fuzz/seal.h tests/fuzz/seal_key.h
if WITH_FUZZERS
fuzz_der += tests/fuzz/der_mutate.c tests/fuzz/der_mutate.h
fuzz_der_mutator = tests/fuzz/der_mutator.c
fuzz_mail_mutator = tests/fuzz/mail_mutator.c
else
fuzz_main += tests/fuzz/replay.c
endif
tests_fuzz_authres_fuzz_SOURCES = tests/fuzz/authres_fuzz.c $(fuzz_main)
tests_fuzz_authres_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_certificate_fuzz_SOURCES = tests/fuzz/certificate_fuzz.c $(fuzz_main) \
	$(fuzz_der) $(fuzz_der_mutator)
tests_fuzz_certificate_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_cms_fuzz_SOURCES = tests/fuzz/cms_fuzz.c $(fuzz_main) \
	$(fuzz_der) $(fuzz_der_mutator)
tests_fuzz_cms_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_control_fuzz_SOURCES = tests/fuzz/control_fuzz.c $(fuzz_main)
tests_fuzz_control_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_crl_fuzz_SOURCES = tests/fuzz/crl_fuzz.c $(fuzz_main) \
	$(fuzz_der) $(fuzz_der_mutator)
tests_fuzz_crl_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_from_fuzz_SOURCES = tests/fuzz/from_fuzz.c $(fuzz_main)
tests_fuzz_from_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_judge_wire_fuzz_SOURCES = tests/fuzz/judge_wire_fuzz.c $(fuzz_main)
tests_fuzz_judge_wire_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_mark_fuzz_SOURCES = tests/fuzz/mark_fuzz.c $(fuzz_main)
tests_fuzz_mark_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_message_fuzz_SOURCES = tests/fuzz/message_fuzz.c $(fuzz_main) \
	$(fuzz_der) $(fuzz_mail_mutator)
tests_fuzz_message_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_mta_wire_fuzz_SOURCES = tests/fuzz/mta_wire_fuzz.c \
	cli/mta_wire.c $(fuzz_main)
tests_fuzz_mta_wire_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_directory_wire_fuzz_SOURCES = tests/fuzz/directory_wire_fuzz.c $(fuzz_main)
tests_fuzz_directory_wire_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_dn_fuzz_SOURCES = tests/fuzz/dn_fuzz.c $(fuzz_main)
tests_fuzz_dn_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_keytab_fuzz_SOURCES = tests/fuzz/keytab_fuzz.c $(fuzz_main)
tests_fuzz_keytab_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_security_fuzz_SOURCES = tests/fuzz/security_fuzz.c $(fuzz_main)
tests_fuzz_security_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_ldif_fuzz_SOURCES = tests/fuzz/ldif_fuzz.c $(fuzz_main)
tests_fuzz_ldif_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_snapshot_fuzz_SOURCES = tests/fuzz/snapshot_fuzz.c $(fuzz_main)
tests_fuzz_snapshot_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_srv_fuzz_SOURCES = tests/fuzz/srv_fuzz.c $(fuzz_main)
tests_fuzz_srv_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_spool_fuzz_SOURCES = tests/fuzz/spool_fuzz.c $(fuzz_main)
tests_fuzz_spool_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_address_fuzz_SOURCES = tests/fuzz/address_fuzz.c $(fuzz_main)
tests_fuzz_address_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_content_type_fuzz_SOURCES = tests/fuzz/content_type_fuzz.c $(fuzz_main)
tests_fuzz_content_type_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_phrase_fuzz_SOURCES = tests/fuzz/phrase_fuzz.c $(fuzz_main)
tests_fuzz_phrase_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_search_filter_fuzz_SOURCES = tests/fuzz/search_filter_fuzz.c $(fuzz_main)
tests_fuzz_search_filter_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_settings_fuzz_SOURCES = tests/fuzz/settings_fuzz.c $(fuzz_main)
tests_fuzz_settings_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_tlv_fuzz_SOURCES = tests/fuzz/tlv_fuzz.c $(fuzz_main)
tests_fuzz_tlv_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

check_PROGRAMS += $(fuzz_targets) tests/fuzz/directory_wire_seeds
AM_TESTS_ENVIRONMENT = FUZZ_TARGETS='$(fuzz_targets)'; export FUZZ_TARGETS;
dist_check_SCRIPTS += tests/fuzz/replay.sh tests/fuzz/run.sh \
	tests/fuzz/seeds.sh tests/fuzz/coverage.sh
EXTRA_DIST += tests/fuzz/replay.c tests/fuzz/der_mutate.c \
	tests/fuzz/der_mutate.h tests/fuzz/der_mutator.c \
	tests/fuzz/mail_mutator.c tests/fuzz/make-seal tests/mail/der.py \
	tests/fuzz/certharvest.dict \
	tests/fuzz/corpus
TESTS += tests/fuzz/replay.sh
CLEANFILES += tests/fuzz/*.out

# make fuzz FUZZ_SECONDS=600, in a build configured for it; FUZZ=tests/fuzz/x_fuzz
# for one of them.  Then make fuzz-coverage tells what was reached.
FUZZ_SECONDS = 60
FUZZ = $(fuzz_targets)
fuzz: $(fuzz_targets) tests/fuzz/directory_wire_seeds tests/mails/done tests/pki/done
	srcdir=$(srcdir) $(srcdir)/tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZ)
fuzz-coverage:
	srcdir=$(srcdir) $(srcdir)/tests/fuzz/coverage.sh
.PHONY: fuzz fuzz-coverage
