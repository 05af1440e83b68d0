#!/bin/sh
# Give each fuzz target the files of its corpus.  FUZZ_TARGETS names the
# programs; the corpus of tests/fuzz/x_fuzz is tests/fuzz/corpus/x, and what
# tests/fuzz/x_seeds writes, where there is such a program.
made=$(mktemp -d) || exit 1
trap 'rm -rf "$made"' EXIT
status=0
for target in $FUZZ_TARGETS; do
	name=$(basename "$target" _fuzz)
	corpus=${srcdir:-.}/tests/fuzz/corpus/$name
	set -- "$corpus"/*
	seeds=./tests/fuzz/${name}_seeds
	if [ -x "$seeds" ]; then
		mkdir "$made/$name"
		if ! "$seeds" "$made/$name"; then
			status=1
			continue
		fi
		set -- "$@" "$made/$name"/*
	fi
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
