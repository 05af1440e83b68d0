"""New contacts in a domain whose schema Exchange has extended: each mode of
directory.exchange and templates, read with ldapsearch."""

import csv
import io
import os
import re
import time
import uuid

import pytest

from servers import mail
from servers import samba as dc
from servers.process import run, wait_for
from test_directory import child
from test_publisher import feed

assert child  # a fixture that is shared

NO_POLICY = b"{26491cfc-9e50-4857-861b-0cb8df22b5d7}"
STAMP = {"mailNickname", "targetAddress", "msExchPoliciesExcluded"}
ASKED = [*STAMP, "mail", "proxyAddresses", "displayName", "givenName", "sn",
         "company", "info", "department", "extensionAttribute1",
         "msExchHideFromAddressLists", "objectGUID", "userCertificate"]


def contact(directory, address):
    """What the one contact with that address has, of what matters here."""
    found = []

    def search():
        found[:] = [values for _, values in directory.contacts(*ASKED)
                    if values.get("mail") == [address.encode()]]
        return found

    wait_for("a contact for " + address, search, 20, 0.3)
    values, = found
    assert values["proxyAddresses"] == [b"SMTP:" + address.encode()]
    return values


def check_stamp(values, address):
    """All of the stamp, and nothing of a stranger in the nickname."""
    nickname, = values["mailNickname"]
    assert nickname.startswith(b"certharvest-") and len(nickname) <= 64
    assert address.partition("@")[0].encode() not in nickname
    assert nickname.isascii() and nickname[12:].isalnum()
    assert values["targetAddress"] == [b"SMTP:" + address.encode()]
    assert values["msExchPoliciesExcluded"] == [NO_POLICY]


@pytest.mark.sanitized
def test_schema_without_exchange(directory, child):
    """What the settings want and the schema lacks is told at once, by name;
    auto does without it."""
    assert child.publish(more="exchange = auto")[:2] == ("done", "ok")
    (_, values), = directory.contacts(*STAMP)
    assert not set(values) & STAMP
    for more, words in {
            "exchange = stamp": "directory.exchange: stamp needs",
            "attributes = \"nosuch = x\"": "nosuch, which the schema lacks",
            "attributes = \"uidNumber7 = x\"": "uidNumber7, which the schema",
            "attributes = \"operatingSystem = x\"": "contacts may not have",
            "attributes = \"teletexTerminalIdentifier = x\"":
            "which is nothing for a text",
            "attributes = \"seeAlso = CN=x\"": "which is nothing for a text",
            "attributes = \"whenCreated = x\"": "which is nothing for a text",
            "attributes = \"canonicalName = x\"": "which is nothing for",
    }.items():
        outcome, reason, _, text = child.publish(more=more)
        assert (outcome, reason) == ("broken", "directory-schema"), text
        assert words in text, text
        assert "certharvest.conf:" in text
    # Nobody makes contacts: then it does not matter.
    assert child.publish(more="exchange = stamp create = off")[:2] == (
        "nothing", "unchanged")


def partner(authority, address, subject, policy="2.23.140.1.5.3.1"):
    """Whose organization and name the certificate proves."""
    made = authority.issue(subject, (
        "basicConstraints = CA:FALSE\n"
        "keyUsage = critical, digitalSignature, keyEncipherment\n"
        "extendedKeyUsage = emailProtection\n"
        "authorityKeyIdentifier = keyid\n"
        "certificatePolicies = %s\nsubjectAltName = @names\n[names]\n%s\n" % (
            policy, "email = " + re.sub("(['#])", r"\\\1", address)
            if address.isascii() else
            "otherName = 1.3.6.1.5.5.7.8.9;FORMAT:UTF8,UTF8:" + address)),
        authority.key(), authority.intermediate)
    made.emails = (address,)
    return made


