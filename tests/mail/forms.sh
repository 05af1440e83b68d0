# Every form of a good signature.

# by the openssl command alone
sign plain bob
sign opaque bob -nodetach
sign stream bob -nodetach -stream
sign keyid bob -keyid
sign noattr bob -noattr
sign cades bob -cades
sign sha512 bob -md sha512
sign pss bob -keyopt rsa_padding_mode:pss
sign ec ec
sign brainpool brainpool
sign chain bob -certfile ca.pem
sign manynames manynames
edit crlf 's/$/\r/; s/\r\r$/\r/' plain

# detached, by hand
blob detached bob
detached protocol detached.p7
detached xprotocol detached.p7 "$signed\"application/x-pkcs7-signature\"" \
	"application/x-pkcs7-signature; name=smime.p7s"
detached noprotocol detached.p7 'multipart/signed; boundary="b"' \
	"$p7s; name=smime.p7s"
detached wrongprotocol detached.p7 "${signed}\"application/octet-stream\"" \
	'application/octet-stream; name="smime.p7s"'
detached textplain detached.p7 'multipart/signed; boundary=b' \
	'text/plain; name=SMIME.P7S'

# opaque, by hand
blob whole bob -nodetach
blob pieces bob -nodetach -stream
opaque mime whole.p7 \
	'application/pkcs7-mime; smime-type=signed-data; name=smime.p7m'
opaque xmime whole.p7 application/x-pkcs7-mime
opaque wronghint whole.p7 'application/pkcs7-mime; smime-type=enveloped-data'
opaque octets whole.p7 'application/octet-stream; name="Mail.P7M"'
opaque pieces pieces.p7
