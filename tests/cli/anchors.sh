#!/bin/sh
# Who is believed: full signed mails below roots with every trust value of
# Mozilla's and every setting of trust.*, through certharvest try.
set -u
top=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
cp "$top/tests/pkcs11/roots.so" .
exec 2>log
status=0

fail() {
	echo "anchors.sh: $*"
	status=1
}

# root NAME; leaf NAME ISSUER; mail NAME SIGNER
key() {
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout "$1.key" -subj "/O=Test/CN=$1" -out "$1.csr"
}
ca='basicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\n'
root() {
	key "$1"
	printf "$ca" >ext
	openssl x509 -req -in "$1.csr" -signkey "$1.key" -days 3650 \
		-extfile ext -out "$1.pem"
	openssl x509 -in "$1.pem" -outform DER -out "$1.der"
}
intermediate() {
	key "$1"
	printf "$ca" >ext
	openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" \
		-set_serial 17 -days 3650 -extfile ext -out "$1.pem"
}
mail() {
	key "$1"
	printf '%s\n' 'basicConstraints=critical,CA:false' \
		'keyUsage=critical,digitalSignature,keyAgreement' \
		'extendedKeyUsage=emailProtection' \
		"subjectAltName=email:$1@$3" >ext
	openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" \
		-set_serial 4711 -days 20 -extfile ext -out "$1.pem"
	printf 'Content-Type: text/plain\r\n\r\nHello\r\n' >body
	openssl cms -sign -in body -binary -crlfeol -signer "$1.pem" \
		-inkey "$1.key" -md sha256 -from "$1@$3" -to us@example.com \
		-subject hello -out "$1.eml" || fail "$1.eml"
}

# settings LINE...: what stands in section trust
settings() {
	{
		echo 'trust {'
		echo "mozilla_module = \"$work/roots.so\""
		printf '%s\n' "$@"
		echo '}'
	} >conf
}

# expect MAIL OUTCOME REASON
expect() {
	"$top/certharvest" -f conf try --json "$1.eml" >out
	grep -q "\"outcome\":\"$2\",\"reason\":\"$3\"" out ||
		fail "$1 is not $2, $3: $(cat out log)"
}

for name in good past future verify bad unknown partner twice; do
	root $name
done
intermediate middle partner
mail alice good public.example
mail old past public.example
mail new future public.example
mail web verify public.example
mail dan bad public.example
mail una unknown public.example
mail bob partner partner.example
mail carl partner elsewhere.example
mail mia middle partner.example
mail tim twice partner.example
cat >roots <<'END'
good.der delegator -
past.der delegator 200101000000Z
future.der delegator 400101000000Z
verify.der must-verify -
bad.der distrusted -
unknown.der unknown -
twice.der delegator 200101000000Z
END

# The default.
settings
for row in alice/publish/ok new/publish/ok old/refuse/chain-distrusted \
	web/hold/chain-unknown dan/hold/chain-unknown \
	una/hold/chain-unknown bob/hold/chain-unknown; do
	IFS=/ read -r name outcome reason <<END
$row
END
	expect "$name" "$outcome" "$reason"
done

# A file of our own: also in DER, also beside Mozilla's, which it may lift.
settings "anchors = { \"mozilla\", \"$work/partner.der\" }"
expect alice publish ok
expect bob publish ok
expect carl publish ok
settings "anchors = \"$work/partner.pem\""
expect alice hold chain-unknown
expect bob publish ok
for list in "\"mozilla\", \"$work/past.pem\"" "\"$work/past.pem\", \"mozilla\""
do
	settings "anchors = { $list }"
	expect old publish ok
done
# ... but not what Mozilla distrusts by name, as long as we ask Mozilla.
settings "anchors = { \"mozilla\", \"$work/bad.pem\" }"
expect dan refuse chain-distrusted
settings "anchors = { \"$work/bad.pem\" }"
expect dan publish ok

# For a partner's domains alone.
settings "scoped_anchors = { \"partner.example: $work/partner.pem\" }"
expect alice publish ok
expect bob publish ok
expect carl refuse chain-domain
settings 'anchors = {}' \
	"scoped_anchors = \"partner.example: $work/partner.pem\""
expect alice hold chain-unknown
expect bob publish ok
# Twice: for all that any of them says.
settings "scoped_anchors = { \"a.example partner.example:$work/partner.pem\",
	\"Elsewhere.Example: $work/partner.der\" }"
expect bob publish ok
expect carl publish ok
settings "anchors = { \"$work/partner.pem\" }" \
	"scoped_anchors = { \"a.example: $work/partner.pem\" }"
expect carl publish ok
expect tim hold chain-unknown
settings
expect tim refuse chain-distrusted
settings "scoped_anchors = { \"partner.example: $work/twice.pem\" }"
expect tim publish ok

# Intermediates that the mail does not bring.
settings "anchors = \"$work/partner.pem\""
expect mia hold chain-unknown
settings "anchors = \"$work/partner.pem\"" \
	"intermediates = \"$work/middle.pem\""
expect mia publish ok
settings "intermediates = \"$work/middle.pem\""
expect mia hold chain-unknown

# What cannot be read is told, and the rest counts.
settings "anchors = { \"mozilla\", \"$work/missing.pem\" }"
: >log
expect alice publish ok
grep -q 'trust.anchors: .*missing.pem: No such file' log ||
	fail "nothing is said of a missing file"
printf 'trust { mozilla_module = "libno-such.so" }\n' >conf
: >log
expect alice hold chain-unknown
grep -q 'libnss3' log || fail "nothing is said of a missing module"
exit $status
