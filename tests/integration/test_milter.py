"""The milter: what it says to a mail server and puts into the spool."""

import os
import signal
import socket
import threading
import time

import pytest

from servers import mail
from servers.milter_client import Client, connect
from servers.process import run, wait_for

ADDRESS = "pat@partner.example"

SOCKETS = {
    "unix": None,
    "inet": "inet:127.0.0.1:8891",
    "inet-libmilter": "inet:8892@127.0.0.1",
    "inet6": "inet6:[::1]:8893",
}

pytestmark = pytest.mark.sanitized


@pytest.mark.parametrize("kind", SOCKETS)
def test_a_signed_mail_is_spooled(milter, authority, kind):
    """Through every kind of socket, with the exact certificate."""
    one = milter(socket=SOCKETS[kind])
    partner = authority.partner(ADDRESS)
    assert one.accepts(mail.signed(partner), "--queue-id", "4Signed")
    [harvest] = one.spooled()
    assert harvest["address"] == ADDRESS
    assert harvest["queue_id"] == "4Signed"
    assert bytes.fromhex(harvest["certificate"]) == partner.der
    assert one.count('message queue-id="4Signed" outcome="done"') == 1
    assert one.stop() == 0


@pytest.mark.parametrize("opaque", [False, True])
def test_the_chain_sorts_the_spool(milter, authority, opaque):
    """A known CA: chained; an unknown one: unchained."""
    message = mail.signed(authority.partner(ADDRESS), opaque=opaque)
    assert milter().accepts(message)
    known, unknown = milter(), milter(anchors="")
    assert known.accepts(message) and unknown.accepts(message)
    assert len(known.spooled("chained")) == 1
    assert len(unknown.spooled("unchained")) == 1


def test_an_unsigned_mail_is_accepted_unseen(milter):
    """At the end of the headers, without a trace but in the metrics."""
    one = milter()
    done = one.probe(mail=mail.unsigned(ADDRESS))
    assert b"end-of-headers: accept" in done.stdout
    assert b"body" not in done.stdout
    assert one.stop() == 0
    assert one.metric("messages_total") == 1
    assert one.metric("candidates_total") == 0
    assert one.spooled() == []


def test_a_forged_mail_leaves_a_note(milter, authority):
    """Accepted, with a note that says why there is no harvest."""
    one = milter()
    assert one.accepts(mail.forged(authority.partner(ADDRESS)))
    [note] = one.spooled()
    assert note["address"] == ADDRESS
    assert one.spooled("notes") == [note]
    assert one.count('message .* reason="digest-mismatch"') == 1


def test_own_senders_are_skipped(milter, authority):
    """Authenticated, from an own network, of an own domain."""
    one = milter(milter='own_networks = { "192.0.2.0/24", "2001:db8::/32" }')
    message = mail.signed(authority.partner(ADDRESS))
    assert one.accepts(message, "--auth", "ann", "--client", "198.51.100.1")
    assert one.accepts(message, "--client", "192.0.2.7")
    assert one.accepts(message, "--client", "2001:db8::7")
    ours = authority.partner("ann@corp.example")
    assert one.accepts(mail.signed(ours), "--client", "198.51.100.1")
    assert one.count('message .* reason="own-sender"') == 4
    assert one.spooled() == []
    assert one.accepts(message, "--client", "198.51.100.1")
    assert len(one.spooled()) == 1


def test_several_messages_and_breaks_in_one_connection(milter, authority):
    """Each message stands for itself, whatever came before it."""
    one = milter()
    signed = [mail.signed(authority.partner("p%d@partner.example" % i))
              for i in range(2)]
    client = Client(one.socket)
    assert client.play(signed[0]) == b"a"
    assert client.play(mail.unsigned(ADDRESS)) == b"a"
    client.headers(signed[0])
    client.send(b"A")  # RSET in the middle of the headers
    client.headers(signed[0])
    client.send(b"N")
    assert client.receive()[0] == b"c"
    client.send(b"B", b"half of a body")
    assert client.receive()[0] == b"c"
    client.send(b"A")
    assert client.play(signed[1]) == b"a"
    client.send(b"Q")
    client.close()
    assert {h["address"] for h in one.spooled()} == {
        "p0@partner.example", "p1@partner.example"}
    assert one.count("message ") == 2


