# tests/fuzz/: a new target is a row in fuzz_targets, a file x_fuzz.c, its
# two lines below and a folder corpus/x.  With --enable-fuzzers (clang) they
# are libFuzzer programs: tests/fuzz/x_fuzz -max_total_time=60 NEW CORPUS.
# Without it they replay files, and make check gives them their corpus.
fuzz_targets = \
	tests/fuzz/snapshot_fuzz \
	tests/fuzz/spool_fuzz

fuzz_main = tests/fuzz/fuzz.h
if !WITH_FUZZERS
fuzz_main += tests/fuzz/replay.c
endif
tests_fuzz_snapshot_fuzz_SOURCES = tests/fuzz/snapshot_fuzz.c $(fuzz_main)
tests_fuzz_snapshot_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_spool_fuzz_SOURCES = tests/fuzz/spool_fuzz.c $(fuzz_main)
tests_fuzz_spool_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)

check_PROGRAMS += $(fuzz_targets)
AM_TESTS_ENVIRONMENT = FUZZ_TARGETS='$(fuzz_targets)'; export FUZZ_TARGETS;
dist_check_SCRIPTS += tests/fuzz/replay.sh
EXTRA_DIST += tests/fuzz/replay.c tests/fuzz/corpus
TESTS += tests/fuzz/replay.sh
CLEANFILES += tests/fuzz/*.out
