#!/bin/sh
# certharvest try, as an administrator calls it: without settings, daemon,
# store or root, on good and on bad files.
set -u
top=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
pki=$top/tests/pki
status=0

fail() {
	echo "try.sh: $*"
	status=1
}

# has WORD...: each occurs in the output
has() {
	for word; do
		grep -qF -- "$word" out || {
			fail "$word is missing in:"
			cat out
		}
	done
}

# try STATUS ARGUMENT...
try() {
	want=$1
	shift
	"$top/certharvest" -f "" try "$@" >out 2>err
	got=$?
	[ $got = "$want" ] || {
		fail "try $*: status $got, not $want"
		cat err
	}
}

# mail NAME SIGNER FROM, in CRLF
mail() {
	printf 'Content-Type: text/plain\r\n\r\nHello\r\n' >body
	openssl cms -sign -in body -binary -crlfeol -signer "$pki/$2.pem" \
		-inkey "$pki/$2.key" -md sha256 -from "$3" \
		-to us@example.com -subject "$1" -out "$1.eml" 2>log ||
		fail "openssl: $(cat log)"
}

sha() {
	openssl x509 -in "$pki/$1.pem" -outform DER | openssl dgst -sha256 -r |
		cut -d ' ' -f 1
}

mail good bob bob@example.org
mail ec bob_ec 'Bob <Bob@Example.Org>'
mail eve bob eve@example.org
mail unknown bob_other bob@example.org
mail signonly sign bob@example.org
sed 's/Hello/Hullo/' good.eml >changed.eml
printf 'From: bob@example.org\r\n\r\nHello\r\n' >plain.eml
: >empty.eml

try 0 --json --anchors "$pki/ca.pem" good.eml
has '"file":"good.eml"' '"outcome":"publish"' '"reason":"ok"' \
	'"signature":"valid"' '"address":"bob@example.org"' \
	"\"signer.sha256\":\"$(sha bob)\"" \
	"\"certificate.sha256\":\"$(sha bob)\""
try 0 --anchors "$pki/ca.pem" good.eml
has 'publish' "$(sha bob)" 'O=Example' 'CN=Root' \
	'"Bob Example (example.org)"' 'nothing said by a server of ours'

# What the mail server found out, once the settings say which one; the name of
# a new contact, which is not that of somebody inside.
{
	echo 'Authentication-Results: mx.example.com;'
	echo ' dmarc=pass header.from=example.org;'
	echo ' dkim=pass header.d=example.org'
	sed 's/^From: .*/From: =?iso-8859-1?Q?B=F6b?= <bob@example.org>/' good.eml
} >authenticated.eml
cat >named.conf <<EOF
judge { authserv_id = "mx.example.com" }
directory { name_from = from }
site { names = { "Bob" } }
EOF
"$top/certharvest" -f named.conf try --json --anchors "$pki/ca.pem" \
	authenticated.eml >out 2>err || fail "try with named.conf: $(cat err)"
has '"outcome":"publish"' '"dmarc":"pass"' '"dkim":"pass"' \
	'"dkim_domain":"example.org"' '"phrase":"B\u00F6b"' \
	'"name":"bob@example.org"'

# Mail of a list, of a program, and for whom contacts are made.
{
	echo 'List-Id: The list (of ours) <list.example.org>'
	cat good.eml
} >list.eml
{
	echo 'Auto-Submitted: (it is) auto-generated; x=y'
	cat good.eml
} >program.eml
try 0 --anchors "$pki/ca.pem" list.eml good.eml
has 'of a mailing list (List-Id)' 'personal, as far as it says' \
	'none is made: create-bulk:' 'made where none is there' \
	'one that is there is refreshed'