def test_the_last_piece_may_come_with_the_end(milter, authority):
    """Some mail servers send body bytes along with the end."""
    one = milter()
    message = mail.signed(authority.partner(ADDRESS))
    assert one.accepts(message, "--body-at-end")
    assert len(one.spooled("chained")) == 1


@pytest.mark.parametrize("offer", [
    (2, 0x3f, 0x7f), (4, 0x7f, 0x1ff), (6, 0xff, 0x1fffff), (6, 0, 0)])
def test_old_mail_servers(milter, authority, offer):
    """Only what they offer is asked for, every step gets its answer."""
    one = milter()
    client = Client(one.socket, offer=offer)
    _, actions, protocol = client.protocol
    assert protocol & ~(offer[2] or 0x3f) == 0
    assert actions & ~(offer[1] or 0xf) == 0

    def step(command, data, bits):
        if not protocol & bits[0]:
            client.send(command, data)
            if not protocol & bits[1]:
                assert client.receive()[0] == b"c"

    message = mail.signed(authority.partner(ADDRESS))
    step(b"C", b"host\0" + b"4\0\x19198.51.100.1\0", (0x1, 0x1000))
    step(b"H", b"helo\0", (0x2, 0x2000))
    client.send(b"D", b"Mi\0QUEUE\0")
    step(b"M", b"<pat@partner.example>\0", (0x4, 0x4000))
    step(b"R", b"<ann@corp.example>\0", (0x8, 0x8000))
    head, _, body = message.partition(b"\r\n\r\n")
    for line in head.replace(b"\r\n ", b"\n ").split(b"\r\n"):
        name, _, value = line.partition(b":")
        if not protocol & 0x100000:
            value = value.lstrip(b" ")
        step(b"L", name + b"\0" + value + b"\0", (0x20, 0x80))
    client.send(b"N")
    assert client.receive()[0] == b"c"
    client.send(b"B", body)
    assert client.receive()[0] == b"c"
    client.send(b"E")
    assert client.receive()[0] == b"a"
    client.close()
    assert len(one.spooled("chained")) == 1
    assert 'queue-id="QUEUE"' in one.log()


def test_the_socket_is_a_relative_link(milter):
    """So that a chrooted Postfix finds it; gone after the end."""
    one = milter()
    path = one.socket.partition(":")[2]
    assert "/" not in os.readlink(path)
    assert os.stat(path).st_mode & 0o777 == 0o666
    assert one.stop() == 0
    assert not os.path.lexists(path)
    assert [n for n in os.listdir(one.folder) if "sock" in n] == []


def test_foreign_sockets_are_left_alone(milter):
    """A living one is in use, a file is in the way, a dead one is not."""
    one = milter(start=False)
    path = one.socket.partition(":")[2]
    with socket.socket(socket.AF_UNIX) as foreign:
        foreign.bind(path)
        foreign.listen(1)
        one.start(wait=False)
        assert one.process.wait() == 73
        assert "another program listens" in one.log()
        foreign.settimeout(60)
        with connect("unix:" + path):
            foreign.accept()
    one.start()  # now nobody listens
    assert one.stop() == 0
    with open(path, "w", encoding="ascii") as file:
        file.write("precious")
    one.start(wait=False)
    assert one.process.wait() == 73
    with open(path, encoding="ascii") as file:
        assert file.read() == "precious"


def test_one_instance_at_a_time(milter):
    """The second one ends and disturbs nothing."""
    one = milter()
    first, one.process = one.process, None
    one.start(wait=False)
    assert one.process.wait() == 75
    assert 'reason="locked"' in one.log()
    one.process = first
    assert one.accepts(mail.unsigned(ADDRESS))


