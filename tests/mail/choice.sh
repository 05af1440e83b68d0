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
