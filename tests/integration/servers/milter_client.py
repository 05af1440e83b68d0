"""The mail server's side of the milter protocol, byte by byte."""

import socket
import struct

NEGOTIATE = (6, 0x1ff, 0x1fffff)


def connect(address, seconds=60):
    """A connected socket to an address as Milter.socket has it."""
    kind, _, rest = address.partition(":")
    if kind == "unix":
        client = socket.socket(socket.AF_UNIX)
        client.connect(rest)  # waits while the queue is full
        client.settimeout(seconds)
        return client
    host, _, port = rest.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), seconds)


class Client:
    """One connection; commands are sent as they are told."""

    def __init__(self, address, seconds=60, offer=NEGOTIATE):
        self.socket = connect(address, seconds)
        self.reader = self.socket.makefile("rb")
        self.protocol = None
        if offer is not None:
            self.negotiate(offer)

    def send(self, command, data=b""):
        """Send one packet."""
        self.socket.sendall(
            struct.pack(">I", len(data) + 1) + command + data)

    def receive(self):
        """One packet: its command and data; b"" at the end."""
        head = self.reader.read(4)
        if len(head) < 4:
            return b"", b""
        packet = self.reader.read(struct.unpack(">I", head)[0])
        return packet[:1], packet[1:]

    def negotiate(self, offer):
        """Offer version, actions and protocol."""
        self.send(b"O", struct.pack(">III", *offer))
        command, data = self.receive()
        assert command == b"O", command
        self.protocol = struct.unpack(">III", data[:12])

    def headers(self, message):
        """Send the headers of a message without waiting for answers."""
        head, _, _ = message.partition(b"\r\n\r\n")
        for line in head.replace(b"\r\n ", b"\n ").split(b"\r\n"):
            name, _, value = line.partition(b":")
            self.send(b"L", name + b"\0" + value + b"\0")

    def body(self, message):
        """Send the body in pieces; the answer to the last of them."""
        data = message.partition(b"\r\n\r\n")[2]
        answer = b"c"
        while data and answer == b"c":
            self.send(b"B", data[:65535])
            answer = self.receive()[0]
            data = data[65535:]
        return answer

    def play(self, message, queue_id=b"QUEUE"):
        """Send a message; the answer that ended it."""
        self.headers(message)
        self.send(b"D", b"Ni\0" + queue_id + b"\0")
        self.send(b"N")
        answer = self.receive()[0]
        if answer != b"c":
            return answer
        answer = self.body(message)
        if answer not in (b"c", b"s"):
            return answer
        self.send(b"E")
        return self.receive()[0]

    def close(self):
        """Hang up without a word."""
        self.reader.close()
        self.socket.close()
