# Forms that are not for us, and compressed-data around what may be.

detached pgp detached.p7 "$signed\"application/pgp-signature\"" \
	'application/pgp-signature; name=signature.asc'
openssl cms -encrypt -aes256 -in body -from "$from" -subject encrypted \
	bob.pem >encrypted.eml
openssl crl2pkcs7 -nocrl -certfile bob.pem -certfile ca.pem -outform DER \
	-out certs.p7
base64 certs.p7
opaque certsonly certs.p7 \
	'application/pkcs7-mime; smime-type=certs-only; name=smime.p7c'
{
	header unsigned
	printf '\n'
	cat body
} >unsigned.eml
{
	header nested
	printf 'Content-Type: multipart/mixed; boundary=outer\n\n--outer\n'
	sed -n '/^Content-Type: multipart.signed/,$p' protocol.eml
	printf -- '\n--outer--\n'
} >nested.eml
blob receipt bob -nodetach -econtent_type 1.2.840.113549.1.9.16.1.1
opaque receipt receipt.p7

# what sign_mail packs into compressed-data; openssl, which has no zlib, is
# asked about what was packed
inside protocol >protocol.part
inside mime >opaque.part
printf 'Content-Type: text/plain\n\nnothing\n' >unsigned.part
echo protocol >compressed.asked
echo mime >compressedopaque.asked

# signed inside what is not, and other ways not to be signed
{
	printf -- '--outer\n\n<img src="https://evil.example/\n--outer\n'
	inside protocol
	printf -- '\n--outer\n\n">\n--outer--\n'
} | letter sandwich 'multipart/mixed; boundary=outer'
inside protocol | letter forwarded message/rfc822
{
	printf -- '--outer\n\nHello\n--outer\nContent-Type: message/rfc822\n\n'
	cat protocol.eml
	printf -- '\n--outer--\n'
} | letter attached 'multipart/mixed; boundary=outer'
{
	printf -- '--outer\n\nHello\n--outer\n'
	cat protocol.part
	printf -- '\n--outer--\n'
} | letter alternative 'multipart/alternative; boundary=outer'
detached signedpart detached.p7 'multipart/mixed; boundary=b'
detached report detached.p7 'multipart/report; boundary=b'
opaque octetsonly whole.p7 application/octet-stream
opaque textp7m whole.p7 'text/plain; name=smime.p7m'
edit notype '/^Content-Type: multipart/d'

# other types of CMS
openssl cms -EncryptedData_encrypt -secretkey 00112233445566778899aabbccddeeff \
	-aes128 -in body -outform DER -out encrypteddata.p7
openssl cms -digest_create -in body.crlf -outform DER -out digested.p7
openssl cms -data_create -in body.crlf -outform DER -out data.p7
openssl cms -encrypt -aes-256-gcm -in body -outform DER -out gcm.p7 bob.pem
gen authenticated.p7 OID:1.2.840.113549.1.9.16.1.2
der make 30 authenticated.p7 >authdata.p7
gen unknown.oid OID:1.2.3.4
der make 30 unknown.oid >unknowntype.p7
for type in encrypteddata digested data gcm authdata unknowntype; do
	base64 $type.p7
	opaque $type $type.p7
done
openssl crl2pkcs7 -nocrl -certfile bob.pem -outform DER -out certs7s.p7
base64 certs7s.p7
detached certs7s certs7s.p7
blob tstinfo bob -nodetach -econtent_type 1.2.840.113549.1.9.16.1.4
opaque tstinfo tstinfo.p7
blob receiptdetached bob -econtent_type 1.2.840.113549.1.9.16.1.1
detached receiptdetached receiptdetached.p7