def test_a_socket_that_cannot_be_made(milter):
    """A clear word and EX_CANTCREAT."""
    one = milter(socket="unix:/nonexistent/milter.sock", start=False)
    one.start(wait=False)
    assert one.process.wait() == 73
    assert "/nonexistent/milter.sock" in one.log()


BAD_SETTINGS = [
    ('milter { socket = "inet:nowhere" }', "milter.socket"),
    ('milter { socket_mode = "rw" }', "0660"),
    ('milter { own_networks = { "192.0.2.1/24" } }', "192.0.2.1/24"),
    ('milter { soket = "x" }', "socket"),
    ("milter { max_sessions = 0 }", "max_sessions"),
]


def test_anchors_are_checked(milter):
    """-n refuses anchors that cannot be read, a running milter only says."""
    one = milter(anchors="/nonexistent/anchors.pem", start=False)
    done = run([one.program, "-n", "-f", one.conf], check=False)
    assert done.returncode == 78
    assert b"/nonexistent/anchors.pem" in done.stderr
    one.start()
    assert one.count('settings .*"/nonexistent/anchors.pem') == 1
    assert one.accepts(mail.unsigned(ADDRESS))


@pytest.mark.parametrize("text,words", BAD_SETTINGS)
def test_settings_are_checked(milter, text, words):
    """-n says what is wrong and where, and 78."""
    one = milter(start=False)
    assert run([one.program, "-n", "-f", one.conf]).returncode == 0
    with open(one.conf, "w", encoding="ascii") as file:
        file.write(text)
    done = run([one.program, "-n", "-f", one.conf], check=False)
    assert done.returncode == 78
    assert words.encode() in done.stderr
    assert (one.conf + ":1").encode() in done.stderr
    assert run([one.program, "-f", one.conf],
               check=False).returncode == 78


def test_usage(milter):
    """A wrong option is a usage error."""
    one = milter(start=False)
    assert run([one.program, "-x"], check=False).returncode == 64
    assert run([one.program, "word"], check=False).returncode == 64


def test_a_reload(milter, authority):
    """New settings in a new process, the connection in hand goes on."""
    one = milter()
    [before] = one.sessions()
    client = Client(one.socket)
    message = mail.signed(authority.partner(ADDRESS))
    client.headers(message)
    one.reload()
    assert before in one.sessions() and len(one.sessions()) == 2
    assert one.accepts(mail.unsigned(ADDRESS))
    client.send(b"N")
    assert client.receive()[0] == b"c"
    assert client.body(message) == b"c"
    client.send(b"E")
    assert client.receive()[0] == b"a"
    client.close()
    wait_for("the old one ends", lambda: before not in one.sessions())
    one.logged("generation-ended")
    assert len(one.spooled()) == 1


def test_a_reload_with_bad_settings(milter):
    """The old ones stay, also for a process that is started again."""
    one = milter()
    one.configure(workers="many")
    one.reload()
    assert one.count("reload-refused") == 1
    [serving] = one.sessions()
    assert one.accepts(mail.unsigned(ADDRESS))
    os.kill(serving, signal.SIGKILL)
    wait_for("another", lambda: one.sessions() not in ([], [serving]))
    assert one.accepts(mail.unsigned(ADDRESS))


def test_a_reload_to_another_socket(milter):
    """The new one serves, the old name is gone."""
    one = milter()
    old = one.socket.partition(":")[2]
    one.socket = "inet:127.0.0.1:8894"
    one.configure()
    one.reload()
    assert one.accepts(mail.unsigned(ADDRESS))
    wait_for("no old socket", lambda: not os.path.lexists(old))
    one.socket = "unix:/nonexistent/x.sock"
    one.configure()
    one.reload()
    assert one.count("reload-refused") == 1
    one.socket = "inet:127.0.0.1:8894"
    assert one.accepts(mail.unsigned(ADDRESS))


