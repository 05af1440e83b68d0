#!/bin/sh
# The verbs about single addresses and certificates, where no publisher runs and
# where one answers: what they ask for, what they print, the exit status.
set -u
top=$PWD
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
status=0

fail() {
	echo "rules.sh: $*"
	status=1
}
# say STATUS WORD...
say() {
	want=$1
	shift
	timeout 120 "$top/certharvest" -f conf "$@" >out 2>err </dev/null
	got=$?
	[ $got = "$want" ] || fail "$*: status $got, not $want: $(cat err out)"
}
has() {
	grep -qF -- "$1" "$2" || fail "$1 is missing: $(cat "$2")"
}

echo "publisher { control_socket = \"$work/sock\" }" >conf
for verb in allow ban pin unpin unban withdraw; do
	say 64 $verb
	has "usage: certharvest $verb" err
	say 0 $verb --help
	say 64 $verb a b c d
done
say 64 pin a@b.example
say 64 rules a
say 64 show nobody
say 64 log nobody
for wait in x -1 3601 "" 1x; do
	say 64 withdraw --wait "$wait" a@b.example
done
# Nothing that was said is left out, or more is decided than was meant.
for word in approve reject; do
	say 64 review $word
	say 64 review $word --dry-run 0123abcd
	say 64 review $word --limit 5 --reason rate
	say 64 review $word --rejected --reason rate
	say 64 review $word --reason "" --domain b.example
	say 64 review $word --issuer "" --domain b.example
	say 64 review $word --domain "" --reason rate
	say 64 review $word --reason rate 0123abcd
	say 78 review $word --dry-run --reason rate
done
say 78 allow a@b.example
has "is certharvest-publisher running?" err

# Whoever answers is not believed to be polite.
cat >answer.py <<'PY'
import json
import os
import socket
import sys

answers = {
    "ban": {"ok": True, "text": "banned\x1b[2J\nreally"},
    "allow": {"ok": False, "error": "store-full", "text": "no room"},
    "withdraw": {"ok": True, "order": 7},
    "pin": {"ok": False, "error": "usage", "text": "64 digits"},
    "rules": {"ok": True, "rules": [
        {"rule": "veto", "subject": "a@b.example", "since": "x",
         "certificate": "", "note": "left\x1b]0;x\x07", "uid": -1},
        {"rule": "pin", "subject": 3, "uid": 5, "who": "ann"}]},
}
asked = 0
server = socket.socket(socket.AF_UNIX)
server.bind("sock")
server.listen(8)
open("ready", "w").close()
while True:
    peer, _ = server.accept()
    request = json.loads(peer.makefile().readline())
    with open("asked", "a") as log:
        log.write(json.dumps(request, sort_keys=True) + "\n")
    if request["request"] == "order":
        asked += 1
        answer = {"ok": True, "ended": asked > 1, "outcome": "done",
                  "reason": "is-user" if asked > 3 else "ok",
                  "text": "from CN=x"}
    else:
        answer = answers[request["request"]]
    peer.sendall(json.dumps(answer).encode() + b"\n")
    peer.close()
PY
/usr/bin/python3 answer.py &
server=$!
tries=0
while [ ! -e ready ] && [ $tries -lt 1200 ]; do
	sleep 0.1
	tries=$((tries + 1))
done

say 0 ban --note "lost key" AA:BB
has 'banned?[2J?really' out
has '"note": "lost key"' asked
has '"subject": "AA:BB"' asked
say 75 allow a@b.example
has "no room" err
say 64 pin a@b.example 12
has "64 digits" err
say 0 rules
has 'veto "a@b.example"' out
has "by           certharvest itself" out
has 'uid 5, "ann"' out
! grep -q "$(printf '\033')" out || fail "an escape: $(cat out)"
say 0 withdraw a@b.example
has "withdrawn: from CN=x" out
[ "$(grep -c '"order": 7' asked)" = 2 ] || fail "not asked twice: $(cat asked)"
say 0 withdraw a@b.example
say 77 withdraw a@b.example
has "belongs to a user" err
[ $status = 0 ] && echo "rules.sh: all as it should be"
exit $status
