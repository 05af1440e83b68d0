# Sourced by make-mail behind lib.sh: CMS and certificates that no honest
# program makes, from parts of honest ones.  PATH is der's; of a CMS that
# openssl makes:
#
#	1.0		SignedData	1.0.4.0.1	sid
#	1.0.1		digests		1.0.4.0.2	digestAlgorithm
#	1.0.2		content		1.0.4.0.3	signed attributes
#	1.0.3		certificates	1.0.4.0.5	signature
#	1.0.4.0		SignerInfo

# der VERB ARGUMENT...: see der.c
der() { "$helpers/der" "$@"; }

# gen FILE WHAT: one element as ASN1_generate_nconf(3) has it
gen() { openssl asn1parse -genstr "$2" -noout -out "$1"; }

# put NAME OF PATH FILE: the CMS OF with FILE in that place, as NAME.p7
put() {
	der put "$3" "$4" "$2.p7" >put.tmp
	mv put.tmp "$1.p7"
	base64 "$1.p7"
}

# attribute OUT OID VALUE: an Attribute of one value, the file VALUE
attribute() {
	gen attribute.oid "OID:$2"
	der make 31 "$3" >attribute.set
	der make 30 attribute.oid attribute.set >"$1"
}

# resign NAME OF KEY FILE...: OF with those as its signed attributes, signed
# over them as they stand there
resign() {
	name=$1 of=$2 key=$3
	shift 3
	der make a0 "$@" >resign.a0
	der make 31 "$@" >resign.31
	openssl dgst -sha256 -sign "$key.key" -out resign.signature resign.31
	der make 04 resign.signature >resign.04
	put "$name" "$of" 1.0.4.0.3 resign.a0
	put "$name" "$name" 1.0.4.0.5 resign.04
}

# extra NAME OID VALUE [VALUE2...]: the detached CMS of bob with further
# signed attributes of that type
extra() {
	name=$1 oid=$2
	shift 2
	: >extra.all
	for value; do
		attribute extra.one "$oid" "$value"
		cat extra.one >>extra.all
	done
	der in 1.0.4.0.3 detached.p7 >extra.now
	resign "$name" detached bob extra.now extra.all
}

# recert NAME OF PATH FILE [ISSUER]: the certificate OF, whose key it shares,
# with FILE in that place, signed by the CA.  PATH: 0.1 serial, 0.4 validity,
# 0.5 subject
recert() {
	der put "$3" "$4" "$2.der" >recert.der
	der at 0 recert.der >recert.tbs
	openssl dgst -sha256 -sign "${5:-ca}.key" -out recert.signature \
		recert.tbs
	der hex 00 >recert.00
	der make 03 recert.00 recert.signature >recert.03
	der put 2 recert.03 recert.der >"$1.der"
	openssl x509 -inform DER -in "$1.der" -out "$1.pem"
	cp "$2.key" "$1.key"
}

# validity OUT FROM TO: days from now
validity() {
	gen validity.from "UTCTIME:$(date -u -d "$2 days" +%y%m%d%H%M%SZ)"
	gen validity.to "UTCTIME:$(date -u -d "$3 days" +%y%m%d%H%M%SZ)"
	der make 30 validity.from validity.to >"$1"
}