def test_an_upgrade(milter):
    """A reload starts the program that is on disk by then."""
    one = milter()
    [before] = one.sessions()
    one.install()
    assert os.readlink("/proc/%d/exe" % before).endswith("(deleted)")
    one.reload()
    after = [pid for pid in one.sessions() if pid != before]
    assert os.readlink("/proc/%d/exe" % after[0]) == one.program
    assert one.accepts(mail.unsigned(ADDRESS))


def test_sigterm_drains(milter, authority):
    """A message in hand is finished; no new connection is taken."""
    one = milter()
    message = mail.signed(authority.partner(ADDRESS))
    client = Client(one.socket)
    client.headers(message)
    os.kill(one.process.pid, signal.SIGTERM)
    one.logged("generation-draining")
    with pytest.raises(OSError):
        connect(one.socket)
    client.send(b"N")
    assert client.receive()[0] == b"c"
    assert client.body(message) == b"c"
    client.send(b"E")
    assert client.receive()[0] == b"a"
    client.close()
    assert one.process.wait() == 0
    assert len(one.spooled()) == 1


def test_signals_by_name_are_for_the_supervisor(milter):
    """killall reaches the sessions process too, which must not mind."""
    one = milter()
    [serving] = one.sessions()
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
        os.kill(serving, number)
    time.sleep(0.3)
    assert one.sessions() == [serving]
    assert one.accepts(mail.unsigned(ADDRESS))


def test_a_new_snapshot_reaches_the_judges(milter, authority):
    """An anchor that appears is believed without a reload."""
    one = milter(anchors=os.path.join(milter.root, "anchors.pem"))
    message = mail.signed(authority.partner(ADDRESS))
    assert one.accepts(message)
    assert len(one.spooled("unchained")) == 1
    judges = set(one.judges())
    with open(one.anchors + ".new", "wb") as file:
        file.write(authority.root.pem)
    os.rename(one.anchors + ".new", one.anchors)
    wait_for("new judges",
             lambda: len(one.judges()) == 2 and not judges & set(
                 one.judges()))
    assert one.accepts(message)
    assert len(one.spooled("chained")) == 1


def test_systemd_is_told(milter):
    """Ready, alive, reloading, stopping."""
    one = milter(start=False)
    path = os.path.join(one.folder, "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(path)
        said = []

        def listen():  # at once: the kernel keeps ten and drops the others
            while words := notify.recv(4096):
                said.extend(words.split(b"\n"))

        listener = threading.Thread(target=listen)
        listener.start()

        def heard(word):
            wait_for(word, lambda: word in said)
            del said[:said.index(word) + 1]
            return True

        one.start(NOTIFY_SOCKET=path, WATCHDOG_USEC="600000")
        assert heard(b"READY=1")
        assert heard(b"WATCHDOG=1")
        one.reload()
        assert heard(b"RELOADING=1")
        assert heard(b"READY=1")
        assert one.stop() == 0
        assert heard(b"STOPPING=1")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
            end.sendto(b"", path)
        listener.join()


def test_what_the_processes_hold(milter):
    """Confined judges with nothing but their socket; no core, no rights."""
    one = milter()
    [serving] = one.sessions()
    wait_for("two judges", lambda: len(one.judges()) == 2)

    def status(pid, name):
        with open("/proc/%d/status" % pid, encoding="ascii") as file:
            for line in file:
                if line.startswith(name + ":"):
                    return line.split()[1]
        return None

    def libraries(pid):
        with open("/proc/%d/maps" % pid, encoding="ascii") as file:
            return file.read()

    assert status(serving, "NoNewPrivs") == "1"
    for pid in (one.process.pid, serving, *one.judges()):
        assert "libldap" not in libraries(pid)
        assert "libsqlite" not in libraries(pid)
    for pid in (one.process.pid, serving):
        assert "gmime" not in libraries(pid)
    if "asan" in libraries(serving):
        return
    for pid in one.judges():
        wait_for("a filter", lambda p=pid: status(p, "Seccomp") == "2")
        assert set(os.listdir("/proc/%d/fd" % pid)) <= set("0123")
