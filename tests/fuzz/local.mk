# tests/fuzz/: a new target is a row in fuzz_targets, a file x_fuzz.c, its
# two lines below and a folder corpus/x.  With --enable-fuzzers (clang) they
# are libFuzzer programs: tests/fuzz/x_fuzz -max_total_time=60 NEW CORPUS.
# Without it they replay files, and make check gives them their corpus.
fuzz_targets = \
	tests/fuzz/certificate_fuzz \
	tests/fuzz/cms_fuzz \
	tests/fuzz/control_fuzz \
	tests/fuzz/from_fuzz \
	tests/fuzz/judge_wire_fuzz \
	tests/fuzz/message_fuzz \
	tests/fuzz/directory_wire_fuzz \
	tests/fuzz/dn_fuzz \
	tests/fuzz/ldif_fuzz \
	tests/fuzz/snapshot_fuzz \
	tests/fuzz/spool_fuzz

fuzz_main = tests/fuzz/fuzz.h
if !WITH_FUZZERS
fuzz_main += tests/fuzz/replay.c
endif
tests_fuzz_certificate_fuzz_SOURCES = tests/fuzz/certificate_fuzz.c $(fuzz_main)
tests_fuzz_certificate_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_cms_fuzz_SOURCES = tests/fuzz/cms_fuzz.c $(fuzz_main)
tests_fuzz_cms_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_control_fuzz_SOURCES = tests/fuzz/control_fuzz.c $(fuzz_main)
tests_fuzz_control_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_from_fuzz_SOURCES = tests/fuzz/from_fuzz.c $(fuzz_main)
tests_fuzz_from_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_judge_wire_fuzz_SOURCES = tests/fuzz/judge_wire_fuzz.c $(fuzz_main)
tests_fuzz_judge_wire_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_message_fuzz_SOURCES = tests/fuzz/message_fuzz.c $(fuzz_main)
tests_fuzz_message_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_directory_wire_fuzz_SOURCES = tests/fuzz/directory_wire_fuzz.c $(fuzz_main)
tests_fuzz_directory_wire_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_dn_fuzz_SOURCES = tests/fuzz/dn_fuzz.c $(fuzz_main)
tests_fuzz_dn_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_ldif_fuzz_SOURCES = tests/fuzz/ldif_fuzz.c $(fuzz_main)
tests_fuzz_ldif_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_snapshot_fuzz_SOURCES = tests/fuzz/snapshot_fuzz.c $(fuzz_main)
tests_fuzz_snapshot_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_spool_fuzz_SOURCES = tests/fuzz/spool_fuzz.c $(fuzz_main)
tests_fuzz_spool_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

check_PROGRAMS += $(fuzz_targets)
AM_TESTS_ENVIRONMENT = FUZZ_TARGETS='$(fuzz_targets)'; export FUZZ_TARGETS;
dist_check_SCRIPTS += tests/fuzz/replay.sh tests/fuzz/run.sh
EXTRA_DIST += tests/fuzz/replay.c tests/fuzz/certharvest.dict \
	tests/fuzz/corpus
TESTS += tests/fuzz/replay.sh
CLEANFILES += tests/fuzz/*.out

# make fuzz FUZZ_SECONDS=600, in a build configured for it
FUZZ_SECONDS = 60
fuzz: $(fuzz_targets)
	srcdir=$(srcdir) $(srcdir)/tests/fuzz/run.sh $(FUZZ_SECONDS)
.PHONY: fuzz
