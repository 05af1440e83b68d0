"""Faults of our own house: settings, sockets, disks.  Said clearly, with a
reason; mail is accepted; what was taken is not lost."""

import os
import sqlite3

import pytest

from servers import mail
from servers.certharvest import PUBLISHER
from servers.process import run, wait_for
from servers.smtp import send

PAT = "pat@partner.example"

SETTINGS = {
    "unknown section": ("mlter { socket = \"x\" }", "mlter"),
    "unknown setting": ("milter { sokcet = \"x\" }", "socket"),
    "not a number": ("judge { workers = many }", "workers"),
    "out of bounds": ("judge { workers = 1000 }", "workers"),
    "not a choice": ("directory { backend = oracle }", "backend"),
    "relative path": ("spool { folder = \"spool\" }", "folder"),
    "no brace": ("judge { workers = 2", None),
    "simple in the clear": (
        "directory { backend = ad uri = { \"ldap://dc1.corp.example\" } "
        "bases = { \"OU=P,DC=x\" } create_ou = \"OU=P,DC=x\" bind = simple "
        "user = \"u\" password_file = \"/p\" }", "TLS"),
}


@pytest.mark.rootless
@pytest.mark.parametrize("what", SETTINGS)
@pytest.mark.parametrize("program", [
    ("milter", "-n"), ("publisher", "-n"), ("certharvest", "config",
                                            "--check")])
def test_settings(programs, tmp_path, what, program):
    """Every program refuses the file, and says where and why."""
    text, word = SETTINGS[what]
    path = tmp_path / "certharvest.conf"
    path.write_text("# first line\n" + text + "\n")
    role, *words = program
    argv = [programs.path(role), "-f", path, *words]
    done = run(argv, check=False, env=programs.environment())
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 78, said  # EX_CONFIG
    assert "certharvest.conf:" in said
    assert word is None or word in said
    assert programs.findings() == ""


def test_good_settings(certharvest):
    """The file of the other tests passes all three."""
    one = certharvest()
    for role, *words in (("milter", "-n"), ("publisher", "-n"),
                         ("certharvest", "config", "--check")):
        run([one.programs.path(role), "-f", one.settings_file, *words])


@pytest.mark.parametrize("socket", [
    "unix:/nowhere/milter.sock", "unix:{folder}/certharvest.conf/sock",
    "unix:{folder}/%s/milter.sock" % ("x" * 120), "inet:1@192.0.2.1"])
def test_a_socket_that_cannot_be_made(certharvest, socket):
    """The milter ends at once, and says why."""
    one = certharvest()
    one.write_settings({"milter": {"socket": socket.format(
        folder=one.folder)}})
    one.start_milter(wait=False)
    assert one.milter.wait() not in (0, -6, -11)
    failed, = one.events("failed", "milter")
    assert failed["reason"] in ("socket", "settings")


def test_a_second_milter_leaves_the_first_alone(certharvest, authority):
    """The lock: the second ends, the first serves on."""
    one = certharvest()
    one.start_milter()
    first = one.milter
    one.start_milter(wait=False)
    assert one.milter.wait() != 0
    one.milter = first
    good(one, authority)


def good(one, authority):
    """A good mail goes through the milter."""
    before = len(one.events("message", "milter", reason="ok"))
    path = os.path.join(one.folder, "good.eml")
    with open(path, "wb") as file:
        file.write(mail.signed(authority.partner(PAT)))
    one.cli("probe", "unix:" + one.socket, path)
    one.wait_event("message", "milter", reason="ok", number=before + 1)


def small(path, size, owner):
    """A file system of so many KiB at a folder."""
    run(["mount", "-t", "tmpfs", "-o", "size=%dk,mode=2770" % size, "tmpfs",
         path])
    os.chown(path, *owner)


