# NAME.oracle for every mail, without a line of our code: what the openssl
# command says of the signature.
#
#	valid		it holds
#	invalid		it does not, or there is nobody to have made it
#	unread		openssl finds no signature that it could verify
#
# First the command gets the mail as it is.  Its own reader of mail knows
# few forms, so that where it does not say valid, the content and the CMS
# are cut out here by sed and it is asked about those.  Where a mail holds
# another that is the one to ask about, NAME.asked has the name of that.

# word STATUS: 4 is a failed verification, others are an unreadable input
word() {
	case $1 in
	0) echo valid ;;
	4) echo invalid ;;
	*) echo unread ;;
	esac
}

# verify OPTION...: with the signer who is known from before; whose certificates are trusted is not asked, and need not
# be read for each
verify() {
	openssl cms -verify -noverify -no-CAfile -no-CApath -no-CAstore \
		-certfile knownsigner.pem "$@" \
		-out /dev/null 2>/dev/null &&
		status=0 || status=$?
}

# type NAME: the mail's Content-Type:, on one line
type() {
	tr -d '\r' <"$1.eml" | sed '/^$/,$d' |
		sed -n ':a; N; $!ba; s/\n[ \t]\+/ /g; p' |
		grep -ai '^content-type:'
}

# boundary TYPE
boundary() {
	printf '%s\n' "$1" | sed -n \
		's/.*boundary *\(([^()]*) *\)*= *"\([^"]*\)".*/\2/pi; t
		s/.*boundary=\([^"; ]*\).*/\1/pi'
}

# lines A B: those between the two
lines() { [ $(($1 + 1)) -eq "$2" ] || sed -n "$(($1 + 1)),$(($2 - 1))p"; }

# unbase64: what is not in the alphabet is not looked at (RFC 2045 section 6.8)
unbase64() {
	tr -dc 'A-Za-z0-9+/=' | fold -w 64 | sed '$a\' |
		openssl base64 -d 2>/dev/null || true
}

# cut_detached NAME BOUNDARY: cut.content and cut.p7
cut_detached() {
	# shellcheck disable=SC2046 # a line number a word
	set -- "$1" $(tr -d '\r' <"$1.eml" | grep -anF -e "--$2" |
		sed 's/[ \t]*$//' | while IFS=: read -r at line; do
			case $line in
			"--$2" | "--$2--") echo "$at" ;;
			esac
		done)
	[ $# -ge 4 ] || return 1
	lines "$2" "$3" <"$1.eml" | sed 's/\r$//; s/$/\r/' |
		head -c -2 >cut.content
	lines "$3" "$4" <"$1.eml" >cut.part
	if grep -aqi '^content-transfer-encoding: binary' cut.part; then
		sed '1,/^$/d' cut.part | head -c -1 >cut.p7
	else
		tr -d '\r' <cut.part | sed '1,/^$/d' | unbase64 >cut.p7
	fi
}

# ask NAME
ask() {
	verify -in "$1.eml"
	[ $status -eq 0 ] && return
	mark=$(boundary "$(type "$1")")
	if [ -n "$mark" ]; then
		cut_detached "$1" "$mark" || return 0
		verify -inform DER -in cut.p7 -binary -content cut.content
	else
		tr -d '\r' <"$1.eml" | sed '1,/^$/d' | unbase64 >cut.p7
		verify -inform DER -in cut.p7 -binary
	fi
}

for mail in *.eml; do
	name=${mail%.eml}
	asked=$name
	[ ! -e "$name.asked" ] || read -r asked <"$name.asked"
	ask "$asked"
	word $status >"$name.oracle"
done
