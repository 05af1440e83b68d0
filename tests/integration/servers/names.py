"""A name server, as small as can be: says what a test tells it to."""

import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

ADDRESS = ("127.0.0.53", 53)


class Names:
    """Answers over UDP and TCP; remembers what it was asked."""

    def __init__(self):
        self.rows = {}  # (name, type): rows as in a zone file
        self.ttl = 600
        self.broken = None  # None, "silent", or the name of an rcode
        self.asked = []
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(ADDRESS)
        self.tcp = socket.create_server(ADDRESS)
        for work in (self._serve_udp, self._serve_tcp):
            threading.Thread(target=work, daemon=True).start()

    def srv(self, name, *rows):
        """Have SRV records: (priority, weight, port, target)."""
        self.rows[name, "SRV"] = ["%d %d %d %s." % row for row in rows]

    def address(self, name, address):
        """Have an address."""
        self.rows[name, "A"] = [address]

    def questions(self, kind="SRV"):
        """The names it was asked for, and forget them."""
        found, self.asked = self.asked, []
        return [name for name, one in found if one == kind]

    def _answer(self, wire, over_tcp):
        query = dns.message.from_wire(wire)
        (question,) = query.question
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        answer = dns.message.make_response(query, recursion_available=True)
        known = {one for one, _ in self.rows}
        if self.broken == "silent":
            return None
        if self.broken:
            answer.set_rcode(dns.rcode.from_text(self.broken))
        elif (name, kind) in self.rows:
            answer.answer.append(dns.rrset.from_text_list(
                question.name, self.ttl, "IN", kind, self.rows[name, kind]))
        elif name not in known:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        if over_tcp or len(answer.to_wire()) <= 512:
            return answer.to_wire()
        answer.answer.clear()
        answer.flags |= dns.flags.TC
        return answer.to_wire()

    def _serve_udp(self):
        while True:
            try:
                wire, peer = self.udp.recvfrom(4096)
            except OSError:
                return
            if not wire:  # closed
                return
            answer = self._answer(wire, False)
            if answer:
                self.udp.sendto(answer, peer)

    def _serve_tcp(self):
        while True:
            try:
                one, _ = self.tcp.accept()
            except OSError:
                return
            with one:
                one.settimeout(60)
                try:
                    wire = one.recv(4096)
                    answer = self._answer(wire[2:], True)
                    if answer:
                        one.sendall(len(answer).to_bytes(2, "big") + answer)
                except OSError:
                    pass

    def close(self):
        """End it."""
        for one in (self.udp, self.tcp):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()