LONG = "a" * 20 + "." + "b" * 43 + "@" + "long-enough-to-be-cut.example"
BEYOND = "J\u00f6rg.Gro\u00df@partner.example"
HOSTILE = "a*=+{x}|&!%?@partner.example"

FORMULA = "=1+2@partner.example"

SUBJECTS = {
    FORMULA: "/CN==cmd|' \\/C calc'!A1",
    "pat@partner.example": "/O=Big Ltd/GN=Pat/SN=Partner/CN=Pat Partner",
    LONG: "/O=" + "Langer Name \u00e4" * 4 + "/CN=Long",
    BEYOND: "/O=B\u00fccher \\/ S\u00f6hne/GN=J\u00f6rg/SN=Gro\u00df"
            "/CN=J\u00f6rg Gro\u00df",
    HOSTILE: "/O=*)(cn=*/GN=\"Bobby\"/SN=O'Neil, CN\\=x"
             "/CN=\"Bobby\" O'Neil, CN\\=x",
}


def people(authority):
    """Mails from all of them."""
    return [mail.signed(partner(authority, address, subject))
            for address, subject in SUBJECTS.items()]


SCRIPT = os.path.join(os.path.dirname(__file__), "..", "..", "conf",
                      "exchange-worklist.ps1")


def patterns():
    """What the script lets pass, by the patterns that stand in it."""
    with open(SCRIPT, encoding="ascii") as file:
        found = dict(re.findall(r"^\$(\w+)Pattern = '\\A(.*)\\z'$",
                                file.read(), re.MULTILINE))
    return {name: re.compile(text) for name, text in found.items()}


HEADER = "objectGUID,address,action,certificate\r\n"


def worklist(one):
    """Its rows, as another reader of CSV takes them."""
    said = run([one.programs.path("certharvest"), "-f", one.settings_file,
                "worklist"]).stdout.decode()
    assert said.startswith(HEADER)
    return list(csv.DictReader(io.StringIO(said, newline="")))


def check_worklist(one, directory, action):
    """All of them, as another reader of CSV takes it; nothing that a program
    for tables runs, and the script takes what is in order alone."""
    said = run([one.programs.path("certharvest"), "-f", one.settings_file,
                "worklist"]).stdout.decode()
    assert said.startswith(HEADER)
    rows = list(csv.DictReader(io.StringIO(said, newline="")))
    wanted = {}
    for _, values in directory.contacts("mail", "objectGUID"):
        guid = uuid.UUID(bytes_le=values["objectGUID"][0])
        wanted[str(guid)] = values["mail"][0].decode()
    assert {row["objectGUID"]: row["address"].removeprefix("'")
            for row in rows} == wanted
    assert {row["action"] for row in rows} == {action}
    assert not any(row["address"][0] in "=+-@" for row in rows)
    assert said.count("\n") == len(wanted) + 1
    allowed = patterns()
    assert all(allowed["guid"].fullmatch(row["objectGUID"]) for row in rows)
    assert {row["address"] for row in rows
            if allowed["address"].fullmatch(row["address"])} == {
                "pat@partner.example", LONG}
    later = run([one.programs.path("certharvest"), "-f", one.settings_file,
                 "worklist", "--since", "2099-01-01T00:00:00Z"]).stdout
    assert later.decode() == HEADER


