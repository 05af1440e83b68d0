#!/bin/sh
# What the parsers of header values make of the tables of their tests, against
# what Python's libraries make of them.
status=77
srcdir=${srcdir:-.}
ask() {
	if ! /usr/bin/python3 -B -c "import $2" 2>/dev/null; then
		echo "SKIP: $1: no Python module $2"
		return
	fi
	if tests/unit/"$1"_test --table |
	    /usr/bin/python3 -B "$srcdir/tests/unit/$1_oracle.py"; then
		[ $status = 1 ] || status=0
	else
		status=1
	fi
}
ask authres authres
ask phrase email.header
# Values of From: that it makes itself; the module is part of Python.
if command -v /usr/bin/python3 >/dev/null; then
	if /usr/bin/python3 -B "$srcdir/tests/unit/from_oracle.py" \
		tests/unit/from_door; then
		[ $status = 1 ] || status=0
	else
		status=1
	fi
fi
exit $status
