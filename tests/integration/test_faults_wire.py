"""A domain controller that fails amid a request, and a contact that changes
between being read and being written: nothing is lost, nothing is written
twice or elsewhere, nobody is locked out, and nobody has to do anything."""

import time
from base64 import b64encode

import pytest

from servers import mail
from servers import samba as dc
from servers.ca import DAY
from servers.process import run, wait_for
from servers.wire import Wire
from test_publisher import feed, status, wanted_of

PAT = "pat@partner.example"
NEW = "new@partner.example"
ELSEWHERE = "OU=Elsewhere," + dc.BASE
SUB = "OU=Sub," + dc.OU
TROUBLE = ("directory-trouble", "stage-paused", "harvest-waits")


@pytest.fixture(scope="module")
def shared_wire(samba):
    """The wire of this module."""
    one = Wire(samba)
    yield one
    one.close()


@pytest.fixture
def wire(shared_wire):
    """The wire, whole."""
    yield shared_wire
    shared_wire.reset()


@pytest.fixture
def one(active, wire, directory):
    """An installation behind the wire that ends well and was never started
    again, and whose account nobody has locked out."""
    made = active({"directory": {"uri": [wire.uri], "timeout": 12}}).start()
    pid = made.publisher.pid
    yield made
    assert made.publisher.running() and made.publisher.pid == pid
    assert len(made.events("started", "publisher")) == 1
    (_, shown), = directory.search(
        "(sAMAccountName=%s)" % dc.ACCOUNT, "badPwdCount")
    assert shown.get("badPwdCount", [b"0"]) == [b"0"]


def pair_of(authority, address):
    """An old certificate and the one that follows it."""
    now = time.time()
    return (authority.partner(address, start=now - 300 * DAY,
                              end=now + 30 * DAY),
            authority.partner(address, start=now - DAY))


def published(directory, address, der):
    """Wait until exactly this stands there."""
    wait_for("the certificate of " + address, lambda: directory.certificates(
        address) == [der], 40, 0.2)


def decided(one, reason, number=1, **fields):
    """Wait for a decision."""
    return one.wait_event("harvest-decided", "publisher", 40, number,
                          reason=reason, **fields)


def told(one):
    """The reasons of all trouble that the log tells of."""
    return {line["reason"] for event in TROUBLE
            for line in one.events(event, "publisher")}


def ours(samba, directory):
    """The account's writes as the controller's audit has them."""
    return [(change.dn, change.operation) for change in directory.changes()
            if change.sid == samba.account_sid]


# how a request ends: what the log may call it
CUTS = {
    "lost": {"directory-down"},
    "half": {"directory-down"},
    "no-answer": {"directory-down"},
    "half-answer": {"directory-down"},
    "garbage": {"directory-down"},
    "silent": {"directory-slow", "directory-down"},
    51: {"directory-busy"},
    52: {"directory-busy", "directory-down"},
    10: {"directory-down"},
}


@pytest.mark.parametrize("how", [
    how if how == "no-answer" else
    pytest.param(how, marks=pytest.mark.long) for how in CUTS])
def test_amid_a_request(one, wire, samba, directory, authority, how):
    """A bind, a search, an add and a modify that fail are made up for: one
    add and one modify in all, whether the answer was lost or the request."""
    old, new = pair_of(authority, PAT)
    wire.strike("bind", how)
    wire.strike("search", how, PAT.encode())
    wire.strike("add", how)
    feed(one, mail.signed(old))
    published(directory, PAT, old.der)
    decided(one, "ok")
    wire.strike("modify", how)
    feed(one, mail.signed(new))
    published(directory, PAT, new.der)
    decided(one, "ok", 2)
    assert [fault.operation for fault in wire.struck] == [
        "bind", "search", "add", "modify"]
    assert told(one) and told(one) <= CUTS[how]
    name = "CN=%s,%s" % (PAT, dc.OU)
    assert ours(samba, directory) == [(name, "Add"), (name, "Modify")]
    one.wait_event("directory-back", "publisher")
    assert status(one)["harvests"]["due"] == 0


@pytest.fixture(scope="module")
def places(samba):
    """An OU outside of the bases, and one below them."""
    for name in (ELSEWHERE, SUB):
        samba.tool("ou", "create", name)
    yield
    for name in (ELSEWHERE, SUB):
        samba.tool("ou", "delete", name, "--force-subtree-delete")


def moved(directory, where):
    """Move the contact to an OU."""
    directory.ldif("ldapmodify", (
        "dn: CN=%s,%s\nchangetype: modrdn\nnewrdn: CN=%s\n"
        "deleteoldrdn: 1\nnewsuperior: %s\n") % (PAT, dc.OU, PAT, where))


# what happens to the contact between the search and the modify: how, and
# what is decided then, and where the contact is
BETWEEN = {
    "renamed": (lambda directory: directory.rename(
        "CN=%s,%s" % (PAT, dc.OU), "CN=Pat"), "ok", "CN=Pat," + dc.OU),
    "moved below": (lambda directory: moved(directory, SUB),
                    "ok", "CN=%s,%s" % (PAT, SUB)),
    "moved out": (lambda directory: moved(directory, ELSEWHERE),
                  "outside-base", "CN=%s,%s" % (PAT, ELSEWHERE)),
}


@pytest.mark.sanitized
@pytest.mark.parametrize("what", BETWEEN)
def test_the_contact_changes_in_between(
        one, wire, samba, directory, places, authority, what):
    """It is found where it is now; outside of the bases nothing is written,
    and the others go on."""
    change, reason, name = BETWEEN[what]
    old, new = pair_of(authority, PAT)
    feed(one, mail.signed(old))
    published(directory, PAT, old.der)
    wire.strike("modify", lambda: change(directory))
    feed(one, mail.signed(new))
    decided(one, reason, 1 if reason != "ok" else 2)
    (found, values), = directory.search(
        "(mail=%s)" % PAT, "userCertificate")
    assert found == name
    assert values["userCertificate"] == [
        new.der if reason == "ok" else old.der]
    assert told(one) == set()
    directory.delete(name)


