"""Compares what a directory holds with what the contract says it must.

    directory_oracle.py EXPECTED LDIF

LDIF is what an independent reader printed: ldapsearch, or the file of the
ldif backend itself.  Nothing of certharvest is used to read it.
"""

import base64
import hashlib
import sys


def entries(text):
    """RFC 2849 content: a list of {attribute in lower case: [bytes]}."""
    result, current = [], {}
    for line in text.replace("\r\n", "\n").replace("\n ", "").split("\n"):
        if line.startswith("#") or line.startswith("version:"):
            continue
        if not line:
            if current:
                result.append(current)
            current = {}
            continue
        name, colon, rest = line.partition(":")
        assert colon, line
        if rest.startswith(":"):
            value = base64.b64decode(rest[1:].strip(), validate=True)
        else:
            value = rest.lstrip(" ").encode()
        current.setdefault(name.lower(), []).append(value)
    return result + ([current] if current else [])


def address_of(entry):
    for proxy in entry.get("proxyaddresses", []):
        if proxy.startswith(b"SMTP:"):
            return proxy[5:].decode().lower()
    return entry.get("mail", [b""])[0].decode().lower()


def compare(expected, ldif):
    """The differences, as lines; none is good."""
    found = {}
    wrong = []
    for entry in entries(ldif):
        found.setdefault(address_of(entry), []).append(entry)
    for line in expected.splitlines():
        address, name, *digests = line.split("\t")
        wanted = [one[1:].partition("=") for one in digests if one[0] == "+"]
        digests = [one for one in digests if one[0] != "+"]
        have = found.get(address, [])
        if len(have) != 1:
            wrong.append(f"{address}: {len(have)} contacts")
            continue
        entry = have[0]
        values = entry.get("usercertificate", [])
        if sorted(hashlib.sha256(v).hexdigest() for v in values) != digests:
            wrong.append(f"{address}: other certificates")
        if [name.encode()] != entry.get("displayname"):
            wrong.append(f"{address}: {entry.get('displayname')}, not {name}")
        if b"contact" not in entry["objectclass"]:
            wrong.append(f"{address}: not a contact")
        if entry.get("mail") != [address.encode()]:
            wrong.append(f"{address}: mail is {entry.get('mail')}")
        if len(entry["cn"][0].decode()) > 64:
            wrong.append(f"{address}: cn is too long")
        for attribute, _, value in wanted:
            have = entry.get(attribute.lower(), [])
            if have != ([value.encode()] if value else []):
                wrong.append(f"{address}: {attribute} is {have}")
        marks = entry.get("extensionname", [])
        if [m.split(b":")[2].decode() for m in marks] != digests:
            wrong.append(f"{address}: marks {marks}")
    return wrong


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        expected = f.read()
    with open(sys.argv[2], encoding="utf-8") as f:
        ldif = f.read()
    wrong = compare(expected, ldif)
    print("\n".join(wrong) or f"{len(expected.splitlines())} contacts agree")
    return 1 if wrong or not expected else 0


if __name__ == "__main__":
    sys.exit(main())
