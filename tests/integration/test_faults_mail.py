"""Bad mail and bad clients: accepted, said so, and nothing falls over."""

import contextlib
import os
import socket
import struct

import pytest

from servers import mail
from servers.process import wait_for
from servers.smtp import Conversation, send, stuffed

PAT = "pat@partner.example"
TOP = mail.headers(PAT)
SIGNED_TYPE = (b"Content-Type: multipart/signed; boundary=b; "
               b"protocol=\"application/pkcs7-signature\"\r\n\r\n")


def nested(depth):
    """A multipart/signed whose first part is a tower of multiparts."""
    parts = b"".join(
        b"--%d\r\nContent-Type: multipart/mixed; boundary=%d\r\n\r\n" % (
            n, n + 1) for n in range(depth))
    return (TOP + SIGNED_TYPE + b"--b\r\n"
            b"Content-Type: multipart/mixed; boundary=0\r\n\r\n" + parts +
            b"\r\n--b\r\nContent-Type: application/pkcs7-signature\r\n"
            b"\r\nAAAA\r\n--b--\r\n")


def without_from(message):
    """The same without its From: line."""
    return message.replace(
        message[message.index(b"From: "):message.index(b"To: ")], b"")


# name: (how to make it of a good mail, the reason in the log or None when
# nothing can be said because it is not even a candidate)
MAILS = {
    "of size zero": (lambda good: b"", None),
    "only headers": (lambda good: TOP + b"\r\n", None),
    "one byte": (lambda good: b"x", None),
    "cut in the text": (lambda good: good[:700], "malformed"),
    "cut in the signature": (lambda good: good[:-900], "malformed"),
    "cut before the end line": (
        lambda good: good[:good.rindex(b"--" + mail.BOUNDARY)], "malformed"),
    "no boundary": (lambda good: good.replace(
        b"boundary=\"" + mail.BOUNDARY + b"\"", b"x=y"), "malformed"),
    "not base64": (
        lambda good: good.replace(b"\r\nMII", b"\r\n===="), None),
    "not CMS": (lambda good: good.replace(b"\r\nMII", b"\r\nAAA"),
                "cms-malformed"),
    "a third part": (lambda good: good.replace(
        b"--" + mail.BOUNDARY + b"--",
        b"--" + mail.BOUNDARY + b"\r\n\r\nthird\r\n"
        b"--" + mail.BOUNDARY + b"--"), "part-count"),
    "no From": (without_from, "no-from"),
    "ten From": (lambda good: b"".join(
        b"From: p%d@partner.example\r\n" % n for n in range(9)) + good,
        "many-from"),
    "a million headers": (
        lambda good: b"X-Y: z\r\n" * 1000000 + good, "header-limit"),
    "headers of 60,000 bytes": (
        lambda good: (b"X-Y: " + b"z" * 60000 + b"\r\n") * 6 + good,
        "header-limit"),
    "10,000 nested parts": (lambda good: nested(10000), "cms-malformed"),
    "100 MB": (lambda good: good.replace(
        b"Good morning", b"Good morning\r\n" * 7143000), "too-large"),
    "a thousand groups in From": (lambda good: b"From: " + b"a:" * 900 +
                                  b"\r\n" + without_from(good), None),
    "NUL bytes": (lambda good: good.replace(b"Subject: Offer",
                                            b"Subject: \0\0\0"), None),
}


@pytest.mark.sanitized
@pytest.mark.parametrize("what", MAILS)
def test_bad_mail(certharvest, authority, what):
    """Answered with accept, named in the log, by processes that live on."""
    make, reason = MAILS[what]
    one = certharvest()
    one.start_milter()
    serving = one.processes()["sessions"]
    partner = authority.partner(PAT)
    path = os.path.join(one.folder, "bad.eml")
    with open(path, "wb") as file:
        file.write(make(mail.signed(partner)))
    said = one.cli("probe", "unix:" + one.socket, path, check=False)
    assert "accept" in said.splitlines()[-1], said
    if reason:
        wait_for("%s in the log" % reason, lambda: [
            event for name in ("message", "message-passed")
            for event in one.events(name, "milter", reason=reason)])
    good = os.path.join(one.folder, "good.eml")
    with open(good, "wb") as file:
        file.write(mail.signed(partner))
    one.cli("probe", "unix:" + one.socket, good)
    one.wait_event("message", "milter", reason="ok")
    assert one.processes()["sessions"] == serving


def test_bad_mail_over_postfix(certharvest, postfix, authority):
    """The same through a real relay: accepted and delivered."""
    one = certharvest()
    one.start_milter()
    relay = postfix(milter="unix:" + one.socket)
    good = mail.signed(authority.partner(PAT))
    mails = [make(good) for what, (make, _) in MAILS.items()
             if what not in ("100 MB", "a million headers")]
    mails.append(b"X-Y: " + b"z" * 1000000 + b"\r\n" + good)
    for message in mails:
        assert send(relay.port, message) == 250
    assert len(relay.delivered(len(mails))) == len(mails)
    relay.written()
    assert relay.count("warning:.*milter") == 0
    assert len(one.events("generation-started", "milter")) == 1


def test_clients_that_go_away(certharvest, postfix, authority):
    """At every step of the conversation, and in the middle of a packet."""
    one = certharvest()
    one.start_milter()
    path = os.path.join(one.folder, "good.eml")
    with open(path, "wb") as file:
        file.write(mail.signed(authority.partner(PAT)))
    for cut in (b"", b"\0", struct.pack(">I", 13),
                struct.pack(">IcII", 13, b"O", 6, 0x1ff),
                struct.pack(">I", 2**32 - 1) + b"B", os.urandom(5000)):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(one.socket)
            client.sendall(cut)
    for step in ("connect", "helo", "mail", "rcpt", "data", "header", "eoh",
                 "body"):
        one.cli("probe", "--until", step, "unix:" + one.socket, path,
                check=False)
    one.cli("probe", "unix:" + one.socket, path)
    one.wait_event("message", "milter", reason="ok")
    assert len(one.events("generation-started", "milter")) == 1


def test_smtp_clients_that_go_away(certharvest, postfix, authority):
    """A client hangs up in the middle of the message: nothing stays."""
    one = certharvest()
    one.start_milter()
    relay = postfix(milter="unix:" + one.socket)
    message = mail.signed(authority.partner(PAT))
    for part in (10, 500, 3000):
        with Conversation("127.0.0.1", relay.port) as client:
            assert client.envelope(PAT, "ann@corp.example") == 354
            client.socket.sendall(stuffed(message)[:part])
    assert send(relay.port, message) == 250
    assert len(relay.delivered()) == 1
    assert len(one.wait_event("message", "milter")) == 1
    sessions, = one.processes()["sessions"]
    wait_for("no descriptor of old clients", lambda: len([
        path for path in descriptors(sessions) if "memfd" in path]) <= 2)


def descriptors(pid):
    """What a process has open; one may be closed while we look."""
    for name in os.listdir("/proc/%d/fd" % pid):
        with contextlib.suppress(FileNotFoundError):
            yield os.readlink("/proc/%d/fd/%s" % (pid, name))
