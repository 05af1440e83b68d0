# Who there is: keys, certificates and bodies.

key ca P-256
openssl req -x509 -new -key ca.key -subj "/CN=Test CA/O=Partner" -days $days \
	-addext "keyUsage=critical,keyCertSign,cRLSign" -out ca.pem 2>/dev/null
openssl x509 -in ca.pem -outform DER -out ca.der

both=digitalSignature,keyEncipherment
agree=digitalSignature,keyAgreement
san=email:bob@partner.example
key bob rsa2048
cert bob /CN=Bob/O=Partner $both $san
key bobenc rsa2048
cert bobenc /CN=Bob/O=Partner keyEncipherment $san
cp bobenc.key renewed.key
cert renewed /CN=Bob/O=Partner keyEncipherment $san
key alice rsa2048
cert alice /CN=Alice/O=Partner $both email:alice@partner.example
cp bobenc.key known.key
cert known /CN=Bob/O=Partner keyEncipherment $san
cp bob.key signonly.key
cert signonly /CN=Bob/O=Partner digitalSignature $san
cp bob.key two.key
cert two /CN=Bob/O=Partner $both $san,email:office@partner.example
cp bob.key nobody.key
cert nobody /CN=Bob/O=Partner $both ""
cp bob.key subject.key
cert subject /CN=Bob/emailAddress=bob@partner.example $both ""
key ec P-256
cert ec /CN=Bob/O=Partner $agree $san
key brainpool brainpoolP256r1
cert brainpool /CN=Bob/O=Partner $agree $san
key small rsa1024
cert small /CN=Bob/O=Partner $both $san
# one RDN of fifty values, which OpenSSL sorts
cp bob.key manynames.key
cert manynames "/CN=Bob$(for i in $(seq 50); do printf '+OU=%s' "$i"; done)" \
	$both $san

printf 'Content-Type: text/plain\r\n\r\nHello\r\nline two\r\n' >body.crlf
tr -d '\r' <body.crlf >body
