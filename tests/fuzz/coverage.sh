#!/bin/sh
#
# coverage.sh: how much of what reads strangers' bytes the fuzzers' corpora
# reach (fuzz-work/ of this build and tests/fuzz/corpus), and how much they
# and the unit tests together.  Builds once more, in coverage/, with clang's
# own counters; needs llvm-profdata and llvm-cov.  "make fuzz-coverage".

set -eu
top=$(cd "${srcdir:-.}" && pwd)
here=$PWD
sources='/(smime|pki)/|/base/(address|name|wire|judge_wire)[.]c'
version=$(clang --version | sed -n 's/.*version \([0-9]*\).*/\1/p')
mkdir -p coverage
cd coverage
[ -f Makefile ] || "$top/configure" CC=clang CFLAGS="-g -O1 \
	-fprofile-instr-generate -fcoverage-mapping" >configure.log
export LLVM_PROFILE_FILE="$PWD/build-%m.profraw"
make -s -j"$(nproc)" check TESTS= >build.log 2>&1 ||
	{ tail build.log; exit 1; }

# report WHAT OBJECT...: of the profiles with that name
report() {
	what=$1
	shift
	"llvm-profdata-$version" merge -sparse -o "$what.profdata" \
		"$what"-*.profraw
	first=$1
	shift
	objects=
	for o; do
		objects="$objects -object=$o"
	done
	# shellcheck disable=SC2086 # lists
	"llvm-cov-$version" report $first $objects \
		-instr-profile="$what.profdata" |
		awk -v what="$what" -v sources="$sources" '
		function percent(all, missed) {
			return all ? 100 * (all - missed) / all : 100
		}
		function row(name, r, rm, l, lm, b, bm) {
			printf "%-32s %7.1f %7.1f %7.1f\n", name,
			    percent(r, rm), percent(l, lm), percent(b, bm)
		}
		NR == 1 { print what ": percent of regions, lines, branches" }
		$1 ~ sources && /[.]c / {
			n = split($1, part, "/")
			folder = part[n - 1]
			row(folder "/" part[n], $2, $3, $8, $9, $11, $12)
			r[folder] += $2; rm[folder] += $3
			l[folder] += $8; lm[folder] += $9
			b[folder] += $11; bm[folder] += $12
		}
		END {
			for (f in r)
				row("all of " f "/", r[f], rm[f], l[f], lm[f],
				    b[f], bm[f])
		}'
}

rm -f fuzz-*.profraw tests-*.profraw
programs=
for program in tests/fuzz/*_fuzz; do
	name=$(basename "$program" _fuzz)
	programs="$programs $PWD/$program"
	LLVM_PROFILE_FILE="$PWD/fuzz-$name-%p.profraw"
	find "$top/tests/fuzz/corpus/$name" "$here/fuzz-work/$name" -type f \
		2>/dev/null | xargs -n 500 "$program"
done
# shellcheck disable=SC2086
report fuzz $programs

LLVM_PROFILE_FILE="$PWD/tests-%m-%p.profraw"
make -k check TESTS="$(echo tests/unit/*_test)" >check.log 2>&1 || grep '^FAIL' check.log || :
for f in fuzz-*.profraw; do
	ln -f "$f" "tests-$f"
done
for program in tests/unit/*_test; do
	programs="$programs $PWD/$program"
done
# shellcheck disable=SC2086
report tests $programs
