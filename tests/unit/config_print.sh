#!/bin/sh
# What "certharvest config" prints is a settings file that means the same,
# and wrong command lines and files end in the status of sysexits.h.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/a" <<'CONF'
# with a comment, a quote and a list
site { own_domains = { "example.com", ".example.net" } }
directory { user = "CN=a \"b\" \\ c,DC=x" }
milter { io_timeout = 90 }
CONF

./certharvest -f "$folder/a" config >"$folder/b"
grep -q "io_timeout = 90 .*# $folder/a:4$" "$folder/b"
grep -q "own_domains = { \"example.com\", \".example.net\" } .*a:2$" \
	"$folder/b"
./certharvest -f "$folder/b" config >"$folder/c"
sed 's/ *#.*//' "$folder/b" >"$folder/b.plain"
sed 's/ *#.*//' "$folder/c" >"$folder/c.plain"
cmp "$folder/b.plain" "$folder/c.plain"

# status WANTED COMMAND...
status() {
	wanted=$1 got=0
	shift
	"$@" >/dev/null 2>"$folder/err" || got=$?
	if [ "$got" -ne "$wanted" ]; then
		echo "$*: status $got, not $wanted"
		exit 1
	fi
}
status 0 ./certharvest --help
status 0 ./certharvest config --help
status 64 ./certharvest
status 64 ./certharvest no-such-verb
status 64 ./certharvest config --no-such-option
status 0 ./certharvest -f "$folder/a" config --check
echo 'milter { sokcet = "/x" }' >"$folder/wrong"
status 78 ./certharvest -f "$folder/wrong" config --check
grep -q "^$folder/wrong:1: .*did you mean \"socket\"" "$folder/err"
status 78 ./certharvest -f "$folder/none" config
# What one of the programs could not start with is told by all that check it.
for line in 'milter { socket = "foo" }' 'milter { socket = "unix:here" }' \
	'milter { socket_mode = 999 }' \
	'milter { own_networks = "192.0.2.1/33" }' \
	'publisher { assurance_of = "sponsor: 12" }' \
	"trust { freemail_domains = \"$folder/none\" }" \
	"directory { never_create = \"$folder/none\" }"; do
	echo "$line" >"$folder/one"
	status 78 ./certharvest -f "$folder/one" config --check
	grep -q "^$folder/one:1: " "$folder/err"
	status 78 ./certharvest-publisher -f "$folder/one" -n
	grep -q "^$folder/one:1: " "$folder/err"
done
for program in certharvest-milter certharvest-publisher; do
	status 0 "./$program" -f "$folder/a" -n
	status 78 "./$program" -f "$folder/wrong" -n
	grep -q "^$folder/wrong:1: .*did you mean \"socket\"" "$folder/err"
	status 64 "./$program" --no-such-option
done
status 74 sh -c "./certharvest config >/dev/full"
