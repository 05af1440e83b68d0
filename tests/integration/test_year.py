"""400 days: partners renew, go back to an old certificate, write through two
gateways in turn, begin to encrypt, lose their CA; certificates are withdrawn
and allowed again, taken out by hand; the directory is away for two days, and
the store comes back from a backup.  What stands in the directory at the end of
every day is what the model of servers/model.py says, which knows nothing of
our code.

A build with hooks, by which the days pass.
"""

import os
import random
import shutil
import sqlite3
import time

import pytest

from servers import certharvest as installation
from servers.ca import DAY, Authority
from servers.embedded import contacts
from servers.mint import Mint, put
from servers.model import Address
from servers.process import wait_for

pytestmark = pytest.mark.hooked

HALF = DAY // 2
SEED = 20261127


class Embedded:
    """contacts.ldif, and what befalls it."""

    def __init__(self, one):
        self.one = one
        self.path = one.sections["directory"]["file"]

    def found(self):
        """{address: [DER]}."""
        return contacts(self.path)

    def take_out(self, address):
        """All of userCertificate and our marks, as an editor does it."""
        with open(self.path, encoding="utf-8") as file:
            blocks = file.read().replace("\n ", "").split("\n\n")
        for number, block in enumerate(blocks):
            lines = block.split("\n")
            if "mail: " + address in lines:
                blocks[number] = "\n".join(
                    line for line in lines if not line.startswith(
                        ("userCertificate", "extensionName")))
        new = self.path + ".edited"
        with open(new, "w", encoding="utf-8") as file:
            file.write("\n\n".join(blocks))
        os.chown(new, installation.PUBLISHER, installation.PUBLISHER)
        os.rename(new, self.path)

    def away(self):
        """Nobody can read it."""
        os.chmod(os.path.dirname(self.path), 0)

    def back(self):
        """As it was."""
        os.chmod(os.path.dirname(self.path), 0o700)


class Active:
    """Samba."""

    def __init__(self, directory, samba):
        self.directory = directory
        self.samba = samba

    def found(self):
        """{address: [DER]}."""
        return {values["mail"][0].decode(): values.get("userCertificate", [])
                for _, values in self.directory.contacts(
                    "mail", "userCertificate")}

    def take_out(self, address):
        """As an administrator does it."""
        (name, _), = self.directory.search(
            "(proxyAddresses=smtp:%s)" % address, "dn")
        self.directory.ldif(
            "ldapmodify", "dn: %s\nchangetype: modify\n"
            "delete: userCertificate\n-\ndelete: extensionName\n" % name)

    def away(self):
        """The controller is down."""
        self.samba.stop()

    def back(self):
        """And up."""
        self.samba.start()


