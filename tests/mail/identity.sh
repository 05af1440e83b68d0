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

edit groupone 's/^From:.*/From: "Team: x" (y): Bob <bob@partner.example>;/'
edit grouptwo 's/^From:.*/From: Team: bob@partner.example, a@b.example;/'
edit groupnone 's/^From:.*/From: undisclosed:;/'
edit route 's/^From:.*/From: <@a.example,@b.example:bob@partner.example>/'
edit routeother \
	's/^From:.*/From: <@partner.example:bob@elsewhere.example>/'
edit obsolete 's/^From:.*/From: , "bob" (x) . (y) builder @ partner . example/'
edit quotedlocal 's/^From:.*/From: Bob <"bob"@partner.example>/'
edit quotedat 's/^From:.*/From: <"bob@partner.example"@elsewhere.example>/'
edit twoats 's/^From:.*/From: bob@partner.example@elsewhere.example/'
edit percent 's/^From:.*/From: bob%partner.example@elsewhere.example/'
edit literal 's/^From:.*/From: bob@[192.0.2.1]/'
edit comment \
	's/^From:.*/From: (bob@partner.example (\\)) ) evil@elsewhere.example/'
edit encodedaddress \
	's/^From:.*/From: =?utf-8?Q?=3Cbob=40partner.example=3E?= <evil@elsewhere.example>/'
edit encodedlocal 's/^From:.*/From: =?utf-8?Q?bob?=@partner.example/'
edit homograph "s/^From:.*/From: b$(printf '\320\276')b@partner.example/"
edit invisible "s/^From:.*/From: bob$(printf '\342\200\213')@partner.example/"
edit bidi "s/^From:.*/From: $(printf '\342\200\256')bob@partner.example/"
edit latin1 "s/^From:.*/From: b$(printf '\366')b@partner.example/"
edit long "s/^From:.*/From: $(printf '%065d' 0)@partner.example/"
edit vialist \
	's/^From:.*/From: Bob via list <list@lists.example>\nReply-To: bob@partner.example/'
edit resent 's/^From:.*/&\nResent-From: evil@elsewhere.example/'

# as NAME SAN [FROM [SUBJECT]]: signed with a certificate of its own
as() {
	cp bob.key "$1.key"
	cert "$1" "${4:-/CN=Bob}" $both "$2"
	sign "$1" "$1" -from "${3:-$from}"
}
# smtputf8 ADDRESS: as RFC 9598 has it, which only a section can say
smtputf8() {
	printf '@names\n[names]\notherName=%s;FORMAT:UTF8,UTF8:%s' \
		1.3.6.1.5.5.7.8.9 "$1"
}
as utf8 "$(smtputf8 Jörg@xn--bcher-kva.example)" 'Jörg <Jörg@Bücher.example>'
as utf8label "$(smtputf8 Jörg@bücher.example)" Jörg@xn--bcher-kva.example
as utf8case "$(smtputf8 Jörg@partner.example)" jörg@partner.example
as utf8form "$(smtputf8 Jörg@partner.example)" \
	"$(printf 'Jo\314\210rg@partner.example')"
as utf8ascii "$(smtputf8 bob@partner.example)"
as utf8nul "DER:$(printf %s 301da01b06082b06010505070809a00f0c0d \
	c3b60040612e6578616d706c65)"
as idn email:bob@xn--bcher-kva.example bob@BÜCHER.example
as rfc822nul "DER:$(printf %s 30238121626f6240706172746e65722e6578616d \
	706c65002e6576696c2e6578616d706c65)"
as rfc822two "DER:301981176240702e6578616d706c652c6140622e6578616d706c65"
as subjectcn "" "$from" /CN=bob@partner.example
as domaincert email:partner.example
as domainstar email:\*@partner.example
as domaindns DNS:partner.example
as domaincn "" "$from" /CN=partner.example
as gateway email:domain-confidentiality-authority@partner.example
as gatewayfrom email:domain-signing-authority@partner.example \
	domain-signing-authority@partner.example
as gatewayguess email:smime-gateway@partner.example
as gatewayguessfrom email:smime-gateway@partner.example \
	smime-gateway@partner.example

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
inner hpdraft \
	'Content-Type: text/plain; protected-headers="v1"\nFrom: office@partner.example\n\nx\n'
inner hpspace \
	'Content-Type: text/plain; hp="clear"\nFROM\t: office@partner.example\n\nx\n'
inner wrapbase64 \
	'Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nRnJvbTogb2ZmaWNlQHBhcnRuZXIuZXhhbXBsZQoKeAo=\n'
