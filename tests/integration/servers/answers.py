"""A domain controller that answers what a test says, over TLS.

For what a real one does with other settings or more data than a test can
make: limits of the size of a search, and of the values in one answer.
"""

import contextlib
import socket
import ssl
import threading

SUCCESS, SIZE_LIMIT, NO_SUCH_OBJECT = 0, 4, 32
BIND, UNBIND, SEARCH, ADD, MODIFY = 0x60, 0x42, 0x63, 0x68, 0x66
ANSWERS = {BIND: 0x61, SEARCH: 0x65, ADD: 0x69, MODIFY: 0x67}
ENTRY = 0x64


def _tlv(tag, *parts):
    body = b"".join(parts)
    if len(body) < 128:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes(4, "big")
    return bytes((tag, 0x84)) + length + body


def _octets(value):
    return _tlv(0x04, value if isinstance(value, bytes) else value.encode())


def _read(data):
    """The elements that data consists of: [(tag, content)]."""
    found = []
    while data:
        tag, length, start = data[0], data[1], 2
        if length & 0x80:
            start += length & 0x7f
            length = int.from_bytes(data[2:start], "big")
        found.append((tag, data[start:start + length]))
        data = data[start + length:]
    return found


class Answers:
    """Call search(base, attributes) for each search that comes.

    It returns a result code and the entries, each a name and
    {attribute: [values]}.  Adds and modifies succeed; added has the
    attributes of the former.
    """

    def __init__(self, certificate, address, search):
        self.search = search
        self.searches = []
        self.added = []
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(*certificate)
        self._listener = socket.create_server((address, 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                peer, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(peer,),
                                 daemon=True).start()

    def _serve(self, peer):
        with contextlib.suppress(OSError, EOFError), \
                self._tls.wrap_socket(peer, server_side=True) as tls:
            tls.settimeout(30)
            stream = tls.makefile("rb")
            while True:
                tls.sendall(self._answer(self._message(stream)))

    @staticmethod
    def _message(stream):
        head = stream.read(2)
        if len(head) < 2:
            raise EOFError
        length = head[1]
        if length & 0x80:
            length = int.from_bytes(stream.read(length & 0x7f), "big")
        return stream.read(length)

    def _answer(self, message):
        (_, number), (tag, body), *_ = _read(message)
        if tag == UNBIND:
            raise EOFError
        code, entries = SUCCESS, []
        if tag == SEARCH:
            code, entries = self._searched(_read(body))
        elif tag == ADD:
            attributes = [_read(one) for _, one in _read(_read(body)[1][1])]
            self.added.append({name.decode(): [v for _, v in _read(values)]
                               for (_, name), (_, values) in attributes})
        result = _tlv(ANSWERS[tag], _tlv(0x0a, bytes((code,))), _octets(""),
                      _octets(""))
        return b"".join(_tlv(0x30, _tlv(0x02, number), one)
                        for one in [*map(self._entry, entries), result])

    def _searched(self, parts):
        base = parts[0][1].decode()
        names = [name.decode() for _, name in _read(parts[7][1])]
        self.searches.append((base, names))
        return self.search(base, names)

    @staticmethod
    def _entry(entry):
        name, attributes = entry
        return _tlv(ENTRY, _octets(name), _tlv(0x30, *(
            _tlv(0x30, _octets(key), _tlv(0x31, *map(_octets, values)))
            for key, values in attributes.items())))

    def close(self):
        """Take no more connections."""
        self._listener.close()
