"""Relays and a publisher's host: accounts, keys, a real sshd, and the
program that pulls."""

import os
import shutil
import time

from servers.certharvest import SPOOL
from servers.process import PATIENCE, Process, run, wait_for

PULL = 61004
ACCOUNT = "certharvest-pull"
PORT = 2222

SSHD_CONFIG = """\
Port {port}
ListenAddress {address}
HostKey {folder}/host_key
PidFile none
AuthorizedKeysFile {folder}/authorized_keys
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
AllowTcpForwarding no
MaxSessions 10
MaxStartups 100
"""

KEY_LINE = 'restrict,command="/usr/bin/rrsync {options} {folder}" {key}'


def make_account(folder):
    """The account, in a passwd and a shadow of this run's own."""
    home = os.path.join(folder, "home")
    os.makedirs(home)
    os.chown(home, PULL, SPOOL)
    for path, line in (
            ("/etc/passwd", "%s:x:%d:%d::%s:/bin/sh\n" % (
                ACCOUNT, PULL, SPOOL, home)),
            ("/etc/group", "certharvest-test:x:%d:\n" % SPOOL),
            ("/etc/shadow", "%s:*:20000:0:99999:7:::\n" % ACCOUNT)):
        own = os.path.join(folder, os.path.basename(path))
        shutil.copy(path, own)
        with open(own, "a", encoding="ascii") as file:
            file.write(line)
        run(["mount", "--bind", own, path])
    if not os.path.isdir("/run/sshd"):
        os.mkdir("/run/sshd")


def make_key(path, owner=0):
    """A key pair; the public half as text."""
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path])
    os.chown(path, owner, owner)
    with open(path + ".pub", encoding="ascii") as file:
        return file.read().strip()


class Sshd:
    """A relay's sshd; it lets the puller in for two commands."""

    def __init__(self, host, folder, keys, spool, snapshot):
        self.host = host
        self.folder = folder
        os.makedirs(folder)
        self.host_key = make_key(os.path.join(folder, "host_key"))
        with open(os.path.join(folder, "authorized_keys"), "w",
                  encoding="ascii") as file:
            for options, where, key in (
                    ("-no-lock", spool, keys["spool_key"]),
                    ("-no-lock -wo", snapshot, keys["snapshot_key"])):
                file.write(KEY_LINE.format(
                    options=options, folder=where, key=key) + "\n")
        config = os.path.join(folder, "sshd_config")
        with open(config, "w", encoding="ascii") as file:
            file.write(SSHD_CONFIG.format(
                port=PORT, address=host.address, folder=folder))
        self.config = config
        self.process = None
        self.start()

    def start(self):
        """Start it over there."""
        log = os.path.join(self.folder, "sshd.log")
        before = self._listened(log)
        self.process = self.host.inside(
            Process, ["/usr/sbin/sshd", "-D", "-e", "-f", self.config], log)
        wait_for("sshd listens", lambda: self._listened(log) > before)

    @staticmethod
    def _listened(log):
        """How often one said so: the log is that of all of them."""
        try:
            with open(log, encoding="utf-8", errors="replace") as file:
                return file.read().count("Server listening")
        except FileNotFoundError:
            return 0

    def stop(self):
        """End it, and whom it let in."""
        if self.process is not None and self.process.running():
            self.process.kill_all()


class Puller:
    """The publisher's side: its keys, its list, and the program."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.config = os.path.join(folder, "etc")
        self.spools = os.path.join(folder, "relays")
        os.makedirs(self.config)
        os.makedirs(self.spools)
        os.chown(self.spools, PULL, SPOOL)
        os.chmod(self.spools, 0o2750)
        self.metrics = os.path.join(folder, "metrics")
        os.makedirs(self.metrics)
        os.chown(self.metrics, PULL, SPOOL)
        self.keys = {name: make_key(os.path.join(self.config, name), PULL)
                     for name in ("spool_key", "snapshot_key")}
        self.relays = {}
        self.log_path = os.path.join(folder, "pull.log")
        self.snapshot = ""

    def add(self, name, sshd, options=""):
        """One more relay in the list."""
        self.relays[name] = (sshd, options)
        with open(os.path.join(self.config, "relays"), "w",
                  encoding="ascii") as file:
            file.write("# a comment\n" + "".join(
                "%s %s port=%d %s\n" % (one, its.host.address, PORT, more)
                for one, (its, more) in self.relays.items()))
        with open(os.path.join(self.config, "known_hosts"), "w",
                  encoding="ascii") as file:
            for its, _ in self.relays.values():
                file.write("[%s]:%d %s\n" % (
                    its.host.address, PORT, its.host_key))

    def spool(self, name):
        """Where a relay's files lie here."""
        return os.path.join(self.spools, name)

    def start(self, *words, seconds=60):
        """Start it for all relays, or those that are named."""
        argv = [self.program, "-c", self.config, "-d", self.spools,
                "-m", self.metrics, "-s", self.snapshot, "-t", seconds, *(words or ["-a"])]
        return Process(
            ["setpriv", "--reuid", PULL, "--regid", SPOOL, "--clear-groups",
             "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all",
             *argv], self.log_path)

    def pull(self, *words, seconds=60):
        """Run it; its exit status and what it said."""
        before = len(self.log())
        process = self.start(*words, seconds=seconds)
        status = process.wait(seconds + 30)
        return status, self.log()[before:]

    def log(self):
        """All that it said."""
        try:
            with open(self.log_path, encoding="utf-8",
                      errors="strict") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def idle(self, name, seconds=PATIENCE):
        """Wait until nobody holds the lock of a relay any more."""
        path = os.path.join(self.spool(name), "lock")
        wait_for("the end of a pull", lambda: run(
            ["flock", "--nonblock", path, "true"],
            check=False).returncode == 0, seconds)
        time.sleep(0.05)
