# Sourced by the lint scripts: where the sources are, and how to complain.
# They run from make check (which sets srcdir) and by hand.
cd "${srcdir:-$(dirname "$0")/../..}" || exit 99

folders="base pki smime judge spool store directory config milter publisher \
cli tests"

# All C files, those of the tests last.
c_files() {
	find $folders -name '*.[ch]' 2>/dev/null | sort
}

# The end: complaints came on standard output as file:line: what, what to do.
finish() {
	if [ -s "$1" ]; then
		cat "$1"
		rm -f "$1"
		exit 1
	fi
	rm -f "$1"
	exit 0
}

found=$(mktemp) || exit 99
trap 'rm -f "$found"' EXIT
