"""kill -9 of every process in the middle of the work: nothing is lost,
nothing is published twice."""

import json
import os
import random
import signal
import sqlite3
import threading
import time

import pytest

from servers import samba as dc
from servers.process import alive, wait_for
from servers.smtp import send
from test_publisher import feed

VICTIMS = ["supervisor", "sessions", "milter judge", "publisher",
           "publisher judge", "directory"]


class Watch(threading.Thread):
    """Remembers the address of every harvest that was in the spool."""

    def __init__(self, one):
        super().__init__(daemon=True)
        self.one = one
        self.ended = threading.Event()
        self.seen = {}

    def run(self):
        while not self.ended.wait(0.002):
            self.look()

    def look(self):
        """Note what is there now."""
        for path in self.one.spooled():
            if path in self.seen or "/notes/" in path:
                continue
            try:
                with open(path, "rb") as file:
                    self.seen[path] = json.load(file)["address"]
            except FileNotFoundError:
                pass


class Restarter(threading.Thread):
    """Starts a daemon again when it is gone, as systemd would."""

    def __init__(self, one):
        super().__init__(daemon=True)
        self.one = one
        self.ended = threading.Event()

    def run(self):
        while not self.ended.wait(0.05):
            if not self.one.milter.running():
                self.one.start_milter(wait=False)
            if not self.one.publisher.running():
                self.one.start_publisher(wait=False)


class Sender(threading.Thread):
    """Sends all mails, a few at a time; keeps the answers."""

    def __init__(self, relay, mails):
        super().__init__()
        self.relay = relay
        self.mails = list(mails)
        self.lock = threading.Lock()
        self.codes = []

    def run(self):
        workers = [threading.Thread(target=self._work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def _work(self):
        while True:
            with self.lock:
                if not self.mails:
                    return
                message = self.mails.pop()
            code = send(self.relay.port, message)
            with self.lock:
                self.codes.append(code)

    def sent(self):
        """How many mails were answered."""
        with self.lock:
            return len(self.codes)


def strike(one, role, sender, total, times):
    """Kill a process of the role so often, spread over the sending."""
    killed = 0
    for count in range(times):
        wait_for("a part of the mails", lambda: sender.sent() >= (
            count + 0.5) * total / times, 120, 0.005)
        pids = wait_for("a %s to kill" % role,
                        lambda: one.processes()[role], 20, 0.001)
        time.sleep(random.uniform(0, 0.03))
        victim = random.choice(pids)
        try:
            os.kill(victim, signal.SIGKILL)
            killed += 1
        except ProcessLookupError:
            pass
        wait_for("its end", lambda: not alive(victim), 10, 0.005)
    return killed


def count(one, what):
    """How many of these the store has at this moment."""
    path = os.path.join(one.folder, "publisher", "store.db")
    connection = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    try:
        return connection.execute(
            "SELECT count(*) FROM " + what).fetchone()[0]
    finally:
        connection.close()


def intents(one):
    """How many writes are under way."""
    return count(one, "intent")


def under_way(one):
    """How many harvests are."""
    return count(one, "harvest WHERE state = 'due'") + intents(one)


def settled(one, directory, addresses):
    """Wait until all that was taken stands in the directory, and whatever
    else was is decided on, too."""
    def missing():
        if one.spooled() or under_way(one):
            return False
        there = {value.decode()[5:] for _, values in directory.contacts(
            "proxyAddresses") for value in values["proxyAddresses"]}
        return not addresses - there
    # One whose judge was killed twice waits half a minute, then a whole one.
    wait_for("all harvests published", missing, 240, 0.5)


@pytest.mark.parametrize("victim", VICTIMS)
@pytest.mark.parametrize("number, times", [
    (80, 3), pytest.param(500, 10, marks=pytest.mark.long)])
def test_kill(active, postfix, directory, partners, victim, number, times):
    """Every mail accepted and delivered, every harvest published once."""
    all_partners = partners.first(number)
    # As many judges as senders: nobody waits for one, unless it was killed.
    one = active({"judge": {"workers": 4}}, how="gssapi").start()
    relay = postfix(milter="unix:" + one.socket)
    watch, restarter = Watch(one), Restarter(one)
    sender = Sender(relay, (some.message for some in all_partners))
    watch.start()
    restarter.start()
    sender.start()
    try:
        killed = strike(one, victim, sender, number, times)
        sender.join()
        relay.idle()
        taken = {words["address"] for words in one.events(
            "message", "milter", reason="ok")} | set(watch.seen.values())
        settled(one, directory, taken)
    finally:
        restarter.ended.set()
        restarter.join()
        watch.ended.set()
        watch.join()
    assert killed >= times - 1
    assert sender.codes == [250] * number
    assert relay.refused() == 0
    assert len(relay.delivered(number)) == number
    assert len(taken) >= number * 3 // 4
    once(directory, taken, {some.address: some.der for some in all_partners})


def caught(one):
    """The directory child, with the publisher suspended and intents in the
    store; nothing, and all goes on, when these were settled meanwhile."""
    if intents(one) == 0:
        return None
    one.publisher.suspend()
    children = one.processes()["directory"]
    if intents(one) > 0 and children:
        return children
    one.publisher.resume()
    return None


@pytest.mark.parametrize("victim", ["publisher", "directory"])
def test_kill_amid_a_group(active, directory, partners, victim):
    """A group of harvests whose intents are durable and whose writes are on
    their way: each is found out about by itself."""
    number = 64
    some = partners.first(number)
    one = active(how="gssapi").start()
    one.cli("-f", one.settings_file, "pause")
    feed(one, *(partner.message for partner in some))
    one.wait_drained(60)
    one.cli("-f", one.settings_file, "resume")
    amid = []
    for _ in range(3):
        children = wait_for("a group's intents", lambda: caught(one), 30,
                            0.001)
        amid.append(intents(one))
        pid = one.publisher.pid if victim == "publisher" else children[0]
        os.kill(pid, signal.SIGKILL)
        wait_for("its end", lambda: not alive(pid), 10, 0.005)
        if victim == "publisher":
            one.start_publisher()
        else:
            one.publisher.resume()
    settled(one, directory, {partner.address for partner in some})
    assert max(amid) > 1
    once(directory, set(), {partner.address: partner.der for partner in some})


def once(directory, taken, ders):
    """Each taken address has one contact, written once, with its value."""
    versions = directory.versions()
    found = {}
    for name, values in directory.contacts("mail", "userCertificate"):
        address = values["mail"][0].decode()
        assert address not in found, "two contacts for %s" % address
        found[address] = values["userCertificate"]
        assert versions[name] == 1, name
    assert taken <= set(found)
    for address, values in found.items():
        assert values == [ders[address]]
    adds = [change.dn for change in directory.changes()]
    assert len(adds) == len(set(adds)) == len(found)
    assert not any("CNF:" in name for name in versions), dc.OU
