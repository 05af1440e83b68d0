"""Relays in a DMZ and a publisher that pulls: two hosts with a network
namespace each, a real sshd, rsync, Postfix."""

import fcntl
import glob
import os
import shutil
import signal
import socket
import stat
import threading
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from servers import pull, samba
from servers.certharvest import MILTER, SPOOL
from servers.embedded import contacts
from servers.host import Host
from servers.mint import Mint, put
from servers.process import descendants, run, wait_for
from servers.smtp import send

DIRECTORY = "10.99.0.1"
QUEUES = ("chained", "unchained", "notes")


@pytest.fixture(scope="module")
def account(root):
    """The account that pulls, and that a relay lets in."""
    folder = os.path.join(root, "accounts")
    os.makedirs(folder)
    pull.make_account(folder)
    # Where the directory would be, on the publisher's host alone.
    run(["ip", "address", "add", DIRECTORY + "/32", "dev", "lo"])


@pytest.fixture(scope="module")
def mint(build, authority):
    """Certificates by the hundred."""
    return Mint(build, authority)


@pytest.fixture
def hosts():
    """Make relays' hosts; all end after the test."""
    made = []

    def host():
        number = len(made) + 1
        made.append(Host("dmz%d" % number, "10.9.%d.1" % number,
                         "10.9.%d.2" % number))
        return made[-1]

    yield host
    for one in made:
        one.end()


@pytest.fixture
def site(root, account, build, certharvest, hosts):
    """The publisher's host, and relays as many as are asked for."""
    made = Site(root, build, certharvest, hosts)
    yield made
    made.end()


class Site:
    """A publisher that drains the folders of relays; only their names are
    known to it."""

    def __init__(self, root, build, certharvest, hosts):
        self.folder = os.path.join(root, "site-%d" % time.monotonic_ns())
        os.makedirs(self.folder)
        program = os.path.join(self.folder, "certharvest-pull")
        shutil.copy(os.path.join(build, "relay", "certharvest-pull"), program)
        self.puller = pull.Puller(program, self.folder)
        self.certharvest = certharvest
        self.hosts = hosts
        self.sshds = []
        self.inside = None

    def relay(self, name, options=""):
        """A relay: its host, its installation, its sshd."""
        host = self.hosts()
        one = self.certharvest()
        one.host = host
        snapshot = os.path.dirname(one.sections["spool"]["snapshot"])
        os.chown(snapshot, pull.PULL, SPOOL)
        one.sshd = pull.Sshd(
            host, os.path.join(self.folder, "sshd-" + name),
            self.puller.keys, one.spool, snapshot)
        self.sshds.append(one.sshd)
        for queue in (*QUEUES, "tmp"):
            path = os.path.join(one.spool, queue)
            os.makedirs(path)
            os.chown(path, MILTER, SPOOL)
            os.chmod(path, 0o2770)
        self.puller.add(name, one.sshd, options)
        return one

    def publisher(self):
        """Start it, for the relays that there are."""
        self.inside = self.certharvest({"publisher": {"spools": [
            self.puller.spool(name) for name in self.puller.relays]}})
        self.inside.start_publisher()
        self.puller.snapshot = self.inside.sections["spool"]["snapshot"]
        return self.inside

    def end(self):
        """No more."""
        for one in self.sshds:
            one.stop()


def here(site, name):
    """Files of a relay that the publisher has not taken yet."""
    return glob.glob(site.puller.spool(name) + "/*/*.json")


def incoming(site, name):
    """What lies where files come in."""
    return [path for path in glob.glob(
        site.puller.spool(name) + "/incoming/*/*", include_hidden=True)
        if os.path.isfile(path)]


def published(site, coins, seconds=60):
    """Wait until these and no others are in the directory."""
    path = site.inside.sections["directory"]["file"]
    wanted = {coin.address: [coin.der] for coin in coins}
    wait_for("%d contacts" % len(wanted),
             lambda: contacts(path) == wanted, seconds, 0.2)


def decided_once(site, number):
    """So many harvests were taken, each decided one time as published."""
    # A contact is there before it is known to be decided.
    words = site.inside.wait_event(
        "harvest-decided", "publisher", number=number)
    assert len(words) == number
    assert all(one["outcome"] == "done" for one in words)
    assert len({one["harvest"] for one in words}) == number


def unreachable(host, address, port):
    """What a connect from there ends with."""
    def connect():
        try:
            socket.create_connection((address, port), 2).close()
            return None
        except OSError as error:
            return error
    return host.inside(connect)