try 0 --json --anchors "$pki/ca.pem" list.eml
has '"bulk":"list-id"' '"create.reason":"create-bulk"' '"outcome":"publish"'
try 0 --json --anchors "$pki/ca.pem" program.eml
has '"bulk":"auto-submitted"' '"create.reason":"create-bulk"'
try 0 --json --anchors "$pki/ca.pem" good.eml
has '"bulk":null' '"create.reason":"ok"' '"create.ou":null'
cat >attributes.conf <<EOF
directory {
	organization_from = any
	attributes = { "info = {address}, {organization}", "sn = x{surname}",
	    "title = {given_name}" }
}
EOF
"$top/certharvest" -f attributes.conf try --json --anchors "$pki/ca.pem" \
	good.eml >out 2>err || fail "try with attributes.conf: $(cat err)"
has '"create.attributes":{"company":"Example",' '"info":"bob@example.org, Example"' '"sn":"x"}'
"$top/certharvest" -f attributes.conf try --anchors "$pki/ca.pem" \
	good.eml >out 2>err || fail "try with attributes.conf: $(cat err)"
has '    company    "Example"'
cat >create.conf <<EOF
directory {
	create = listed
	create_domains = { "/nonexistent/partners.txt" }
}
EOF
"$top/certharvest" -f create.conf try --json --anchors "$pki/ca.pem" \
	good.eml >out 2>err || fail "try with create.conf: $(cat err)"
has '"outcome":"publish"'
grep -q 'create.conf:3: directory.create_domains: /nonexistent/partners.txt:0' \
	err || fail "nothing is said of the missing list: $(cat err)"
sed -i "s,/nonexistent,$work," create.conf
echo partner.example >partners.txt
"$top/certharvest" -f create.conf try --json --anchors "$pki/ca.pem" \
	good.eml >out 2>err || fail "try with create.conf: $(cat err)"
has '"create.reason":"create-listed"'

# Every file, also behind a bad one, one line each.
try 66 --json --anchors "$pki/ca.pem" good.eml missing.eml . ec.eml eve.eml \
	unknown.eml signonly.eml changed.eml plain.eml empty.eml
[ "$(wc -l <out)" = 10 ] || fail "$(wc -l <out) lines"
i=0
for want in publish/ok nothing/io nothing/io publish/ok refuse/not-from \
	hold/chain-unknown refuse/usage-encrypt refuse/digest-mismatch \
	nothing/unsigned; do
	i=$((i + 1))
	sed -n ${i}p out | grep -q "\"outcome\":\"${want%/*}\",\
\"reason\":\"${want#*/}\"" || fail "line $i is not $want: $(sed -n ${i}p out)"
done
grep -q missing.eml err || fail "nothing is said of the missing file"

# Standard input, a pipe, other anchors, another time.
try 0 --json --anchors "$pki/ca.pem" - <good.eml
has '"file":"-"' '"outcome":"publish"'
cat good.eml | try 0 --json --anchors "$pki/other.pem" -
cat good.eml | "$top/certharvest" -f "" try --json \
	--anchors "$pki/other.pem" - >out
has '"reason":"chain-unknown"'
try 0 --json --anchors "$pki/ca.pem" --at 2035-01-01T00:00:00Z good.eml
has '"reason":"cert-expired"' '"signature":"valid"'
mkdir anchors
cp "$pki/other.pem" "$pki/ca.pem" anchors
try 0 --json --anchors anchors good.eml
has '"outcome":"publish"'

# What OpenSSL must sort does not end a confined judge.
mails=$top/tests/mails
try 0 --json --anchors "$mails/ca.pem" "$mails/manynames.eml"
has '"outcome":"publish"'

# The site's rules.
printf 'site {\n own_domains = { "example.org" }\n}\n' >conf
"$top/certharvest" -f conf try --json --anchors "$pki/ca.pem" good.eml >out
has '"outcome":"refuse"' '"reason":"own-domain"' '"signature":"valid"'

# Calls that are wrong, and anchors that are none.
try 64
try 64 --at yesterday good.eml
try 64 --no-such-option good.eml
try 78 --anchors good.eml good.eml
try 78 --anchors missing.pem good.eml

# A hundred megabytes.
head -c 104857600 /dev/zero >large.eml
try 0 --json --anchors "$pki/ca.pem" large.eml
has '"reason":"too-large"'
try 0 --json --anchors "$pki/ca.pem" - <large.eml
has '"reason":"too-large"'
exit $status
