# Every form of a good signature.

# by the openssl command alone
sign plain bob
sign opaque bob -nodetach
sign stream bob -nodetach -stream
sign keyid bob -keyid
sign keyidopaque bob -keyid -nodetach
sign noattr bob -noattr
sign noattropaque bob -noattr -nodetach
sign cades bob -cades
sign sha384 bob -md sha384
sign sha512 bob -md sha512
sign pss bob -keyopt rsa_padding_mode:pss
sign pss384 bob -md sha384 -keyopt rsa_padding_mode:pss
sign pss512 bob -md sha512 -keyopt rsa_padding_mode:pss
sign pssnoattr bob -noattr -keyopt rsa_padding_mode:pss
sign psskey psskey -keyopt rsa_padding_mode:pss -certfile bobenc.pem
sign ec ec
sign ecnoattr ec -noattr
sign eckeyid ec -keyid
sign p384 P-384 -md sha384
sign p521 P-521 -md sha512
sign brainpool brainpoolP256r1
sign brainpool384 brainpoolP384r1 -md sha384
sign brainpool512 brainpoolP512r1 -md sha512
sign chain bob -certfile ca.pem
sign manynames manynames
edit crlf 's/$/\r/; s/\r\r$/\r/' plain

# detached, by hand
blob detached bob
detached protocol detached.p7
detached xprotocol detached.p7 "$signed\"application/x-pkcs7-signature\"" \
	"application/x-pkcs7-signature; name=smime.p7s"
detached xpart detached.p7 "$signed\"$p7s\"" application/x-pkcs7-signature
detached noprotocol detached.p7 'multipart/signed; boundary="b"' \
	"$p7s; name=smime.p7s"
detached wrongprotocol detached.p7 "${signed}\"application/octet-stream\"" \
	'application/octet-stream; name="smime.p7s"'
detached protocoltext detached.p7 "$signed\"$p7s\"" text/plain
detached textplain detached.p7 'multipart/signed; boundary=b' \
	'text/plain; name=SMIME.P7S'
detached micalgwrong detached.p7 \
	"multipart/signed; boundary=b; micalg=md5; protocol=\"$p7s\""
detached capitals detached.p7 \
	'Multipart/SIGNED; BOUNDARY=b; Protocol="APPLICATION/PKCS7-Signature"'
detached commented detached.p7 \
	"multipart (x)/ signed; (a;b) boundary (c)= \"b\" (d)"
detached foldedtype detached.p7 \
	"$(printf 'multipart/signed;\n\tprotocol="%s";\n\tboundary=\n "b"' $p7s)"
edit xtype '0,/^Content-Type:/s//content-TYPE:/'
detached dispositionname detached.p7 'multipart/signed; boundary=b' \
	"$(printf 'application/octet-stream\n%s; filename=smime.p7s' \
		'Content-Disposition: attachment')"
detached extendedname detached.p7 'multipart/signed; boundary=b' \
	"application/octet-stream; name*0*=utf-8''sm%C3%AFme; name*1=.p7s"
edit crlfhand 's/$/\r/'
edit crlfpart '/^--b$/,/^--b--$/s/$/\r/'
edit mixedlines '1~2s/$/\r/'
edit mbox '1s/^/From bob@partner.example Fri Nov 27 00:00:00 2026\n/'
edit onelineb64 ':a; N; $!ba; s/\([A-Za-z0-9+\/]\{64\}\)\n/\1/g'
edit spacedb64 's/^\([A-Za-z0-9+\/]\{60\}\)\(....\)$/ \1 \2 /'
edit nolast ':a; N; $!ba; s/--b--.*/--b--/'

# opaque, by hand
blob whole bob -nodetach
blob pieces bob -nodetach -stream
opaque mime whole.p7 \
	'application/pkcs7-mime; smime-type=signed-data; name=smime.p7m'
opaque nohint whole.p7 'application/pkcs7-mime; name=smime.p7m'
opaque xmime whole.p7 application/x-pkcs7-mime
opaque wronghint whole.p7 'application/pkcs7-mime; smime-type=enveloped-data'
opaque certshint whole.p7 'application/pkcs7-mime; smime-type=certs-only'
opaque octets whole.p7 'application/octet-stream; name="Mail.P7M"'
opaque octetsp7s whole.p7 'application/octet-stream; name=smime.p7s'
opaque octetsdisposition whole.p7 "$(printf 'application/octet-stream\n%s' \
	'Content-Disposition: attachment; filename="smime.p7m"')"
opaque opaquep7s whole.p7 'application/pkcs7-signature; name=smime.p7s'
opaque pieces pieces.p7
edit opaquecrlf 's/$/\r/' mime

# what is signed
# body NAME FORMAT: the openssl command signs that text
body() {
	text "$1" "$2"
	sign "$1" bob -in "$1.text"
}
body bodynoheader '\nHello\n'
body bodyempty ''
body bodylong 'Content-Type: text/plain\n\n%01000d\n'
body body8bit 'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGr\303\274\303\237e\n'
body bodybase64 'Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nSGVsbG8K\n'
body bodyqp 'Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nHe=6Clo =\n\n'
body bodyspaces 'Content-Type: text/plain  \n\nHello  \n\t\n \n\n\n'
body bodyfrom 'Content-Type: text/plain\n\nFrom here\n>From there\n.\n..\n'
body bodyhtml 'Content-Type: text/html\n\n<html><body>Hello</body></html>\n'
body bodycalendar 'Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n'
body bodytnef 'Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\neJ8+Ig==\n'
body bodymdn 'Content-Type: multipart/report; report-type=disposition-notification;\n boundary=r\n\n--r\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822;you@corp.example\nDisposition: manual-action/MDN-sent-manually; displayed\n\n--r--\n'
body bodymixed 'Content-Type: multipart/mixed; boundary=m\n\n--m\n\nHello\n--m\nContent-Type: image/png\n\nx\n--m--\n'
body bodyalternative 'Content-Type: multipart/alternative; boundary="=_a"\n\n--=_a\n\nHello\n--=_a\nContent-Type: text/html\n\n<p>Hello\n--=_a--\n'
body bodyforward 'Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: message/rfc822\n\nFrom: evil@elsewhere.example\n\nHello\n--m--\n'
printf 'Content-Type: application/octet-stream\r\n%s\r\n\r\n\000\001\r\002\377\r\r\n' \
	'Content-Transfer-Encoding: binary' >binary.crlf
enclose bodybinary bob binary.crlf

# signed once more: the outer signature is the one to see
inside plain >plain.part
openssl cms -encrypt -aes256 -in plain.part bob.pem >triple.part
openssl cms -sign -in body -signer alice.pem -inkey alice.key -nodetach \
	>opaqueinside.part
for part in plain triple opaqueinside; do
	sed 's/$/\r/' $part.part >$part.part.crlf
done
enclose triple bob triple.part.crlf
enclose signedopaque bob opaqueinside.part.crlf
from=alice@partner.example
enclose signedsigned alice plain.part.crlf
from=bob@partner.example
