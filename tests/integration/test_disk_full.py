"""A disk that is full in the middle of a burst, and has space again: mail is
accepted throughout, and what was taken is published, without a restart."""

import os
import threading

import pytest

from servers.certharvest import MILTER, PUBLISHER, SPOOL
from servers.embedded import contacts
from servers.mint import Mint
from servers.process import run, wait_for
from servers.smtp import send

NUMBER = 60


class Disk:
    """A small file system, and a file that fills it."""

    def __init__(self, path, size, user, group, mode):
        self.path = path
        os.makedirs(path, exist_ok=True)
        run(["mount", "-t", "tmpfs", "-o", "size=%s,mode=%o,uid=%d,gid=%d" % (
            size, mode, user, group), "tmpfs", path])
        self.filler = os.path.join(path, "filler")

    def fill(self):
        """To the last byte; again and again, as others make room."""
        with open(self.filler, "ab", buffering=0) as file:
            for size in (65536, 4096, 1):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    pass

    def free(self):
        """Space again."""
        os.unlink(self.filler)

    def unmount(self):
        """Gone, whoever still has a file open."""
        run(["umount", "--lazy", self.path], check=False)


@pytest.fixture
def disks():
    """File systems that are gone after the test."""
    made = []

    def make(*arguments):
        made.append(Disk(*arguments))
        return made[-1]

    yield make
    for one in made:
        one.unmount()


class Burst(threading.Thread):
    """Sends all mails, one after the other, and says how far it is."""

    def __init__(self, port, mails):
        super().__init__()
        self.port = port
        self.mails = mails
        self.codes = []
        self.gates = {}

    def run(self):
        for number, message in enumerate(self.mails):
            gate = self.gates.get(number)
            if gate is not None:
                gate()
            self.codes.append(send(self.port, message))


def found(one):
    """What is published."""
    return contacts(one.sections["directory"]["file"])


def taken(one):
    """The addresses of which the milter says that they were taken."""
    return {words["address"] for words in one.events(
        "message", "milter", reason="ok")}


def as_they_came(one, coins, wanted, seconds=60):
    """Exactly these are published in the end, each as it should be."""
    wait_for("%d contacts" % len(wanted),
             lambda: set(found(one)) == wanted, seconds, 0.1)
    assert found(one) == {coin.address: [coin.der] for coin in coins
                          if coin.address in wanted}


