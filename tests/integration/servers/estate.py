"""The contacts of a directory that administrators kept by hand for years, and
the mail that their partners send next."""

import base64
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from servers import mail
from servers.ca import DAY

DOMAIN = "legacy.example"
GARBAGE = b"\x30\x03 this is no certificate"
SHADOW = b"\x30\x80 an old blob of a Windows client"


@dataclass
class Contact:
    """One contact as it is before anything of ours runs."""

    kind: str
    number: int
    values: list  # DER, or what is there instead
    mail: str
    more: list = field(default_factory=list)  # (attribute, bytes)
    renewals: list = field(default_factory=list)  # mails, the older first
    renewed: list = field(default_factory=list)  # their certificates

    @property
    def name(self):
        """Its cn."""
        return "%s %03d" % (self.kind, self.number)

    def ldif(self, base):
        """It as ldapadd takes it."""
        rows = [("objectClass", b"contact"), ("cn", self.name.encode()),
                ("mail", self.mail.encode()),
                ("proxyAddresses", b"SMTP:" + self.mail.encode()),
                *self.more,
                *[("userCertificate", value) for value in self.values]]
        return "dn: CN=%s,%s\n" % (self.name, base) + "".join(
            "%s:: %s\n" % (key, base64.b64encode(value).decode())
            for key, value in rows) + "\n"


class Estate:
    """So many contacts, of every kind in turn."""

    KINDS = ("expired", "older", "foreign", "twin", "secondary", "shadowed",
             "garbage", "mailbox", "several", "empty", "absent", "signer",
             "managed")

    def __init__(self, authority, stranger, number, renewed=True):
        self.authority = authority
        self.stranger = stranger
        self.now = time.time()
        self.starts = (-10, -1) if renewed else ()
        self.keys = [authority.key("ec:P-256", "estate%d" % one)
                     for one in range(3)]
        for issuer in (authority, stranger):
            for key in self.keys:  # each key's request, before the threads
                issuer.partner("x@" + DOMAIN, key=key, kind="ec:P-256")
        with ThreadPoolExecutor(4) as pool:
            self.contacts = [one for some in pool.map(self._make, range(
                number)) for one in some]

    def _issue(self, address, start, end, issuer=None, key=0, **more):
        return (issuer or self.authority).partner(
            address, key=self.keys[key], kind="ec:P-256",
            start=self.now + start * DAY, end=self.now + end * DAY, **more)

    def _make(self, number):
        kind = self.KINDS[number % len(self.KINDS)]
        address = "%s%03d@%s" % (kind, number, DOMAIN)
        one = Contact(kind, number, [], address)
        made = getattr(self, "_" + kind)(one, address)
        for start in self.starts:
            renewed = self._issue(address, start, 365, key=2)
            one.renewed.append(renewed.der)
            one.renewals.append(mail.signed(renewed, sender=address))
        return [one, *made]

    def _expired(self, one, address):
        one.values = [self._issue(address, -800, -70).der]
        return []

    def _older(self, one, address):
        one.values = [self._issue(address, -340, 25).der]
        return []

    def _foreign(self, one, address):
        one.values = [self._issue(address, -340, 300, self.stranger).der]
        return []

    def _twin(self, one, address):
        one.values = [self._issue(address, -800, -70).der]
        return [Contact("other", one.number, [], address)]

    def _secondary(self, one, address):
        one.values = [self._issue(address, -340, 25).der]
        one.mail = "office%03d@%s" % (one.number, DOMAIN)
        one.more = [("proxyAddresses", b"smtp:" + address.encode())]
        return []

    def _shadowed(self, one, address):
        one.values = [self._issue(address, -800, -70).der]
        one.more = [("userSMIMECertificate", SHADOW)]
        return []

    def _managed(self, one, address):
        one.values = [self._issue(address, -800, -70).der]
        one.more = [("info", b"kept by a sync tool")]
        return []

    def _garbage(self, one, _address):
        one.values = [GARBAGE]
        return []

    def _mailbox(self, one, _address):
        one.values = [self._issue("boss@%s" % DOMAIN, -340, 25).der]
        return []

    def _several(self, one, address):
        one.values = [self._issue(address, -340, 25, key=key).der
                      for key in (0, 1)]
        return []

    def _empty(self, _one, _address):
        return []

    def _absent(self, one, _address):
        one.kind = "absent"
        return []

    def _signer(self, one, address):
        one.values = [self._issue(address, -340, 25,
                                  usage="digitalSignature").der]
        return []

    def of(self, *kinds):
        """The contacts of these kinds."""
        return [one for one in self.contacts if one.kind in kinds]

    def ldif(self, base):
        """All that are there, as ldapadd takes them."""
        return "".join(one.ldif(base) for one in self.contacts
                       if one.kind != "absent")
