#!/bin/sh
# Every prototype in a header has a comment directly above, and every header
# opens with a guard and says what it promises.
. "$(dirname "$0")/common.sh"

c_files | grep -v '^tests/' | grep '\.h$' | xargs awk '
FNR == 1 { above = ""; open = 0; macro = 0; comment = 0 }
{
	line = $0
	if (macro || line ~ /^[ \t]*#/) {
		macro = line ~ /\\$/
		above = line
		next
	}
	if (comment || line ~ /^[ \t]*\/\*/) {
		comment = line !~ /\*\//
		above = "comment"
		next
	}
	if (line ~ /^[ \t]*$/) {
		above = ""
		next
	}
	if (open) {	# within a declaration or a body
		depth += gsub(/{/, "{", line) - gsub(/}/, "}", line)
		if (depth <= 0 && line ~ /[;}][ \t]*$/)
			open = 0
		if (depth <= 0 && line ~ /[;}][ \t]*(\/\*.*\*\/)?$/)
			open = 0
		above = "code"
		next
	}
	# a declaration starts here; is it a function?
	text = line
	sub(/\/\*.*\*\//, "", text)
	depth = gsub(/{/, "{", text) - gsub(/}/, "}", text)
	open = !(depth <= 0 && text ~ /[;}][ \t]*$/)
	function_like = text ~ /^[A-Za-z_].*\(/ && text !~ /__attribute__ *\(\(/
	# the name may stand on the next line
	if (function_like && text !~ /=/ && above != "comment")
		printf "%s:%d: no comment directly above this prototype; say " \
		    "who owns what, units, which outcomes to expect\n", \
		    FILENAME, FNR
	above = "code"
}' >"$found"

for h in $(c_files | grep -v '^tests/' | grep '\.h$'); do
	guard=$(echo "$h" | tr 'a-z/.' 'A-Z__')
	[ "$(sed -n 1p "$h")" = "#ifndef $guard" ] ||
		echo "$h:1: must open with #ifndef $guard"
done >>"$found"
finish "$found"