def test_script():
    """It hands over parameters, and makes no command of what it read."""
    with open(SCRIPT, encoding="ascii") as file:
        code = re.sub(r"<#.*?#>|^\s*#[^\n]*$", "", file.read(),
                      flags=re.DOTALL | re.MULTILINE)
    assert not re.search(r"Invoke-Expression|\biex\b|Start-Process|"
                         r"ScriptBlock|Add-Type|^\s*[&.]\s", code,
                         re.IGNORECASE | re.MULTILINE)
    for pair in ("{}", "()", "[]"):
        assert code.count(pair[0]) == code.count(pair[1])
    # What fails in the remote session must not be told as done.
    calls = re.findall(r"\b(?:Enable|Update|Get|Set)-(?:Mail|Recip)"
                       r"(?:.*`\n)*.*", code)
    assert len(calls) == 4
    assert all("-ErrorAction Stop" in call for call in calls)
    assert "$global:ErrorActionPreference = 'Stop'" in code
    address = patterns()["address"]
    for bad in ("=1+2@x.example", "'=1@x.example", "a b@x.example",
                "a@x.example\n", "a;b@x.example", "a`b@x.example",
                "$(id)@x.example", "a@x.example; calc", "a@@x.example",
                "a\"b@x.example", "j\u00f6rg@x.example", "-a@x.example"):
        assert not address.fullmatch(bad), bad
    for good in ("bob.o+x@x.example", "a_b-c@xn--bcher-kva.example"):
        assert address.fullmatch(good)


@pytest.mark.parametrize("mode", ["auto", "stamp", "plain"])
def test_modes(active, exchange_directory, authority, mode):
    """Whom the lists show, and whom Enable-MailContact has to be run for;
    with names that were made to break something."""
    one = active({"directory": {"exchange": mode}}).start()
    feed(one, *people(authority))
    for address in SUBJECTS:
        values = contact(exchange_directory, address)
        if mode == "plain":
            assert not set(values) & STAMP
        else:
            check_stamp(values, address)
    names = [values["mailNickname"][0]
             for _, values in exchange_directory.contacts("mailNickname")
             if "mailNickname" in values]
    assert len(set(names)) == len(names)
    # Everything was in the one add.
    one.wait_event("harvest-decided", "publisher", number=len(SUBJECTS))
    check_worklist(
one, exchange_directory, "enable-mail-contact"
                   if mode == "plain" else "update-recipient")
    changes = exchange_directory.changes()
    assert {change.operation for change in changes} == {"Add"}


def test_mail_users(active, exchange_directory, authority):
    """Never touched, and on the list with the newest certificate that is held
    for them, until somebody says no."""
    exchange_directory.ldif("ldapadd", (
        "dn: cn=Mel,%s\nobjectClass: user\nsAMAccountName: mel\n"
        "mail: mel@partner.example\nmailNickname: mel\n"
        "targetAddress: SMTP:mel@partner.example\n"
        "proxyAddresses: SMTP:mel@partner.example\n") % dc.OU)
    try:
        one = active({"directory": {"exchange": "stamp"}}).start()
        now = time.time()
        old = authority.partner("mel@partner.example", start=now - 9 * 86400)
        new = authority.partner("mel@partner.example", start=now - 86400)
        feed(one, mail.signed(old))
        one.wait_event("harvest-decided", "publisher", 20, 1)
        feed(one, mail.signed(new))
        assert {words["reason"] for words in one.wait_event(
            "harvest-decided", "publisher", 20, 2)} == {"is-mail-user"}
        row, = worklist(one)
        (_, values), = exchange_directory.search(
            "(sAMAccountName=mel)", "objectGUID", "userCertificate")
        assert row == {
            "objectGUID": str(uuid.UUID(
                bytes_le=values["objectGUID"][0])),
            "address": "mel@partner.example", "action": "set-mail-user",
            "certificate": new.der.hex()}
        assert patterns()["certificate"].fullmatch(row["certificate"])
        assert "userCertificate" not in values
        run([one.programs.path("certharvest"), "-f", one.settings_file,
             "review", "reject", "--reason", "is-mail-user", "--note",
             "told to the help desk"])
        assert worklist(one) == []
    finally:
        exchange_directory.delete("cn=Mel," + dc.OU)


