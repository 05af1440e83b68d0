"""The main job: a signed mail becomes a contact's certificate, and nothing
else changes anything."""

import re
import time

import pytest

from servers import mail
from servers.ca import DAY
from servers.postfix import without_trace
from servers.process import wait_for
from servers.smtp import send

PAT = "pat@partner.example"


def published(directory, address, der, seconds=20):
    """Wait until exactly this certificate stands there."""
    wait_for("the certificate of " + address,
             lambda: directory.certificates(address) == [der], seconds)


@pytest.mark.sanitized
@pytest.mark.parametrize("how", ["gssapi", "ldaps", "starttls"])
@pytest.mark.parametrize("opaque", [False, True])
def test_from_postfix_to_active_directory(
        active, postfix, directory, authority, samba, how, opaque):
    """Byte for byte what openssl made, written by the account alone."""
    one = active(how=how).start()
    relay = postfix(milter="unix:" + one.socket)
    partner = authority.partner(PAT, name="Pat Partner")
    assert send(relay.port, mail.signed(partner, opaque=opaque)) == 250
    published(directory, PAT, partner.der)
    (name, values), = directory.contacts()
    assert values["mail"] == [PAT.encode()]
    assert b"SMTP:" + PAT.encode() in values["proxyAddresses"]
    assert b"Pat Partner" in values["displayName"][0]
    assert list(directory.versions().values()) == [1]
    change, = directory.changes()
    assert (change.operation, change.sid) == ("Add", samba.account_sid)
    assert change.dn == name
    one.wait_event("harvest-decided", "publisher", reason="ok", address=PAT)
    assert PAT in one.cli("-f", one.settings_file, "show", PAT)


@pytest.mark.sanitized
def test_a_renewal_replaces_in_one_modify(
        active, postfix, directory, authority, samba):
    """The old value out and the new one in, and its mark with it."""
    one = active().start()
    relay = postfix(milter="unix:" + one.socket)
    now = time.time()
    old = authority.partner(PAT, start=now - 300 * DAY, end=now + 30 * DAY)
    new = authority.partner(PAT, start=now - DAY)
    send(relay.port, mail.signed(old))
    published(directory, PAT, old.der)
    send(relay.port, mail.signed(new))
    published(directory, PAT, new.der)
    made, changed = directory.changes()
    assert (made.operation, changed.operation) == ("Add", "Modify")
    assert changed.sid == samba.account_sid
    assert changed.attributes["userCertificate"] == [
        ("delete", [old.der]), ("add", [new.der])]
    assert set(changed.attributes) == {"userCertificate", "extensionName"}
    # Two actions on one attribute: Samba counts one version for each.
    assert list(directory.versions().values()) == [3]


def test_an_older_certificate_does_not_come_back(
        active, postfix, directory, authority):
    """The mail of the old certificate, seen again, changes nothing."""
    one = active().start()
    relay = postfix(milter="unix:" + one.socket)
    now = time.time()
    old = authority.partner(PAT, start=now - 300 * DAY, end=now + 30 * DAY)
    new = authority.partner(PAT, start=now - DAY)
    send(relay.port, mail.signed(new))
    published(directory, PAT, new.der)
    send(relay.port, mail.signed(old))
    one.wait_event("harvest-decided", "publisher", reason="older")
    assert len(directory.changes()) == 1


def behind(one, relay, directory, authority):
    """A mail behind another one is through: whatever that did, it did."""
    address = "last@partner.example"
    last = authority.partner(address)
    assert send(relay.port, mail.signed(last)) == 250
    published(directory, address, last.der)
    # with all that was taken, and so decided on, with it
    one.wait_drained()
    one.wait_event("harvest-decided", "publisher", address=address)


REFUSED = {
    "unsigned": (lambda partner: mail.unsigned(PAT), None),
    "forged": (lambda partner: mail.forged(partner), "digest-mismatch"),
    "forged opaque": (lambda partner: forged_opaque(partner), None),
    "From of another": (lambda partner: mail.signed(
        partner, sender="ceo@partner.example"), "not-from"),
}


def forged_opaque(partner):
    """An opaque mail with another content, and the signature of the first."""
    good = mail.signature(mail.BODY, partner, opaque=True)
    at = good.index(b"1,000")
    der = good[:at] + b"9,000" + good[at + 5:]
    return mail.opaque_mail(mail.headers(PAT), der)


@pytest.mark.sanitized
@pytest.mark.parametrize("what", REFUSED)
def test_other_mail_changes_nothing(
        active, postfix, directory, authority, what):
    """Not unsigned, not forged, not in somebody else's name."""
    make, reason = REFUSED[what]
    one = active().start()
    relay = postfix(milter="unix:" + one.socket)
    assert send(relay.port, make(authority.partner(PAT))) == 250
    behind(one, relay, directory, authority)
    assert len(relay.delivered(2)) == 2
    change, = directory.changes()
    assert "last@partner.example" in change.dn
    if reason:
        assert one.events("message", "milter", reason=reason)
        address = "ceo@partner.example" if reason == "not-from" else PAT
        one.wait_event("note-taken", "publisher", address=address)
        assert reason in one.cli("-f", one.settings_file, "show", address)


