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
cp bob.key unread.key
cert unread /CN=Bob/O=Partner $both DER:30:03:81:05:61
key ec P-256
cert ec /CN=Bob/O=Partner $agree $san
for curve in P-384 P-521 P-224 secp256k1 \
	brainpoolP256r1 brainpoolP384r1 brainpoolP512r1; do
	key $curve $curve
	cert $curve /CN=Bob/O=Partner $agree $san
done
key psskey rsa-pss
cert psskey /CN=Bob/O=Partner digitalSignature $san
key ed25519 ed25519
cert ed25519 /CN=Bob/O=Partner digitalSignature $san
key small rsa1024
cert small /CN=Bob/O=Partner $both $san
# one RDN of fifty values, which OpenSSL sorts
cp bob.key manynames.key
cert manynames "/CN=Bob$(for i in $(seq 50); do printf '+OU=%s' "$i"; done)" \
	$both $san

# again NAME KEYOF SUBJECT KEYUSAGE SAN: another certificate for that key
again() {
	name=$1
	cp "$2.key" "$1.key"
	shift 2
	cert "$name" "$@"
}
again usagenone bob /CN=Bob/O=Partner cRLSign $san
again repudiate bob /CN=Bob/O=Partner \
	nonRepudiation,keyEncipherment $san
again othersubject bobenc "/CN=Bob, encryption/O=Partner" \
	keyEncipherment $san
again office bobenc /CN=Bob/O=Partner keyEncipherment \
	email:office@partner.example
again ecenc ec /CN=Bob/O=Partner keyAgreement $san
(eku=serverAuth; again server bob /CN=Bob/O=Partner $both $san)
(eku=anyExtendedKeyUsage; again any bob /CN=Bob/O=Partner $both $san)
(more=1.2.3.4=critical,ASN1:NULL
again critical bob /CN=Bob/O=Partner $both $san)
(basic=CA:TRUE; again isca bob /CN=Bob/O=Partner $both,keyCertSign $san)
validity past -400 -35
validity future 3000 4000
validity recent -1 4000
recert expired bob 0.4 past
recert notyet bob 0.4 future
recert expiredenc bobenc 0.4 past
recert recentenc bobenc 0.4 recent
# RFC 5280 section 4.1.2.5: no end that is known, beyond UTCTime; and serial
# numbers that no CA should give, section 4.1.2.2
gen forever.from UTC:260101000000Z
gen forever.to GENERALIZEDTIME:99991231235959Z
der make 30 forever.from forever.to >forever
recert forever bob 0.4 forever
gen zero INTEGER:0
recert serialzero bob 0.1 zero
gen minus INTEGER:-129
recert serialminus bob 0.1 minus

# a CA below the CA, and whom it certifies; another pair of the kind is known
# from before
for ca in sub knownca; do
	key $ca P-256
	(basic=CA:TRUE; cert $ca "/CN=$ca/O=Partner" keyCertSign,cRLSign "")
done
(issuer=sub; again below bob /CN=Bob/O=Partner $both $san)
(issuer=knownca; again belowknown bob /CN=Bob/O=Partner $both $san)
key stranger P-256
openssl req -x509 -new -key stranger.key -subj "/CN=Stranger CA" \
	-days $days -out stranger.pem 2>/dev/null
(issuer=stranger; again nobodys bob /CN=Bob/O=Partner $both $san)
again knownsigner bob /CN=Bob/O=Partner $both $san

printf 'Content-Type: text/plain\r\n\r\nHello\r\nline two\r\n' >body.crlf
tr -d '\r' <body.crlf >body
