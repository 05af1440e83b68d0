# The CMS itself: what may stand in it, what must not, and how it may be
# written.

# loosely written, as BER allows
der loose 4 detached.p7 >ber.p7
base64 ber.p7
detached ber ber.p7
der loose 4 whole.p7 >beropaque.p7
base64 beropaque.p7
opaque beropaque beropaque.p7
der at 1.0.4.0.3 detached.p7 >attributes.der
der loose 1 attributes.der >attributes.ber
put berattributes detached 1.0.4.0.3 attributes.ber
detached berattributes berattributes.p7
head -c 20 body.crlf >head.bytes
tail -c +21 body.crlf >tail.bytes
der make 04 head.bytes >head.04
der make 04 tail.bytes >tail.04
# nest NAME DEPTH: the content in pieces within pieces
nest() {
	der make 24i head.04 tail.04 >nest.24
	for level in $(seq "$2"); do
		der make 24i nest.24 >nest.tmp
		mv nest.tmp nest.24
	done
	put "$1" whole 1.0.2.1.0 nest.24
	opaque "$1" "$1.p7"
}
nest nestedpieces 2
nest deeppieces 40
der make 24i tail.04 head.04 >pieces.24
put swappedpieces whole 1.0.2.1.0 pieces.24
opaque swappedpieces swappedpieces.p7
der loose 1 bob.der >bob.ber
put bercertificate detached 1.0.3.0 bob.ber
detached bercertificate bercertificate.p7
# 30 82 xx xx becomes 30 84 00 00 xx xx
{ der hex 30840000; tail -c +3 detached.p7; } >longlength.p7
base64 longlength.p7
detached longlength longlength.p7
head -c -2 ber.p7 >unended.p7
base64 unended.p7
detached unended unended.p7
{ der hex 3f10; tail -c +2 detached.p7; } >longtag.p7
base64 longtag.p7
detached longtag longtag.p7

# certificates, in any order and company
# certs NAME FILE...: exactly these, in that order
certs() {
	name=$1
	shift
	der make a0 "$@" >certs.a0
	put "$name" detached 1.0.3 certs.a0
	detached "$name" "$name.p7"
}
certs reversed ca.der bob.der
certs doubled bob.der bob.der bob.der
sixteen="bob.der ca.der alice.der two.der any.der critical.der isca.der
	server.der office.der othersubject.der usagenone.der expired.der
	repudiate.der P-384.der P-521.der sub.der"
# shellcheck disable=SC2086 # a list
certs sixteen $sixteen
# shellcheck disable=SC2086
certs seventeen $sixteen below.der
(more="nsComment=$(printf '%020000d' 0)"
again large bob /CN=Bob/O=Partner $both $san)
certs largecert bob.der large.der
gen junk.version INT:1
der make a1 junk.version >junk.a1
der make a2 junk.version >junk.a2
der make a3 junk.version >junk.a3
certs attributecert junk.a1 bob.der junk.a2 junk.a3
gen sequence.der NULL
der make 30 sequence.der >notcert.der
certs notcert notcert.der bob.der
# openssl does not read on behind those
for name in attributecert notcert; do
	echo protocol >$name.asked
done
# another's, of the same issuer and serial number, and of the same key id
der at 0.1 bob.der >bob.serial
recert twin alice 0.1 bob.serial
certs samenumber twin.der bob.der
(keyid=$(openssl x509 -in bob.pem -noout -ext \
	subjectKeyIdentifier | tail -1 | tr -d ' :')
again sameid alice /CN=Alice/O=Partner $both email:alice@partner.example)
blob keyid bob -keyid
der make a0 sameid.der bob.der >certs.a0
put samekeyid keyid 1.0.3 certs.a0
detached samekeyid samekeyid.p7
blob signerknown knownsigner -nocerts
detached signerknown signerknown.p7
blob nocerts bob -nocerts
detached nocerts nocerts.p7

# revocation lists and what else may stand there
printf '' >nothing
der make 31 nothing >empty.31
der make a1 junk.a1 >crls.a1
der at 1.0.4 detached.p7 >signers.31
cat crls.a1 signers.31 >crls.both
put crls detached 1.0.4 crls.both
detached crls crls.p7
echo protocol >crls.asked
put nodigests detached 1.0.1 empty.31
detached nodigests nodigests.p7
put nosigner detached 1.0.4 empty.31
detached nosigner nosigner.p7
put nosigneropaque whole 1.0.4 empty.31
opaque nosigneropaque nosigneropaque.p7
printf 'Content-Type: text/plain\r\n\r\nHullo\r\n' >other.content
der make 04 other.content >other.04
put econtentother whole 1.0.2.1.0 other.04
detached econtentother econtentother.p7
put changedopaque whole 1.0.2.1.0 other.04
opaque changedopaque changedopaque.p7

# unsigned attributes: never listened to
# unsigned NAME OID VALUE
unsigned() {
	attribute unsigned.one "$2" "$3"
	der make a1 unsigned.one >unsigned.a1
	der at 1.0.4.0.5 detached.p7 >unsigned.04
	cat unsigned.04 unsigned.a1 >unsigned.both
	put "$1" detached 1.0.4.0.5 unsigned.both
	detached "$1" "$1.p7"
}
der at 1.0.4.0 detached.p7 >signerinfo.der
unsigned countersigned 1.2.840.113549.1.9.6 signerinfo.der
unsigned timestamped 1.2.840.113549.1.9.16.2.14 tstinfo.p7
der at 0.3 bobenc.der >bobenc.issuer
der at 0.1 bobenc.der >bobenc.serial
der make a0 bobenc.issuer bobenc.serial >prefer.a0
unsigned preferunsigned 1.2.840.113549.1.9.16.2.11 prefer.a0

# signed attributes
gen hello.utf8 UTF8:hello
extra unknownattribute 1.2.3.4 hello.utf8
detached unknownattribute unknownattribute.p7
for i in 1 2 3 4 5 6 7 8 9; do
	cat hello.utf8
done >hello.many
extra twiceunknown 1.2.3.4 hello.utf8 hello.utf8
detached twiceunknown twiceunknown.p7
extra manyvalues 1.2.3.4 hello.many
detached manyvalues manyvalues.p7
der at 1.0.4.0.3.0 detached.p7 >attribute.type
der at 1.0.4.0.3.1 detached.p7 >attribute.time
der at 1.0.4.0.3.2 detached.p7 >attribute.digest
der at 1.0.4.0.3.3 detached.p7 >attribute.capabilities
# attributes NAME FILE...: signed with exactly these
attributes() {
	name=$1
	shift
	resign "$name" detached bob "$@"
	detached "$name" "$name.p7"
}
attributes fewest attribute.type attribute.digest
attributes unsorted attribute.digest attribute.capabilities attribute.time \
	attribute.type
attributes nodigestattribute attribute.type attribute.time
attributes notypeattribute attribute.digest attribute.time
attributes twodigests attribute.type attribute.digest attribute.digest
attributes twotypeattributes attribute.type attribute.type attribute.digest
attributes twotimes attribute.type attribute.digest attribute.time \
	attribute.time
attribute attribute.badtime 1.2.840.113549.1.9.5 hello.utf8
attributes badtime attribute.type attribute.digest attribute.badtime
gen receipt.oid OID:1.2.840.113549.1.9.16.1.1
attribute attribute.other 1.2.840.113549.1.9.3 receipt.oid
attributes othertype attribute.other attribute.digest
attributes noattributes nothing
gen future.time UTCTIME:491231235959Z
attribute attribute.future 1.2.840.113549.1.9.5 future.time
attributes futuretime attribute.type attribute.digest attribute.future