@pytest.mark.parametrize("fault", ["full", "read-only", "gone"])
def test_spool(certharvest, postfix, authority, fault):
    """Mail is accepted and delivered; afterwards all goes on."""
    one = certharvest()
    owner = os.stat(one.spool).st_uid, os.stat(one.spool).st_gid
    if fault == "gone":
        os.rename(one.spool, one.spool + ".away")
        os.mkdir(one.spool, 0o000)
    else:
        small(one.spool, 4 if fault == "full" else 400, owner)
    one.start_milter()
    if fault == "read-only":
        run(["mount", "-o", "remount,ro", one.spool])
    relay = postfix(milter="unix:" + one.socket)
    assert send(relay.port, mail.signed(authority.partner(PAT))) == 250
    assert len(relay.delivered()) == 1
    passed = one.wait_event("message-passed", "milter")
    assert passed[0]["reason"] in ("spool-full", "spool-io")
    if fault == "gone":
        os.chmod(one.spool, 0o770)
        os.chown(one.spool, *owner)
    else:
        run(["mount", "-o", "remount,rw,size=4000k", one.spool])
    try:
        wait_for("the spool is used again", lambda: settles(one, authority))
    finally:
        if fault != "gone":
            run(["umount", "-l", one.spool])


def settles(one, authority):
    """Whether a good mail reaches the spool."""
    path = os.path.join(one.folder, "good.eml")
    with open(path, "wb") as file:
        file.write(mail.signed(authority.partner(PAT)))
    one.cli("probe", "unix:" + one.socket, path)
    return one.spooled()


def taken(one, authority, postfix):
    """Put a harvest into the spool while no publisher runs."""
    one.start_milter()
    relay = postfix(milter="unix:" + one.socket)
    assert send(relay.port, mail.signed(authority.partner(PAT))) == 250
    wait_for("a harvest in the spool", one.spooled)


def test_store_full(certharvest, postfix, authority):
    """The harvest stays in the spool until there is room again."""
    one = certharvest()
    taken(one, authority, postfix)
    folder = os.path.join(one.folder, "publisher")
    small(folder, 8, (PUBLISHER, PUBLISHER))
    try:
        one.try_publisher()
        wait_for("a word about the store", lambda: [
            event for name in ("store-trouble", "failed", "stage-paused")
            for event in one.events(name, "publisher")])
        assert one.spooled()
        run(["mount", "-o", "remount,size=40000k", folder])
        if not one.publisher.running():
            one.start_publisher()
        one.wait_event("harvest-decided", "publisher", reason="ok")
        one.publisher.stop()
    finally:
        run(["umount", "-l", folder])


@pytest.mark.parametrize("fault, reason", [
    ("corrupt", "store-corrupt"), ("read-only", "store-io"),
    ("newer", "store-version")])
def test_store(certharvest, postfix, authority, fault, reason):
    """Said by its name; the harvest waits in the spool for better days."""
    one = certharvest()
    path = one.folder + "/publisher/store/store.db"
    os.mkdir(os.path.dirname(path))
    os.chown(os.path.dirname(path), PUBLISHER, PUBLISHER)
    one.write_settings({"store": {"path": path}})
    one.start_publisher()
    one.publisher.stop()
    taken(one, authority, postfix)
    spoil(path, fault)
    one.try_publisher()
    wait_for("the reason", lambda: [
        event for name in ("store-trouble", "failed", "stage-paused")
        for event in one.events(name, "publisher", reason=reason)])
    assert one.spooled()
    if one.publisher.running():
        one.publisher.stop()
    if fault == "read-only":
        run(["umount", "-l", os.path.dirname(path)])
    else:
        for name in os.listdir(os.path.dirname(path)):
            if name.startswith("store.db"):
                os.unlink(os.path.join(os.path.dirname(path), name))
    one.start_publisher()
    one.wait_event("harvest-decided", "publisher", reason="ok")


def spoil(path, fault):
    """Break a store."""
    if fault == "corrupt":
        with open(path, "r+b") as file:
            file.seek(100)
            file.write(os.urandom(os.path.getsize(path) - 100))
        for name in ("-wal", "-shm"):
            if os.path.exists(path + name):
                os.unlink(path + name)
    elif fault == "newer":
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA user_version = 999999")
        database.close()
        os.chown(path, PUBLISHER, PUBLISHER)
    else:
        folder = os.path.dirname(path)
        run(["mount", "--bind", folder, folder])
        run(["mount", "-o", "remount,bind,ro", folder])