def trace_shape(delivered):
    """What delivery put in front, without what differs by itself."""
    message = without_trace(delivered)
    front = delivered[:len(delivered) - len(message)].decode()
    front = re.sub(r"id [0-9A-F]{6,}", "id QUEUE", front)
    return re.sub(r"\w{3}, +\d+ \w{3} \d{4} [\d:]{8}", "DATE", front)


def messages(authority):
    """All kinds of mail."""
    partner = authority.partner(PAT)
    yield mail.signed(partner)
    yield mail.signed(partner, opaque=True)
    yield mail.forged(partner)
    yield mail.signed(partner, sender="ceo@partner.example")
    yield mail.unsigned(PAT)


def test_the_mail_arrives_unchanged(certharvest, postfix, authority):
    """The same bytes as without a milter, in front of them the same trace."""
    one = certharvest().start()
    with_milter = postfix(milter="unix:" + one.socket)
    without = postfix(port=2527)
    for message in messages(authority):
        got = []
        for relay in (with_milter, without):
            relay.forget()
            assert send(relay.port, message) == 250
            got.append(relay.delivered()[0])
        assert without_trace(got[0]) == mail.lf(message)
        assert without_trace(got[1]) == mail.lf(message)
        assert trace_shape(got[0]) == trace_shape(got[1])
    one.wait_event("message", "milter", number=4)


@pytest.mark.parametrize("address", [
    "unix:{run}/milter.sock", "inet:10025@127.0.0.1", "inet:127.0.0.1:10025"])
def test_kinds_of_sockets(certharvest, postfix, authority, address):
    """Unix and inet, the latter as libmilter and as Postfix write it."""
    one = certharvest()
    socket = address.format(run=one.folder + "/run")
    one.write_settings({"milter": {"socket": socket}})
    one.start_milter()
    relay = postfix(milter=socket.replace("10025@127.0.0.1",
                                          "127.0.0.1:10025"))
    assert send(relay.port, mail.signed(authority.partner(PAT))) == 250
    one.wait_event("message", "milter", reason="ok")


@pytest.mark.sanitized
def test_through_sendmail(active, sendmail, postfix, directory, authority):
    """The same with the other MTA, once, as conf/sendmail.mc has it."""
    one = active({"milter": {"socket": "inet:8894@127.0.0.1"}}).start()
    last = postfix()
    relay = sendmail(next_port=last.port, milter="inet:8894@127.0.0.1")
    old = authority.partner(PAT, start=time.time() - 30 * DAY)
    message = mail.signed(old)
    assert send(relay.port, message) == 250
    published(directory, PAT, old.der)
    assert last.delivered()[0].endswith(mail.lf(message))
    new = authority.partner(PAT)
    send(relay.port, mail.signed(new))
    published(directory, PAT, new.der)
    # Known by now, so that its signature is not even looked at.
    send(relay.port, mail.forged(new))
    one.wait_event("message", "milter", reason="known-signer")
    send(relay.port, mail.forged(
        authority.partner("max@partner.example")))
    one.wait_event("message", "milter", reason="digest-mismatch")
    assert [change.operation for change in directory.changes()] == [
        "Add", "Modify"]


def test_into_the_embedded_directory(certharvest, postfix, authority):
    """Without any server, the same job, read back by ldapadd's own reader."""
    one = certharvest().start()
    relay = postfix(milter="unix:" + one.socket)
    partner = authority.partner(PAT)
    send(relay.port, mail.signed(partner))
    one.wait_event("harvest-decided", "publisher", reason="ok")
    from servers.directory import parse_ldif
    with open(one.folder + "/publisher/contacts.ldif", "rb") as file:
        text = file.read().replace(b"\n ", b"")
    found = [values for _, values in parse_ldif(text)
             if values.get("mail") == [PAT.encode()]]
    assert [one["userCertificate"] for one in found] == [[partner.der]] or [
        one["userCertificate;binary"] for one in found] == [[partner.der]]


def test_own_domains_are_never_published(
        active, postfix, directory, authority):
    """Somebody of ours, from outside: seen, and refused."""
    one = active().start()
    relay = postfix(milter="unix:" + one.socket)
    ours = authority.partner("ceo@corp.example")
    assert send(relay.port, mail.signed(ours)) == 250
    one.wait_event("message", "milter", reason="own-sender")
    behind(one, relay, directory, authority)
    (name, _), = directory.contacts("dn")
    assert "last@partner.example" in name
    assert directory.search("(mail=ceo@corp.example)", "dn") == []
