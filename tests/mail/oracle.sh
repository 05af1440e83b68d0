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

# verify OPTION...
verify() {
	openssl cms -verify -noverify "$@" -out /dev/null 2>/dev/null &&
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
		's/.*[bB]oundary="\([^"]*\)".*/\1/p; t
		s/.*[bB]oundary=\([^"; ]*\).*/\1/p'
}

# cut_detached NAME BOUNDARY: cut.content and cut.p7
cut_detached() {
	# shellcheck disable=SC2046 # a line number a word
	set -- "$1" $(tr -d '\r' <"$1.eml" | grep -anF -e "--$2" |
		sed -n "s/^\([0-9]*\):--$2\(--\)\{0,1\}[ \t]*\$/\1/p")
	[ $# -eq 4 ] || return 1
	sed -n "$(($2 + 1)),$(($3 - 1))p" "$1.eml" | sed 's/\r$//; s/$/\r/' |
		head -c -2 >cut.content
	sed -n "$(($3 + 1)),$(($4 - 1))p" "$1.eml" | tr -d '\r' >cut.part
	sed '1,/^$/d' cut.part | openssl base64 -d -out cut.p7 2>/dev/null
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
		tr -d '\r' <"$1.eml" | sed '1,/^$/d' |
			openssl base64 -d -out cut.p7 2>/dev/null
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
