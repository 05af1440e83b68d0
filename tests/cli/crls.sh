#!/bin/sh
# Revocation lists of every kind, made by the openssl command, and what try
# says of mails whose certificates they name or do not name.
set -u
top=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
exec 2>log
status=0

fail() {
	echo "crls.sh: $*"
	status=1
}

# cert NAME ISSUER SERIAL EXTENSION...; an issuer - is itself.
cert() {
	name=$1 issuer=$2 serial=$3
	shift 3
	printf '%s\n' "$@" >ext
	[ -e "$name.key" ] || openssl genpkey -algorithm EC \
		-pkeyopt ec_paramgen_curve:P-256 -out "$name.key"
	openssl req -new -key "$name.key" -subj "/O=Test/CN=$name" -out csr
	if [ "$issuer" = - ]; then
		set -- -signkey "$name.key"
	else
		set -- -CA "$issuer.pem" -CAkey "$issuer.key"
	fi
	openssl x509 -req -in csr -set_serial "$serial" -days 300 \
		-extfile ext -out "$name.pem" "$@" || fail "$name"
}
ca='basicConstraints=critical,CA:true'
mail() {
	cert "$1" "$2" "$3" 'basicConstraints=critical,CA:false' \
		'keyUsage=critical,digitalSignature,keyAgreement' \
		"subjectAltName=email:$1@example.org" \
		"crlDistributionPoints=URI:http://example.org/$2.crl"
	printf 'Content-Type: text/plain\r\n\r\nHello\r\n' >body
	openssl cms -sign -in body -binary -crlfeol -signer "$1.pem" \
		-inkey "$1.key" -md sha256 -certfile sub.pem \
		-from "$1@example.org" -to us@example.com -subject hello \
		-out "$1.eml" || fail "$1.eml"
}

# list FILE CA NEXT-UPDATE-DAYS INDEX-LINES EXTENSION...
list() {
	file=$1 by=$2 days=$3 entries=$4
	shift 4
	printf "$entries" >index
	echo 01 >number
	{
		printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index\n'
		printf 'crlnumber=number\ndefault_md=sha256\n'
		printf 'crl_extensions=e\n[e]\n'
		printf '%s\n' "$@"
	} >cnf
	if [ "$days" -lt 0 ]; then
		set -- -crl_lastupdate 20200101000000Z \
			-crl_nextupdate 20200201000000Z
	else
		set -- -crldays "$days"
	fi
	openssl ca -config cnf -gencrl -cert "$by.pem" -keyfile "$by.key" \
		-out "$file" "$@" || fail "$file"
}
# row SERIAL [REASON]: a line of openssl's index
row() {
	printf 'R\\t400101000000Z\\t260101000000Z%s\\t%s\\tunknown\\t/CN=x\\n' \
		"${2:+,$2}" "$1"
}

# expect MAIL OUTCOME REASON ARGUMENT...
expect() {
	mail=$1 outcome=$2 reason=$3
	shift 3
	"$top/certharvest" -f conf try --json "$@" "$mail.eml" >out
	grep -q "\"outcome\":\"$outcome\",\"reason\":\"$reason\"" out ||
		fail "$case: $mail is not $outcome, $reason: $(cat out log)"
}

# both OUTCOME REASON OUTCOME REASON: alice if_known and required
both() {
	expect alice "$1" "$2"
	expect alice "$3" "$4" --crls crls
}

cert root - 1 "$ca" 'keyUsage=critical,keyCertSign,cRLSign' \
	subjectKeyIdentifier=hash
