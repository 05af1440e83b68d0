# Attacks on the form.

blob twosigners bob -nosmimecap -signer alice.pem -inkey alice.key
detached twosigners twosigners.p7
detached econtent whole.p7
opaque nocontent detached.p7
{ cat detached.p7; printf 'x'; } >trailing.p7
base64 trailing.p7
detached trailing trailing.p7
head -c 700 detached.p7 >truncated.p7
base64 truncated.p7
detached truncated truncated.p7
printf '%s\n' 'not ASN.1 at all' >noise.p7
base64 noise.p7
detached noise noise.p7
printf '\n' >empty.b64
detached empty empty
edit threeparts 's/^--b--$/--b\nContent-Type: text\/plain\n\nmore\n--b--/'
edit unclosed '/^--b--$/,$d'
edit onepart '/^--b$/,/^--b$/{/^--b$/!d}; 0,/^--b$/{/^--b$/d}'
edit twoboundaries 's/boundary=b;/boundary=b; boundary=c;/'
edit twotypes 's/^Subject:/Content-Type: text\/plain\nSubject:/'
edit rot13 's/Encoding: base64/Encoding: rot13/'
edit nul '1s/^/From: bob@partner.example\x00.evil.example\n/'
edit barecr '1s/^/X: y\rFrom: evil@elsewhere.example\n/'
