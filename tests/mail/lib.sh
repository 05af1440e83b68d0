# Sourced by make-mail before all themes: how keys, certificates and mails
# are made.  Everything lies in the current folder.

days=3650
from=bob@partner.example
p7s=application/pkcs7-signature
signed='multipart/signed; boundary=b; micalg=sha-256; protocol='

# key NAME KIND
key() {
	case $2 in
	rsa-pss) openssl genpkey -quiet -algorithm RSA-PSS \
		-pkeyopt rsa_keygen_bits:2048 -out "$1.key" ;;
	ed25519) openssl genpkey -quiet -algorithm ed25519 -out "$1.key" ;;
	rsa*) openssl genpkey -quiet -algorithm RSA \
		-pkeyopt "rsa_keygen_bits:${2#rsa}" -out "$1.key" ;;
	*) openssl genpkey -quiet -algorithm EC \
		-pkeyopt "ec_paramgen_curve:$2" -out "$1.key" ;;
	esac
} 2>/dev/null

# cert NAME SUBJECT KEYUSAGE SAN: below the CA, for the key of that name;
# $issuer, $basic, $eku, $keyid and $more say what is to be otherwise
cert() {
	openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
	{
		echo "basicConstraints=${basic:-CA:FALSE}"
		echo "keyUsage=critical,$3"
		echo "extendedKeyUsage=${eku:-emailProtection}"
		[ -z "${more:-}" ] || echo "$more"
		echo "subjectKeyIdentifier=${keyid:-hash}"
		[ -z "$4" ] || echo "subjectAltName=$4"
	} >"$1.ext"
	openssl x509 -req -in "$1.csr" -CA "${issuer:-ca}.pem" -CAkey "${issuer:-ca}.key" -days $days \
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

# letter NAME TYPE: a mail of this Content-Type: and the body on the input
letter() {
	{
		header "$1"
		printf 'Content-Type: %s\n\n' "$2"
		cat
	} >"$1.eml"
}

# signature BLOB [TYPE [BOUNDARY]]: from the end of the first part to that of
# the second
signature() {
	printf -- '\n--%s\nContent-Type: %s\n' "${3:-b}" "${2:-$p7s}"
	printf 'Content-Transfer-Encoding: base64\n\n'
	cat "$1.b64"
	printf -- '\n--%s--\n' "${3:-b}"
}

# detached NAME BLOB [TYPE [PARTTYPE [BODY]]]: a multipart/signed by hand, of
# body and the CMS in BLOB.b64
detached() {
	{
		printf 'preamble\n--b\n'
		cat "${5:-body}"
		signature "$2" "${4:-$p7s}"
		printf 'epilogue\n'
	} | letter "$1" "${3:-$signed\"$p7s\"}"
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

# enclose NAME SIGNER CONTENT: a multipart/signed of those octets, which are
# canonical: nothing turns a line end into another
enclose() {
	blob "$1" "$2" -in "$3"
	{
		printf -- '--b\n'
		cat "$3"
		signature "$1.p7"
	} | letter "$1" "$signed\"$p7s\""
}

# inside NAME: the MIME entity of the mail, without the other fields
inside() { sed -n '/^Content-Type:/,$p' "$1.eml"; }

# text NAME FORMAT: what a signature is to be made over, NAME.text
text() {
	# shellcheck disable=SC2059 # it is a format
	printf "$2" >"$1.text"
}

# edit NAME SED [OF]: another mail (protocol, unless OF) changed by sed
edit() { sed "$2" "${3:-protocol}.eml" >"$1.eml"; }