def test_mail_at_a_relay(site, postfix, mint):
    """Mail by Postfix, on a host from which the directory cannot be
    reached; the certificates arrive, and the snapshot goes back."""
    *coins, last = mint.partners(7, mails=True)
    one = site.relay("dmz1")
    inside = site.publisher()
    with socket.create_server((DIRECTORY, 389)):
        assert unreachable(one.host, DIRECTORY, 389) is not None
    one.host.inside(one.start_milter)
    relay = one.host.inside(postfix, milter="unix:" + one.socket)
    codes = [one.host.inside(send, relay.port, coin.message)
             for coin in coins]
    # and one that is refused: a note travels
    codes.append(one.host.inside(send, relay.port, last.message.replace(
        b"Good morning", b"Good evening")))
    assert codes == [250] * 7
    assert len(one.spooled()) == 7
    assert relay.counted("status=sent", 7) == 7 and relay.refused() == 0
    status, said = site.puller.pull()
    assert status == 0, said
    assert 'pull-done relay="dmz1" files=7 odd=0 left=0' in said
    assert one.spooled() == []
    published(site, coins)
    inside.wait_event("note-taken", "publisher", reason="digest-mismatch")
    decided_once(site, 6)
    # The way back: what the publisher knows is the relay's now, which notices.
    wait_for("a snapshot", lambda: os.path.exists(site.puller.snapshot))

    def same():
        status, said = site.puller.pull()
        assert status == 0, said
        with open(site.puller.snapshot, "rb") as ours, \
                open(one.sections["spool"]["snapshot"], "rb") as theirs:
            return ours.read() == theirs.read()

    # a newer one may be written in between
    wait_for("the same snapshot there", same)
    assert os.listdir(os.path.dirname(one.sections["spool"]["snapshot"])) == \
        ["snapshot.json"]


@pytest.mark.parametrize("number", [
    300, pytest.param(5000, marks=pytest.mark.long)])
