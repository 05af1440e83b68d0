"""Logging in: tickets that run out, certificates, and how nobody is locked
out whatever the number of servers."""

import os
import socket
import threading
import time

import pytest

from servers import samba as dc
from servers.double import Double
from servers.process import run, wait_for
from test_directory import LDAP, LDAPS, bad_passwords
from test_directory import child  # noqa: F401, a fixture
from test_publisher import feed
from test_servers_of_domain import Relay, forget

BOB = "bob@partner.example"
PORT = 7642
WIRE = "ldap://%s:%d" % (dc.HOST, PORT)
# Seconds: Samba takes tickets of two minutes for those of kpasswd.
TICKET = 130


def short_tickets(samba, folder):
    """A krb5.conf that asks for tickets that run out soon."""
    path = os.path.join(folder, "short.krb5.conf")
    with open(samba.krb5_conf, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("[libdefaults]\n", (
            "[libdefaults]\n    ticket_lifetime = %ds\n") % TICKET))
    os.chmod(path, 0o644)
    return path


class Recorder(Relay):
    """A relay that keeps what it passes on, both ways."""

    def __init__(self, port, target):
        self.seen = bytearray()  # by two threads
        super().__init__(port, target)

    def _copy(self, source, target, back):
        try:
            while data := source.recv(65536):
                self.seen.extend(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


@pytest.mark.long
def test_longer_than_a_ticket(active, samba, directory, partners):
    """New tickets from the keytab for as long as it runs; no failure is told,
    and nothing of all that can be read on the way."""
    wire = Recorder(PORT, 389)
    some = partners.first(7)
    # A controller ends a connection with its ticket, also in the middle of a
    # write: no time for one is near to that.
    step = 2 * TICKET / 5
    one = active({"directory": {"uri": [WIRE], "global_catalog": "off"}},
                 how="gssapi")
    one.write_settings({"directory": {
        "krb5_config": short_tickets(samba, one.folder)}})
    one.start()
    try:
        start = time.monotonic()
        for number, partner in enumerate(some):
            wait_for("the next one's time", lambda: time.monotonic() >=
                     start + number * step, TICKET, 0.5)
            feed(one, partner.message)
            wait_for("the certificate", lambda: directory.certificates(
                partner.address) == [partner.der], 20, 0.3)
        assert time.monotonic() - start > 2 * TICKET
    finally:
        wire.close()
    for event in ("directory-trouble", "stage-paused", "directory-failover"):
        assert one.events(event, "publisher") == []
    assert len(wire.seen) > 10000
    for partner in some:
        assert partner.address.encode() not in wire.seen
        assert partner.der[100:120] not in wire.seen
    for word in (b"userCertificate", b"proxyAddresses", b"certharvest:1:"):
        assert word not in wire.seen
    assert list(directory.versions().values()) == [1] * len(some)


@pytest.fixture
def locking(samba):
    """The domain locks accounts out after three wrong passwords; without
    that Samba does not count them."""
    words = ("domain", "passwordsettings", "set")
    samba.tool(*words, "--account-lockout-threshold=3")
    yield
    samba.tool(*words, "--account-lockout-threshold=0")


def test_not_locked_out_by_many_servers(samba, directory, child, locking):
    """A key that is not right any more: one try, whatever the number of
    servers, and none by the children that come after."""
    relay = Relay(PORT, 389)
    keytab = os.path.join(child.folder, "old.keytab")
    samba.tool("user", "create", "old", "Old-Passw0rd-1")
    samba.tool("domain", "exportkeytab", keytab, "--principal=old")
    # The last but one is forgiven; this one counts.
    for number in range(4):
        samba.tool("user", "setpassword", "old",
                   "--newpassword=Other-Pw-2%d" % number)
    how = {"uri": '"%s", "%s"' % (WIRE, LDAP), "bind": "gssapi",
           "keytab": keytab}
    try:
        for number in range(4):
            outcome, reason, _, text = child.publish(**how)
            assert (outcome, reason) == ("broken", "directory-auth"), text
            assert ("not tried before" in text) == (number > 0)
        assert relay.made == 1
        assert bad_passwords(directory, "old") == 1
        os.unlink(keytab)
        samba.tool("domain", "exportkeytab", keytab, "--principal=old")
        # The new key is tried at once; the account may read, not write.
        assert child.publish(**how)[1] == "directory-rights"
    finally:
        relay.close()
        samba.tool("user", "delete", "old")


def test_wrong_password_with_many_servers(directory, child, locking):
    """The same with a password."""
    relay = Relay(PORT, 636)
    wrong = os.path.join(child.folder, "many.wrong")
    with open(wrong, "w", encoding="ascii") as file:
        file.write("not-the-password")
    before = bad_passwords(directory)
    how = {"uri": '"ldaps://%s:%d", "%s"' % (dc.HOST, PORT, LDAPS),
           "password": wrong}
    try:
        for number in range(4):
            outcome, reason, _, text = child.publish(**how)
            assert (outcome, reason) == ("broken", "directory-auth"), text
            assert ("not tried before" in text) == (number > 0)
        assert relay.made == 1
    finally:
        relay.close()
    assert bad_passwords(directory) == before + 1
    assert child.publish()[0] == "done"


def expired(samba, folder):
    """A certificate of the controller that was good until yesterday."""
    now = time.time()
    made = samba.authority.issue(
        "/CN=" + dc.HOST, "extendedKeyUsage = serverAuth\n"
        "subjectAltName = DNS:%s\n" % dc.HOST, samba.authority.key(),
        samba.authority.root, now - 90 * 86400, now - 86400)
    os.makedirs(os.path.join(folder, "tls"), exist_ok=True)
    for source, name in ((made.path, "cert.pem"), (made.key, "key.pem")):
        with open(source, "rb") as one, \
                open(os.path.join(folder, "tls", name), "wb") as other:
            other.write(one.read())
    return folder


class Elsewhere:
    """The controller's address with other files."""

    def __init__(self, samba, folder):
        self.folder, self.host, self.address = folder, dc.HOST, dc.ADDRESS


def test_expired_certificate(samba, directory, child):
    """Refused before the password is sent; the next server is used."""
    double = Double(Elsewhere(samba, expired(
        samba, os.path.join(child.folder, "expired"))), 7645, {})
    try:
        outcome, reason, _, text = child.publish(uri='"%s"' % double.uri)
        assert (outcome, reason) == ("broken", "directory-tls"), text
        forget(child)
        outcome, _, _, text = child.publish(
            uri='"%s", "%s"' % (double.uri, LDAPS))
        assert outcome == "done", text
        assert double.seen == []
    finally:
        double.close()
    assert len(directory.certificates(BOB)) == 1


EXTERNAL = """\
directory {{
    backend = ad
    uri = {{ {uri} }}
    bind = external
    certificate_file = "{certificate}"
    key_file = "{key}"
    ca_file = "{ca}"
    bases = {{ {bases} }}
    create_ou = "{ou}"
    state_file = "{state}"
}}
"""


@pytest.fixture
def by_certificate(authority, child):
    """Publish once with a certificate: its outcome."""
    mine = authority.issue(
        "/CN=svc-certharvest", "extendedKeyUsage = clientAuth\n",
        authority.key(), authority.root)

    def publish(uri):
        path = os.path.join(child.folder, "external.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(EXTERNAL.format(**dict(
                child.values, uri='"%s"' % uri, certificate=mine.path,
                key=mine.key)))
        before = child.settings
        child.settings = lambda **_: path
        try:
            return child.publish()
        finally:
            child.settings = before

    return publish


