#!/bin/sh
# What the pinned .clang-format makes of the sources; version 14 only,
# others differ.
. "$(dirname "$0")/common.sh"

for tool in clang-format-14 clang-format; do
	$tool --version 2>/dev/null | grep -q 'version 14\.' && break
	tool=
done
if [ -z "$tool" ]; then
	echo "clang-format 14 is not installed"
	exit 77
fi
c_files | xargs "$tool" --style=file --dry-run 2>&1 |
	sed -n "s/^\([^:]*:[0-9]*\):[0-9]*: .*/\1: not as $tool has it; \
run $tool -i on the file/p" | sort -u -t: -k1,1 >"$found"
finish "$found"
