# Attacks on the form.

blob twosigners bob -nosmimecap -signer alice.pem -inkey alice.key
detached twosigners twosigners.p7
detached econtent whole.p7
opaque nocontent detached.p7
{ cat detached.p7; printf 'x'; } >trailing.p7
base64 trailing.p7
detached trailing trailing.p7
head -c 700 detached.p7 >truncated.p7
base64 truncated.p7
detached truncated truncated.p7
printf '%s\n' 'not ASN.1 at all' >noise.p7
base64 noise.p7
detached noise noise.p7
printf '\n' >empty.b64
detached empty empty
edit threeparts 's/^--b--$/--b\nContent-Type: text\/plain\n\nmore\n--b--/'
edit unclosed '/^--b--$/,$d'
edit onepart '/^--b$/,/^--b$/{/^--b$/!d}; 0,/^--b$/{/^--b$/d}'
edit twoboundaries 's/boundary=b;/boundary=b; boundary=c;/'
edit twotypes 's/^Subject:/Content-Type: text\/plain\nSubject:/'
edit rot13 's/Encoding: base64/Encoding: rot13/'
edit nul '1s/^/From: bob@partner.example\x00.evil.example\n/'
edit barecr '1s/^/X: y\rFrom: evil@elsewhere.example\n/'

# parts in another order, of another kind, in another encoding
{
	printf -- '--b\nContent-Type: %s\n' $p7s
	printf 'Content-Transfer-Encoding: base64\n\n'
	cat detached.p7.b64
	printf -- '\n--b\n'
	cat body
	printf -- '\n--b--\n'
} | letter swapped "$signed\"$p7s\""
{
	printf -- '--b'
	signature detached.p7
} | letter firstempty "$signed\"$p7s\""
printf '' >nothing
blob firstvoid bob -in nothing
{
	printf -- '--b'
	signature firstvoid.p7
} | letter firstvoid "$signed\"$p7s\""
{
	printf -- '--b\n'
	cat body
	printf -- '\n--b\n\n'
	cat detached.p7.b64
	printf -- '\n--b--\n'
} | letter headless "$signed\"$p7s\""
# bits NAME ENCODING: the signature as it is, not in base64
bits() {
	{
		printf -- '--b\n'
		cat body
		printf -- '\n--b\nContent-Type: %s\n' $p7s
		printf 'Content-Transfer-Encoding: %s\n\n' "$2"
		cat detached.p7
		printf -- '\n--b--\n'
	} | letter "$1" "$signed\"$p7s\""
}
bits bits binary
edit twoencodings '/^Content-Transfer/s/.*/&\nContent-Transfer-Encoding: 7bit/'
edit uuencoded 's/Encoding: base64/Encoding: x-uuencode/'
edit twoparttypes "s,^Content-Type: $p7s,&\\nContent-Type: text/plain,"
edit base64noise 's/^\(MII[A-Za-z0-9]\{20\}\)/\1!<>/'
edit encodedwhole 's/^MIME-Version:/Content-Transfer-Encoding: base64\n&/'
{
	header base64whole
	printf 'Content-Type: %s\n' "$signed\"$p7s\""
	printf 'Content-Transfer-Encoding: base64\n\n'
	sed '1,/^$/d' protocol.eml | openssl base64
} >base64whole.eml
edit binarywhole 's/^MIME-Version:/Content-Transfer-Encoding: 8bit\n&/'
edit twotypessigned 's/^Subject:/Content-Type: multipart\/signed; boundary=x\n&/'
edit typeafter 's/^Content-Type: mul.*/&\nContent-Type: text\/plain/'
{
	printf 'Content-Transfer-Encoding: base64\n'
	cat mime.eml
} >twoencodingsopaque.eml
head -c 200000 </dev/zero | openssl base64 >zeros.b64
{ cat detached.p7; head -c 300000 </dev/zero; } >padded.p7
base64 padded.p7
detached hugesignature padded.p7

# header blocks
edit noblank '/^Content-Type: mul/{n;d}'
edit nocolon 's/^Subject:.*/Subject/'
edit spacename 's/^Subject:/Sub ject:/'
edit barelf '1s/^/ folded\n/'
edit spaceline 's/^Subject:/X-A: b\n \nFrom: evil@elsewhere.example\n&/'
edit highname 's/^Subject:/Fr\xf6m:/'
edit nulvalue 's/^Subject:.*/Subject: a\x00b/'
edit crcrlf 's/$/\r\r/; /^\r\r$/s/.*/\r/'
{
	seq -f 'X-%.0f: y' 1001
	cat protocol.eml
} >manyfields.eml
{
	printf 'X-Long: %0300000d\n' 0
	cat protocol.eml
} >longheader.eml
edit longtype "s/boundary=b;/&$(printf ' x=%02100d;' 0)/"
edit longfrom "s/^From:.*/From: \"$(printf '%02100d' 0)\" <bob@partner.example>/"
edit manyparams "s/boundary=b;/&$(printf ' a=b;%.0s' $(seq 100))/"
edit protocoltwice 's/boundary=b;/protocol="application\/pgp-signature"; &/'
edit manypart "s,^Content-Type: $p7s,$(seq -f 'X-%.0f: y\n' 1001 | tr -d '\n')&,"
