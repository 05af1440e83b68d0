# tests/bench/: programs that measure.  make check only builds them.
bench_programs = tests/bench/handover_bench
check_PROGRAMS += $(bench_programs)
