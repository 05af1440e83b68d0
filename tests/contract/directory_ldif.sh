#!/bin/sh
# The directory contract against the embedded backend, and what only a file
# can suffer.
srcdir=${srcdir:-.}
program=$PWD/certharvest-directory
contract=tests/contract/directory_contract
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

fail() {
	echo "not ok - $*"
	exit 1
}

publish() { # ADDRESS EXPECTED
	said=$("$contract" "$program" "$dir/certharvest.conf" publish "$1" 15000)
	case $said in
	"$2 "*) echo "ok - $1: $2" ;;
	*) fail "$1: $said, not $2" ;;
	esac
}

contacts() {
	cat "$srcdir/tests/contract/directory_prepared.ldif"
	sed 1d "$srcdir/tests/contract/directory_exchange.ldif"
}
contacts >"$dir/contacts.ldif"
: >"$dir/.contacts.ldif.1.tmp" # left by one that was killed
cat >"$dir/certharvest.conf" <<EOF
directory {
	backend = ldif
	file = "$dir/contacts.ldif"
	create_ou = "OU=Partners, DC=corp, DC=example"
	create_ous = { "big.example: OU=Sub,OU=Partners,DC=corp,DC=example" }
	bases = { "ou=partners,dc=corp,dc=example" }
}
EOF
"$contract" "$program" "$dir/certharvest.conf" "$dir/expected" exchange ||
	exit 1
[ ! -e "$dir/.contacts.ldif.1.tmp" ] || fail "a temporary file is left"
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

# Whom a filter says to be somebody else's is left alone, and nobody else is.
cp "$dir/contacts.ldif" "$dir/written.ldif"
contacts >"$dir/contacts.ldif"
sed -i 's/^	backend.*/&\
	managed_filter = "(|(cn=Target*)(description=*d*note*))"/' \
	"$dir/certharvest.conf"
publish target@partner.example "held managed"
publish plain@partner.example "held managed"
publish managed@partner.example "done ok"
publish mixed@partner.example "done ok"
sed -i '/managed_filter/d' "$dir/certharvest.conf"
mv "$dir/written.ldif" "$dir/contacts.ldif"

# Writers take turns.
for i in 1 2 3 4 5 6; do
	(publish "writer$i@partner.example" "done ok" >"$dir/writer$i") &
done
wait
cat "$dir"/writer?
[ "$(grep -c '^mail: writer' "$dir/contacts.ldif")" = 6 ] ||
	fail "six writers, and not six contacts"

# A file that is damaged is told of, and left as it is.
cp "$dir/contacts.ldif" "$dir/good.ldif"
echo "this is no LDIF" >>"$dir/contacts.ldif"
cp "$dir/contacts.ldif" "$dir/bad.ldif"
publish bad@partner.example "broken directory-file"
cmp -s "$dir/bad.ldif" "$dir/contacts.ldif" || fail "a damaged file changed"
: >"$dir/contacts.ldif"
publish bad@partner.example "broken directory-file"
[ ! -s "$dir/contacts.ldif" ] || fail "an emptied file was written"
mv "$dir/good.ldif" "$dir/contacts.ldif"
publish bad@partner.example "done ok"

# A file that is gone is a new one; a folder that is gone is not made.
rm "$dir/contacts.ldif"
publish new@partner.example "done ok"
sed "s,$dir/contacts,$dir/gone/contacts," "$dir/certharvest.conf" \
	>"$dir/gone.conf"
mv "$dir/gone.conf" "$dir/certharvest.conf"
publish new@partner.example "broken directory-file"
exit 0
