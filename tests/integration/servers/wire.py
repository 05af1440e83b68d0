"""A wire between a program and a domain controller, for a test to cut.

It ends TLS on both sides and minds the borders of LDAP messages (RFC 4511
section 4.1.1), so that a fault comes at the very message that is meant.
"""

import select
import socket
import ssl
import threading
from dataclasses import dataclass

PORT = 7636
UNAVAILABLE = 52
NOTICE = b"1.3.6.1.4.1.1466.20036"
GARBAGE = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n" * 9
OPERATIONS = {"bind": 0x60, "search": 0x63, "modify": 0x66, "add": 0x68}


@dataclass
class Fault:
    """What is to happen, once, to a request that contains some bytes.

    how: "lost": it does not arrive, and the connection ends; "half": half of
    it does; "no-answer": it does, and the connection ends instead of the
    answer; "half-answer": amid the answer; "garbage": the answer is nothing
    of LDAP; "silent": no answer ever comes; a number: it does not arrive, and this is the answer's result code; or a
    function, called before it goes on.
    """

    operation: str
    how: object
    needle: bytes = b""

    def fits(self, message):
        """Whether this is the request that is meant."""
        return operation_of(message) == OPERATIONS[self.operation] and \
            self.needle in message


def _length(data, at):
    """A BER length: the value, and where the content starts."""
    first = data[at]
    if first < 0x80:
        return first, at + 1
    more = first & 0x7f
    return int.from_bytes(data[at + 1:at + 1 + more], "big"), at + 1 + more


def message_id(message):
    """The id of an LDAP message."""
    _, at = _length(message, 1)
    length, at = _length(message, at + 1)
    return int.from_bytes(message[at:at + length], "big")


def operation_of(message):
    """The tag of what an LDAP message asks for or answers."""
    _, at = _length(message, 1)
    length, at = _length(message, at + 1)
    return message[at + length]


def split(data):
    """The whole LDAP messages at the start, and the rest."""
    messages = []
    while len(data) > 8:
        length, at = _length(data, 1)
        if len(data) < at + length:
            break
        messages.append(data[:at + length])
        data = data[at + length:]
    return messages, data


def refusal(request, code):
    """The answer to a request with a result code and nothing else; 52 comes
    as the notice of disconnection (RFC 4511 section 4.4.1)."""
    answer = {0x60: 0x61, 0x63: 0x65, 0x66: 0x67, 0x68: 0x69}
    result = bytes([10, 1, code, 4, 0, 4, 0])
    number, tag = message_id(request), answer[operation_of(request)]
    if code == UNAVAILABLE:
        number, tag = 0, 0x78
        result += bytes([0x8a, len(NOTICE)]) + NOTICE
    identity = number.to_bytes(4, "big")
    body = b"\x02\x04" + identity + bytes([tag, len(result)]) + result
    return bytes([0x30, len(body)]) + body


# what the program gets instead of an answer, before the connection ends
INSTEAD = {
    "no-answer": lambda message: b"",
    "half-answer": lambda message: message[:len(message) // 2],
    "garbage": lambda message: GARBAGE,
}


class _Ended(Exception):
    """A fault that ends the connection, or a peer that did."""


class _Connection:
    """One connection, both directions in one thread: TLS wants it so."""

    def __init__(self, wire, plain):
        self.wire = wire
        plain.settimeout(60)
        self.client = wire.tls_server.wrap_socket(plain, server_side=True)
        self.server = wire.tls_client.wrap_socket(
            socket.create_connection((wire.server.address, 636), 60),
            server_hostname=wire.server.host)
        self.faults = {}  # by message id, for the way back
        self.silent = False

    def run(self):
        """Pass on what comes, until one side or a fault ends it."""
        take = {self.client: self._request, self.server: self._answer}
        rest = {self.client: b"", self.server: b""}
        try:
            while True:
                for one in select.select(list(take), [], [])[0]:
                    messages, rest[one] = split(rest[one] + self._read(one))
                    for message in messages:
                        take[one](message)
        except (OSError, ValueError, _Ended):
            pass
        if not self.silent:
            self.close()

    @staticmethod
    def _read(one):
        data = one.recv(65536)
        while one.pending():
            data += one.recv(65536)
        if not data:
            raise _Ended
        return data

    def _request(self, message):
        fault = self.wire.fault_for(message)
        if fault in ("lost", "half"):
            if fault == "half":
                self.server.sendall(message[:len(message) // 2])
            raise _Ended
        if isinstance(fault, int):
            self.client.sendall(refusal(message, fault))
            if fault == UNAVAILABLE:
                raise _Ended
            return
        if callable(fault):
            fault()
        elif fault is not None:
            self.faults[message_id(message)] = fault
        self.server.sendall(message)

    def _answer(self, message):
        fault = self.faults.get(message_id(message))
        self.silent = self.silent or fault == "silent"
        if fault in INSTEAD:
            self.client.sendall(INSTEAD[fault](message))
            raise _Ended
        if not self.silent:
            self.client.sendall(message)

    def close(self):
        """End both sides, with nothing said."""
        self.client.close()
        self.server.close()


class Wire:
    """Listens beside a controller and passes everything on, but for faults.

    The port of the controller's own address, so that its name and its
    certificate are right.
    """

    def __init__(self, server):
        self.server = server
        self.uri = "ldaps://%s:%d" % (server.host, PORT)
        self.tls_server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls_server.load_cert_chain(
            server.folder + "/tls/cert.pem", server.folder + "/tls/key.pem")
        self.tls_client = ssl.create_default_context(cafile=server.ca_file)
        self.lock = threading.Lock()
        self.faults = []
        self.struck = []
        self.connections = []
        self.listener = socket.create_server((server.address, PORT))
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(plain,),
                             daemon=True).start()

    def _serve(self, plain):
        try:
            one = _Connection(self, plain)
        except (OSError, ssl.SSLError):
            plain.close()
            return
        self.connections.append(one)
        one.run()

    def strike(self, operation, how, needle=b""):
        """Let this happen to the next request of the kind."""
        with self.lock:
            self.faults.append(Fault(operation, how, needle))

    def fault_for(self, message):
        """How the request is to fail; None: it is not."""
        with self.lock:
            for fault in self.faults:
                if fault.fits(message):
                    self.faults.remove(fault)
                    self.struck.append(fault)
                    return fault.how
        return None

    def reset(self):
        """Forget all faults, and what was silent."""
        with self.lock:
            self.faults, self.struck = [], []
        for one in self.connections:
            if one.silent:
                one.close()
        self.connections = []

    def close(self):
        """End it."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.reset()
