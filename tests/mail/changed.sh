# What programs on the way do to a body, one thing at a time.

# honest NAME: what bob signed of NAME.text, with LF for all line ends
honest() {
	sign "$1" bob -in "$1.text"
	tr -d '\r' <"$1.eml" >honest.eml
	mv honest.eml "$1.eml"
}

# text and HTML, as mail programs send both
text letter 'Content-Type: multipart/alternative;\n boundary=alt\n\n--alt\nContent-Type: text/plain; charset=utf-8\n\nDear all,\n\nFrom here on it is text.\n.dot\n-- \nBob\n\n--alt\nContent-Type: text/html; charset=utf-8\n\n<html><head><style>p {}</style></head><body lang=en>\n<p>Dear all,</p><p>Bob</p>\n</body></html>\n\n--alt--\n'
honest letter

# footers
edit footerplain 's/^Bob$/&\n\nThis mail may be confidential.\nScanned by a gateway./' letter
edit footerhtml 's,</body>,<hr><p>This mail may be <b>confidential</b>.</p>&,' letter
edit footerboth 's/^Bob$/&\n___\nConfidential./; s,</body>,<br><div>Confidential.</div>\n&,' letter
edit footeralone 's/^line two$/&\nno separator above this one/'
edit footerpart 's/^--alt--$/--alt\nContent-Type: text\/plain\n\n___\nlist\n&/' letter

# banners
edit bannertext 's/^Hello$/[EXTERNAL] Do not click.\n\n&/'
edit bannerplain 's/^Dear all,$/[EXTERNAL] Do not\nclick.\n\n&/' letter
edit bannerhtml 's,<body lang=en>,&<div style="color:red"><b>CAUTION</b>: from outside</div>,' letter
table='<table border=0><tr><td bgcolor=red>\&nbsp;</td><td><p>You do not often get mail from bob. <a href="x">Why</a></p></td></tr></table>'
edit bannertable "s,<body lang=en>,&\n$table\n<br>," letter
edit bannerboth "s/^Dear all,\$/CAUTION: from outside.\n\n&/; s,<body lang=en>,&$table," letter

# the same where the text is in base64
# coded SED: a body in base64, changed by sed before it is encoded
coded() {
	printf 'Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n'
	{
		printf 'Dear all,\r\n'
		seq -f 'line %.0f' 30 | sed 's,$,\r,'
		printf 'Bob\r\n'
	} | sed "$1" | openssl base64 -A | fold -w 76
	printf '\n'
}
coded '' >coded.text
honest coded
# recoded NAME SED
recoded() {
	coded "$2" >recoded.text
	{
		sed '/^Content-Type: text/,$d' coded.eml
		cat recoded.text
		echo
		sed '1,/^Content-Type: text/d' coded.eml | sed '/^--/,$!d'
	} >"$1.eml"
}
recoded codedfooter 's/^Bob\r$/&\n--\r\nConfidential.\r/'
recoded codedbanner 's/^Dear all,\r$/[EXTERNAL]\r\n\r\n&/'

# line by line
edit fromescaped 's/^From here/>&/' letter
edit dotsdoubled 's/^\.dot/.&/' letter
edit spacestaken 's/^-- $/--/' letter

# header and encoding
edit headerfields 's/^Content-Type: text\/plain$/X-Scanned: yes\n&\nX-Spam: no\n folded/'
edit headerfolded 's/^Content-Type: multipart\/alt.*/Content-Type: multipart\/alternative; boundary=alt/; /^ boundary=alt$/d' letter
edit headertabbed 's/^ boundary=alt$/\tboundary=alt/' letter
edit headerquoted 's/^ boundary=alt$/ boundary="alt"/' letter
text eight 'Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGr\303\274\303\237e\n'
honest eight
edit quotedprintable 's/^\(Content-Transfer-Encoding: \)8bit/\1quoted-printable/; s/\xc3\xbc/=C3=BC/; s/\xc3\x9f/=C3=9F/' eight

# parts
text two 'Content-Type: multipart/mixed; boundary=m\n\n--m\n\nHello\n--m\nContent-Type: image/png\n\nx\n--m--\n'
honest two
edit partadded 's/^--m--$/--m\nContent-Type: text\/plain\n\n___\nlist footer\n&/' two
{
	printf -- '--b\nContent-Type: multipart/mixed; boundary=w\n\n--w\n'
	cat body
	printf -- '\n--w\nContent-Type: text/plain\n\nlist footer\n--w--\n'
	signature detached.p7
} | letter partwrapped "$signed\"$p7s\""

# not one thing, or too much of it
edit changedtwice 's/^Dear all,$/[EXTERNAL]\n\n&/; s/^\.dot/.&/' letter
{ cat body; seq 200000; } >huge.text
honest huge
edit hugefooter 's/^200000$/&\nConfidential./' huge
# every line and tag a way to cut, and none of them right
text busy "Content-Type: text/html\n\n<html><body>$(printf '<p></p><br>%.0s' $(seq 5000))\n$(printf '<hr>\n%.0s' $(seq 5000))</body></html>\n"
honest busy
edit busychanged 's/<p><\/p><br>/<p>x<\/p><br>/50' busy