def test_a_backlog_with_cuts(site, mint, number):
    """A week's files; rsync killed, the program killed, the cable pulled in
    the middle: nothing is lost, nothing is published twice."""
    coins = mint.partners(number)
    one = site.relay("dmz1")
    now = time.time()
    for count, coin in enumerate(coins):
        put(one.spool, [mint.harvest(coin)],
            when=now - 7 * 86400 * (1 - count / number))
    for cut in (kill_rsync, kill_program, pull_cable):
        before = len(one.spooled())
        slow(one.host)
        process = site.puller.start(seconds=120)
        wait_for("a file on its way", lambda: len(
            incoming(site, "dmz1")) >= number // 20, 60, 0.001)
        cut(one, process)
        assert process.wait(120) != 0, site.puller.log()
        fast(one.host)
        site.puller.idle("dmz1", 90)
        # it is there, or here and durable, or both
        assert all_there(site, one) == {
            mint.harvest(coin)[0] for coin in coins}
        assert len(one.spooled()) <= before
    assert one.spooled(), "was not cut in the middle"
    site.publisher()
    status, said = site.puller.pull(seconds=300)
    assert status == 0, said
    assert one.spooled() == [] and incoming(site, "dmz1") == []
    published(site, coins, 300)
    decided_once(site, number)


def test_taken_amid_the_hand_over(site, mint):
    """A file that comes again while the first one is taken: the publisher is
    given it, which knows it, and nobody complains."""
    one = site.relay("dmz1")
    files = [mint.harvest(coin) for coin in mint.partners(1)]
    put(one.spool, files)
    assert site.puller.pull()[0] == 0
    put(one.spool, files)
    with open(site.puller.program, encoding="utf-8") as file:
        text = file.read()
    look = 'find "incoming/$q" -type f -printf'
    assert text.count(look) == 1
    with open(site.puller.program, "w", encoding="utf-8") as file:
        file.write(text.replace(look, 'rm -f "$q/%s"; %s' % (
            files[0][0], look)))
    status, said = site.puller.pull()
    assert status == 0, said
    assert [os.path.basename(path) for path in here(site, "dmz1")] == [
        files[0][0]]
    assert one.spooled() == [] and incoming(site, "dmz1") == []


def all_there(site, one):
    """The names of all files at the relay and here."""
    return {os.path.basename(path) for path in (
        *one.spooled(), *here(site, "dmz1"), *incoming(site, "dmz1"))
        if not os.path.basename(path).startswith(".")}


def slow(host):
    """A cable that lets little through."""
    host.inside(run, ["tc", "qdisc", "add", "dev", "eth0", "root", "tbf",
                      "rate", "1mbit", "burst", "4kb", "latency", "50ms"])


def fast(host):
    """As it was."""
    host.inside(run, ["tc", "qdisc", "del", "dev", "eth0", "root"])


def kill_rsync(_, process):
    """kill -9 of rsync here, both its halves."""
    for pid in descendants(process.pid):
        try:
            with open("/proc/%d/comm" % pid, encoding="ascii") as file:
                if file.read().strip() == "rsync":
                    os.kill(pid, signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            pass  # it ended with the other half


def kill_program(_, process):
    """kill -9 of everything of it."""
    process.kill_all()


def pull_cable(one, _):
    """The cable is out for a while; the relay's sshd starts anew."""
    one.host.down()
    one.sshd.stop()
    time.sleep(2)
    one.host.up()
    one.sshd.start()


def plant(one):
    """What a hostile relay has in its queues; none of it may come."""
    chained = os.path.join(one.spool, "chained")
    names = iter("%064x.json" % number for number in range(1, 100))

    def place(name=None):
        return os.path.join(chained, name or next(names))

    os.symlink("/etc/passwd", place())
    os.symlink("/etc", place())
    os.symlink(os.path.join(one.folder, "snapshot"), place("folder"))
    os.mkfifo(place())
    os.mknod(place(), 0o600 | 0o020000, os.makedev(1, 5))  # endless zeros
    for name in ("..json", "a b.json", "-rf", "new\nline.json", "$(id).json",
                 "`id`.json", "\x1b[2J.json", "x" * 250, "\xe4\xf6.json",
                 "F" * 64 + ".json", "0" * 63 + ".json", "*"):
        with open(place(name), "wb") as file:
            file.write(b"{}")
    with open(place(), "wb") as file:
        file.truncate(3 << 20)
    folder = place()
    os.mkdir(folder)
    with open(os.path.join(folder, "%064x.json" % 1), "wb") as file:
        file.write(b"{}")
    # These have the name and form, and are the publisher's to refuse.
    for content in (b"not json", b"{}" * 1000):
        with open(place(), "wb") as file:
            file.write(content)
    shutil.copy(place("..json"), place())
    os.link(os.path.join(chained, "%064x.json" % 7), place())


def test_a_hostile_relay(site, mint):
    """Whatever lies in its queues, the other relay's harvests arrive, and
    nothing of it but plain files with good names comes here."""
    coins = mint.partners(5)
    good, bad = site.relay("good"), site.relay("bad")
    put(good.spool, [mint.harvest(coin) for coin in coins[:3]])
    plant(bad)
    put(bad.spool, [mint.harvest(coin) for coin in coins[3:]])
    os.chmod(os.path.join(bad.spool, "chained"), 0o2777)
    site.publisher()
    status, said = site.puller.pull()
    assert status == 65, said
    assert 'pull-done relay="good" files=3 odd=0 left=0' in said
    assert 'pull-odd relay="bad"' in said
    published(site, coins)
    site.inside.wait_event("spool-damaged", "publisher", number=4)
    assert incoming(site, "bad") == []
    for folder, names, files in os.walk(site.puller.spools):
        for name in [*names, *files]:
            path = os.path.join(folder, name)
            assert not os.path.islink(path)
            assert os.path.isdir(path) or os.path.isfile(path)
    assert len(said.splitlines()) <= 5 and "\x1b" not in said


def test_a_flood(site, mint):
    """A relay with more than it may leave here: the rest stays there and
    comes when there is room; another relay notices nothing."""
    coins = mint.partners(40)
    flood = site.relay("flood", "files=10 bytes=64K")
    good = site.relay("good")
    put(flood.spool, [mint.harvest(coin) for coin in coins[:30]])
    put(good.spool, [mint.harvest(coin) for coin in coins[30:]])
    status, said = site.puller.pull()
    assert status == 75, said
    assert 'pull-full relay="flood" left=20' in said
    assert len(here(site, "flood")) == 10
    assert len(here(site, "good")) == 10
    # Nobody takes them: nothing more comes.
    status, said = site.puller.pull("flood")
    assert status == 75 and len(here(site, "flood")) == 10
    site.publisher()
    for _ in range(3):
        wait_for("room", lambda: not here(site, "flood"), 30)
        site.puller.pull("flood")
    assert flood.spooled() == []
    published(site, coins)


def counted(site, name, prometheus):
    """The numbers of a relay's metrics file."""
    path = os.path.join(site.puller.metrics, name + ".prom")
    with open(path, encoding="ascii") as file:
        text = file.read()
    assert prometheus.check_metrics(text.encode()) == ""
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o644
    assert os.listdir(site.puller.metrics) == [name + ".prom"]
    found = {}
    for family in text_string_to_metric_families(text):
        sample, = family.samples
        assert sample.labels == {"relay": name}
        found[sample.name.removeprefix("certharvest_pull_")] = sample.value
    return found


def test_what_is_counted(site, mint, prometheus):
    """For each relay a file for the node exporter: how the last pull ended,
    and when one was well."""
    coins = mint.partners(12)
    one = site.relay("dmz1", "files=10")
    put(one.spool, [mint.harvest(coin) for coin in coins])
    begun = time.time()
    assert site.puller.pull()[0] == 75  # more than may lie here
    first = counted(site, "dmz1", prometheus)
    now = first.pop("last_run_timestamp_seconds")
    assert begun - 1 <= now <= time.time() + 1
    assert 0 <= first.pop("duration_seconds") <= time.time() - begun + 1
    assert first == {"exit_status": 75, "files_total": 10, "left_files": 2,
                     "odd_files": 0, "last_success_timestamp_seconds": 0}
    for path in here(site, "dmz1"):
        os.unlink(path)
    assert site.puller.pull()[0] == 0
    well = counted(site, "dmz1", prometheus)
    since = well["last_success_timestamp_seconds"]
    assert since == well["last_run_timestamp_seconds"] >= now
    assert (well["files_total"], well["left_files"]) == (12, 0)
    one.sshd.stop()
    assert site.puller.pull()[0] == 75
    away = counted(site, "dmz1", prometheus)
    assert away["last_success_timestamp_seconds"] == since
    assert (away["exit_status"], away["files_total"]) == (75, 12)
    one.sshd.start()
    with open(os.path.join(one.spool, "notes", "odd"), "wb"):
        pass
    assert site.puller.pull()[0] == 65
    odd = counted(site, "dmz1", prometheus)
    assert (odd["odd_files"], odd["exit_status"]) == (1, 65)
    assert odd["last_success_timestamp_seconds"] >= since
    # what cannot be written costs no harvest
    os.chmod(site.puller.metrics, 0o555)
    os.unlink(os.path.join(one.spool, "notes", "odd"))
    status, said = site.puller.pull()
    assert status == 0 and 'pull-trouble relay="dmz1"' in said
    assert counted(site, "dmz1", prometheus) == odd


class Silent:
    """Something at the relay's port that accepts and says nothing, or
    never stops saying something."""

    def __init__(self, host, port, says=b""):
        self.server = host.inside(
            socket.create_server, (host.address, port))
        self.open = []
        self.says = says
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            self.open.append(connection)
            try:
                while self.says:
                    connection.sendall(self.says)
            except OSError:
                pass

    def close(self):
        """No more."""
        self.server.close()
        for one in self.open:
            one.close()


def forced(one, command):
    """Have the relay run that, whatever it is asked for."""
    path = os.path.join(one.sshd.folder, "authorized_keys")
    with open(path, encoding="ascii") as file:
        lines = file.readlines()
    with open(path, "w", encoding="ascii") as file:
        for line in lines:
            key = line[line.index("ssh-ed25519"):]
            file.write('restrict,command="%s" %s' % (command, key))


HANGS = ["silent", "noisy", "sleep 1000", "cat /dev/zero",
         "yes x >&2", "echo hello"]


def test_relays_that_hang(site, mint):
    """Every one of them costs its own time alone, and says so in one
    line."""
    coins = mint.partners(3)
    good = site.relay("good")
    put(good.spool, [mint.harvest(coin) for coin in coins])
    bad = {"bad%d" % number: how for number, how in enumerate(HANGS)}
    servers = []
    for name, how in bad.items():
        one = site.relay(name)
        if how in ("silent", "noisy"):
            one.sshd.stop()
            servers.append(Silent(one.host, pull.PORT, {
                "silent": b"", "noisy": b"x" * 99 + b"\r\n"}[how]))
        else:
            forced(one, how)
    site.publisher()
    process = site.puller.start(seconds=20)
    published(site, coins)
    assert process.wait(60) == 75
    assert 'pull-done relay="good" files=3' in site.puller.log()
    assert "good" not in site.puller.log().splitlines()[-1]
    for name in bad:
        assert site.puller.log().count('pull-failed relay="%s"' % name) == 1
        assert here(site, name) == [] and incoming(site, name) == []
    assert len(site.puller.log().splitlines()) == 1 + len(bad)
    for server in servers:
        server.close()


def test_what_it_says(site, mint, tmp_path):
    """Settings that are wrong, a relay that is another, one that is away,
    two at once: a status and a line for each."""
    one = site.relay("dmz1")
    put(one.spool, [mint.harvest(coin) for coin in mint.partners(1)])
    puller = site.puller
    assert puller.pull("nobody")[0] == 78
    assert puller.pull("../etc")[0] == 78
    assert puller.pull("-x")[0] == 64
    puller.add("typo", one.sshd, "fils=3")
    assert puller.pull("typo")[0] == 78
    # a lock that another one holds
    held = os.path.join(puller.spool("dmz1"), "lock")
    os.makedirs(puller.spool("dmz1"), exist_ok=True)
    os.chown(puller.spool("dmz1"), pull.PULL, SPOOL)
    with open(held, "wb") as file:
        os.chown(held, pull.PULL, SPOOL)
        fcntl.flock(file, fcntl.LOCK_EX)
        status, said = puller.pull("dmz1")
        assert status == 75 and 'pull-busy relay="dmz1"' in said
    # another host key: somebody in between
    known = os.path.join(puller.config, "known_hosts")
    with open(known, encoding="ascii") as file:
        right = file.read()
    with open(known, "w", encoding="ascii") as file:
        file.write("[%s]:%d %s\n" % (
            one.host.address, pull.PORT, pull.make_key(
                str(tmp_path / "key"))))
    status, said = puller.pull("dmz1")
    assert status == 75 and "erification failed" in said, said
    with open(known, "w", encoding="ascii") as file:
        file.write(right)
    one.sshd.stop()
    status, said = puller.pull("dmz1")
    assert status == 75 and "refused" in said
    one.sshd.start()
    assert len(one.spooled()) == 1
    assert puller.pull("dmz1")[0] == 0
    # The key opens nothing but these two folders, for nothing but rsync.
    key = os.path.join(puller.config, "spool_key")
    for words in (["id"], ["cat", "/etc/passwd"], []):
        done = run(["ssh", "-F", "none", "-i", key, "-p", pull.PORT, "-o",
                    "UserKnownHostsFile=" + known, "-o", "BatchMode=yes",
                    "%s@%s" % (pull.ACCOUNT, one.host.address), *words],
                   check=False, stdin=b"")
        assert done.returncode != 0 and b"root" not in done.stdout


@pytest.fixture
def small(root):
    """A file system of two megabytes."""
    folder = os.path.join(root, "small-%d" % time.monotonic_ns())
    os.mkdir(folder)
    run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder])
    yield folder
    run(["umount", "--lazy", folder], check=False)


