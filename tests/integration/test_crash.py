"""Every step of the way of a harvest, and a process that dies there.

A build with hooks is killed (SIGKILL) at each point of the table, and started
again; what is right is known from what the test put in, and asked of
contacts.ldif and of the sqlite3 command.  What came of it is printed to
crash-table.txt in the build folder.
"""

import fcntl
import glob
import hashlib
import itertools
import os
import random
import time
from dataclasses import dataclass, field

import pytest

from servers.ca import DAY
from servers.embedded import contacts, entries
from servers.mint import Mint, put
from servers.process import alive, run, wait_for
from test_publisher import feed
from test_undo import writes

pytestmark = pytest.mark.hooked

# Where, how a harvest (or what else) comes to pass there, how often it is
# passed at most, and whether the harvest must have been taken by then.
MILTER = [
    ("judge-message", False), ("milter-judged", False),
    ("spool-made", False), ("spool-written", False),
    ("spool-renamed", True), ("spool-durable", True),
    ("milter-delivered", True),
]
PUBLISHER = [
    ("intake-read", 1), ("intake-stored", 1), ("intake-removed", 1),
    ("judge-harvest", 1), ("publish-judged", 1), ("publish-found", 1),
    ("publish-planned", 1), ("publish-intended", 1),
    ("directory-asked", 1), ("file-written", 1), ("file-renamed", 1),
    ("directory-applied", 1), ("publish-written", 1),
    ("batch-unrecorded", 1), ("batch-recorded", 1),
    ("store-uncommitted", 3), ("store-committed", 3),
]
RECOVERY = ["recover-found", "recover-settled"]
ORDER = ["order-intended", "order-written", "order-run", "order-settled",
         "directory-asked", "file-written", "file-renamed",
         "directory-applied"]
UNDO = ["undo-intended", "undo-written", "order-run",
        "directory-asked", "directory-applied"]
WALK = ["walk-intended", "walk-written", "walk-recorded",
        "directory-asked", "file-written", "file-renamed",
        "directory-applied"]


@dataclass
class Row:
    """What came of one point."""

    way: str
    point: str
    runs: int = 0
    kept: int = 0
    again: int = 0
    seconds: float = 0
    wrong: list = field(default_factory=list)


class Embedded:
    """What stands in contacts.ldif."""

    def __init__(self, one):
        self.path = one.sections["directory"]["file"]

    def found(self):
        """{address: [DER]}."""
        return contacts(self.path)

    def wrong(self, _):
        """Marks that do not fit."""
        for entry in entries(self.path):
            marks = [mark for mark in entry.get("extensionname", [])
                     if mark.startswith(b"certharvest:")]
            if len(marks) != len(entry.get("usercertificate", [])):
                yield "%d marks of %s" % (len(marks), entry["mail"])


class Active:
    """What stands in Active Directory."""

    def __init__(self, directory):
        self.directory = directory

    def found(self):
        """{address: [DER]}."""
        return {values["mail"][0].decode(): values.get("userCertificate", [])
                for _, values in self.directory.contacts(
                    "mail", "userCertificate")}

    def wrong(self, wanted):
        """Marks that do not fit, and what was written twice."""
        versions = self.directory.versions()
        for name, values in self.directory.contacts(
                "mail", "extensionName", "userCertificate"):
            marks = values.get("extensionName", [])
            if len(marks) != len(values.get("userCertificate", [])):
                yield "%d marks of %s" % (len(marks), name)
            address = values["mail"][0].decode()
            if versions[name] != (1 if wanted.get(address) else 2):
                yield "%s was written %d times" % (name, versions[name])


