"""Many partners, each with a certificate and a signed mail of its own."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from servers import mail


@dataclass
class Partner:
    """Somebody who sends one signed mail."""

    address: str
    certificate: object
    der: bytes
    message: bytes


class Partners:
    """Made when first asked for, and kept for the whole run."""

    def __init__(self, authority):
        self.authority = authority
        self.key = authority.key(name="partners")
        self.made = []

    def _one(self, number):
        address = "p%04d@many.example" % number
        certificate = self.authority.partner(address, key=self.key)
        return Partner(address, certificate, certificate.der,
                       mail.signed(certificate, sender=address))

    def first(self, number):
        """So many partners; always the same ones."""
        missing = range(len(self.made), number)
        with ThreadPoolExecutor(4) as pool:
            self.made += pool.map(self._one, missing)
        return self.made[:number]
