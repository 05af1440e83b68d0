#!/bin/sh
# Functions of at most 80 lines and files of at most 500 (tests and tables
# aside), and no notes to ourselves.
. "$(dirname "$0")/common.sh"

c_files | xargs awk '
FNR == 501 && FILENAME !~ /^tests\// {
	printf "%s:501: more than 500 lines; split the file by what it " \
	    "promises\n", FILENAME
}
FNR == 1 { start = 0; callback = 0 }
/(^|[^A-Z])(XXX|TODO|FIXME)([^A-Z]|$)/ {
	printf "%s:%d: a note to ourselves; do it or open an issue\n", \
	    FILENAME, FNR
}
FILENAME ~ /^tests\// { next }
# a libmilter callback translates and delegates: 25 lines with its braces
/^[a-z_]+\(SMFICTX/ { callback = 1 }
/^{/ { start = FNR }
/^}/ {
	if (start && callback && FNR - start + 1 > 25)
		printf "%s:%d: a libmilter callback of %d lines; 25 is the " \
		    "limit, delegate\n", FILENAME, start, FNR - start + 1
	callback = 0
	if (start && FNR - start + 1 > 80)
		printf "%s:%d: a function of %d lines; 80 is the limit, " \
		    "give a step a name of its own\n", FILENAME, start, \
		    FNR - start + 1
	start = 0
}' >"$found"
finish "$found"