def test_deleted_in_between(one, wire, samba, directory, authority):
    """Nothing is written to what is not there any more, nor made anew."""
    old, new = pair_of(authority, PAT)
    feed(one, mail.signed(old))
    published(directory, PAT, old.der)
    wire.strike("modify", lambda: directory.delete(
        "CN=%s,%s" % (PAT, dc.OU)))
    feed(one, mail.signed(new))
    later = one.wait_event("harvest-decided", "publisher", number=2)[1]
    assert (later["outcome"], later["reason"]) == ("held", "veto")
    assert directory.certificates(PAT) == []
    assert told(one) == set()


def test_the_ou_goes_in_between(one, wire, samba, directory, authority):
    """It pauses, says why, and goes on when the OU is back."""
    new = authority.partner(PAT)
    wire.strike("add", lambda: directory.rename(dc.OU, "OU=Elsewhere2"))
    try:
        feed(one, mail.signed(new))
        one.wait_event("stage-paused", "publisher", reason="directory-ou")
        assert directory.search("(mail=%s)" % PAT) == []
    finally:
        directory.rename("OU=Elsewhere2," + dc.BASE, "OU=Partners")
    published(directory, PAT, new.der)
    one.wait_event("stage-resumed", "publisher")


def test_a_full_contact_and_garbage(one, wire, directory, authority):
    """2,000 values are left alone; octets that are no certificate stay, and
    ours comes beside them."""
    garbage = [b"garbage", b"\x30\x82\xff\xff", b"\x30\x00"]
    for address, values in ((PAT, [b"value %d" % i for i in range(2000)]),
                            (NEW, garbage)):
        directory.ldif("ldapadd", (
            "dn: CN=%s,%s\nobjectClass: contact\nmail: %s\n"
            "proxyAddresses: SMTP:%s\n%s") % (
                address, dc.OU, address, address, "".join(
                    "userCertificate:: %s\n" % b64encode(v).decode()
                    for v in values)))
    before = directory.export("(mail=%s)" % PAT)
    new = authority.partner(NEW)
    feed(one, mail.signed(authority.partner(PAT)), mail.signed(new))
    decided(one, "too-many-values", outcome="held", address=PAT)
    decided(one, "ok", address=NEW)
    assert sorted(directory.certificates(NEW)) == sorted(garbage + [new.der])
    assert directory.export("(mail=%s)" % PAT) == before
    assert told(one) == set()


def exactly_once(samba, directory, partners, killed=0):
    """Each has one contact with its certificate, made by one add.

    What a controller is at when it is killed may stand in its audit and not
    be committed: then it is made again.
    """
    wait_for("%d contacts" % len(partners), lambda: len(
        directory.contacts("dn")) >= len(partners), 60, 0.5)
    wanted = wanted_of(partners)
    wait_for("their certificates", lambda: {
        values["mail"][0].decode(): values["userCertificate"]
        for _, values in directory.contacts("mail", "userCertificate")
    } == {address: [der] for address, der in wanted.items()})
    writes = ours(samba, directory)
    assert len(set(writes)) == len(partners)
    assert len(writes) <= len(partners) + killed
    assert set(directory.versions().values()) == {1}


def test_amid_many(one, wire, samba, directory, partners):
    """Three connections end with several adds under way on each."""
    some = partners.first(40)
    wire.strike("add", "no-answer", some[5].address.encode())
    wire.strike("add", "half", some[15].address.encode())
    wire.strike("add", "half-answer", some[25].address.encode())
    feed(one, *[partner.message for partner in some])
    exactly_once(samba, directory, some)
    assert len(wire.struck) == 3
    decided(one, "ok", len(some))
    assert told(one) == {"directory-down"}


def test_the_controller_is_killed(active, samba, directory, partners):
    """In the middle of many writes, and started again."""
    some = partners.first(60)
    one = active().start()
    feed(one, *[partner.message for partner in some[:30]])
    one.wait_event("directory-write", "publisher", number=5)
    samba.process.kill_all()
    feed(one, *[partner.message for partner in some[30:]])
    one.wait_event("directory-trouble", "publisher")
    samba.start()
    exactly_once(samba, directory, some, killed=1)
    assert told(one) <= {"directory-down", "directory-slow"}
    one.wait_event("directory-back", "publisher")


@pytest.mark.parametrize("seconds", [
    4, pytest.param(600, marks=pytest.mark.long)])
def test_without_a_network(active, samba, directory, partners, seconds):
    """Everything is accepted and waits, the log is quiet, and when the
    network is back so is the directory."""
    some = partners.first(20)
    one = active().start()
    feed(one, *[partner.message for partner in some[:5]])
    exactly_once(samba, directory, some[:5])
    run(["ip", "link", "set", "lo", "down"])
    try:
        feed(one, *[partner.message for partner in some[5:]])
        one.wait_event("directory-trouble", "publisher")
        one.wait_event("harvest-taken", "publisher", number=20)
        time.sleep(seconds)
        assert status(one)["harvests"]["due"] == 15
        assert len(one.events("directory-trouble", "publisher")) <= 2
        assert one.events("stage-paused", "publisher") == []
    finally:
        run(["ip", "link", "set", "lo", "up"])
    exactly_once(samba, directory, some)
    one.wait_event("directory-back", "publisher")
    assert len(one.events("started", "publisher")) == 1
