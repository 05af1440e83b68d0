# What breaks a signature, and what is too weak to be one.

edit changed 's/Hello/Hullo/'
edit disclaimer 's/^line two$/&\n-- \nThis message is confidential.\n/'
edit emptylines 's/^line two$/&\n\n\n/'
edit noattrchanged 's/Hello/Hullo/' noattr
blob lf bob -in body
detached lineends lf.p7

blob other alice -nocerts -certfile bob.pem
from=alice@partner.example
detached nocert other.p7
from=bob@partner.example

# the last octet of the signature another one
size=$(wc -c <detached.p7)
{
	head -c $((size - 1)) detached.p7
	tail -c 1 detached.p7 | tr '\000-\377' '\001-\377\000'
} >flipped.p7
base64 flipped.p7
detached flipped flipped.p7

sign sha1 bob -md sha1
sign md5 bob -md md5
sign small small
sign unread unread

# more that no digest covers any longer
edit subjectchanged 's/^Subject:.*/Subject: [SPAM] protocol/'
edit partheader 's/^Content-Type: text\/plain$/X-Scanned: yes\n&/'
edit ecchanged 's/Hello/Hullo/' ec
edit psschanged 's/Hello/Hullo/' pss
edit opaqueother 's/Hello/Hullo/' noattr
for kind in P-224 secp256k1; do
	sign $kind $kind
done

# RSASSA-PSS has two digests more in its parameters
pss='-keyopt rsa_padding_mode:pss -keyopt'
# shellcheck disable=SC2086 # $pss is three words
{
sign psssalt bob $pss rsa_pss_saltlen:0
sign pssmask bob $pss rsa_mgf1_md:sha1
sign psssha1 bob -md sha1 $pss rsa_mgf1_md:sha256
}
sign sha224 bob -md sha224
sign sha3 bob -md sha3-256

# says NAME OID: the signature's algorithm, rsaEncryption there, another one
says() {
	env printf "$(od -An -v -tx1 detached.p7 | tr -d ' \n' |
		sed "s/\(.*\)2a864886f70d010101/\1$2/; s/../\\\\x&/g")" >"$1.p7"
	base64 "$1.p7"
	detached "$1" "$1.p7"
}
says saysthesame 2a864886f70d01010b
says sayssha1 2a864886f70d010105
says sayssha512 2a864886f70d01010d