def test_no_space_here(site, mint, small):
    """What does not fit is not removed at the relay, and comes later."""
    coins = mint.partners(30)
    one = site.relay("dmz1")
    put(one.spool, [mint.harvest(coin) for coin in coins])
    site.puller.spools = os.path.join(small, "relays")
    os.makedirs(site.puller.spools)
    os.chown(site.puller.spools, pull.PULL, SPOOL)
    os.chmod(site.puller.spools, 0o2750)
    filler = os.path.join(small, "filler")
    with open(filler, "wb") as file:
        file.truncate(0)
        file.write(bytes((2 << 20) - 30 * 4096))
    status, said = site.puller.pull()
    assert status in (73, 75), said
    assert "pull-failed" in said
    assert all_there(site, one) == {
        mint.harvest(coin)[0] for coin in coins}
    os.unlink(filler)
    site.publisher()
    status, said = site.puller.pull()
    assert status == 0, said
    assert one.spooled() == [] and incoming(site, "dmz1") == []
    published(site, coins)
    decided_once(site, len(coins))


@pytest.mark.long
def test_a_relay_of_active_directory(site, active, postfix, directory, mint):
    """A mail at the relay, the certificate in Active Directory, which the
    relay cannot reach."""
    coins = mint.partners(20, mails=True)
    one = site.relay("dmz1")
    inside = active({"publisher": {"spools": [site.puller.spool("dmz1")]}})
    inside.start_publisher()
    site.puller.snapshot = inside.sections["spool"]["snapshot"]
    for address in (samba.ADDRESS, one.host.ours):
        for port in (389, 636):
            assert unreachable(one.host, address, port) is not None
    one.host.inside(one.start_milter)
    relay = one.host.inside(postfix, milter="unix:" + one.socket)
    assert [one.host.inside(send, relay.port, coin.message)
            for coin in coins] == [250] * len(coins)
    assert site.puller.pull()[0] == 0
    wait_for("all contacts", lambda: {
        values["mail"][0].decode(): values["userCertificate"]
        for _, values in directory.contacts("mail", "userCertificate")} == {
            coin.address: [coin.der] for coin in coins}, 60, 0.5)
