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
