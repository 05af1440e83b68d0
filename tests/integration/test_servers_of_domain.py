"""Finding, leaving and taking up again domain controllers: silent at any
byte, read-only, out of step, and what DNS says."""

import os
import signal
import socket
import threading
import time

import pytest

from servers import samba as dc
from servers.double import PARTIAL_SECRETS, Double
from servers.names import Names
from servers.process import wait_for
from test_directory import LDAPS, SILENT, child  # noqa: F401, a fixture

BOB = "bob@partner.example"
RELAY = 7641
DEADLINE = 15000
DOMAIN = "corp.example"
ALL = "_ldap._tcp.dc._msdcs." + DOMAIN
SITE = "_ldap._tcp.berlin._sites.dc._msdcs." + DOMAIN

SETTINGS = """\
directory {{
    backend = ad
    domain = corp.example
    site = "{site}"
    bind = simple
    user = "{user}"
    password_file = "{password}"
    ca_file = "{ca}"
    bases = {{ {bases} }}
    create_ou = "{ou}"
    state_file = "{state}"
}}
"""


class Relay:
    """Passes bytes on, until so many have come back from the server; then
    it is silent, with all connections open."""

    def __init__(self, port, target, address=dc.ADDRESS):
        self.target = (dc.ADDRESS, target)
        self.left = None  # bytes to pass on; None: all
        self.delay = 0    # seconds before what the server says is passed on
        self.passed = 0
        self.made = 0
        self.open = []
        self.listener = socket.create_server((address, port))
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, after):
        """Be silent after so many bytes; None: never."""
        self.end_all()
        self.left, self.passed, self.made = after, 0, 0

    def _accept(self):
        while True:
            try:
                one, _ = self.listener.accept()
            except OSError:
                return
            self.made += 1
            other = socket.create_connection(self.target)
            self.open += [one, other]
            for source, target, back in ((one, other, False),
                                         (other, one, True)):
                threading.Thread(target=self._copy, daemon=True,
                                 args=(source, target, back)).start()

    def _copy(self, source, target, back):
        try:
            while data := source.recv(65536):
                if back:
                    time.sleep(self.delay)
                if back and self.left is not None:
                    data = data[:self.left]
                    self.left -= len(data)
                self.passed += len(data) if back else 0
                if data:
                    target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def end_all(self):
        """End all connections."""
        for one in self.open:
            one.close()
        self.open = []

    def close(self):
        """End it."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.end_all()


@pytest.fixture
def relay():
    """In front of the controller, with TLS from one end to the other."""
    one = Relay(RELAY, 636)
    yield one
    one.close()


def forget(child):
    """No memory of servers that failed, nor of passwords."""
    for name in ("state", "state.servers"):
        path = os.path.join(child.folder, name)
        if os.path.exists(path):
            os.unlink(path)


BEHIND = '"ldaps://%s:%d", "%s"' % (dc.HOST, RELAY, LDAPS)


def check_cut(child, directory, relay, after):
    """Silent after so many bytes: in time, elsewhere, and once."""
    forget(child)
    directory.wipe()
    relay.cut(after)
    outcome, reason, took, text = child.publish(uri=BEHIND)
    assert relay.made >= 1
    assert took < DEADLINE - 100, (after, took)
    # A write whose answer did not come: it is not known, and found later.
    if outcome != "done":
        assert (outcome, reason) in (("later", "directory-slow"),
                                     ("later", "directory-down"),
                                     ("later", "directory-race")), text
        made = relay.made
        outcome, reason, took, text = child.publish(uri=BEHIND)
        assert (outcome, reason) in (("done", "ok"),
                                     ("nothing", "unchanged")), (after, text)
        assert relay.made == made, (after, took)
    (_,) = directory.contacts("dn")
    assert len(directory.certificates(BOB)) == 1, after


def conversation(child, relay):
    """How many bytes the server says in all."""
    forget(child)
    relay.cut(None)
    assert child.publish(uri=BEHIND)[0] == "done"
    return relay.passed


def test_silent_at_a_byte(directory, child, relay):
    """In the handshake, after it, and shortly before the end."""
    total = conversation(child, relay)
    assert total > 2000
    for after in (0, 1000, total * 3 // 5, total - 1):
        check_cut(child, directory, relay, after)


@pytest.mark.long
def test_silent_at_every_hundredth_byte(directory, child, relay):
    """The same for the whole of a conversation."""
    for after in range(0, conversation(child, relay), 100):
        check_cut(child, directory, relay, after)


@pytest.mark.sanitized
def test_the_next_child_knows(directory, child, relay):
    """One that was killed over a server leaves a note, and who comes after
    begins with the other one."""
    forget(child)
    relay.cut(0)
    outcome, reason, took, _ = child.publish(
        deadline=3000, uri=BEHIND, more="timeout = 30")
    assert (outcome, reason) == ("later", "directory-slow") and took < 25000
    with open(os.path.join(child.folder, "state.servers"),
              encoding="ascii") as file:
        host, port, *_ = file.read().split()
    assert (host, port) == (dc.HOST, str(RELAY))
    made = relay.made
    outcome, _, _, text = child.publish(uri=BEHIND)
    assert outcome == "done", text
    assert relay.made == made
    assert len(directory.certificates(BOB)) == 1


def test_many_that_are_away(directory, child):
    """Three that accept and say nothing, and then the right one."""
    silent = [Relay(port, 636, SILENT) for port in (7651, 7652, 7653)]
    for one in silent:
        one.cut(0)
    uris = ", ".join('"ldaps://%s:%d"' % (SILENT, port)
                     for port in (7651, 7652, 7653))
    try:
        outcome, _, took, text = child.publish(
            uri='%s, "%s"' % (uris, LDAPS))
        assert outcome == "done", text
        assert 8000 < took < DEADLINE
        assert [one.made for one in silent] == [1, 1, 1]
        outcome, _, _, text = child.publish(
            "two@partner.example", uri='%s, "%s"' % (uris, LDAPS))
        assert outcome == "done", text
        assert [one.made for one in silent] == [1, 1, 1]
    finally:
        for one in silent:
            one.close()


OTHERS = {
    "read-only": ({"supportedCapabilities": [PARTIAL_SECRETS]},
                  "directory-down", "read-only"),
    "out of step": ({"isSynchronized": ["FALSE"]},
                    "directory-busy", "caught up"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_not_fit_to_be_written_to(samba, directory, child, case):
    """Passed over; alone, with its reason."""
    root, expected, word = OTHERS[case]
    double = Double(samba, 7644, root)
    try:
        _, reason, _, text = child.publish(uri='"%s"' % double.uri)
        assert reason == expected and word in text
        forget(child)
        outcome, _, _, text = child.publish(
            uri='"%s", "%s"' % (double.uri, LDAPS))
        assert outcome == "done", text
        assert double.seen[-2:] == ["simple", "search"]
    finally:
        double.close()
    assert len(directory.certificates(BOB)) == 1


def test_return(active, samba, directory, partners, relay):
    """Away to the next one, with an event, and back after the quiet time, with
    another one; what is written is written once."""
    from test_publisher import feed
    some = partners.first(30)
    one = active({"directory": {
        "uri": ["ldaps://%s:%d" % (dc.HOST, RELAY), LDAPS],
        "timeout": 10, "return_after": 4}}).start()

    def publish(partner):
        feed(one, partner.message)
        # The contact is there before the answer that tells of it: only then
        # nobody is asked, and nothing is cut off.
        one.wait_event("harvest-decided", "publisher", outcome="done",
                       address=partner.address)
        assert directory.certificates(partner.address) == [partner.der]

    publish(some.pop())
    assert relay.made >= 1 and not one.events(
        "directory-failover", "publisher")
    relay.cut(0)
    publish(some.pop())
    (event,) = one.wait_event("directory-failover", "publisher")
    assert event["from"] == "ldaps://%s:%d" % (dc.HOST, RELAY)
    assert event["to"] == LDAPS + ":636"
    assert event["reason"] in ("directory-slow", "directory-down")
    # a new child goes on there, which is no news
    for child in one.processes()["directory"]:
        os.kill(child, signal.SIGKILL)
    publish(some.pop())
    assert len(one.events("directory-failover", "publisher")) == 1
    relay.cut(None)

    published = 3

    def returned():
        nonlocal published
        publish(some.pop())
        published += 1
        return one.events("directory-return", "publisher")

    (event,) = wait_for("the return", returned, 40, 1)
    assert event["to"] == "ldaps://%s:%d" % (dc.HOST, RELAY)
    assert relay.made >= 1
    assert not one.events("directory-trouble", "publisher")
    assert list(directory.versions().values()) == [1] * published


@pytest.fixture
def names():
    """A name server that knows nothing yet."""
    one = Names()
    yield one
    one.close()


class ByDomain:
    """Publishes with directory.domain instead of a list."""

    def __init__(self, child):
        self.child = child

    def settings(self, **other):
        path = os.path.join(self.child.folder, "domain.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(SETTINGS.format(**dict(self.child.values, **other)))
        return path

    def publish(self, address=BOB, deadline=DEADLINE, site=""):
        forget(self.child)
        before = self.child.settings
        self.child.settings = lambda **_: self.settings(site=site)
        try:
            return self.child.publish(address, deadline)
        finally:
            self.child.settings = before


@pytest.fixture
def by_domain(child):
    """A child that asks DNS."""
    return ByDomain(child)


@pytest.mark.sanitized
def test_by_dns(directory, by_domain, names):
    """The records of the domain; with TLS, as a password is sent."""
    names.srv(ALL, (0, 100, 389, dc.HOST))
    outcome, _, _, text = by_domain.publish()
    assert outcome == "done", text
    assert names.questions() == [ALL]
    assert len(directory.certificates(BOB)) == 1


def test_order_of_dns(directory, by_domain, names):
    """By site, priority, weight and name, however they are turned round; each
    of those in front counts its visitors and sends them away."""
    hosts = ["a", "b", "c", "d", "e"]
    visits = []
    listeners = []
    for number, name in enumerate(hosts):
        address = "127.0.0.%d" % (30 + number)
        names.address("%s.%s" % (name, DOMAIN), address)
        listener = socket.create_server((address, 636))
        listeners.append(listener)

        def count(listener=listener, name=name):
            while True:
                try:
                    one, _ = listener.accept()
                except OSError:
                    return
                visits.append(name)
                one.close()
        threading.Thread(target=count, daemon=True).start()
    try:
        rows = [(10, 100, 389, "d." + DOMAIN), (0, 50, 389, "c." + DOMAIN),
                (0, 100, 389, "b." + DOMAIN), (0, 100, 389, "a." + DOMAIN),
                (20, 100, 389, dc.HOST)]
        names.srv(SITE, (9, 1, 389, "e." + DOMAIN))
        for turn in range(3):
            names.srv(ALL, *(rows[turn:] + rows[:turn]))
            del visits[:]
            outcome, _, _, text = by_domain.publish(
                "%d@partner.example" % turn, site="Berlin")
            assert outcome == "done", text
            assert visits == ["e", "a", "b", "c", "d"]
            assert names.questions() == [SITE, ALL]
    finally:
        for one in listeners:
            one.shutdown(socket.SHUT_RDWR)
            one.close()


@pytest.mark.sanitized
def test_long_answer_of_dns(directory, by_domain, names):
    """Too long for a datagram: asked again over TCP.  None of the others is
    of this domain, so that none of them is visited."""
    names.srv(ALL, *[(0, 100, 389, "host%d.elsewhere.example" % i)
                     for i in range(120)], (9, 1, 389, dc.HOST))
    outcome, _, _, text = by_domain.publish()
    assert outcome == "done", text
    assert names.questions() == [ALL, ALL]
    assert names.questions("A") == []


@pytest.mark.parametrize("broken", ["silent", "SERVFAIL", "NXDOMAIN"])
def test_dns_fails(by_domain, names, broken):
    """LATER, in good time, and never anywhere else."""
    names.broken = broken
    outcome, reason, took, text = by_domain.publish()
    assert (outcome, reason) in (("later", "directory-down"),
                                 ("later", "directory-slow")), text
    assert took < 14000


def test_dns_fails_later(active, samba, directory, partners, names):
    """The last list is used when DNS fails, and asked for again when it has
    become too old."""
    from test_publisher import feed
    some = partners.first(3)
    names.ttl = 1
    names.srv(ALL, (0, 100, 389, dc.HOST))
    one = active({"directory": {"uri": [], "domain": DOMAIN,
                                "timeout": 10, "return_after": 1}}).start()

    def publish(partner):
        feed(one, partner.message)
        one.wait_event("harvest-decided", "publisher", outcome="done",
                       address=partner.address)
        assert directory.certificates(partner.address) == [partner.der]

    publish(some[0])
    assert names.questions().count(ALL) == 1
    names.broken = "SERVFAIL"
    samba.stop()
    samba.start()
    time.sleep(1.5)     # the list is too old, however fast that was
    publish(some[1])
    assert ALL in names.questions()
    names.broken = None
    samba.stop()
    samba.start()
    publish(some[2])