def full_spool(one, disk, relay, coins, fill, free):
    """Sends all, with fill() before each of the middle third and free()
    after it: all are accepted, what was missed is counted and logged, and
    all others are published.  How many were missed, and how often it was
    full."""
    burst = Burst(relay.port, [coin.message for coin in coins])
    burst.gates = dict.fromkeys(range(NUMBER // 3, 2 * NUMBER // 3), fill)
    burst.gates[2 * NUMBER // 3] = free
    burst.start()
    burst.join()
    assert burst.codes == [250] * NUMBER and relay.refused() == 0
    relay.idle()
    assert len(relay.delivered(NUMBER)) == NUMBER
    missed = one.events("message-passed", "milter", reason="spool-full")
    assert len(taken(one)) == NUMBER - len(missed)
    told = one.events("spool-trouble", "milter", reason="spool-full")
    back = [int(words["missed"]) for words in one.events(
        "spool-back", "milter")]
    assert len(told) == len(back)
    assert sum(back) == len(missed)
    as_they_came(one, coins, taken(one))
    assert os.listdir(os.path.join(disk.path, "tmp")) == []
    return len(missed), len(told)


@pytest.mark.sanitized
def test_the_spools_disk(certharvest, postfix, authority, build, disks):
    """Full, and the publisher stands still: it is full for each of them, and
    is told once."""
    coins = Mint(build, authority).partners(NUMBER, mails=True)
    one = certharvest()
    disk = disks(one.spool, "1m", MILTER, SPOOL, 0o2770)
    one.start()

    def fill():
        one.publisher.suspend()
        disk.fill()

    def free():
        disk.free()
        one.publisher.resume()

    assert full_spool(one, disk, postfix(milter="unix:" + one.socket), coins,
                      fill, free) == (NUMBER // 3, 1)


def test_the_spools_disk_at_work(certharvest, postfix, authority, build,
                                 disks):
    """Full, and the publisher makes room for one at any time."""
    coins = Mint(build, authority).partners(NUMBER, mails=True)
    one = certharvest()
    disk = disks(one.spool, "1m", MILTER, SPOOL, 0o2770)
    one.start()
    missed, times = full_spool(one, disk, postfix(
        milter="unix:" + one.socket), coins, disk.fill, disk.free)
    assert times <= missed <= NUMBER // 3


@pytest.mark.sanitized
def test_the_stores_disk(certharvest, postfix, authority, build, disks):
    """Full in the middle third: all mail is accepted and kept in the spool,
    the publisher says so, and goes on by itself."""
    coins = Mint(build, authority).partners(NUMBER, mails=True)
    one = certharvest()
    folder = os.path.join(one.folder, "store")
    disk = disks(folder, "16m", PUBLISHER, PUBLISHER, 0o700)
    one.write_settings({"store": {"path": folder + "/store.db"}})
    one.start()
    relay = postfix(milter="unix:" + one.socket)
    burst = Burst(relay.port, [coin.message for coin in coins])

    def again():
        one.wait_event("store-trouble", "publisher", reason="store-full")
        disk.free()

    burst.gates = {NUMBER // 3: disk.fill, 2 * NUMBER // 3: again}
    burst.start()
    burst.join()
    assert burst.codes == [250] * NUMBER and relay.refused() == 0
    assert len(taken(one)) == NUMBER
    assert one.events("message-passed", "milter") == []
    as_they_came(one, coins, {coin.address for coin in coins})
    one.wait_drained()
    one.wait_event("store-back", "publisher")

    def in_store(question):
        return int(run(["sqlite3", folder + "/store.db",
                        "SELECT count(*) FROM " + question]).stdout)

    # A contact is there before its record is.
    wait_for("all recorded", lambda: in_store(
        "harvest WHERE state = 'done'") == NUMBER and not in_store("intent"))
    assert run(["sqlite3", folder + "/store.db",
                "PRAGMA integrity_check"]).stdout == b"ok\n"


def test_both_disks_and_a_restart(certharvest, postfix, authority, build,
                                  disks):
    """Full from the start, and started anew while they are full."""
    coins = Mint(build, authority).partners(20, mails=True)
    one = certharvest()
    spool = disks(one.spool, "1m", MILTER, SPOOL, 0o2770)
    folder = os.path.join(one.folder, "store")
    store = disks(folder, "16m", PUBLISHER, PUBLISHER, 0o700)
    one.write_settings({"store": {"path": folder + "/store.db"}})
    one.start()
    relay = postfix(milter="unix:" + one.socket)
    codes = [send(relay.port, coin.message) for coin in coins[:5]]
    as_they_came(one, coins, taken(one))
    store.fill()
    codes += [send(relay.port, coin.message) for coin in coins[5:10]]
    spool.fill()
    codes += [send(relay.port, coin.message) for coin in coins[10:15]]
    one.publisher.kill_all()
    one.milter.kill_all()
    codes.append(send(relay.port, coins[19].message))  # nobody is there
    one.start_milter()
    one.try_publisher()
    codes += [send(relay.port, coin.message) for coin in coins[10:13]]
    spool.free()
    store.free()
    if not one.publisher.running():  # as systemd would
        one.start_publisher()
    codes += [send(relay.port, coin.message) for coin in coins[13:19]]
    assert codes == [250] * len(codes) and relay.refused() == 0
    assert len(taken(one)) >= 16
    as_they_came(one, coins, taken(one))
