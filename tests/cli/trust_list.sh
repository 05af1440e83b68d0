#!/bin/sh
# certharvest trust list: what is believed by default against the bundle for
# web servers, with the openssl command as the judge of fingerprints; scopes,
# intermediates, lists; names that would deceive a terminal.
set -u
top=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
exec 2>log
status=0
pki=$top/tests/pki
web=/etc/ssl/certs/ca-certificates.crt

fail() {
	echo "trust_list.sh: $*"
	status=1
}
# list STATUS ARGUMENT...
list() {
	want=$1
	shift
	"$top/certharvest" -f conf trust list "$@" >out
	got=$?
	[ $got = "$want" ] || fail "status $got, not $want: $(cat log)"
}
has() {
	for word; do
		grep -qF -- "$word" out || fail "$word is missing: $(cat out)"
	done
}
sha() {
	openssl x509 -in "$1" -outform DER | openssl dgst -sha256 -r |
		cut -d ' ' -f 1
}

# Every root of the bundle for web servers, as openssl reads it.
awk -v f=web '/BEGIN CERT/ { n++ } n { print > (f "." n) }' $web
for f in web.*; do
	echo "$(sha "$f") $(openssl x509 -in "$f" -noout -subject -nameopt \
		RFC2253)"
done | sort >web
: >conf
list 0 --json
grep -c '"kind":"anchor"' out >n
[ "$(cat n)" -gt 50 ] || fail "$(cat n) anchors"
tr ',{}' '\n\n\n' <out | sed -n 's/"sha256":"\(.*\)"/\1/p' | sort >mail
cut -d ' ' -f 1 web | sort >web.only
comm -23 mail web.only >mail-alone
comm -13 mail web.only >web-alone
[ -s mail-alone ] || fail "Mozilla's has no root that is for mail alone"
[ -s web-alone ] || fail "the bundle has no root that is for servers alone"
# By name: those that FACTS of S/MIME are about.  A later libnss3 may have
# other ones; then this list is to be looked at.
while read -r name; do
	grep -F "$name" out | tr ',{}' '\n\n\n' |
		sed -n 's/"sha256":"\(.*\)"/\1/p' >one
	[ -s one ] || fail "no anchor $name"
	grep -qxFf one mail-alone || fail "$name is in the bundle for servers"
done <<'END'
HARICA Client RSA Root CA 2021
HARICA Client ECC Root CA 2021
END
grep -qxFf web-alone mail && fail "a root for servers is an anchor"
grep -q ISRG web && ! grep -qF ISRG out || fail "ISRG Root X1 vouches for mail"
grep -qv '"public":true' out && fail "an anchor of Mozilla's is not public"
list 0
has '    from "mozilla"; RSA, 4096 bits; until 20' '    for all' \
	'anchor "CN=HARICA Client RSA Root CA 2021' \
	'    for all, of certificates from before 20'

# Everything else, sorted.
openssl x509 -in "$pki/sub.pem" -outform DER -out sub.cer
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key
printf 'R\t400101000000Z\t260101000000Z\t12\tunknown\t/CN=x\n' >index
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index\ndefault_md=sha256\n' >cnf
openssl ca -config cnf -gencrl -cert "$pki/ca.pem" -keyfile "$pki/ca.key" \
	-crldays 30 -out ca.crl || fail "no list"
openssl req -x509 -utf8 -key key -subj "$(printf \
	'/CN=A\033[31m root\342\200\256')" -days 9 -out odd.pem || fail odd
cat >conf <<END
trust {
	anchors = { "$pki/ca.pem", "$work/odd.pem" }
	scoped_anchors = { "partner.example .partner.example: $pki/other.pem",
	    "x.example: $pki/ca.pem" }
	intermediates = "$work/sub.cer"
	crls = "$work/ca.crl"
}
END
list 0
has "anchor \"CN=Root,O=Partner\"" "$(sha "$pki/ca.pem")" \
	"    for \"partner.example .partner.example\"" \
	'intermediate "CN=Mail CA,O=Partner"' "$(sha "$pki/sub.pem")" \
	'crl "CN=Root,O=Partner"' "ca.crl" '; 1 entries'
LC_ALL=C grep -q "$(printf '\033')\|$(printf '\342\200\256')" out &&
	fail "a name reaches the terminal as it is"
grep '^anchor' out | LC_ALL=C sort -c || fail "the anchors are not sorted"
list 0 --json
[ "$(wc -l <out)" = 5 ] || fail "$(wc -l <out) lines"
has '"domains":"partner.example .partner.example"' '"everywhere":true' \
	'"kind":"crl"' '"entries":1' '"public":false'
/usr/bin/python3 -c 'import json, sys
for line in open("out"): json.loads(line)' || fail "this is no JSON"

# What cannot be read is told, and the rest listed.
printf 'trust { anchors = { "%s", "/nonexistent.pem" } }\n' \
	"$pki/ca.pem" >conf
: >log
list 78
has 'CN=Root,O=Partner'
grep -q 'trust.anchors: .*/nonexistent.pem' log || fail "nothing is told"
list 64 more
"$top/certharvest" -f conf trust >out
[ $? = 64 ] || fail "trust alone is taken"
exit $status
