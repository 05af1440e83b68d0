#!/bin/sh
# The rights of certharvest in a Samba AD, on one OU, and no others.
#
#   ad-delegation.sh OU SID [OPTIONS OF samba-tool]
#   ad-delegation.sh OU=Partners,DC=corp,DC=example S-1-5-21-1-2-3-1105 \
#       -H ldaps://dc1.corp.example -U Administrator
#
# The account may create contacts, and write userCertificate and
# extensionName on contacts below the OU.  It may not write mail,
# proxyAddresses or targetAddress: with those a stolen password could reroute
# mail.  It may not delete.
set -eu

if [ $# -lt 2 ]; then
	echo "usage: $0 OU SID [OPTIONS OF samba-tool]" >&2
	exit 64
fi
ou=$1 sid=$2
shift 2

# schemaIDGUIDs, [MS-ADSC] and [MS-ADA1]
contact=5cb41ed0-0e4c-11d0-a286-00aa003049e2
userCertificate=bf967a7f-0de6-11d0-a285-00aa003049e2
extensionName=bf967972-0de6-11d0-a285-00aa003049e2

# The last: who created a contact owns it, and an owner may change
# permissions; an entry for OWNER RIGHTS leaves it nothing but reading.
# (Samba 4.17 takes that entry and does not heed it.)
rights="(OA;CI;CC;$contact;;$sid)"
rights="$rights(OA;CIIO;RPWP;$userCertificate;$contact;$sid)"
rights="$rights(OA;CIIO;RPWP;$extensionName;$contact;$sid)"
rights="$rights(OA;CIIO;RC;;$contact;OW)"
exec samba-tool dsacl set --objectdn="$ou" --sddl="$rights" "$@"
