#!/bin/sh
# Every setting, verb, event, metric and reason code has its entry in the
# manual, settings with their default, and every entry has its row.
. "$(dirname "$0")/common.sh"

rows=$(mktemp) || exit 99
trap 'rm -f "$found" "$rows"' EXIT

# As "file:line name", from tables of rows like MACRO(CODE, "name", ...).
def_rows() {
	awk -v macro="$2" -v position="$3" '
	index($0, macro "(") == 1 { wanted = 1; line = FNR; text = "" }
	wanted {
		text = text $0
		if (position == 1 && match(text, /\([a-z_]+,/)) {
			name = substr(text, RSTART + 1, RLENGTH - 2)
		} else if (match(text, /"[^"]*"/)) {
			name = substr(text, RSTART + 1, RLENGTH - 2)
		} else
			next
		print FILENAME ":" line, name
		wanted = 0
	}' "$1"
}

# As "file:line section.name = default", from the settings of the folders.
setting_rows() {
	awk '
	function words(s,	out) {	# the pieces of a string in C
		gsub(/LOCALSTATEDIR/, "\"/var\"", s)
		gsub(/RUNSTATEDIR/, "\"/run\"", s)
		gsub(/SYSCONFDIR/, "\"/etc\"", s)
		while (match(s, /"[^"]*"/)) {
			out = out substr(s, RSTART + 1, RLENGTH - 2)
			s = substr(s, RSTART + RLENGTH)
		}
		return out
	}
	# a macro of the same folder, for a default that is used twice
	FILENAME ~ /[.]h$/ {
		if ($1 == "#define" && match($0, /"[^"]*"$/))
			macro[$2] = substr($0, RSTART)
		next
	}
	/static const struct setting rows/ { table = 1; next }
	/^};/ { table = 0 }
	!table { next }
	/[.]section = / { row = ""; line = FNR }
	{ row = row " " $0 }
	/^ *},?$/ || /},$/ {
		if (row !~ /[.]name = /)
			next
		section = row; sub(/.*[.]section = "/, "", section)
		sub(/".*/, "", section)
		name = row; sub(/.*[.]name = "/, "", name)
		sub(/".*/, "", name)
		value = "{}"
		if (row ~ /[.]fallback = /) {
			value = row; sub(/.*[.]fallback = /, "", value)
			sub(/,[ \t]*[.}].*/, "", value)
			if (value in macro)
				value = macro[value]
			value = words(value)
			if (row ~ /SETTING_LIST/ && value ~ / /) {
				gsub(/ /, ", ", value)
				value = "{ " value " }"
			}
			if (value == "")
				value = "\\(dq\\(dq"
		}
		print FILENAME ":" line, section "." name " = " value
		row = ""
	}' */*.h */settings.c
}

# compare WHAT PAGE: the rows against the entries .It Ic NAME of the page.
compare() {
	awk -v what="$1" -v page="$2" '
	FILENAME == page {
		if (/^[.]Bl /)
			depth++
		if (/^[.]El/)
			depth--
		if (/^[.]It Ic /) {
			name = substr($0, 8)
			if (what != "setting")
				sub(/ .*/, "", name)
			entry[name] = FNR
			if (depth > 1)
				printf "%s:%d: the %s \"%s\" stands in the " \
				    "list of another; end that with .El\n", \
				    page, FNR, what, name
		}
		next
	}
	{
		where = $1; name = $0; sub(/^[^ ]* /, "", name)
		row[name] = where
		if (!(name in entry))
			printf "%s: the %s \"%s\" is not in the manual; " \
			    "add .It Ic %s to %s\n", where, what, name, \
			    name, page
	}
	END {
		for (name in entry)
			if (!(name in row))
				printf "%s:%d: there is no %s \"%s\"; " \
				    "remove the entry or correct it\n", \
				    page, entry[name], what, name
	}' "$2" "$rows" >>"$found"
}

setting_rows >"$rows"
compare setting man/certharvest.conf.5
def_rows cli/verbs.def VERB 1 >"$rows"
compare verb man/certharvest.1
def_rows base/events.def EVENT 2 >"$rows"
compare event man/certharvest-events.7
def_rows base/reason.def REASON 2 >"$rows"
compare reason man/certharvest-reasons.7
for macro in METRIC REASONS HISTOGRAM SAMPLED; do
	def_rows base/metrics.def $macro 2
done >"$rows"
# those of the shell program
awk 'match($0, /metric [a-z_]+ (gauge|counter)/) {
	split(substr($0, RSTART), word, " ")
	sub(/_total$/, "", word[2])
	print FILENAME ":" FNR, "certharvest_pull_" word[2]
}' relay/certharvest-pull.in >>"$rows"
compare metric man/certharvest-metrics.7

# The sample has every setting with its default.
setting_rows | sed 's/\\(dq//g' | while read -r where name equals value; do
	sed -n "/^${name%%.*} {/,/^}/s/^[# ]*${name#*.} = //p" \
	    conf/certharvest.conf |
		sed 's/ *#.*//; s/^"\(.*\)"$/\1/' | grep -qxF "$value" ||
		echo "$where: the setting $name is not in the sample with" \
		    "its default; add \"${name#*.} = $value\" to" \
		    "conf/certharvest.conf"
done >>"$found"

# The form of the pages, where mandoc is.
if command -v mandoc >/dev/null; then
	for page in man/*.[1578]; do
		mandoc -T lint "$page" 2>&1 |
			grep -v -e 'referenced manual not found' \
			    -e 'outdated mandoc.db' |
			sed 's/^mandoc: //; s/$/; see mdoc(7)/'
	done >>"$found"
fi
finish "$found"
