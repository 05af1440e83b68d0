"""Floods of mail that is meant to wear the judges out."""

import os
import threading
import time

import pytest

from servers import mail
from servers.process import wait_for

ADDRESS = "pat@partner.example"
BENIGN = 20


class Flood(threading.Thread):
    """One message over and over, as fast as it goes."""

    def __init__(self, one, message, sessions=4):
        super().__init__()
        self.one = one
        self.message = message
        self.sessions = str(sessions)
        self.ended = threading.Event()
        self.refused = []
        self.sent = 0

    def run(self):
        while not self.ended.is_set():
            done = self.one.probe("--count", "50", "--sessions",
                                  self.sessions, mail=self.message)
            self.sent += 50 * int(self.sessions)
            if b"result: good" not in done.stdout:
                self.refused.append(done.stdout + done.stderr)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join(300)


def cpu(pid):
    """Processor time of a process in seconds."""
    with open("/proc/%d/stat" % pid, encoding="ascii") as file:
        words = file.read().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def benign(one, message):
    """How many of the benign ones between were judged; for how long."""
    start = time.monotonic()
    for _ in range(BENIGN):
        assert one.accepts(message)
        time.sleep(0.05)
    return one.count('message .* reason="ok"'), time.monotonic() - start


def cut(message):
    """Its signature is half there: our own scanner refuses it."""
    head, dash, rest = message.rpartition(b"\r\n--" + mail.BOUNDARY + b"--")
    lines = head.split(b"\r\n")
    return b"\r\n".join(lines[:len(lines) - 20]) + dash + rest


def unread(authority):
    """OpenSSL cannot read an extension of the certificate."""
    return mail.signed(authority.partner(
        "eve@evil.example", extra="subjectAltName = DER:30:03:81:05:61\n"))


@pytest.mark.parametrize("kind,reason", [
    ("cut", "cms-malformed"), ("unread", "cert-malformed")])
def test_malformed_mail(milter, authority, kind, reason):
    """The mail of others is judged, and no more workers start than may."""
    begun = time.monotonic()
    one = milter(milter="known_entries = 0", workers=4)
    message = mail.signed(authority.partner(ADDRESS))
    bad = cut(message) if kind == "cut" else unread(authority)
    # One judge is left for the others, as long as none is away for a moment.
    with Flood(one, bad, sessions=3) as flood:
        judged, seconds = benign(one, message)
        used = cpu(one.process.pid)
    assert flood.refused == []
    assert one.count('message .* reason="%s"' % reason) > flood.sent / 2
    started = one.count("worker-started")
    print("%s: %d bad, %d of %d benign judged, %d workers in %.1f s, "
          "supervisor %.2f s" % (kind, flood.sent, judged, BENIGN, started,
                                 seconds, used))
    assert judged >= 0.95 * BENIGN
    assert started < 4 + 20 + 12 * (time.monotonic() - begun)
    assert one.stop() == 0
    # Killed at its deadline, on a busy machine, is none that died of it.
    died = one.lines("worker-died")
    assert [line for line in died if 'reason="worker-late"' not in line] == []
    assert one.metric("workers_died_total") == len(died) <= 2
    if kind == "cut":
        assert one.metric("workers_tainted_total") == 0
    else:
        assert one.metric("workers_tainted_total") > 4


def test_mail_that_kills(milter, build):
    """Workers are started no faster than may be, and still some are."""
    begun = time.monotonic()
    one = milter(judge=os.path.join(
        build, "tests", "faults", "judge_double"), workers=4)
    head = (b"Subject: x\r\nFrom: %s\r\nFault: %s\r\n"
            b"Content-Type: multipart/signed; boundary=x\r\n\r\n"
            b"--x\r\n\r\nbody\r\n--x--\r\n")
    good = head % (ADDRESS.encode(), b"none")
    with Flood(one, head % (b"eve@evil.example", b"crash")) as flood:
        benign(one, good)
        # Whoever comes first has the few judges that start.
        wait_for("one that is judged", lambda: one.count(
            'message .* reason="ok"') or not one.accepts(good))
        judged = one.count('message .* reason="ok"')
        one.logged("worker-throttled")
        used, seconds = cpu(one.process.pid), time.monotonic() - begun
    assert flood.refused == []
    started = one.count("worker-started")
    print("%d bad, %d of %d benign judged, %d workers in %.1f s, supervisor "
          "%.2f s" % (flood.sent, judged, BENIGN, started, seconds, used))
    assert started < 4 + 20 + 12 * (time.monotonic() - begun)
    # as much as the starts take, and it does not spin
    assert used < max(0.2 * seconds, 0.02 * started)
    assert judged > 0
    wait_for("a judge again", lambda: one.accepts(
        head % (b"last@partner.example", b"none"))
        and one.count('message .* address="last@partner.example"'), 30)
