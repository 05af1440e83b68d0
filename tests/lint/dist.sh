#!/bin/sh
# Every file of a checkout is in the archive of a release, but for what only
# a checkout needs.
here=$(pwd)
. "$(dirname "$0")/common.sh"

if ! [ -d .git ] || ! command -v git >/dev/null || ! [ -f "$here/Makefile" ]
then
	echo "not a build of a checkout"
	exit 0
fi
MAKEFLAGS='' make -s -C "$here" --no-print-directory \
	--eval='list: ; @echo $(DISTFILES) $(am__configure_deps)' list |
	tr ' ' '\n' | sed "s,^$(pwd)/,,; s,^\.\./,,; s,^\./,," >"$found.dist"
# a name of the list may be a folder, with all that is in it
git ls-files | grep -v -e '^\.ci/' -e '^\.gitignore$' | awk '
FILENAME != "-" { listed[$0]; next }
{
	for (path = $0; !(path in listed); )
		if (!sub("/[^/]*$", "", path)) {
			print $0 ":1: is not in the archive of a release; " \
			    "add it to EXTRA_DIST"
			break
		}
}' "$found.dist" - >"$found"
rm -f "$found.dist"
finish "$found"