@pytest.mark.sanitized
def test_by_certificate(samba, child, authority, by_certificate):
    """It is shown in TLS, and EXTERNAL says that it is meant; a server that
    knows no account of it refuses, once."""
    for maps in (True, False):
        forget(child)
        double = Double(samba, 7646, {}, authority.root.path, maps)
        try:
            outcome, reason, _, text = by_certificate(double.uri)
        finally:
            double.close()
        assert double.shown == [((("commonName", "svc-certharvest"),),)]
        assert double.seen[:3] == ["who", "external", "who"]
        if maps:  # it has nothing of what a directory needs besides
            assert reason not in ("directory-auth", "directory-tls"), text
            assert "search" in double.seen
            continue
        assert (outcome, reason) == ("broken", "directory-auth")
        assert "belongs to no account" in text
        assert "not tried before" in by_certificate(double.uri)[3]


def test_samba_knows_no_certificates(by_certificate):
    """It says so, and its words come to who reads the log."""
    outcome, reason, _, text = by_certificate(LDAPS)
    assert (outcome, reason) == ("broken", "directory-refused"), text
    assert "SASL" in text


def skewed_error():
    """KRB-ERROR 37, RFC 4120 section 5.9.1, as DER."""
    def der(tag, content):
        return bytes([tag, len(content)]) + content

    stamp = der(0x18, b"20200101000000Z")
    name = der(0x30, der(0xa0, der(2, b"\2")) + der(0xa1, der(0x30, (
        der(0x1b, b"krbtgt") + der(0x1b, dc.REALM.encode())))))
    return der(0x7e, der(0x30, (
        der(0xa0, der(2, b"\5")) + der(0xa1, der(2, b"\x1e")) +
        der(0xa4, stamp) + der(0xa5, der(2, b"\0")) +
        der(0xa6, der(2, b"\x25")) +
        der(0xa9, der(0x1b, dc.REALM.encode())) + der(0xaa, name))))


def test_clock_skew(samba, child):
    """A KDC that finds our clock wrong: said so, and not taken for a wrong
    key."""
    address = ("127.0.0.60", 88)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(address)
    asked = []

    def serve():
        while True:
            try:
                data, peer = udp.recvfrom(4096)
            except OSError:
                return
            if not data:
                return
            asked.append(data)
            udp.sendto(skewed_error(), peer)

    threading.Thread(target=serve, daemon=True).start()
    path = os.path.join(child.folder, "skew.krb5.conf")
    with open(samba.krb5_conf, encoding="utf-8") as file:
        text = file.read().replace(dc.ADDRESS, address[0])
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(
            "[libdefaults]\n", "[libdefaults]\n    kdc_timesync = 0\n"
            "    udp_preference_limit = 9000\n"))
    try:
        outcome, reason, _, text = child.publish(
            uri='"%s"' % LDAP, bind="gssapi", krb5=path)
        assert asked
        assert (outcome, reason) == ("broken", "directory-clock"), text
        # the clock was set: at once, and not in an hour
        outcome, _, _, text = child.publish(
            uri='"%s"' % LDAP, bind="gssapi")
        assert outcome == "done", text
    finally:
        try:
            udp.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        udp.close()
