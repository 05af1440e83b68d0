"""Mail over SMTP with exactly the bytes that the test made."""

import socket
from concurrent.futures import ThreadPoolExecutor

from servers.process import run


def stuffed(message):
    """A message as it goes over the wire, without the dot at its end."""
    if message and not message.endswith(b"\r\n"):
        message += b"\r\n"
    if message.startswith(b"."):
        message = b"." + message
    return message.replace(b"\r\n.", b"\r\n..")


class Conversation:
    """One connection to an MTA."""

    def __init__(self, host, port, seconds=60):
        self.socket = socket.create_connection((host, port), seconds)
        self.file = self.socket.makefile("rb")
        self.banner = self.reply()
        self.command(b"EHLO client.partner.example")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def reply(self):
        """The next reply: its code."""
        while True:
            line = self.file.readline()
            if not line:
                return 0
            if line[3:4] != b"-":
                self.text = line.decode(errors="replace")
                return int(line[:3])

    def command(self, line):
        """Send one line; the code of the answer."""
        self.socket.sendall(line + b"\r\n")
        return self.reply()

    def envelope(self, sender, recipient):
        """All commands before the message."""
        self.command(b"MAIL FROM:<" + sender.encode() + b">")
        self.command(b"RCPT TO:<" + recipient.encode() + b">")
        return self.command(b"DATA")

    def send(self, message, sender="pat@partner.example",
             recipient="ann@corp.example"):
        """One whole mail; the code of the last answer."""
        code = self.envelope(sender, recipient)
        if code != 354:
            return code
        self.socket.sendall(stuffed(message) + b".\r\n")
        return self.reply()


def send(port, message, host="127.0.0.1", **envelope):
    """One mail over a connection of its own; the last code."""
    with Conversation(host, port) as conversation:
        return conversation.send(message, **envelope)


def send_all(port, messages, connections=4, host="127.0.0.1"):
    """Many mails over a few connections at once; the code of each."""
    with ThreadPoolExecutor(connections) as pool:
        return list(pool.map(
            lambda message: send(port, message, host), messages))


def smtp_source(port, messages, sessions=4, options=()):
    """Postfix's own load generator, bounded in time."""
    return run(["smtp-source", "-4", "-s", sessions, "-m", messages,
                "-f", "load@partner.example", "-t", "sink@corp.example",
                *options, "127.0.0.1:%d" % port], seconds=300, check=False)
