#!/bin/sh
# The directory contract against the embedded backend.
srcdir=${srcdir:-.}
program=$PWD/certharvest-directory
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

cp "$srcdir/tests/contract/directory_prepared.ldif" "$dir/contacts.ldif"
cat >"$dir/certharvest.conf" <<EOF
directory {
	backend = ldif
	file = "$dir/contacts.ldif"
	create_ou = "OU=Partners, DC=corp, DC=example"
	bases = { "ou=partners,dc=corp,dc=example" }
}
EOF
tests/contract/directory_contract "$program" "$dir/certharvest.conf" \
	"$dir/expected" || exit 1
if command -v python3 >/dev/null; then
	python3 -B "$srcdir/tests/contract/directory_oracle.py" \
		"$dir/expected" "$dir/contacts.ldif" || exit 1
fi
# OpenLDAP's own reader must take every line of it.
if command -v ldapadd >/dev/null; then
	ldapadd -n -f "$dir/contacts.ldif" >"$dir/out" 2>&1 || {
		cat "$dir/out"
		exit 1
	}
fi
exit 0
