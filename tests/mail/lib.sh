# Sourced by make-mail before all themes: how keys, certificates and mails
# are made.  Everything lies in the current folder.

days=3650
from=bob@partner.example
p7s=application/pkcs7-signature
signed='multipart/signed; boundary=b; micalg=sha-256; protocol='

# key NAME KIND
key() {
	case $2 in
	rsa*) openssl genpkey -quiet -algorithm RSA \
		-pkeyopt "rsa_keygen_bits:${2#rsa}" -out "$1.key" ;;
	*) openssl genpkey -quiet -algorithm EC \
		-pkeyopt "ec_paramgen_curve:$2" -out "$1.key" ;;
	esac
} 2>/dev/null

# cert NAME SUBJECT KEYUSAGE SAN: below the CA, for the key of that name
cert() {
	openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
	{
		echo "basicConstraints=CA:FALSE"
		echo "keyUsage=critical,$3"
		echo "extendedKeyUsage=emailProtection"
		echo "subjectKeyIdentifier=hash"
		[ -z "$4" ] || echo "subjectAltName=$4"
	} >"$1.ext"
	openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -days $days \
		-set_serial "0x$(openssl rand -hex 8)" -sha256 \
		-extfile "$1.ext" -out "$1.pem" 2>/dev/null
	openssl x509 -in "$1.pem" -outform DER -out "$1.der"
}

# sign NAME SIGNER [OPTION...]: a whole mail by the openssl command itself;
# of an option that stands there twice the last one counts, -from too
sign() {
	name=$1 who=$2
	shift 2
	openssl cms -sign -in body -from "$from" -to you@corp.example \
		-subject "$name" -signer "$who.pem" -inkey "$who.key" "$@" \
		>"$name.eml"
}

# base64 FILE: the same in 64 columns, as FILE.b64
base64() { openssl base64 -in "$1" -out "$1.b64"; }

# blob NAME SIGNER [OPTION...]: the CMS alone, NAME.p7, and NAME.p7.b64
blob() {
	name=$1 who=$2
	shift 2
	openssl cms -sign -in body.crlf -binary -outform DER \
		-signer "$who.pem" -inkey "$who.key" "$@" -out "$name.p7"
	base64 "$name.p7"
}

# header SUBJECT
header() {
	printf 'From: %s\nTo: you@corp.example\nSubject: %s\n' "$from" "$1"
	printf 'Message-ID: <%s@partner.example>\nMIME-Version: 1.0\n' "$1"
}

# detached NAME BLOB [TYPE [PARTTYPE]]: a multipart/signed by hand, of body
# and the CMS in BLOB.b64
detached() {
	{
		header "$1"
		printf 'Content-Type: %s\n\npreamble\n--b\n' \
			"${3:-$signed\"$p7s\"}"
		cat body
		printf '\n--b\nContent-Type: %s\n' "${4:-$p7s}"
		printf 'Content-Transfer-Encoding: base64\n\n'
		cat "$2.b64"
		printf -- '\n--b--\nepilogue\n'
	} >"$1.eml"
}

# opaque NAME BLOB [TYPE]
opaque() {
	{
		header "$1"
		printf 'Content-Type: %s\n' "${3:-application/pkcs7-mime}"
		printf 'Content-Transfer-Encoding: base64\n\n'
		cat "$2.b64"
	} >"$1.eml"
}

# edit NAME SED [OF]: another mail (protocol, unless OF) changed by sed
edit() { sed "$2" "${3:-protocol}.eml" >"$1.eml"; }