def test_what_is_proven(active, exchange_directory, authority):
    """Names and organization, cut at a character, as they are."""
    one = active().start()
    feed(one, *people(authority), mail.signed(partner(
        authority, "unproven@partner.example",
        "/O=Nobody looked/CN=Un Proven", "2.23.140.1.5.1.1")))
    values = contact(exchange_directory, "pat@partner.example")
    assert [values[name] for name in ("givenName", "sn", "company")] == [
        [b"Pat"], [b"Partner"], [b"Big Ltd"]]
    assert values["displayName"] == [b"Pat Partner (partner.example)"]
    values = contact(exchange_directory, BEYOND)
    assert values["givenName"] == ["J\u00f6rg".encode()]
    assert values["company"] == ["B\u00fccher / S\u00f6hne".encode()]
    assert contact(exchange_directory, LONG)["company"] == [
        ("Langer Name \u00e4" * 4).encode()]
    values = contact(exchange_directory, HOSTILE)
    assert values["sn"] == [b"O'Neil, CN=x"]
    assert values["company"] == [b"*)(cn=*"]
    values = contact(exchange_directory, "unproven@partner.example")
    assert "company" not in values and "sn" not in values


def test_templates(active, exchange_directory, authority):
    """By the rules of the schema: what it does not take is left out."""
    one = active({"directory": {"exchange": "plain", "attributes": [
        "company = {domain}", "department = {organization}{organization}",
        "info = from {message_id}, {given_name}",
        "extensionAttribute1 = {name}", "extensionAttribute2 = {name}",
        "msExchHideFromAddressLists = TRUE"]}}).start()
    pat = partner(authority, "pat@partner.example",
                  SUBJECTS["pat@partner.example"])
    joerg = partner(authority, BEYOND, SUBJECTS[BEYOND])
    feed(one, mail.signed(pat, identity="<7@x>"), mail.signed(joerg),
         mail.signed(partner(authority, LONG, SUBJECTS[LONG])))
    assert contact(exchange_directory, LONG)["department"] == [
        ("Langer Name \u00e4" * 8)[:64].rstrip().encode()]
    values = contact(exchange_directory, "pat@partner.example")
    assert values["company"] == [b"partner.example"]
    assert values["department"] == [b"Big LtdBig Ltd"]
    assert values["info"] == [b"from <7@x>, Pat"]
    assert values["extensionAttribute1"] == [b"Pat Partner (partner.example)"]
    assert values["msExchHideFromAddressLists"] == [b"TRUE"]
    assert not set(values) & STAMP
    assert "\u00f6" in contact(
        exchange_directory, BEYOND)["extensionAttribute1"][0].decode()
    (_, found), = exchange_directory.search(
        "(&(mail=%s)(objectClass=contact))" % "pat@partner.example",
        "extensionAttribute2")
    assert found["extensionAttribute2"] == [b"Pat Partner (partner.example)"]
    found, = [values for _, values in exchange_directory.contacts(
        "mail", "extensionAttribute2") if values["mail"] == [BEYOND.encode()]]
    assert "extensionAttribute2" not in found


def test_update_only(active, exchange_directory, authority):
    """Contacts are made by others, and refreshed by us."""
    exchange_directory.ldif("ldapadd", (
        "dn: CN=Pat,%s\nobjectClass: contact\nmail: pat@partner.example\n"
        "proxyAddresses: SMTP:pat@partner.example\n") % dc.OU)
    one = active({"directory": {"exchange": "update-only"}}).start()
    pat = authority.partner("pat@partner.example")
    feed(one, mail.signed(pat),
         mail.signed(authority.partner("eve@partner.example")))
    one.wait_event("harvest-decided", "publisher", outcome="nothing",
                   reason="update-only", address="eve@partner.example")
    one.wait_event("harvest-decided", "publisher", reason="ok")
    assert exchange_directory.certificates("pat@partner.example") == [pat.der]
    assert len(exchange_directory.contacts("dn")) == 1
    said = run([one.programs.path("certharvest"), "-f", one.settings_file,
                "acl", "--account", "S-1-5-21-1-2-3-4"]).stdout
    assert b"5cb41ed0" not in said or b";CC;" not in said