class Partner:
    """Somebody who writes, by habits of his own."""

    def __init__(self, number, year, rng):
        self.rng = rng
        self.number = number
        self.year = year
        self.style = ("plain", "plain", "plain", "reverts", "reverts",
                      "gateways", "encrypts", "moves")[number % 8]
        self.coins = []
        self.other = None
        self.life = rng.randint(year.days // 5, year.days // 3)
        self.until = rng.randint(year.days // 3, 2 * year.days // 3)
        self.model = Address("p%04d@domain%d.example" % (
            number, number % 20), year.trusted)

    def issuer(self):
        """Whose certificates he has."""
        if self.style != "moves":
            return "A"
        return "C" if self.year.day <= self.year.distrusted + 3 else "A"

    def renew(self):
        """A new certificate, valid from half a day ago."""
        self.coins.append(self.year.coin(
            self.issuer(), self.model.address, self.life))
        if self.style == "gateways" and (
                self.other is None or self.other.end < self.year.now()):
            self.other = self.year.coin("B", self.model.address, 2 * self.life)

    def coin(self):
        """With what he signs today; None: he does not write."""
        rng, year = self.rng, self.year
        if self.style == "encrypts" and year.day > self.until:
            return None
        early = self.life * DAY // (2 if self.style == "reverts" else 5)
        if not self.coins or self.coins[-1].end - year.now() < early or (
                self.coins[-1].issuer != self.issuer()):
            self.renew()
        if rng.random() > 0.35:
            return None
        if self.style == "gateways" and rng.random() < 0.5:
            return self.other
        if self.style == "reverts" and len(self.coins) > 1 and \
                rng.random() < 0.4 and self.coins[-2].end > year.now():
            return self.coins[-2]
        return self.coins[-1]


class Year:
    """The days, what happens on each, and what must be so at its end."""

    def __init__(self, one, side, mints, days, partners):
        self.one, self.side, self.mints = one, side, mints
        self.days = days
        self.day = 0
        self.rng = random.Random(SEED)
        self.trusted = {"A", "B", "C"}
        self.distrusted = 6 * days // 10
        self.outage = range(3 * days // 10, 3 * days // 10 + 2)
        self.saved, self.restored = 45 * days // 100, 52 * days // 100
        self.kept = None
        self.often = 0.006 * max(1, 160 // days)
        self.board = one.give_board()
        self.start = time.time()
        self.partners = [Partner(number, self, self.rng)
                         for number in range(partners)]
        self.counts = {}

    def now(self):
        """By the calendar of the test; the real time is a little later."""
        return int(self.start) + self.day * DAY

    def coin(self, issuer, address, days):
        """One certificate more."""
        made, = self.mints[issuer].make([(
            address, "Partner", self.now() - HALF,
            self.now() - HALF + days * DAY)])
        made.issuer = issuer
        return made

    def count(self, what):
        """For the report."""
        self.counts[what] = self.counts.get(what, 0) + 1

    def say(self, *words):
        """One of our own commands."""
        return self.one.cli("-f", self.one.settings_file, *words)

    def ask(self, question):
        """The store, by another reader than our own."""
        path = self.one.sections["store"]["path"]
        base = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
        try:
            return base.execute(question).fetchall()
        finally:
            base.close()

    def settled(self):
        """Everything is decided."""
        wait_for("an empty spool", lambda: not self.one.spooled(), 60, 0.01)
        if self.day in self.outage:
            return
        wait_for("nothing due", lambda: self.ask(
            "SELECT count(*) FROM harvest WHERE state = 'due'") == [(0,)],
            60, 0.01)

    def mail(self):
        """What came today."""
        reachable = self.day not in self.outage
        for partner in self.partners:
            coin = partner.coin()
            if coin is None:
                continue
            self.count("mails")
            put(self.one.spool, [self.mints[coin.issuer].harvest(
                coin, self.board.now(), dmarc="pass")])
            partner.model.mail(coin, self.now(), reachable)
        self.settled()

    def people(self):
        """What administrators and partners' admins do today."""
        for partner in self.partners:
            model, dice = partner.model, self.rng.random()
            if model.store.blocked and dice < 0.2:
                self.say("allow", model.address)
                model.allow(self.now())
                self.count("allowed")
            elif model.value is None:
                self.approve(partner)
            elif dice < self.often:
                self.say("withdraw", model.address)
                model.withdraw()
                self.count("withdrawn")
            elif dice < 2 * self.often:
                self.settled()  # or we would edit what is just written
                self.side.take_out(model.address)
                model.removed()
                self.count("taken out by hand")
        self.settled()

    def approve(self, partner):
        """Whoever has moved to another CA, or whose certificate ended while
        another gateway's waits, is approved after a while."""
        model = partner.model
        held = [coin for coin, reason in model.store.reasons.items()
                if reason == "key-change" and coin.end > self.now()]
        if not held or model.store.blocked or self.rng.random() > 0.3:
            return
        coin = held[-1]
        name, _ = self.mints[coin.issuer].harvest(coin, dmarc="pass")
        number = name.partition(".")[0]
        assert number in self.say("review", "--json", "--limit", "100000")
        self.say("review", "approve", number)
        model.approve(coin, self.now())
        self.count("approved")

    def sweep(self):
        """The night's."""
        self.say("sweep")
        for partner in self.partners:
            partner.model.sweep(self.now())
        self.settled()

    def compare(self):
        """The directory is what the model says."""
        wanted = {partner.model.address: partner.model.wanted()
                  for partner in self.partners if partner.model.created}
        found = self.side.found()
        for address in sorted({*wanted, *found}):
            assert found.get(address) == wanted.get(address), self.why(
                address, found.get(address))

    def why(self, address, found):
        """For whoever has to find out."""
        partner = next(partner for partner in self.partners
                       if partner.model.address == address)
        model, store = partner.model, partner.model.store
        names = {coin: "%s%d (days %.1f to %.1f)" % (
            coin.issuer, number, (coin.start - self.start) / DAY,
            (coin.end - self.start) / DAY)
            for number, coin in enumerate(store.reasons)}
        ders = {coin.der: name for coin, name in names.items()}
        return "day %d, %s, %s: found %s, not %s; %s; %s\n%s\n%s" % (
            self.day, address, partner.style,
            found and [ders.get(der, "?") for der in found],
            names.get(model.value),
            {names[coin]: reason for coin, reason in store.reasons.items()},
            {"past": names.get(store.past), "gone": store.gone,
             "blocked": store.blocked, "allowed": store.allowed},
            self.say("show", address), self.say("log", address))

    def distrust(self):
        """C is no longer trusted."""
        self.trusted.discard("C")
        self.one.write_settings({"trust": {"anchors": [
            self.mints[name].authority.root.path for name in "AB"]}})
        self.say("reload")

    def backup(self):
        """A copy of the store, while it is used."""
        path = os.path.join(self.one.folder, "backup.db")
        self.say("store", "backup", path)
        self.kept = path, [partner.model.backup()
                           for partner in self.partners]

    def restore(self):
        """The store is lost; the copy takes its place."""
        path, models = self.kept
        assert self.one.publisher.stop() == 0
        store = self.one.sections["store"]["path"]
        for end in ("-wal", "-shm"):
            if os.path.exists(store + end):
                os.unlink(store + end)
        shutil.copy(path, store)
        os.chown(store, installation.PUBLISHER, installation.PUBLISHER)
        self.one.start_publisher()
        for partner, kept in zip(self.partners, models):
            partner.model.restore(kept)

    def live(self):
        """One day."""
        self.day += 1
        self.board.move(DAY)
        if self.day == self.outage.start:
            self.side.away()
        if self.day == self.outage.stop:
            self.side.back()
            self.say("retry")
            self.settled()
            for partner in self.partners:
                partner.model.reach(self.now())
        if self.day == self.distrusted:
            self.distrust()
        if self.day == self.saved:
            self.backup()
        if self.day == self.restored:
            self.restore()
        if self.day not in self.outage:
            self.people()
        self.mail()
        if self.day not in self.outage:
            self.sweep()
            self.compare()


def go(one, side, mints, days, partners, build):
    """All of it, and a report."""
    year = Year(one, side, mints, days, partners)
    one.start_publisher()
    start = time.monotonic()
    for _ in range(days):
        year.live()
    assert all(partner.model.steady() for partner in year.partners)
    assert year.ask("PRAGMA integrity_check") == [("ok",)]
    written = sum(coin is not None for partner in year.partners
                  for coin in partner.model.history)
    held = year.ask("SELECT reason, count(*) FROM harvest WHERE state = 'held' "
                    "GROUP BY reason")
    text = "%d days, %d partners: %s; %d certificates published; held %s; " \
        "in %.0f s\n" % (
            days, partners, ", ".join("%d %s" % (number, what) for
                                      what, number in year.counts.items()),
            written, ", ".join("%d %s" % (number, reason)
                               for reason, number in held),
            time.monotonic() - start)
    print("\n" + text)
    with open(os.path.join(build, "year.txt"), "a", encoding="ascii") as file:
        file.write(text)
    for what in ("mails", "withdrawn", "taken out by hand", "allowed"):
        assert year.counts.get(what, 0) > 0


@pytest.fixture
def mints(build, authority, root):
    """Three CAs."""
    names = {"A": authority}
    for name in "BC":
        names[name] = Authority(os.path.join(root, "ca-" + name),
                                "Trust " + name)
    return {name: Mint(build, one) for name, one in names.items()}


def anchors(mints):
    """All of them are trusted."""
    return {"trust": {"anchors": [
        mint.authority.root.path for mint in mints.values()]}}


@pytest.mark.parametrize("days, partners", [
    (40, 20), pytest.param(400, 200, marks=pytest.mark.long)])
def test_days(certharvest, mints, build, days, partners):
    """Against the embedded directory."""
    one = certharvest(anchors(mints))
    folder = os.path.join(one.folder, "directory")
    os.mkdir(folder, 0o700)
    os.chown(folder, installation.PUBLISHER, installation.PUBLISHER)
    one.write_settings({"directory": {
        "file": folder + "/contacts.ldif",
        "state_file": folder + "/directory.state"}})
    go(one, Embedded(one), mints, days, partners, build)


@pytest.mark.long
def test_days_of_active_directory(active, samba, directory, mints, build):
    """Against Samba, a shorter time."""
    one = active(anchors(mints))
    go(one, Active(directory, samba), mints, 60, 40, build)
