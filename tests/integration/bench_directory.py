"""How fast the publisher fills Active Directory, beside a bare loop.

Not collected by itself, as nothing may fail because a machine is slow:

    python3 -m pytest -s --build BUILD bench_directory.py

New contacts first, then the renewal of every certificate; the same operations
from tests/bench/ldap_bench.c in turn with it, a few rounds of both.
BENCH_PARTNERS and BENCH_ROUNDS say how many.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from servers import mail
from servers import samba as dc
from servers.ca import DAY
from servers.process import children, run, wait_for
from test_publisher import feed

NUMBER = int(os.environ.get("BENCH_PARTNERS", "300"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "2"))
PROGRAM = "tests/bench/ldap_bench"


@pytest.fixture(scope="session")
def mails(authority):
    """Two mails of each partner, with two certificates."""
    key = authority.key(name="bench")

    def one(number):
        address = "b%05d@many.example" % number
        return [mail.signed(authority.partner(
            address, name="Pat Partner %05d" % number, key=key,
            start=time.time() - days * DAY), sender=address)
            for days in (30, 1)]

    with ThreadPoolExecutor(4) as pool:
        both = list(pool.map(one, range(NUMBER)))
    return {"new": [first for first, _ in both],
            "refresh": [second for _, second in both]}


def cpu(*pids):
    """Seconds of processor time of these processes and their children."""
    ticks = 0
    for pid in pids:
        for one in [pid, *children(pid)]:
            with open("/proc/%d/stat" % one, encoding="ascii") as file:
                fields = file.read().rpartition(")")[2].split()
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


@dataclass
class Run:
    """What one run took, in seconds; processor time beside the clock's."""

    took: float
    server: float
    client: float

    def __str__(self):
        return "%6.1f /s (ms each: %.2f, the server's %.2f, ours %.2f)" % (
            NUMBER / self.took, *(1000 * one / NUMBER for one in (
                self.took, self.server, self.client)))


class Tail:
    """How many contacts were written, from what is new in the log."""

    def __init__(self, one):
        self.file = open(os.path.join(one.folder, "publisher.log"), "rb")
        self.file.seek(0, os.SEEK_END)
        self.rest = b""
        self.seen = 0

    def written(self):
        """Of all since this was made."""
        lines = (self.rest + self.file.read()).split(b"\n")
        self.rest = lines.pop()
        self.seen += sum(b"directory-write " in line for line in lines)
        return self.seen


def publish(one, samba, some):
    """From the first to the last contact, all mail being stored."""
    one.cli("-f", one.settings_file, "pause")
    feed(one, *some)
    one.wait_drained(600)
    tail = Tail(one)
    pids = samba.process.pid, one.publisher.pid
    before = [cpu(pid) for pid in pids]
    start = time.monotonic()
    one.cli("-f", one.settings_file, "resume")
    wait_for("all contacts", lambda: tail.written() >= len(some), 600, 0.02)
    return Run(time.monotonic() - start,
               *(cpu(pid) - was for pid, was in zip(pids, before)))


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
    assert len(lines) == NUMBER
    return ("\n".join(lines) + "\n").encode()


def bare(build, samba, what, lines):
    """The same from the bare loop."""
    before = cpu(samba.process.pid)
    done = run([os.path.join(build, PROGRAM), "ldaps://" + dc.HOST,
                samba.ca_file, dc.ACCOUNT + "@" + dc.REALM,
                dc.ACCOUNT_PASSWORD, dc.BASE, what],
               stdin=lines, seconds=600)
    took, own = (int(word) / 1000 for word in done.stdout.split()[1:])
    return Run(took, cpu(samba.process.pid) - before, own)


def test_rates(active, samba, directory, build, mails):
    """Print them."""
    ours, theirs, lines = {}, {}, {}
    for number in range(ROUNDS):
        directory.wipe()
        one = active().start()
        for what, some in mails.items():
            ours.setdefault(what, []).append(publish(one, samba, some))
            lines[what] = exported(directory)
        one.stop()
        directory.wipe()
        for what in mails:
            theirs.setdefault(what, []).append(
                bare(build, samba, what, lines[what]))
        assert len(directory.contacts("dn")) == NUMBER
    for what in mails:
        print()
        for both in zip(theirs[what], ours[what]):
            print("%-8s bare      %s\n%8s publisher %s" % (
                what, both[0], "", both[1]))
        print("%-8s %.2f of the bare loop's rate" % (what, sum(
            one.took for one in theirs[what]) / sum(
                one.took for one in ours[what])))