cert sub root 0x77 "$ca" 'keyUsage=critical,keyCertSign,cRLSign'
cert nosign root 0x78 "$ca" 'keyUsage=critical,keyCertSign'
cert false - 1 "$ca" 'keyUsage=critical,keyCertSign,cRLSign'
mail alice sub 0x1234
mail bob sub 0xf234
mail carl root 0x1234
mail nora nosign 0x99
mkdir crls
cp nosign.pem signers.pem
cat >conf <<END
trust {
	anchors = "$work/root.pem"
	intermediates = { "$work/nosign.pem", "$work/signers.pem" }
	crls = "$work/crls"
}
END
# A list of sub's name by another key.
sed -n p sub.key >sub.keep
good='authorityKeyIdentifier=keyid'
point='issuingDistributionPoint=critical,@p'

case=none
both publish ok hold revocation-unknown
list crls/root.crl root 30 ''
case='the root alone'
both publish ok hold revocation-unknown
case=good
list crls/sub.crl sub 30 "$(row F234)$(row 12)"
both publish ok publish ok
expect bob refuse revoked
expect carl publish ok --crls crls
# openssl says the same
cat root.pem >all
openssl verify -crl_check_all -CAfile root.pem -untrusted sub.pem \
	-CRLfile crls/root.crl -CRLfile crls/sub.crl alice.pem >ossl ||
	fail "openssl does not take alice"
openssl verify -crl_check_all -CAfile root.pem -untrusted sub.pem \
	-CRLfile crls/root.crl -CRLfile crls/sub.crl bob.pem >ossl 2>&1 &&
	fail "openssl takes bob"
case=DER
openssl crl -in crls/sub.crl -outform DER -out crls/sub.der
rm crls/sub.crl
both publish ok publish ok
expect bob refuse revoked
case='the same serial number of another CA'
list crls/root.crl root 30 "$(row 1234)"
both publish ok publish ok
expect carl refuse revoked
case='the intermediate'
list crls/root.crl root 30 "$(row 77)"
both refuse revoked refuse revoked
list crls/root.crl root 30 ''
rm crls/sub.der

# What does not tell that alice is good, and what tells that she is not.
while IFS='|' read -r case days entries extensions known required; do
	rm -f crls/sub.crl
	eval "list crls/sub.crl sub $days \"\$(row ${entries:-0BAD})\" $extensions"
	# shellcheck disable=SC2086
	both $known $required
done <<'END'
out of date|-1|||publish ok|hold revocation-unknown
out of date, listed|-1|1234||refuse revoked|refuse revoked
listed, on hold|30|1234 certificateHold||refuse revoked|refuse revoked
a critical extension|30||'1.2.3.4=critical,ASN1:NULL'|publish ok|hold revocation-unknown
the same, listed|30|1234|'1.2.3.4=critical,ASN1:NULL'|refuse revoked|refuse revoked
an extension|30||'1.2.3.4=ASN1:NULL'|publish ok|publish ok
for users|30||'issuingDistributionPoint=critical,@p' '[p]' onlyuser=TRUE|publish ok|publish ok
for CAs|30||'issuingDistributionPoint=critical,@p' '[p]' onlyCA=TRUE|publish ok|hold revocation-unknown
for attributes|30|1234|'issuingDistributionPoint=critical,@p' '[p]' onlyAA=TRUE|publish ok|hold revocation-unknown
indirect|30||'issuingDistributionPoint=critical,@p' '[p]' indirectCRL=TRUE|publish ok|publish ok
indirect, listed|30|1234|'issuingDistributionPoint=critical,@p' '[p]' indirectCRL=TRUE|refuse revoked|refuse revoked
some reasons|30||'issuingDistributionPoint=critical,@p' '[p]' onlysomereasons=keyCompromise,CACompromise|publish ok|hold revocation-unknown
all reasons|30||'issuingDistributionPoint=critical,@p' '[p]' onlysomereasons=keyCompromise,CACompromise,affiliationChanged,superseded,cessationOfOperation,certificateHold,privilegeWithdrawn,AACompromise|publish ok|publish ok
her point|30||'issuingDistributionPoint=critical,@p' '[p]' fullname=URI:http://example.org/sub.crl|publish ok|publish ok
another point|30||'issuingDistributionPoint=critical,@p' '[p]' fullname=URI:http://example.org/2.crl|publish ok|hold revocation-unknown
another point, listed|30|1234|'issuingDistributionPoint=critical,@p' '[p]' fullname=URI:http://example.org/2.crl|refuse revoked|refuse revoked
a delta|30||'deltaCRL=critical,ASN1:INTEGER:1'|publish ok|hold revocation-unknown
a delta, listed|30|1234|'deltaCRL=critical,ASN1:INTEGER:1'|refuse revoked|refuse revoked
removed by a delta|30|1234 removeFromCRL|'deltaCRL=critical,ASN1:INTEGER:1'|publish ok|hold revocation-unknown
END

