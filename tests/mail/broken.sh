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

# more that no digest covers any longer
edit subjectchanged 's/^Subject:.*/Subject: [SPAM] protocol/'
edit partheader 's/^Content-Type: text\/plain$/X-Scanned: yes\n&/'
edit ecchanged 's/Hello/Hullo/' ec
edit psschanged 's/Hello/Hullo/' pss
edit opaqueother 's/Hello/Hullo/' noattr
for kind in P-224 secp256k1; do
	sign $kind $kind
done
