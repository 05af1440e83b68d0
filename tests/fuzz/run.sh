#!/bin/sh
#
# run.sh SECONDS [TARGET...]: fuzzes each target for so many seconds of
# processor time, one line of result each.  "make fuzz" calls it, in a build
# configured with CC=clang --enable-fuzzers --enable-sanitizers.
#
# fuzz-work/TARGET/ keeps the corpus from run to run; it starts with the seeds
# of seeds.sh, as far as they reach something of their own.  Logs are in
# fuzz-logs/, what is found in fuzz-findings/: an input that belongs into
# tests/fuzz/corpus/TARGET/ with the correction.  Ends with 1 when there is
# any.

set -eu
seconds=$1
shift
top=${srcdir:-.}
[ $# -gt 0 ] || set -- ./tests/fuzz/*_fuzz
export ASAN_OPTIONS="quarantine_size_mb=32:${ASAN_OPTIONS:-}"
mkdir -p fuzz-findings fuzz-work fuzz-logs
ticks=$(getconf CLK_TCK)

# cpu PID: seconds of processor time
cpu() {
	awk -v t="$ticks" '{ sub(/^.*\) /, ""); print int(($12 + $13) / t) }' \
		"/proc/$1/stat" 2>/dev/null || echo 0
}

# options for every start of target $name
options="-timeout=10 -rss_limit_mb=1024 -max_len=65536"

# Seeds that reach something, once.
start() {
	[ -d fuzz-seeds ] || "$top/tests/fuzz/seeds.sh" fuzz-seeds
	mkdir -p "fuzz-seeds/$name"
	mkdir "fuzz-work/$name"
	# shellcheck disable=SC2086 # options are many
	"$target" $options -merge=1 -artifact_prefix="fuzz-findings/$name-" \
		"fuzz-work/$name" "$top/tests/fuzz/corpus/$name" \
		"fuzz-seeds/$name" >"fuzz-logs/$name.merge" 2>&1 || :
}

# value NAME: of the last -print_final_stats
value() {
	sed -n "s/^stat::$1: *//p" "fuzz-logs/$name.log" | tail -n 1
}

# covered WORD: what the last line of progress says of cov: or ft:
covered() {
	sed -n "s/^#.* $1: \([0-9]*\).*/\1/p" "fuzz-logs/$name.log" |
		tail -n 1
}

fuzz() {
	# shellcheck disable=SC2086
	"$target" $options -print_final_stats=1 \
		-dict="$top/tests/fuzz/certharvest.dict" \
		-artifact_prefix="fuzz-findings/$name-" \
		"fuzz-work/$name" "$top/tests/fuzz/corpus/$name" \
		>"fuzz-logs/$name.log" 2>&1 &
	pid=$!
	trap 'kill $pid 2>/dev/null; exit 1' INT TERM
	spent=0
	while kill -0 $pid 2>/dev/null; do
		now=$(cpu $pid)
		[ "$now" -lt "$spent" ] || spent=$now
		if [ "$spent" -ge "$seconds" ]; then
			kill -USR1 $pid 2>/dev/null || :
			break
		fi
		sleep 1
	done
	wait $pid && status=0 || status=$?
	trap - INT TERM
	found=$(find fuzz-findings -name "$name-*" ! -name '*slow-unit*' |
		wc -l)
	printf '%-16s %6s s cpu %10s runs %6s inputs %6s edges %7s features ' \
		"$name" "$spent" "$(value number_of_executed_units)" \
		"$(find "fuzz-work/$name" -type f | wc -l)" \
		"$(covered cov)" "$(covered ft)"
	if [ "$status" -eq 0 ] && [ "$found" -eq 0 ]; then
		echo "0 findings"
		return
	fi
	echo "FINDINGS: $found in fuzz-findings/, exit status $status"
	tail -n 40 "fuzz-logs/$name.log"
	bad=1
}

bad=0
for target; do
	name=$(basename "$target" _fuzz)
	[ -d "fuzz-work/$name" ] || start
	fuzz
done
exit $bad
