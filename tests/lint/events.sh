#!/bin/sh
# Every event is logged somewhere, with the fields that its entry in the manual
# has, and with the priority that stands there; every key has its entry, too.
. "$(dirname "$0")/common.sh"

page=man/certharvest-events.7
logged=$(mktemp) || exit 99
trap 'rm -f "$found" "$logged"' EXIT

# As "file:line EVENT key", from the calls of the programs.
c_files | grep -v '^tests/' | grep '\.c$' | xargs awk '
FNR == 1 { call = 0 }
{
	line = $0
	while (line != "") {
		if (!call) {
			if (!match(line, /LOG_EVENT\(/))
				break
			line = substr(line, RSTART + RLENGTH)
			call = 1; depth = 1; name = ""; where = FILENAME ":" FNR
			text = ""
		}
		quoted = 0
		for (i = 1; i <= length(line) && depth > 0; i++) {
			c = substr(line, i, 1)
			if (quoted && c == "\\")
				i++
			else if (c == "\"")
				quoted = !quoted
			else if (!quoted && c == "(")
				depth++
			else if (!quoted && c == ")")
				depth--
		}
		text = text " " substr(line, 1, i - 1)
		line = substr(line, i)
		if (depth > 0)
			break
		call = 0
		name = text
		sub(/^[ \t]*/, "", name)
		sub(/[^A-Z_].*/, "", name)
		print where, name
		while (match(text, /LOG_(STR|NUM)\([ \t]*"[^"]*"/)) {
			key = substr(text, RSTART, RLENGTH)
			sub(/^[^"]*"/, "", key)
			sub(/"$/, "", key)
			print where, name, key
			text = substr(text, RSTART + RLENGTH)
		}
	}
}' >"$logged"

awk -v page="$page" -v table=base/events.def -v logged="$logged" '
FILENAME == table {
	if (match($0, /^EVENT\([A-Z_]+, "[^"]*", *LOG_[A-Z]+/) == 0)
		next
	split($0, part, /[(, "]+/)
	code = part[2]; name = part[3]
	where[code] = FILENAME ":" FNR
	event[code] = name
	codes[name] = code
	priority = $0
	sub(/^[^"]*"[^"]*", *LOG_/, "", priority)
	sub(/,.*/, "", priority)
	wanted[name] = tolower(priority)
	next
}
FILENAME == page {
	if (/^[.]Sh KEYS/)
		keys = 1
	if (/^[.]It Ic /) {
		entry = $3
		line[entry] = FNR
		p = $5
		if (entry in wanted && wanted[entry] != p)
			printf "%s:%d: %s has the priority %s; " \
			    "base/events.def says %s\n", page, FNR, entry, p, \
			    wanted[entry]
	} else if (!keys && /^[.]Li /) {
		for (i = 2; i <= NF; i++)
			if ($i ~ /^[a-z]/)
				told[entry, $i] = FNR
	} else if (keys && /^[.]It Li /) {
		for (i = 3; i <= NF; i++)
			if ($i ~ /^[a-z]/)
				key[$i] = FNR
	}
	next
}
{
	is_logged[$2] = 1
	if (NF < 3)
		next
	name = event[$2]
	seen[name, $3] = 1
	used[$3] = 1
	if (!((name, $3) in told) && !(("!", name, $3) in said)) {
		said["!", name, $3] = 1
		printf "%s: the event %s has a field %s; add it to the .Li " \
		    "line of its entry in %s\n", $1, name, $3, page
	}
	if (!($3 in key) && !($3 in missing)) {
		missing[$3] = 1
		printf "%s: the key %s is not in the section KEYS of %s\n", \
		    $1, $3, page
	}
}
END {
	for (code in event)
		if (!(code in is_logged))
			printf "%s: nobody logs the event %s\n", where[code], \
			    event[code]
	for (pair in told) {
		split(pair, part, SUBSEP)
		if (!(pair in seen))
			printf "%s:%d: the event %s has no field %s\n", page, \
			    told[pair], part[1], part[2]
	}
	for (k in key)
		if (!(k in used))
			printf "%s:%d: no event has a key %s\n", page, key[k], k
}' base/events.def "$page" "$logged" | sort >"$found"

# a meaning is no sentence: it stands behind a name
awk '
/^EVENT\(/ { text = ""; start = FNR }
{ text = text " " $0 }
/\)$/ && start {
	meaning = text
	sub(/"[^"]*"\)$/, "&", meaning)
	match(meaning, /"[^"]*("[ \t]*"[^"]*)*"\)$/)
	meaning = substr(meaning, RSTART + 1, RLENGTH - 3)
	if (meaning ~ /^[A-Z][a-z]/ || meaning ~ /[.]$/)
		printf "base/events.def:%d: a meaning begins small and has " \
		    "no full stop\n", start
	start = 0
}' base/events.def >>"$found"
finish "$found"