class Scene:
    """One installation through all that befalls it."""

    def __init__(self, one, side, mint, number):
        self.one = one
        self.side = side
        self.board = one.give_board()
        now = time.time()
        self.coins = iter(mint.make(
            [("c%05d@many.example" % count, "Pat %d" % count, now - DAY,
              now + 3000 * DAY) for count in range(number)], mails=True))
        self.mint = mint
        self.wanted = {}
        self.short = itertools.count()
        one.start()

    def sql(self, question):
        """What the sqlite3 command says."""
        return run(["sqlite3", "-readonly", self.one.sections["store"][
            "path"], question]).stdout.decode().split()

    def hit(self, before):
        """Wait for the death."""
        wait_for("a death at the point", lambda: self.board.hits > before,
                 30, 0.002)
        wait_for("its end", lambda: not alive(self.board.victim), 10, 0.002)

    def restart(self, milter, publisher):
        """Kill the rest of these programs, and start them again."""
        one = self.one
        if milter:
            one.milter.kill_all()
            unlocked(one.sections["milter"]["lock_file"])
            one.start_milter()
        if publisher:
            one.publisher.kill_all()
            unlocked(one.sections["publisher"]["lock_file"])
            one.start_publisher()

    def stands(self, coin):
        """The contact has this certificate and no other."""
        return self.side.found().get(coin.address) == [coin.der]

    def settled(self, coin):
        """Wait until it is published, and nothing is under way."""
        self.wanted[coin.address] = [coin.der]
        wait_for("%s published" % coin.address,
                 lambda: self.stands(coin), 30, 0.01)
        self.quiet()

    def quiet(self):
        """Nothing is under way any more, nor about to be: what is taken from
        the spool is in the store before it leaves there."""
        wait_for("nothing due", lambda: not self.one.spooled() and self.sql(
            "SELECT (SELECT count(*) FROM intent) + (SELECT count(*) FROM "
            "harvest WHERE state = 'due') + (SELECT count(*) FROM orders "
            "WHERE ended = 0) + (SELECT count(*) FROM walk WHERE ended = 0)"
        ) == ["0"], 30, 0.01)

    def check(self):
        """What is wrong with it all."""
        wrong = []
        found = self.side.found()
        if found != self.wanted:
            wrong.append("the directory is not as it should be: %s" % [
                address for address in {*found, *self.wanted}
                if found.get(address) != self.wanted.get(address)])
        wrong += self.side.wrong(self.wanted)
        if self.sql("PRAGMA integrity_check") != ["ok"]:
            wrong.append("the store is damaged")
        if self.sql("PRAGMA foreign_key_check"):
            wrong.append("the store's rows do not fit")
        taken = int(self.sql("SELECT count(*) FROM harvest")[0])
        done = int(self.sql(
            "SELECT count(*) FROM harvest WHERE state = 'done'")[0])
        if taken != done or taken != len(self.wanted):
            wrong.append("%d harvests, %d done, of %d" % (
                taken, done, len(self.wanted)))
        stand = set(self.sql("SELECT address || '=' || certificate "
                             "FROM publication WHERE gone = 0"))
        if stand != {"%s=%s" % (address, hashlib.sha256(der).hexdigest())
                     for address, values in self.wanted.items()
                     for der in values}:
            wrong.append("publications")
        return wrong

    def leftovers(self):
        """What should not lie about."""
        folder = self.one.folder
        return [path for pattern in (
            "spool/*/*", "spool/*/.*", "publisher/.*.tmp", "snapshot/.*.tmp")
            for path in glob.glob(os.path.join(folder, pattern))]


