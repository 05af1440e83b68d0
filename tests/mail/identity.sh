# Attacks on who speaks.

sign otherfrom bob -from alice@partner.example
sign nosan nobody
sign subject subject
edit nofrom '/^From:/d'
edit twofrom 's/^From:.*/&\nFrom: bob@partner.example/'
edit twomailboxes \
	's/^From:.*/From: bob@partner.example, alice@partner.example/'
edit phrase \
	's/^From:.*/From: "bob@partner.example" <evil@elsewhere.example>/'
edit sender \
	's/^From:.*/From: evil@elsewhere.example\nSender: bob@partner.example/'
edit group 's/^From:.*/From: a:a:a:a:bob@partner.example;/'
edit spacefrom 's/^From:.*/From : bob@partner.example\nFrom: x@y.example/'
edit folded 's/^From:.*/From:\n "Bob, B." (him)\n <BOB@partner.example>/'
edit encoded 's/^From:.*/From: =?utf-8?Q?B=C3=B6b?= <bob@partner.example>/'

# inner NAME FORMAT: a signed body of its own, by who has two addresses
inner() {
	# shellcheck disable=SC2059 # it is a format
	printf "$2" >inner.body
	sign "$1" two -in inner.body
}
inner hpsame \
	'Content-Type: text/plain; hp="clear"\nFrom: Bob <bob@partner.example>\n\nx\n'
inner hpother \
	'Content-Type: text/plain; hp="clear"\nFrom: office@partner.example\n\nx\n'
inner hpnone 'Content-Type: text/plain; hp="clear"\n\nx\n'
inner wrapother \
	'Content-Type: message/rfc822\n\nFrom: office@partner.example\nSubject: y\n\nx\n'
inner wrapsame \
	'Content-Type: message/rfc822\n\nFrom: bob@partner.example\nSubject: y\n\nx\n'
