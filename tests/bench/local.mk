# tests/bench/: programs that measure.  make check only builds them.
bench_programs = tests/bench/handover_bench tests/bench/known_bench \
	tests/bench/worst_bench
check_PROGRAMS += $(bench_programs)
check_PROGRAMS += tests/bench/empty_milter tests/bench/ldap_bench
tests_bench_empty_milter_LDADD = $(MILTER_LIBS) -lpthread
EXTRA_DIST += tests/bench/milter-bench tests/mail/worst_mail.py
