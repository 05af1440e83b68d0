# Where the parts begin and end: one body, and what is written around it.

# around NAME BOUNDARY [PREAMBLE [EPILOGUE [BODY]]]: formats of printf
around() {
	{
		# shellcheck disable=SC2059
		printf -- "${3:-}"
		printf -- '--%s\n' "$2"
		cat "${5:-body}"
		signature "${6:-detached.p7}" "$p7s" "$2"
		# shellcheck disable=SC2059
		printf -- "${4:-}"
	} | letter "$1" "multipart/signed; boundary=\"$2\"; protocol=\"$p7s\""
}

around nopreamble b
around emptypreamble b '\n\n\n'
around fakepreamble b ' --b\n--bx\n--b x\n>--b\n-b\n---b\n\n'
around fakeepilogue b '' '--b\n\nmore\n--b\nContent-Type: text/plain\n\n--b--\n'
around longepilogue b '' '%030000d\n'
around spaces 'a b c'
around signs "=_'()+_,-./:=? x"
around seventy \
	1234567890123456789012345678901234567890123456789012345678901234567890
around seventyone \
	12345678901234567890123456789012345678901234567890123456789012345678901
around endspace 'b '
edit padded 's/^--b$/--b \t/; s/^--b--$/--b--  /'
edit unquoted 's/boundary=b;/boundary=b?=:x;/; s/^--b/--b?=:x/'

# boundaries of parts inside that are longer or shorter by a little
text prefixes 'Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\nx\n--bb--\n--b-\n--b--x\n'
sed 's/$/\r/' prefixes.text >prefixes.crlf
head -c -2 prefixes.crlf >prefixes.short
enclose innerlonger bob prefixes.short
text shorter 'Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n'
sed 's/$/\r/' shorter.text | head -c -2 >shorter.crlf
blob innershorter bob -in shorter.crlf
head -c -1 shorter.text >shorter.body
around innershorter bb '' '' shorter.body innershorter.p7

# a boundary line that only some see
edit boundaryinside 's/^line two$/--b\n&/'
edit closinginside 's/^line two$/--b--\n&/'
edit barecrboundary 's/^line two$/x\r--b\n&/'
edit noboundary 's/boundary=b; //'
edit otherboundary 's/boundary=b;/boundary=c;/'
edit emptyboundary 's/boundary=b;/boundary="";/'
edit caseboundary 's/boundary=b;/boundary=B;/'
edit starboundary "s/boundary=b;/boundary*=us-ascii'en'b;/"
edit brokenquote 's/boundary=b;/boundary="b;/'
