"""The directory child against a real Active Directory, case by case.

What can go wrong, in the second form of tests/contract/directory_contract;
what was written is read back with ldapsearch.
"""

import os
import socket
import subprocess
import threading
import time

import pytest

from servers import namespace
from servers import samba as dc
from servers.process import alive, descendants, run, wait_for

LDAPS = "ldaps://" + dc.HOST
LDAP = "ldap://" + dc.HOST
SILENT = "127.0.0.20"

SETTINGS = """\
directory {{
    backend = ad
    uri = {{ {uri} }}
    bind = {bind}
    starttls = {starttls}
    user = "{user}"
    password_file = "{password}"
    keytab = "{keytab}"
    krb5_config = "{krb5}"
    ca_file = "{ca}"
    bases = {{ {bases} }}
    search_base = "{search}"
    create_ou = "{ou}"
    state_file = "{state}"
    {more}
}}
"""


class Child:
    """Runs the child through the contract program, with other settings."""

    def __init__(self, samba, build, programs, folder):
        self.folder = folder
        self.programs = programs
        self.contract = os.path.join(
            build, "tests", "contract", "directory_contract")
        self.program = programs.path("directory")
        self.values = {
            "uri": '"%s"' % LDAPS, "bind": "simple", "starttls": "false",
            "user": dc.ACCOUNT + "@" + dc.REALM,
            "password": samba.password_file, "keytab": samba.keytab,
            "krb5": samba.krb5_conf, "ca": samba.ca_file,
            "bases": '"%s"' % dc.OU, "search": "", "ou": dc.OU, "more": "",
            "state": os.path.join(folder, "state")}

    def settings(self, **other):
        path = os.path.join(self.folder, "certharvest.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(SETTINGS.format(**dict(self.values, **other)))
        return path

    def publish(self, address="bob@partner.example", deadline=15000, **other):
        """(outcome, reason, milliseconds, text) of publishing once."""
        done = run([self.contract, self.program, self.settings(**other),
                    "publish", address, deadline],
                   env=self.programs.environment())
        outcome, reason, took, *text = done.stdout.decode().split(" ", 3)
        return outcome, reason, int(took), "".join(text)


@pytest.fixture
def child(samba, directory, build, programs):
    """The child with good settings; its state is new for each test."""
    folder = os.path.join(namespace.root(), "child")
    os.makedirs(folder, exist_ok=True)
    state = os.path.join(folder, "state")
    if os.path.exists(state):
        os.unlink(state)
    yield Child(samba, build, programs, folder)
    assert programs.findings() == ""


def bad_passwords(directory, account=dc.ACCOUNT):
    """How often a wrong one was tried, as the controller counts."""
    (_, values), = directory.search(
        "(sAMAccountName=%s)" % account, "badPwdCount")
    return int(values.get("badPwdCount", [b"0"])[0])


@pytest.mark.sanitized
def test_wrong_password_is_tried_once(samba, directory, child):
    """Also by the children that come after; a new secret is tried at once."""
    wrong = os.path.join(child.folder, "wrong")
    with open(wrong, "w", encoding="ascii") as file:
        file.write("not-the-password")
    samba.tool("domain", "passwordsettings", "set",
               "--account-lockout-threshold=3")
    assert child.publish()[:2] == ("done", "ok")
    _, reason, _, text = child.publish(password=wrong)
    assert reason == "directory-auth" and "data 52e" in text
    for _ in range(5):
        outcome, reason, _, text = child.publish(password=wrong)
        assert (outcome, reason) == ("broken", "directory-auth")
        assert "not tried before" in text
    assert bad_passwords(directory) == 1
    assert child.publish("two@partner.example")[:2] == ("done", "ok")
    samba.tool("domain", "passwordsettings", "set",
               "--account-lockout-threshold=0")


def test_disabled_account(samba, child):
    """A state of the account: no password will help, so wait."""
    password = os.path.join(child.folder, "disabled.password")
    with open(password, "w", encoding="ascii") as file:
        file.write("Dis-Passw0rd-1")
    samba.tool("user", "create", "disabled", "Dis-Passw0rd-1")
    samba.tool("user", "disable", "disabled")
    who = {"user": "disabled@" + dc.REALM, "password": password}
    _, reason, _, text = child.publish(**who)
    assert reason == "directory-account" and "data 533" in text
    assert "not tried before" in child.publish(**who)[3]
    samba.tool("user", "delete", "disabled")


def test_old_key_in_the_keytab(samba, child):
    """Kerberos says so, and it is tried once an hour too."""
    keytab = os.path.join(child.folder, "stale.keytab")
    samba.tool("user", "create", "stale", "Stale-Passw0rd-1")
    samba.tool("domain", "exportkeytab", keytab, "--principal=stale")
    samba.tool("user", "setpassword", "stale", "--newpassword=Other-Pw-22")
    how = {"uri": '"%s"' % LDAP, "bind": "gssapi", "keytab": keytab}
    outcome, reason, _, text = child.publish(**how)
    assert (outcome, reason) == ("broken", "directory-auth"), text
    assert "not tried before" in child.publish(**how)[3]
    samba.tool("user", "delete", "stale")


BROKEN = {
    "another CA": ({"ca": "/etc/ssl/certs/ca-certificates.crt"},
                   "directory-tls"),
    "no CA file": ({"ca": "/nonexistent"}, "directory-tls"),
    "another name": ({"uri": '"ldaps://%s"' % dc.ADDRESS}, "directory-tls"),
    "another name, starttls": (
        {"uri": '"ldap://%s"' % dc.ADDRESS, "starttls": "true"},
        "directory-tls"),
    "clear": ({"uri": '"%s"' % LDAP}, "settings"),
    "no password file": ({"password": "/nonexistent"}, "directory-auth"),
    "no keytab": ({"uri": '"%s"' % LDAP, "bind": "gssapi",
                   "keytab": "/nonexistent"}, "directory-auth"),
    "no OU": ({"ou": "OU=Gone," + dc.OU}, "directory-ou"),
    "OU elsewhere": ({"ou": "CN=Users," + dc.BASE}, "settings"),
    "no search base": ({"search": "OU=Gone," + dc.BASE,
                        "ou": "OU=In,OU=Gone," + dc.BASE,
                        "bases": '"OU=Gone,%s"' % dc.BASE}, "directory-ou"),
    "not found again": ({"search": "OU=Gone," + dc.BASE}, "settings"),
    "no DN": ({"ou": "Partners"}, "settings"),
    "no right": ({"ou": "CN=Users," + dc.BASE, "bases": '"%s"' % dc.BASE},
                 "directory-rights"),
}


@pytest.mark.sanitized
@pytest.mark.parametrize("case", BROKEN)
def test_broken(child, directory, case):
    """Each has its own word, and nothing is written."""
    other, expected = BROKEN[case]
    outcome, reason, took, text = child.publish(**other)
    assert (outcome, reason) == ("broken", expected), text
    assert took < 14000  # not killed
    assert directory.contacts("dn") == []


def test_stopped(samba, child):
    """LATER while the controller is away, and then it goes on."""
    samba.stop()
    try:
        assert child.publish()[:2] == ("later", "directory-down")
    finally:
        samba.start()
    assert child.publish()[:2] == ("done", "ok")


class Silent:
    """Accepts and says nothing, or repeats what dc1 says and keeps it."""

    def __init__(self, address, port, forward=None):
        self.listener = socket.create_server((address, port))
        self.forward = forward
        self.seen = bytearray()  # by two threads
        self.kept = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                one, _ = self.listener.accept()
            except OSError:
                return
            self.kept.append(one)
            if self.forward:
                other = socket.create_connection(self.forward)
                self.kept.append(other)
                for a, b in ((one, other), (other, one)):
                    threading.Thread(target=self._copy, args=(a, b),
                                     daemon=True).start()

    def _copy(self, source, target):
        try:
            while data := source.recv(65536):
                self.seen.extend(data)
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        for one in [self.listener] + self.kept:
            one.close()


def running(name):
    """The processes of that name (of which the kernel keeps 15 letters)."""
    return [pid for pid in descendants(os.getpid())
            if alive(pid) and comm(pid) == name]


def comm(pid):
    """What the kernel calls the process; nothing once it is gone."""
    try:
        with open("/proc/%d/comm" % pid, encoding="ascii") as file:
            return file.read().rstrip("\n")
    except (FileNotFoundError, ProcessLookupError):
        return None


SILENT_MODES = {
    "handshake": {"uri": '"ldaps://%s:7636"' % SILENT},
    "starttls": {"uri": '"ldap://%s:7636"' % SILENT, "starttls": "true"},
}


@pytest.mark.parametrize("mode", SILENT_MODES)
def test_silent_server(child, mode):
    """Killed at the deadline, when that is shorter than our own patience."""
    silent = Silent(SILENT, 7636)
    try:
        outcome, reason, took, _ = child.publish(
            deadline=2000, more="timeout = 30", **SILENT_MODES[mode])
        assert (outcome, reason) == ("later", "directory-slow")
        assert 1900 < took < 25000
        assert silent.kept
        outcome, reason, took, _ = child.publish(**SILENT_MODES[mode])
        assert (outcome, reason) == ("later", "directory-slow")
        assert took < 14000
    finally:
        silent.close()
    assert running("certharvest-dir") == []


def test_next_server(child, directory):
    """One that is silent and one that is away cost seconds, not the mail."""
    silent = Silent(SILENT, 7636)
    try:
        outcome, _, took, text = child.publish(
            uri='"ldaps://%s:7636", "ldaps://%s:7637", "%s"' % (
                SILENT, SILENT, LDAPS))
        assert outcome == "done", text
        assert took < 14000
    finally:
        silent.close()
    assert len(directory.certificates("bob@partner.example")) == 1


def test_nothing_in_clear_with_gssapi(child, directory):
    """The wire between child and controller, without TLS."""
    wire = Silent(dc.ADDRESS, 7389, forward=(dc.ADDRESS, 389))
    try:
        outcome, _, _, text = child.publish(
            uri='"ldap://%s:7389"' % dc.HOST, bind="gssapi")
        assert outcome == "done", text
        time.sleep(0.2)
    finally:
        wire.close()
    assert len(wire.seen) > 3000
    for word in (b"bob@partner", b"userCertificate", b"certharvest:1:"):
        assert word not in wire.seen
    assert len(directory.certificates("bob@partner.example")) == 1


@pytest.mark.parametrize("version, reason", [
    ("tls1_1", "directory-tls"), ("tls1_2", "directory-slow")])
def test_tls_floor(samba, child, version, reason):
    """TLS 1.1 is refused; with 1.2 the server gets a bind and is silent."""
    server = subprocess.Popen(
        ["openssl", "s_server", "-accept", dc.ADDRESS + ":7640", "-quiet",
         "-" + version, "-cipher", "ALL:@SECLEVEL=0",
         "-cert", os.path.join(samba.folder, "tls", "cert.pem"),
         "-key", os.path.join(samba.folder, "tls", "key.pem")],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    try:
        wait_for("openssl listens", lambda: b":7640 " in run(
            ["ss", "-Hltn"]).stdout)
        outcome = child.publish(
            uri='"ldaps://%s:7640"' % dc.HOST,
            deadline=15000 if reason == "directory-tls" else 2000)
        assert outcome[1] == reason, outcome
    finally:
        server.kill()
        server.wait()


def test_thousands_of_values(directory, child):
    """Range retrieval: seen, and nobody writes to such a contact."""
    values = "".join("userCertificate: value %d\n" % i for i in range(2000))
    directory.ldif("ldapadd", (
        "dn: CN=Many,%s\nobjectClass: contact\nmail: many@partner.example\n%s"
    ) % (dc.OU, values))
    before = directory.versions()
    outcome, reason, _, text = child.publish("many@partner.example")
    assert (outcome, reason) == ("held", "too-many-values"), text
    assert directory.versions() == before


def test_two_publishers_at_once(samba, directory, child):
    """Both see a good end: one creates, the other finds it there; what is to
    be tried again is."""
    settings = child.settings()
    results = []

    def publish(i):
        for _ in range(9):
            done = run([child.contract, child.program, settings, "publish",
                        "p%d@partner.example" % (i // 2), 60000])
            results.append(done.stdout.decode().split()[:2])
            if results[-1][0] != "later":
                break

    threads = [threading.Thread(target=publish, args=(i,)) for i in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(r in (["done", "ok"], ["nothing", "unchanged"],
                     ["nothing", "older"], ["later", "directory-race"],
                     ["held", "foreign-value"], ["later", "directory-slow"])
               for r in results), results
    assert len(directory.contacts("dn")) == 8
    for i in range(8):
        address = "p%d@partner.example" % i
        assert len(directory.certificates(address)) == 1
