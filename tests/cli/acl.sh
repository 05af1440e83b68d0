#!/bin/sh
# certharvest acl: that what it prints can be run as it is, that all forms
# have the same, and what it refuses.  What the entries are worth is shown
# with a domain controller, in tests/integration.
set -u
top=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
status=0
sid=S-1-5-21-1-2-3-1103

fail() {
	echo "acl.sh: $*"
	status=1
}
# conf BASE CREATE [USER]: names as libconfuse reads them
conf() {
	cat >conf <<END
directory {
    backend = ad
    uri = "ldaps://dc1.example.com"
    bind = simple
    user = "${3-CORP\\\\svc}"
    password_file = /none
    bases = { "$1" }
    create_ou = "$1"
    create = $2
}
END
}
# acl STATUS ARGUMENT...
acl() {
	want=$1
	shift
	"$top/certharvest" -f conf acl "$@" >out 2>err
	got=$?
	[ $got = "$want" ] || fail "acl $*: status $got, not $want: $(cat err)"
	[ $got = 0 ] || [ ! -s out ] || fail "acl $*: half of it: $(cat out)"
}
has() {
	for word; do
		grep -qxF -- "$word" out || fail "no line \"$word\": $(cat out)"
	done
}

# The shell script, run with a samba-tool that tells what it was given.
mkdir bin
cat >bin/samba-tool <<'END'
#!/bin/sh
printf '<%s>\n' "$@"
END
chmod +x bin/samba-tool
conf 'OU=it'"'"'s `id` $HOME \\\"q\\\" 100% &,DC=x' true
acl 0 --format samba-tool --account $sid
PATH=$work/bin:$PATH sh out -H "ldap://a b" >said || fail "no script"
[ "$(grep -cxF "<--objectdn=OU=it's \`id\` \$HOME \\\"q\\\" 100% &,DC=x>" \
	said)" = 2 ] || fail "$(cat said)"
[ "$(grep -cxF "<ldap://a b>" said)" = 2 ] || fail "$(cat said)"

# All forms have the same entries.
sed -n 's/^<--sddl=\(.*\)>$/\1/p' said >by-script
acl 0 --format sddl --account $sid
grep '^(' out >by-sddl
cmp by-script by-sddl || fail "another SDDL"
[ "$(tr -cd '(' <by-sddl | wc -c)" = 4 ] || fail "not four entries"
acl 0
[ "$(grep -c '^dsacls ' out)" = 4 ] || fail "not four lines"
# nothing that cmd.exe would expand, and each word closed
if grep '^dsacls ' out | grep -v '^dsacls "[^"%!]*" /I:[ST] /G "[^"%!]*" || exit /b 1$'
then
	fail "a line that cmd.exe may misread"
fi
grep -q 'OU=it.s `id` $HOME \\22q\\22 100\\25 &,DC=x' out || fail "$(cat out)"

conf "OU=P,DC=x" true
acl 0
has 'dsacls "OU=P,DC=x" /I:T /G "CORP\svc:CC;contact" || exit /b 1' \
    'dsacls "OU=P,DC=x" /I:S /G "CORP\svc:RPWP;userCertificate;contact" || exit /b 1' \
    'dsacls "OU=P,DC=x" /I:S /G "CORP\svc:RPWP;extensionName;contact" || exit /b 1' \
    'dsacls "OU=P,DC=x" /I:S /G "S-1-3-4:RC;;contact" || exit /b 1'
acl 0 --account "CN=a:b,DC=x"
has 'dsacls "OU=P,DC=x" /I:T /G "CN=a\3Ab,DC=x:CC;contact" || exit /b 1'
conf "OU=P,DC=x" false
acl 0
[ "$(grep -c '^dsacls ' out)" = 2 ] || fail "more than refreshing needs"

# Each OU for new contacts once, whoever it is for.
conf "OU=P,DC=x" true
sed -i 's/create = true/create_ous = { "a.example: OU=Q,OU=P,DC=x", "b.example: ou=q,OU=P,DC=x" }/' conf
acl 0
[ "$(grep -c 'CC;contact' out)" = 2 ] || fail "$(cat out)"
has 'dsacls "OU=Q,OU=P,DC=x" /I:T /G "CORP\svc:CC;contact" || exit /b 1' \
    'dsacls "OU=P,DC=x" /I:T /G "CORP\svc:CC;contact" || exit /b 1'

# Where shadows are removed, and only there.
conf "OU=P,DC=x" true
acl 0
! grep userSMIMECertificate out || fail "more than reporting needs"
sed -i 's/create = true/shadows = remove_ours/' conf
acl 0
has 'dsacls "OU=P,DC=x" /I:S /G "CORP\svc:RPWP;userSMIMECertificate;contact" || exit /b 1'

# Refused.
conf "OU=P,DC=x" true
acl 78 --format samba-tool
acl 78 --format sddl --account 'S-1-5-21-1);(A;;GA;;;WD'
acl 78 --format sddl --account S-1-5-
acl 65 --account 'svc:GA;'
acl 65 --account 'svc" & calc & "'
acl 65 --account '%USERNAME%'
acl 65 --account "$(printf 'sv\303\244c')"
acl 64 --format other
acl 64 extra
conf "OU=P\\nrem,DC=x" true
acl 78
conf "OU=P,DC=x" true ""
sed -i 's/bind = simple/bind = gssapi/; s/user = .*/keytab = \/k/' conf
acl 78
exit $status
