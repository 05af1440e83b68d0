# Which certificate is encrypted to; sign_mail makes those with a signed
# attribute that names one.

sign another signonly -certfile bobenc.pem
sign dedicated bob -certfile bobenc.pem
sign renewed bob -certfile renewed.pem
sign signonly signonly
sign stranger signonly -certfile alice.pem

# a stranger put in one of his own, of the same subject
openssl req -new -key alice.key -subj /CN=Bob/O=Partner -out injected.csr
openssl x509 -req -in injected.csr -signkey alice.key -days $days \
	-extfile bobenc.ext -out injected.pem 2>/dev/null
openssl x509 -in injected.pem -outform DER -out injected.der
sign injected bob -certfile injected.pem
sign injectedonly signonly -certfile injected.pem

"$helpers/sign_mail" .

# what the signer's own certificate may
sign repudiate repudiate
sign usagenone usagenone
sign server server
sign any any
sign critical critical
sign isca isca
sign expired expired
sign forever forever
sign serialzero serialzero
sign serialminus serialminus
sign notyet notyet
sign below below -certfile sub.pem
sign belowalone below
sign belowknown belowknown
sign nobodys nobodys

# another of his subject, or of nearly
sign expiredenc signonly -certfile expiredenc.pem
sign othersubject signonly -certfile othersubject.pem
sign officeenc signonly -certfile office.pem
sign ecenc signonly -certfile ecenc.pem
cat bobenc.pem recentenc.pem >two.pems
sign twoenc signonly -certfile two.pems

# named by SMIMEEncryptionKeyPreference
preference=1.2.840.113549.1.9.16.2.11
# names NAME CERT [OID]: a CMS that names it, and brings it
names() {
	der at 0.3 "$2.der" >names.issuer
	der at 0.1 "$2.der" >names.serial
	der make a0 names.issuer names.serial >names.a0
	extra "$1" $preference names.a0
	der make a0 bob.der "$2.der" >names.certs
	put "$1" "$1" 1.0.3 names.certs
	detached "$1" "$1.p7"
}
names prefersigner bob
names preferexpired expiredenc
names prefersignonly signonly
names preferec ecenc
names preferpss psskey
names preferedwards ed25519
names prefernobodys nobodys
names preferoffice office
names preferothersubject othersubject
names preferca ca

# preferred OUT OID TAG CERT: an Attribute that names CERT; -: nonsense
preferred() {
	if [ "$4" = - ]; then
		der hex 0500 >preferred.value
	else
		der at 0.3 "$4.der" >preferred.issuer
		der at 0.1 "$4.der" >preferred.serial
		der make "$3" preferred.issuer preferred.serial \
			>preferred.value
	fi
	attribute "$1" "$2" preferred.value
}
# both NAME FIRST SECOND ALONG: SMIMEEncryptionKeyPreference names the first,
# Microsoft's attribute the second
both() {
	preferred both.first $preference a0 "$2"
	preferred both.second 1.3.6.1.4.1.311.16.4 30 "$3"
	cat both.first both.second >both.all
	der in 1.0.4.0.3 detached.p7 >both.now
	along=
	for cert in bob $4; do
		along="$along $cert.der"
	done
	resign "$1" detached bob both.now both.all
	# shellcheck disable=SC2086 # a file a word
	der make a0 $along >both.certs
	put "$1" "$1" 1.0.3 both.certs
	detached "$1" "$1.p7"
}
both prefertwo bobenc ecenc "bobenc ecenc"
both preferother office ecenc "office ecenc"
both preferneither office signonly "office signonly"
both prefersecond ecenc bobenc bobenc
both prefernoisetoo bobenc - bobenc
