"""A server that looks like a domain controller for as long as it is asked
what it is, to show what ours does with one that says something else."""

import socket
import ssl
import threading

from servers.wire import message_id, operation_of, split

PARTIAL_SECRETS = "1.2.840.113556.1.4.1920"
WHO_AM_I = b"1.3.6.1.4.1.4203.1.11.3"


def ber(tag, content):
    """One element."""
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + content


def octets(text):
    """A string, as an OCTET STRING."""
    return ber(4, text.encode())


def result(tag, code=0, more=b""):
    """An LDAPResult."""
    return ber(tag, bytes([10, 1, code]) + octets("") + octets("") + more)


class Double:
    """Speaks LDAP over TLS with the certificate of the controller.

    root: the attributes of the root of its tree; modes: whether clients may
    show a certificate, and who it takes them for then.
    """

    def __init__(self, server, port, root, clients=None, maps=True):
        self.root = dict({
            "defaultNamingContext": ["DC=corp,DC=example"],
            "schemaNamingContext": [
                "CN=Schema,CN=Configuration,DC=corp,DC=example"],
            "isSynchronized": ["TRUE"]}, **root)
        self.maps = maps
        self.seen = []  # ("bind", mechanism or "simple"), ("search", ...)
        self.shown = []  # subjects of the certificates of clients
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(
            server.folder + "/tls/cert.pem", server.folder + "/tls/key.pem")
        if clients:
            self.context.verify_mode = ssl.CERT_OPTIONAL
            self.context.load_verify_locations(clients)
        self.uri = "ldaps://%s:%d" % (server.host, port)
        self.listener = socket.create_server((server.address, port))
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
            with self.context.wrap_socket(plain, server_side=True) as one:
                certificate = one.getpeercert()
                if certificate:
                    self.shown.append(certificate["subject"])
                state = {"who": b""}
                rest = b""
                while data := one.recv(65536):
                    messages, rest = split(rest + data)
                    for message in messages:
                        for answer in self._answer(
                                message, state, bool(certificate)):
                            number = message_id(message).to_bytes(4, "big")
                            one.sendall(ber(0x30, ber(2, number) + answer))
        except OSError:
            pass

    def _answer(self, message, state, certificate):
        operation = operation_of(message)
        if operation == 0x60:
            external = b"EXTERNAL" in message
            self.seen.append("external" if external else "simple")
            if external and not certificate:
                return [result(0x61, 49)]
            if not external or self.maps:
                state["who"] = b"u:CORP\\svc"
            return [result(0x61)]
        if operation == 0x77 and WHO_AM_I in message:
            self.seen.append("who")
            return [result(0x78, 0, ber(0x8b, state["who"]))]
        if operation == 0x63:
            self.seen.append("search")
            entry = octets("") + ber(0x30, b"".join(
                ber(0x30, octets(name) + ber(0x31, b"".join(
                    octets(value) for value in values)))
                for name, values in self.root.items()))
            return [ber(0x64, entry), result(0x65)]
        return []

    def close(self):
        """End it."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
