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
part() { sed -n '/^Content-Type:/,$p' "$1.eml" >"$2.part"; }
part protocol protocol
part mime opaque
printf 'Content-Type: text/plain\n\nnothing\n' >unsigned.part
echo protocol >compressed.asked
echo mime >compressedopaque.asked
