#!/bin/sh
# Give each fuzz target the files of its corpus.  FUZZ_TARGETS names the
# programs; the corpus of tests/fuzz/x_fuzz is tests/fuzz/corpus/x.
status=0
for target in $FUZZ_TARGETS; do
	name=$(basename "$target" _fuzz)
	corpus=${srcdir:-.}/tests/fuzz/corpus/$name
	set -- "$corpus"/*
	if [ ! -f "$1" ]; then
		echo "$corpus: no corpus for $target"
		status=1
	elif ! timeout 300 "./$target" "$@" >"$target.out" 2>&1; then
		echo "$target:"
		tail -n 40 "$target.out"
		status=1
	else
		echo "$target: $# files"
	fi
done
exit $status
