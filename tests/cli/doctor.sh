#!/bin/sh
# certharvest doctor without a directory server: the embedded directory, what
# is wrong on this machine, a port where nobody is.  With Active Directory it is
# tried by tests/integration/test_doctor.py.
set -u
top=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
status=0

fail() {
	echo "doctor.sh: $*"
	status=1
}
# doctor STATUS ARGUMENT...
doctor() {
	want=$1
	shift
	"$top/certharvest" -f conf doctor "$@" >out 2>err
	got=$?
	[ $got = "$want" ] ||
		fail "status $got, not $want: $(cat out err)"
}
has() {
	for word; do
		grep -qF -- "$word" out || fail "no \"$word\": $(cat out)"
	done
}
lacks() {
	! grep -F -- "$1" out || fail "there is \"$1\""
}
conf() {
	cat >conf <<END
site { own_domains = { "corp.example" } }
spool { folder = "$work/spool" snapshot = "$work/publisher/s" }
store { path = "$work/publisher/store.db" }
publisher {
    control_socket = "$work/control.sock"
    milter_user = root
}
directory {
    timeout = 5
    file = "$work/publisher/contacts.ldif"
    state_file = "$work/publisher/state"
    site_key_file = "$work/publisher/site.key"
    $1
}
END
}

mkdir spool publisher
chmod 2770 spool
conf ""
doctor 0
has "ok      site-key: " "ok      milter-user: root is known" \
    "ok      spool: $work/spool is there" "ok      file: " \
    "warning publisher: $work/control.sock"
lacks "error"
lacks "metrics"
lacks "digest"
[ -z "$(find publisher -name '*.ldif')" ] || fail "it wrote a directory"

# Each is an object with the same keys; python3 is the judge of JSON.
doctor 0 --json
python3 - out <<'END' || fail "not JSON: $(cat out)"
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
assert len(rows) >= 5
for row in rows:
    assert set(row) == {"level", "check", "finding", "text", "reason",
                        "advice"}
    assert (row["level"] == "ok") == (row["advice"] == ""), row
END

# What is wrong here.
head -c 31 /dev/zero >publisher/site.key
chmod 600 publisher/site.key
doctor 78
has "error   site-key: "
head -c 32 /dev/zero >publisher/site.key
doctor 0
has "site.key is there, mode 0600"
chmod 640 publisher/site.key
doctor 78
has "is open to others, mode 0640"
chmod 600 publisher/site.key
chmod 2777 spool
doctor 78
has "error   spool: $work/spool may be written by all"
chmod 2770 spool
rmdir spool
doctor 78
has "error   spool: $work/spool: No such file"
mkdir spool
echo "this is no LDIF" >publisher/contacts.ldif
doctor 78
has "error   file: "
rm publisher/contacts.ldif
mv publisher other
doctor 78
has "error   store: $work/publisher: No such file"
mv other publisher

# Metrics and digest, where they are wanted.
watched() {
	conf ""
	cat >>conf <<END
publisher { metrics_file = "$work/publisher/metrics.prom" }
digest { to = "helpdesk@corp.example" sendmail = "$1" state_file = "$2" }
END
}
watched /bin/true "$work/publisher/digest.state"
doctor 0
has "ok      metrics: $work/publisher/metrics.prom can be written" \
	"ok      digest: /bin/true can be run"
watched "$work/nosuch" "$work/publisher/digest.state"
sed -i "s,publisher/metrics,nosuch/metrics," conf
doctor 0
has "warning digest: $work/nosuch: No such file" \
	"warning metrics: $work/nosuch/metrics.prom: No such file"
watched /bin/true "$work/nosuch/digest.state"
doctor 0
has "warning digest: $work/nosuch/digest.state: No such file"

# Nobody at that port; with a secret that all may read.
echo secret >password
chmod 644 password
conf 'backend = ad uri = "ldaps://127.0.0.1:1" bind = simple user = "a@b"
    bases = "OU=P,DC=x" create = off password_file = "'"$work"'/password"'
doctor 78
has "error   secret: directory.password_file $work/password is open to all" \
    "warning server: 127.0.0.1 port 1: Connection refused" "error   bind: "
chmod 600 password
doctor 75

doctor 64 --other
doctor 64 more
exit $status
