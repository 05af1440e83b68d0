"""The directory is away for a week: mail notices nothing, memory and store
stay what they were, and when it is back everything is published in order,
newest last, as fast as ever.

A build with hooks, by which the days pass; real mail through Postfix, and
beside it another installation whose directory is there, to compare with.
"""

import os
import re
import statistics
import time
from dataclasses import dataclass, field

import pytest

import bench_directory
from servers import samba as dc
from servers.ca import DAY
from servers.mint import Mint
from servers.process import run, wait_for
from servers.smtp import Conversation

pytestmark = pytest.mark.hooked

DAYS = 7
MEGABYTE = 1 << 20


@dataclass
class Load:
    """The mails of a week, day by day."""

    first: list
    days: list
    newest: dict = field(default_factory=dict)


def week(mint, partners, mails):
    """Each partner wrote before with a first certificate, and during the
    week renews it two times."""
    now = time.time()
    names = ["w%05d@many.example" % number for number in range(partners)]
    rounds = [mint.make([(name, "Pat " + name[:6], now - start, now + 400 *
                          DAY) for name in names], mails=True)
              for start in (30 * DAY, 3 * DAY, 2 * DAY)]
    days = [[] for _ in range(DAYS)]
    for number in range(mails):
        partner, count = number % partners, number // partners
        total = max(1, mails // partners)
        day = count * DAYS // total
        which = rounds[1] if day < DAYS // 2 else rounds[2]
        days[min(day, DAYS - 1)].append(another(
            which[partner].message, number))
    return Load(rounds[0], days,
                {coin.address: coin for coin in rounds[2]})


def another(message, number):
    """The same mail once more, as far as a mail server can tell."""
    return re.sub(rb"Message-ID: <", b"Message-ID: <%d." % number, message,
                  count=1)


class Line:
    """A connection that stays open, and how long each mail took."""

    def __init__(self, relay):
        self.relay = relay
        self.conversation = None
        self.took = []

    def send(self, message):
        """One mail."""
        if self.conversation is None or len(self.took) % 90 == 0:
            self.close()
            self.conversation = Conversation("127.0.0.1", self.relay.port)
        start = time.monotonic()
        code = self.conversation.send(message)
        self.took.append(time.monotonic() - start)
        assert code == 250, self.conversation.text

    def close(self):
        """No more."""
        if self.conversation is not None:
            self.conversation.socket.close()


def memory(one):
    """{role: bytes} of what is resident of all processes of a role."""
    found = {}
    for role, pids in one.processes().items():
        for pid in pids:
            try:
                with open("/proc/%d/status" % pid, encoding="ascii") as file:
                    size = re.search(r"VmRSS:\s+(\d+)", file.read())
            except (FileNotFoundError, ProcessLookupError):
                continue  # a judge that has had its share
            if size:
                found[role] = max(found.get(role, 0),
                                  int(size.group(1)) * 1024)
    return found


def sql(one, question):
    """What the sqlite3 command says."""
    return run(["sqlite3", "-readonly", one.sections["store"]["path"],
                question]).stdout.decode().split()


def store_size(one):
    """Bytes of the store's files."""
    folder = os.path.dirname(one.sections["store"]["path"])
    return sum(os.path.getsize(os.path.join(folder, name))
               for name in os.listdir(folder) if name.startswith("store.db"))


def percentile(values, part):
    """The value below which that part of them is."""
    return sorted(values)[int(part * (len(values) - 1))]


def exported(directory):
    """The contacts as the bare loop reads them."""
    lines = []
    for name, values in directory.contacts(
            "mail", "displayName", "userCertificate", "extensionName"):
        shown = values["displayName"][0].decode()
        lines.append("\t".join([
            values["mail"][0].decode(), name, shown.partition(" (")[0], shown,
            values["userCertificate"][0].hex(),
            values["extensionName"][0].decode()]))
    return ("\n".join(lines) + "\n").encode()


def bare(build, samba, what, lines):
    """Seconds of the bare loop for the same."""
    done = run([os.path.join(build, bench_directory.PROGRAM),
                "ldaps://" + dc.HOST, samba.ca_file,
                dc.ACCOUNT + "@" + dc.REALM, dc.ACCOUNT_PASSWORD, dc.BASE,
                what], stdin=lines, seconds=1200)
    return int(done.stdout.split()[1]) / 1000


def in_order(one, since):
    """The decisions of each address came in the order of its harvests; how
    many of all came before one that was taken earlier."""
    numbers = {digest: int(number) for number, digest in (
        line.split("|") for line in sql(one, "SELECT id, digest FROM harvest"))}
    decided = one.events("harvest-decided", "publisher")[since:]
    last, before, early = {}, 0, 0
    for words in decided:
        number = numbers[words["harvest"]]
        assert number > last.get(words["address"], 0), words
        last[words["address"]] = number
        early += number < before
        before = max(before, number)
    return early, len(decided)


@pytest.mark.parametrize("partners, mails", [
    (50, 500), pytest.param(5000, 50000, marks=pytest.mark.long)])
def test_a_week_without_directory(active, certharvest, postfix, samba,
                                  directory, authority, build, partners,
                                  mails):
    """See above."""
    load = week(Mint(build, authority), partners, mails)
    one = active()
    near = certharvest()
    boards = one.give_board(), near.give_board()
    one.start()
    near.start()
    away_line = Line(postfix(milter="unix:" + one.socket,
                             transport="discard:"))
    near_line = Line(postfix(2725, milter="unix:" + near.socket,
                             transport="discard:"))
    for coin in load.first:
        away_line.send(coin.message)
        near_line.send(coin.message)
    wait_for("the first certificates", lambda: len(
        directory.contacts("dn")) == partners and
        sql(one, "SELECT count(*) FROM harvest WHERE state = 'due'") == ["0"],
        900, 0.5)
    lines = {"new": exported(directory)}
    samba.stop()
    try:
        away_line.took, near_line.took = [], []
        sizes = []
        for day in load.days:
            compared = max(1, len(day) // 1000)
            for number, message in enumerate(day):
                both = [away_line]
                if number % compared == 0:
                    both.insert(number // compared % 2, near_line)
                for line in both:
                    line.send(message)
            wait_for("an empty spool", lambda: not one.spooled(), 60, 0.1)
            for board in boards:
                board.move(DAY)
            sizes.append((memory(one), store_size(one)))
        # Before it is back: nobody waits for us to ask for the next try.
        harvests = int(sql(one, "SELECT count(*) FROM harvest")[0])
        waiting = int(sql(one, "SELECT count(*) FROM harvest "
                               "WHERE state = 'due'")[0])
        since = len(one.events("harvest-decided", "publisher"))
        wrote = len(one.events("directory-write", "publisher"))
    finally:
        samba.start()
    report = [told_latency(away_line.took, near_line.took)]
    report += told_sizes(sizes)
    assert waiting == 2 * partners and harvests == 3 * partners
    assert sizes[-1][1] < 16 * MEGABYTE + 16384 * harvests
    report.append("store: %d harvests, %.1f MB" % (
        harvests, sizes[-1][1] / MEGABYTE))
    start = time.monotonic()
    one.cli("-f", one.settings_file, "retry")
    wait_for("all decided", lambda: sql(
        one, "SELECT count(*) FROM harvest WHERE state = 'due'") == ["0"],
        1800, 0.05 if partners < 1000 else 1)
    took = time.monotonic() - start
    # recorded before it is told
    one.wait_event("harvest-decided", "publisher", number=since + waiting)
    wrote = len(one.events("directory-write", "publisher")) - wrote
    early, decided = in_order(one, since)
    report.append("drained: %d decisions, %d of them before an earlier one; "
                  "%d writes in %.1f s, %.1f /s" % (
                      decided, early, wrote, took, wrote / took))
    assert decided == waiting
    there = {values["mail"][0].decode(): values["userCertificate"]
             for _, values in directory.contacts("mail", "userCertificate")}
    assert there == {address: [coin.der]
                     for address, coin in load.newest.items()}
    lines["refresh"] = exported(directory)
    one.stop()
    directory.wipe()
    bare(build, samba, "new", lines["new"])
    alone = bare(build, samba, "refresh", lines["refresh"])
    report.append("the bare loop: %.1f /s; ours is %.2f of that" % (
        partners / alone, wrote / took * alone / partners))
    text = "\n".join(report) + "\n"
    print("\n" + text)
    with open(os.path.join(build, "week.txt"), "w", encoding="ascii") as file:
        file.write(text)
    assert sql(one, "PRAGMA integrity_check") == ["ok"]


def told_latency(away, near):
    """Mail takes no longer than beside it; a line that says how long."""
    middle = statistics.median(away) / statistics.median(near)
    assert middle < 1.3
    return ("latency: %d mails without the directory %.1f ms (99 %%: %.1f), "
            "%d with it %.1f ms (99 %%: %.1f); ratio %.2f" % (
                len(away), 1000 * statistics.median(away),
                1000 * percentile(away, 0.99), len(near),
                1000 * statistics.median(near),
                1000 * percentile(near, 0.99), middle))


def told_sizes(sizes):
    """Memory of the last day is that of the second; a line for each role."""
    early, late = sizes[1][0], sizes[-1][0]
    lines = []
    for role in sorted(late):
        was, now = early.get(role, late[role]), late[role]
        lines.append("memory of %s: %.1f MB, at the end %.1f MB" % (
            role, was / MEGABYTE, now / MEGABYTE))
        assert now < 1.25 * was + 4 * MEGABYTE, lines[-1]
    return lines
