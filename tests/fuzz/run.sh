#!/bin/sh
#
# run.sh SECONDS [TARGET...]: fuzzes each target for so long with a copy of its
# corpus; what is found lies in fuzz-findings/.  "make fuzz" calls it, in a
# build configured with CC=clang --enable-fuzzers --enable-sanitizers.

set -eu
seconds=$1
shift
[ $# -gt 0 ] || set -- ./tests/fuzz/*_fuzz
mkdir -p fuzz-findings
for target; do
	name=$(basename "$target" _fuzz)
	mkdir -p "fuzz-work/$name"
	"$target" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 \
		-max_len=65536 -print_final_stats=1 \
		-dict="${srcdir:-.}/tests/fuzz/certharvest.dict" \
		-artifact_prefix="fuzz-findings/$name-" \
		"fuzz-work/$name" "${srcdir:-.}/tests/fuzz/corpus/$name"
done