case='two that are for some reasons'
list crls/sub.crl sub 30 '' "$point" '[p]' \
	onlysomereasons=keyCompromise,CACompromise,affiliationChanged
list crls/sub2.crl sub 30 '' "$point" '[p]' onlysomereasons=superseded,\
cessationOfOperation,certificateHold,privilegeWithdrawn,AACompromise
both publish ok publish ok
rm crls/sub2.crl

case='by a false CA of that name'
cp sub.pem sub.true
rm sub.key
cert sub - 2 "$ca" 'keyUsage=critical,keyCertSign,cRLSign'
list crls/sub.crl sub 30 "$(row 1234)"
both publish ok hold revocation-unknown
cp sub.pem signers.pem
both publish ok hold revocation-unknown
cp sub.true sub.pem
cp sub.keep sub.key
case='by a key of the CA for lists alone, which nobody has seen'
rm sub.key
cert sub root 0x79 'keyUsage=critical,cRLSign'
list crls/sub.crl sub 30 "$(row F234)"
both publish ok hold revocation-unknown
case='by a key for lists alone, known from before'
cp sub.pem signers.pem
both publish ok publish ok
expect bob refuse revoked
case='by such a key that is revoked'
list crls/root.crl root 30 "$(row 79)"
both publish ok hold revocation-unknown
expect bob publish ok
list crls/root.crl root 30 ''
case='by a key that may not sign lists'
cert sub root 0x7a 'keyUsage=critical,digitalSignature'
cp sub.pem signers.pem
both publish ok hold revocation-unknown
expect bob publish ok
case='by a key that another CA of ours has certified'
cert sub carl 0x7b 'keyUsage=critical,cRLSign'
cp sub.pem signers.pem
both publish ok hold revocation-unknown
expect bob publish ok
cp nosign.pem signers.pem
cp sub.true sub.pem
cp sub.keep sub.key
rm crls/sub.crl
list crls/sub.crl sub 30 ''
case='by a CA that may not'
sed 's/^/ /' root.pem >/dev/null
list crls/nosign.crl nosign 30 "$(row 99)"
expect nora publish ok
expect nora hold revocation-unknown --crls crls
case='in PEM, two in one file, with words'
list one.crl sub 30 "$(row F234)" "$good"
list two.crl root 30 ''
rm crls/*
{
	echo words
	cat one.crl two.crl
} >crls/both.pem
both publish ok publish ok
expect bob refuse revoked

case='damaged'
openssl crl -in one.crl -outform DER -out one.der
head -c 200 one.der >crls/cut.crl
cp one.der crls/more.crl
echo >>crls/more.crl
echo '<html>' >crls/page.crl
: >log
both publish ok publish ok
grep -q 'trust.crls: .*cut.crl: list 1: no revocation list' log ||
	fail "nothing is said of cut.crl: $(cat log)"
grep -q 'trust.crls: .*page.crl: no revocation list' log ||
	fail "nothing is said of page.crl: $(cat log)"
grep -q 'more.crl' log || fail "nothing is said of more.crl"
case='no such folder'
expect alice publish ok --anchors root.pem --crls crls
"$top/certharvest" -f conf try --anchors root.pem --crls nowhere alice.eml >out
[ $? = 78 ] || fail "nowhere is a folder of lists"
exit $status
