"""Certificates, mails and spool files by the thousand."""

import hashlib
import json
import os
import tempfile
import time
from dataclasses import dataclass

from servers.ca import DAY
from servers.certharvest import MILTER, SPOOL
from servers.process import run

PROGRAM = "tests/mail/mint"


@dataclass(eq=False)
class Coin:
    """One certificate, and the mail signed with it if one was asked for."""

    address: str
    name: str
    start: int
    end: int
    der: bytes
    message: bytes = b""
    issuer: str = ""


class Mint:
    """Issues by the intermediate of an authority, one key for all."""

    def __init__(self, build, authority):
        self.program = os.path.join(build, PROGRAM)
        self.authority = authority
        self.key = authority.key(name="mint")
        self.intermediate = authority.intermediate.der

    def make(self, orders, mails=False):
        """Of (address, name, start, end) a Coin each."""
        orders = [(address, name, int(start), int(end))
                  for address, name, start, end in orders]
        lines = "".join("%s\t%s\t%d\t%d\t%s\n" % (
            *order, "mail" if mails else "-") for order in orders)
        with tempfile.TemporaryDirectory() as folder:
            run([self.program, self.authority.intermediate.path,
                 self.authority.intermediate.key, self.key, folder],
                stdin=lines.encode(), seconds=1200)
            return [Coin(*order, self._read(folder, "%d.der" % number),
                         self._read(folder, "%d.eml" % number)
                         if mails else b"")
                    for number, order in enumerate(orders)]

    @staticmethod
    def _read(folder, name):
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()

    def partners(self, number, mails=False, domain="many.example", start=None):
        """So many partners with a certificate of a year each."""
        start = time.time() - DAY if start is None else start
        return self.make([("p%05d@%s" % (one, domain),
                           "Pat Partner %05d" % one, start,
                           start + 365 * DAY) for one in range(number)],
                         mails)

    def harvest(self, coin, received=None, message_id="", dmarc=""):
        """(name, content) of the spool file that a milter makes of it."""
        return harvest(coin.address, coin.name, coin.der,
                       [self.intermediate], received, message_id, dmarc)


def _digest(*fields):
    """Over each field with its length in front, as base/harvest.h says."""
    total = hashlib.sha256()
    for field in fields:
        total.update(len(field).to_bytes(8, "big") + field)
    return total.hexdigest()


def harvest(address, name, certificate, others=(), received=None,
            message_id="", dmarc="", chain="ok"):
    """(name, content) of a spool file, made by the book and not our code."""
    authentication = [] if not dmarc else [
        b"authentication", dmarc.encode(), b"", b""]
    digest = _digest(
        b"certharvest harvest 1", address.encode(), name.encode(),
        certificate, certificate, *others, b"", b"ok", chain.encode(),
        *authentication)
    content = {
        "version": 1, "address": address, "name": name,
        "received": int(time.time() if received is None else received),
        "certificate": certificate.hex(), "signer": certificate.hex(),
    }
    if message_id:
        content["message_id"] = message_id
    if dmarc:
        content["dmarc"] = dmarc
    if chain != "ok":
        content["chain"] = {"code": chain, "text": ""}
    if others:
        content["others"] = [der.hex() for der in others]
    return digest + ".json", json.dumps(content).encode()


def put(spool, files, queue="chained", user=MILTER, when=None):
    """Put spool files there as a milter does: complete, by rename."""
    folder = os.path.join(spool, queue)
    made = not os.path.isdir(folder)
    os.makedirs(folder, exist_ok=True)
    os.makedirs(os.path.join(spool, "tmp"), exist_ok=True)
    if made:
        os.chown(folder, user, SPOOL)
        os.chmod(folder, 0o2770)
    for name, content in files:
        temporary = os.path.join(spool, "tmp", name)
        with open(temporary, "wb") as file:
            file.write(content)
        os.chown(temporary, user, SPOOL)
        os.chmod(temporary, 0o640)
        if when is not None:
            os.utime(temporary, (when, when))
        os.rename(temporary, os.path.join(folder, name))