def unlocked(path):
    """Wait until nobody has the lock: a child that was just being forked
    has it for a moment longer."""
    def free():
        with open(path, "rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True
    wait_for("the lock", free, 10, 0.005)


def by_mail(scene, row, taken):
    """The milter dies with a mail in its hands."""
    coin = next(scene.coins)
    before = scene.board.hits
    scene.board.arm(row.point)
    try:
        feed(scene.one, coin.message)
    except Exception:  # the milter dies while it is spoken to
        pass
    scene.hit(before)
    scene.restart(True, False)
    if taken:
        row.kept += 1
    else:
        # Nothing was taken, and the mail went on: the next one is.
        scene.quiet()
        assert scene.sql("SELECT count(*) FROM harvest WHERE address = '%s'"
                         % coin.address) == ["0"]
        assert coin.address not in scene.side.found()
        row.again += 1
        feed(scene.one, coin.message)
    scene.settled(coin)


def by_spool(scene, row, most):
    """The publisher, or a child of it, dies with a harvest in its hands."""
    coin = next(scene.coins)
    before = scene.board.hits
    scene.board.arm(row.point, random.randint(1, most))
    put(scene.one.spool, [scene.mint.harvest(coin)])
    scene.hit(before)
    scene.restart(False, row.runs % 2 or not scene.one.publisher.running())
    scene.settled(coin)
    row.kept += 1


def in_recovery(scene, row, _):
    """It dies after the write, and again while it finds out about it."""
    coin = next(scene.coins)
    before = scene.board.hits
    scene.board.arm("publish-written")
    put(scene.one.spool, [scene.mint.harvest(coin)])
    scene.hit(before)
    scene.one.publisher.wait()
    scene.board.arm(row.point)
    scene.one.start_publisher(wait=False)
    scene.hit(before + 1)
    scene.restart(False, True)
    scene.settled(coin)
    row.kept += 1


def by_order(scene, row, _):
    """It dies on the way of a withdrawal."""
    coin = next(scene.coins)
    put(scene.one.spool, [scene.mint.harvest(coin)])
    scene.settled(coin)
    before = scene.board.hits
    scene.board.arm(row.point)
    scene.one.cli("-f", scene.one.settings_file, "withdraw", coin.address,
                  check=False)
    scene.hit(before)
    scene.restart(False, row.runs % 2 or not scene.one.publisher.running())
    gone(scene, coin)
    row.kept += 1


def by_undo(scene, row, _):
    """It dies while a contact that was made is put back."""
    coin = next(scene.coins)
    put(scene.one.spool, [scene.mint.harvest(coin)])
    scene.settled(coin)
    written, = writes(scene.one, coin.address)
    before = scene.board.hits
    scene.board.arm(row.point)
    scene.one.cli("-f", scene.one.settings_file, "undo", "--wait", "0",
                  str(written["entry"]), check=False)
    scene.hit(before)
    scene.restart(False, row.runs % 2 or not scene.one.publisher.running())
    gone(scene, coin)
    row.kept += 1


def by_walk(scene, row, _):
    """It dies while the sweep takes out what expired."""
    now = scene.board.now()
    coin, = scene.mint.make([("s%04d@many.example" % next(scene.short),
                              "Pat", now - DAY, now + DAY)])
    put(scene.one.spool, [scene.mint.harvest(coin)])
    scene.settled(coin)
    scene.board.move(2 * DAY)
    before = scene.board.hits
    scene.board.arm(row.point)
    scene.one.cli("-f", scene.one.settings_file, "sweep", "--wait",
                  "0", check=False)
    scene.hit(before)
    scene.restart(False, row.runs % 2 or not scene.one.publisher.running())
    gone(scene, coin)
    row.kept += 1


def gone(scene, coin):
    """Wait until its value is out, and nothing is under way."""
    scene.wanted[coin.address] = []
    wait_for("%s withdrawn" % coin.address, lambda: scene.side.found().get(
        coin.address) == [], 30, 0.01)
    scene.quiet()


def plan():
    """(way, point, what is passed on) of every row."""
    yield from ((by_mail, *row) for row in MILTER)
    yield from ((by_spool, *row) for row in PUBLISHER)
    yield from ((in_recovery, point, None) for point in RECOVERY)
    yield from ((by_order, point, None) for point in ORDER)
    yield from ((by_undo, point, None) for point in UNDO)
    yield from ((by_walk, point, None) for point in WALK)


def table(rows):
    """For people."""
    lines = ["%-12s %-20s %5s %8s %10s %8s  %s" % (
        "way", "killed at", "runs", "kept", "not taken", "s a run", "wrong")]
    lines += ["%-12s %-20s %5d %8d %10d %8.2f  %s" % (
        row.way, row.point, row.runs, row.kept, row.again,
        row.seconds / row.runs, "; ".join(row.wrong) or "nothing")
        for row in rows]
    lines.append("%d kills" % sum(row.runs for row in rows))
    return "\n".join(lines) + "\n"


def kill_all(one, side, build, authority, times, rows, name):
    """Killed at every point, so many times each; the table."""
    scene = Scene(one, side, Mint(build, authority), times * len(rows))
    for row, way, how in rows:
        start = time.monotonic()
        for _ in range(times):
            row.runs += 1
            way(scene, row, how)
            scene.board.disarm()
        row.seconds = time.monotonic() - start
        row.wrong = scene.check()
    # What a writer left behind goes when it is old.
    scene.board.move(7200)
    scene.restart(True, True)
    text = table([row for row, _, _ in rows])
    with open(os.path.join(build, name), "w", encoding="ascii") as file:
        file.write(text)
    print("\n" + text)
    wait_for("no leftovers", lambda: scene.leftovers() == [])
    assert scene.check() == []
    assert not [row for row, _, _ in rows if row.wrong]


# Each walk moves the clock by two days, and what is counted in the end must not
# be tidied away before.
QUICK = {"publisher": {"poll": 1, "retry_max": 1},
         "store": {"keep_decided": "3650d"}}


@pytest.mark.parametrize("times", [
    2, pytest.param(20, marks=pytest.mark.long)])
def test_crash_table(certharvest, authority, build, times):
    """What was taken is published once, and the store is whole."""
    one = certharvest(QUICK)
    kill_all(one, Embedded(one), build, authority, times, [
        (Row(way.__name__, point), way, how)
        for way, point, how in plan()], "crash-table.txt")


@pytest.mark.long
def test_crash_table_of_active_directory(active, directory, authority, build):
    """The same with a domain controller, which knows how often it was
    written to."""
    one = active(QUICK)
    kill_all(one, Active(directory), build, authority, 5, [
        (Row(way.__name__, point), way, how) for way, point, how in plan()
        if not point.startswith("file-")], "crash-table-ad.txt")
