"""The publisher on the embedded directory: what it decides, what it does when
the world fails, and that it does everything exactly once."""

import contextlib
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import time

import pytest

from servers import mail
from servers.ca import DAY
from servers.certharvest import PUBLISHER
from servers.embedded import Replacements, contacts
from servers.partners import Partners
from servers.process import run, wait_for

PAT = "pat@partner.example"
EX_CONFIG = 78


def ldif(one):
    """Where the embedded directory of an installation is."""
    return one.sections["directory"]["file"]


def feed(one, *messages):
    """Hand mails to the milter, which puts them into the spool."""
    folder = os.path.join(one.folder, "mails")
    os.makedirs(folder, exist_ok=True)
    paths = []
    for number, message in enumerate(messages):
        paths.append(os.path.join(folder, "%d.eml" % number))
        with open(paths[-1], "wb") as file:
            file.write(message)
    one.cli("probe", "unix:" + one.socket, *paths,
            seconds=120 + 2 * len(paths))


def published(one, wanted, seconds=20):
    """Wait until exactly these certificates stand in the directory, and the
    store knows that they do."""
    wait_for("the certificates of %d contacts" % len(wanted),
             lambda: contacts(ldif(one)) == {
                 address: [der] for address, der in wanted.items()}, seconds)
    recorded(one)


def recorded(one):
    """Wait until no write is under way of which the store knows only that it
    was intended."""
    wait_for("the records", lambda: store(
        one, "SELECT count(*) FROM intent") == [(0,)])


def wanted_of(partners):
    """{address: DER} of many."""
    return {partner.address: partner.der for partner in partners}


def status(one, user=0):
    """What the publisher says of itself."""
    return json.loads(run(
        ["setpriv", "--reuid", user, "--clear-groups",
         one.programs.path("certharvest"), "-f", one.settings_file,
         "status", "--json"]).stdout)


def store(one, question):
    """Ask the store by another reader than our own."""
    path = one.sections["store"]["path"]
    with contextlib.closing(sqlite3.connect(
            "file:%s?mode=ro" % path, uri=True)) as database:
        return database.execute(question).fetchall()


@pytest.fixture(scope="module")
def partners(authority):
    """Many partners, made once."""
    return Partners(authority)


@pytest.mark.sanitized
def test_publishes_renews_and_is_not_fooled(certharvest, authority):
    """A mail, a renewed certificate, a forged and a mismatched mail."""
    one = certharvest().start()
    now = time.time()
    old = authority.partner(PAT, start=now - 300 * DAY, end=now + 30 * DAY)
    new = authority.partner(PAT, start=now - DAY)
    older = authority.partner(PAT, start=now - 400 * DAY, end=now + 40 * DAY)
    other = authority.partner("eve@partner.example")
    feed(one, mail.signed(old))
    published(one, {PAT: old.der})
    feed(one, mail.signed(new))
    published(one, {PAT: new.der})
    replaced = Replacements(ldif(one))
    feed(one, mail.forged(other), mail.signed(other, sender="Pat <%s>" % PAT),
         mail.unsigned("Pat <%s>" % PAT), mail.signed(old),
         mail.signed(older))
    one.wait_event("harvest-decided", "publisher", reason="older")
    one.wait_event("note-taken", "publisher", reason="digest-mismatch")
    one.wait_event("note-taken", "publisher", reason="not-from")
    one.wait_drained()
    wait_for("all decided", lambda: status(one)["harvests"]["due"] == 0)
    assert replaced.count() == 0
    assert contacts(ldif(one)) == {PAT: [new.der]}
    replaced.close()


@pytest.mark.sanitized
def test_address_beyond_ascii(certharvest, authority):
    """A SmtpUTF8Mailbox, from the mail to the directory and back."""
    one = certharvest().start()
    partner = authority.issue(
        "/CN=J\u00f6rg",
        "basicConstraints = CA:FALSE\n"
        "keyUsage = critical, digitalSignature, keyEncipherment\n"
        "extendedKeyUsage = emailProtection\n"
        "authorityKeyIdentifier = keyid\n"
        "subjectAltName = @names\n[names]\n"
        "otherName = 1.3.6.1.5.5.7.8.9;FORMAT:UTF8,UTF8:"
        "J\u00f6rg@b\u00fccher.example\n",
        authority.key(), authority.intermediate)
    partner.emails = ("J\u00f6rg@B\u00dcCHER.example",)
    feed(one, mail.signed(partner),
         mail.signed(partner, sender="j\u00f6rg@b\u00fccher.example"))
    address = "J\u00f6rg@xn--bcher-kva.example"
    published(one, {address: partner.der})
    one.wait_event("note-taken", "publisher", reason="not-from",
                   address="j" + address[1:])
    one.wait_event("harvest-decided", "publisher", reason="ok",
                   address=address)
    shown = one.cli("-f", one.settings_file, "show",
                    "J\u00f6rg@b\u00fccher.example")
    assert address in shown and partner.sha256 in shown


def test_rules_of_the_site(certharvest, authority):
    """Own, blocked and unlisted domains; an unknown CA is for a human."""
    # The milter of a relay in a DMZ knows nothing of them.
    one = certharvest({
        "site": {"own_domains": ["corp.example"]},
        "publisher": {"blocked_domains": ["bad.example"],
                      "allowed_domains": [
                          "partner.example", "bad.example", "corp.example"]},
    })
    one.write_settings({"site": {"own_domains": []}})
    one.start_milter()
    stranger = type(authority)(os.path.join(one.folder, "ca"), "Nobody")
    senders = {
        "a@corp.example": "own-domain", "a@bad.example": "domain-blocked",
        "a@else.example": "domain-not-listed", "a@partner.example": "ok"}
    feed(one, *[mail.signed(authority.partner(a)) for a in senders],
         mail.signed(stranger.partner("b@partner.example")))
    one.write_settings({"site": {"own_domains": ["corp.example"]}})
    one.start_publisher()
    senders["b@partner.example"] = "chain-unknown"
    for address, reason in senders.items():
        one.wait_event("harvest-decided", "publisher", address=address,
                       reason=reason)
    assert list(contacts(ldif(one))) == ["a@partner.example"]
    held = one.cli("-f", one.settings_file, "queue")
    assert "b@partner.example" in held and "chain-unknown" in held


def test_observe_decides_and_writes_nothing(certharvest, authority):
    """And publish, later, does it, for what comes then, too."""
    one = certharvest({"publisher": {"mode": "observe"}}).start()
    feed(one, mail.signed(authority.partner(
        PAT, start=time.time() - 9 * 86400)))
    decided, = one.wait_event(
        "harvest-decided", "publisher", reason="observed")
    assert "create" in decided["text"]
    assert contacts(ldif(one)) == {}
    assert status(one)["mode"] == "observe"
    one.write_settings({"publisher": {"mode": "publish"}})
    one.publisher.popen.send_signal(signal.SIGHUP)
    one.wait_event("reloaded", "publisher")
    newer = authority.partner(PAT)
    feed(one, mail.signed(newer))
    published(one, {PAT: newer.der})


@pytest.mark.sanitized
def test_reload_keeps_what_works(certharvest, authority):
    """Wrong settings are told and not taken; a gone anchor neither."""
    one = certharvest().start()
    for wrong in ({"publisher": {"poll": "soon"}},
                  {"trust": {"anchors": "/nowhere.pem"}}):
        with open(one.settings_file, encoding="utf-8") as file:
            good = file.read()
        with open(one.settings_file, "w", encoding="utf-8") as file:
            section, rows = next(iter(wrong.items()))
            name, value = next(iter(rows.items()))
            lines = good.split("\n")
            lines = [line for line in lines
                     if not line.strip().startswith(name + " ")]
            lines.insert(lines.index(section + " {") + 1,
                         '%s = "%s"' % (name, value))
            file.write("\n".join(lines))
        # which does not even ask when it cannot read them itself
        one.cli("-f", one.settings_file, "reload", check=False)
        before = len(one.events("reload-refused", "publisher"))
        one.publisher.popen.send_signal(signal.SIGHUP)
        one.wait_event("reload-refused", "publisher", number=before + 1)
        with open(one.settings_file, "w", encoding="utf-8") as file:
            file.write(good)
    partner = authority.partner(PAT)
    feed(one, mail.signed(partner))
    published(one, {PAT: partner.der})


def refused(one, reason):
    """The publisher does not start, and says why."""
    one.start_publisher(wait=False)
    assert one.publisher.wait() == EX_CONFIG
    said = one.wait_event("failed", "publisher", reason=reason)
    assert said[-1]["text"] and said[-1]["advice"]


def test_starts_that_cannot_be(certharvest, authority):
    """Corrupt, read-only, locked, without its key: a message, an exit code,
    and all well once it is mended."""
    one = certharvest().start()
    partner = authority.partner(PAT, start=time.time() - 2 * DAY)
    feed(one, mail.signed(partner))
    published(one, {PAT: partner.der})
    path = one.sections["store"]["path"]
    key = one.sections["directory"]["site_key_file"]

    first = one.publisher
    refused(one, "locked")
    assert first.stop() == 0

    with open(path, "rb") as file:
        good = file.read()
    with open(path, "r+b") as file:
        file.write(b"not a database at all" * 400)
    refused(one, "store-corrupt")
    with open(path, "wb") as file:
        file.write(good)

    os.chown(path, 0, 0)
    os.chmod(path, 0o444)
    refused(one, "store-io")
    os.chown(path, PUBLISHER, PUBLISHER)
    os.chmod(path, 0o640)

    os.rename(key, key + ".away")
    refused(one, "settings")
    os.rename(key + ".away", key)
    os.chmod(key, 0o644)
    refused(one, "settings")
    os.chmod(key, 0o600)

    one.start_publisher()
    newer = authority.partner(PAT)
    feed(one, mail.signed(newer))
    published(one, {PAT: newer.der})


def small_disk(one, name, size):
    """Give the folder a file system of its own, small and empty."""
    folder = os.path.join(one.folder, name)
    subprocess.run(["mount", "-t", "tmpfs", "-o",
                    "size=%s,uid=%d,gid=%d,mode=0700" % (
                        size, PUBLISHER, PUBLISHER), "tmpfs", folder],
                   check=True)
    return folder


@pytest.mark.sanitized
def test_store_full_and_read_only_and_back(certharvest, partners):
    """Nothing that was spooled is lost; told once; recovers by itself."""
    one = certharvest()
    folder = small_disk(one, "publisher", "8m")
    some = partners.first(6)
    try:
        one.start()
        feed(one, some[0].message)
        published(one, wanted_of(some[:1]))

        filler = os.path.join(folder, "filler")
        with open(filler, "wb", buffering=0) as file:
            with pytest.raises(OSError):
                while True:
                    file.write(bytes(4096))
        feed(one, *[partner.message for partner in some[1:4]])
        one.wait_event("store-trouble", "publisher", reason="store-full")
        time.sleep(2)
        assert len(one.events("store-trouble", "publisher")) == 1
        assert status(one)["store"]["reason"] == "store-full"
        assert len(one.spooled()) >= 2
        os.unlink(filler)
        published(one, wanted_of(some[:4]))
        one.wait_event("store-back", "publisher")

        def remount(how):
            subprocess.run(["mount", "-o", "remount," + how, folder],
                           check=True)

        # An open file may be written on: so that none is, stop it.
        assert one.publisher.stop() == 0
        remount("ro")
        refused(one, "io")
        feed(one, *[partner.message for partner in some[4:]])
        remount("rw")
        one.start_publisher()
        published(one, wanted_of(some))
    finally:
        one.kill()
        # Who was killed may not have let go of it yet.
        subprocess.run(["umount", "-l", folder], check=True)


def test_corrupt_while_it_runs(certharvest, partners):
    """The store is overwritten under a running publisher: it says so, takes
    nothing more, and goes on with what was restored."""
    one = certharvest().start()
    some = partners.first(8)
    feed(one, some[0].message)
    published(one, wanted_of(some[:1]))
    path = one.sections["store"]["path"]
    run(["sqlite3", path, "PRAGMA wal_checkpoint(TRUNCATE)"])
    with open(path, "rb") as file:
        good = file.read()
    with open(path, "r+b") as file:
        file.write(b"\xff" * len(good))
    feed(one, *[partner.message for partner in some[1:]])
    one.wait_event("store-trouble", "publisher", reason="store-corrupt")
    assert one.publisher.running()
    assert len(one.spooled()) >= 1
    one.publisher.kill()
    for suffix in ("-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.unlink(path + suffix)
    with open(path, "wb") as file:
        file.write(good)
    one.start_publisher()
    wait_for("all that was still spooled", lambda: not one.spooled())
    feed(one, *[partner.message for partner in some])
    published(one, wanted_of(some))


def test_directory_without_rights_and_back(certharvest, partners):
    """Our rights are wrong: publishing pauses, told once, and resumes by
    itself with all that had come meanwhile."""
    one = certharvest()
    own = os.path.join(one.folder, "directory")
    os.mkdir(own)
    one.write_settings({"directory": {"file": own + "/contacts.ldif"}})
    some = partners.first(10)
    one.start()
    feed(one, *[partner.message for partner in some])
    paused, = one.wait_event("stage-paused", "publisher")
    assert paused["reason"] == "directory-file" and paused["advice"]
    # Now it is one probe a second at most, not all of them each time.
    one.wait_event("harvest-taken", "publisher", number=10)
    quiet(one)
    begun = time.monotonic()
    before = len(one.events("harvest-waits", "publisher"))
    time.sleep(4)
    assert len(one.events("stage-paused", "publisher")) == 1
    waits = len(one.events("harvest-waits", "publisher")) - before
    assert waits <= 1 + time.monotonic() - begun
    told = one.cli("-f", one.settings_file, "status")
    assert "directory-file" in told and "10 due" in told
    os.chown(own, PUBLISHER, PUBLISHER)
    published(one, wanted_of(some))
    one.wait_event("stage-resumed", "publisher")
    assert status(one)["publishing"] == {"state": "open"}


def test_judge_that_does_not_start(certharvest, programs, partners):
    """An installation gone wrong: nothing is refused for it."""
    one = certharvest()
    some = partners.first(3)
    one.start_milter()
    feed(one, *[partner.message for partner in some])
    assert one.milter.stop() == 0
    path = programs.path("judge")
    os.rename(path, path + ".away")
    try:
        with open(path, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\nexit 1\n")
        os.chmod(path, 0o755)
        one.start_publisher()
        paused, = one.wait_event("stage-paused", "publisher")
        assert paused["reason"] == "worker-broken"
        time.sleep(2)
        assert not one.events("harvest-decided", "publisher")
    finally:
        os.rename(path + ".away", path)
    published(one, wanted_of(some))
    one.wait_event("stage-resumed", "publisher")


def quiet(one):
    """Wait until those that were on their way together have learned together
    that it cannot be: each probe after that is one alone, and comes later."""
    def none_more():
        before = len(one.events("harvest-waits", "publisher"))
        time.sleep(0.7)
        return 0 < before == len(one.events("harvest-waits", "publisher"))

    wait_for("no more that wait", none_more)


def closed_port():
    """A directory that nobody serves."""
    return {"directory": {
        "backend": "ad", "uri": ["ldaps://127.0.0.2:1"], "bases": ["OU=a"],
        "create_ou": "OU=a", "bind": "simple", "user": "CN=u",
        "password_file": "/dev/null"}}


def test_directory_down_is_not_hammered(certharvest, partners):
    """Told once; one harvest a while is the probe; all is published when a
    directory is there, and retry does not wait for the next probe."""
    one = certharvest()
    some = partners.first(20)
    secret = one.secret("password", b"secret\n")
    down = closed_port()
    down["directory"]["password_file"] = secret
    one.write_settings(down, {"publisher": {"retry_min": 2,
                                            "retry_max": 3600}})
    one.start()
    feed(one, *[partner.message for partner in some])
    trouble, = one.wait_event("directory-trouble", "publisher")
    assert trouble["reason"] == "directory-down"
    one.wait_event("harvest-taken", "publisher", number=20)
    quiet(one)

    def tries():
        return len(one.events("harvest-waits", "publisher"))

    before = tries()
    time.sleep(6)
    assert tries() - before <= 4
    wait_for("a probe", lambda: tries() > before)
    assert len(one.events("directory-trouble", "publisher")) == 1
    state = status(one)["publishing"]
    assert (state["state"], state["reason"]) == ("down", "directory-down")
    # The next one comes after more than a minute, unless it is asked for.
    one.write_settings({"publisher": {"retry_min": 100}})
    before = tries()
    one.cli("-f", one.settings_file, "reload")
    wait_for("a probe by the new settings", lambda: tries() > before)
    before = tries()
    one.cli("-f", one.settings_file, "retry")
    wait_for("a probe that was asked for", lambda: tries() > before)
    one.write_settings({"directory": {"backend": "ldif"}})
    one.cli("-f", one.settings_file, "reload")
    published(one, wanted_of(some))
    one.wait_event("directory-back", "publisher")


def test_control_socket_is_served_while_the_directory_hangs(
        certharvest, partners):
    """A server that takes connections and says nothing."""
    one = certharvest()
    secret = one.secret("password", b"secret\n")
    with socket.create_server(("127.0.0.2", 0)) as silent:
        hangs = closed_port()
        hangs["directory"].update(
            uri=["ldaps://127.0.0.2:%d" % silent.getsockname()[1]],
            password_file=secret, timeout=60)
        one.write_settings(hangs)
        one.start()
        feed(one, partners.first(1)[0].message)
        wait_for("the directory child", lambda: one.processes()["directory"])
        accepted, _ = silent.accept()
        assert status(one)["directory_pid"] in one.processes()["directory"]
        assert one.events("directory-trouble", "publisher") == []
        accepted.close()
        trouble, = one.wait_event("directory-trouble", "publisher")
        assert trouble["reason"] in ("directory-down", "directory-tls")


def test_damaged_files_and_other_spools(certharvest, partners):
    """Hostile files are moved aside, and a spool that fails or is not there
    keeps no other waiting."""
    one = certharvest()
    second = os.path.join(one.folder, "second")
    locked = os.path.join(one.folder, "locked")
    os.makedirs(locked, mode=0o700)
    some = partners.first(3)
    one.write_settings({"publisher": {
        "spools": [locked, one.spool, second]}})
    one.start_milter()
    feed(one, *[partner.message for partner in some[:2]])
    hostile = os.path.join(one.spool, "chained", "a" * 64 + ".json")
    os.symlink("/etc/passwd", hostile)
    with open(os.path.join(one.spool, "chained", "b.json"), "w",
              encoding="ascii") as file:
        file.write("{}")
    one.start_publisher()
    published(one, wanted_of(some[:2]))
    one.wait_event("spool-damaged", "publisher", number=2)
    trouble, = one.wait_event("spool-trouble", "publisher")
    assert trouble["spool"] == locked
    # The other one comes into being while we run.
    feed(one, some[2].message)
    published(one, wanted_of(some))
    shown = {spool["path"]: spool.get("reason")
             for spool in status(one)["spools"]}
    assert shown == {locked: "spool-io", one.spool: None,
                     second: "spool-absent"}


def connect(one):
    """A client of the control socket."""
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(60)
    client.connect(one.sections["publisher"]["control_socket"])
    return client


@pytest.mark.sanitized
def test_control_socket_limits(certharvest):
    """Lines, clients, time and rights are bounded."""
    one = certharvest()
    one.start_publisher()
    begun = time.monotonic()
    clients = [connect(one) for _ in range(16)]
    clients[3].sendall(b'{"request":"status"}\n')
    assert json.loads(clients[3].recv(65536))["ok"] is True
    with connect(one) as more:
        assert b'"busy"' in more.recv(4096)
        assert more.recv(4096) == b""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        clients[0].sendall(b"x" * 70000)  # it may not even hear all of it
    assert b'"too-long"' in clients[0].recv(4096)
    clients[1].sendall(b'{"request":"format-disk"}\n')
    answer = json.loads(clients[1].recv(4096))
    assert answer["ok"] is False and "status" in answer["known"]
    clients[2].sendall(b'{"request"')
    assert clients[2].recv(4096) == b""
    assert time.monotonic() - begun > 9
    for client in clients:
        client.close()
    path = one.sections["publisher"]["control_socket"]
    assert os.stat(path).st_mode & 0o7777 == 0o660
    # The socket's mode lets nobody else in; nor does the publisher.
    os.chmod(path, 0o666)
    done = run(["setpriv", "--reuid", 61099, "--regid", 61099,
                "--clear-groups", one.programs.path("certharvest"), "-f",
                one.settings_file, "status"], check=False)
    assert done.returncode != 0 and b"forbidden" in done.stderr
    one.wait_event("control-refused", "publisher", uid="61099")
    assert one.publisher.stop() == 0
    assert not os.path.exists(path)


def crash(one, replaced, choose):
    """Kill the publisher, or its directory child first, at a random moment:
    while it starts, or a moment after a random number of writes."""
    goal = replaced.count() + choose.choice([0, 0, 0, 1, 1, 2])
    left = 50 - len(contacts(ldif(one)))
    one.start_publisher(wait=False)
    if left > 0:  # what is a group is one write
        wait_for("a write, or all", lambda: replaced.count() >= goal or
                 len(contacts(ldif(one))) == 50, pause=0.0002)
    time.sleep(choose.uniform(0, choose.choice([0.002, 0.01])))
    victims = one.processes()["directory"]
    if victims and choose.random() < 0.3:
        with contextlib.suppress(ProcessLookupError):
            os.kill(victims[0], signal.SIGKILL)
        time.sleep(choose.uniform(0, 0.02))
    one.publisher.kill()


@pytest.mark.sanitized
def test_killed_twenty_times_everything_is_published_once(
        certharvest, partners):
    """kill -9 at random moments, with 50 harvests to be published."""
    seed = random.SystemRandom().randint(0, 1 << 32)
    print("seed", seed)
    choose = random.Random(seed)
    one = certharvest()
    many = partners.first(50)
    one.start_milter()
    feed(one, *[partner.message for partner in many])
    replaced = Replacements(ldif(one))
    for _ in range(20):
        crash(one, replaced, choose)
    at_work = replaced.count()
    # a group of them is one write
    assert at_work > 0, "the crashes came too early to prove anything"
    one.start_publisher()
    published(one, wanted_of(many), 60)
    one.wait_drained()
    wait_for("all decided", lambda: status(one)["harvests"]["due"] == 0)
    print("writes under fire: %d, %d settled by reading" % (
        at_work, len(one.events(
            "intent-settled", "publisher", outcome="done"))))
    # At most one write each (a group is one), and the store knows each as
    # published, once.
    assert replaced.count() <= 50
    assert store(one, "SELECT count(*) FROM intent") == [(0,)]
    assert store(one, "SELECT state, count(*) FROM harvest GROUP BY state") \
        == [("done", 50)]
    assert store(one, "SELECT max(n) FROM (SELECT count(*) AS n FROM journal "
                      "WHERE what = 'published' GROUP BY address)") == [(1,)]
    replaced.close()


def test_a_clock_that_was_wrong_delays_nothing(certharvest, partners):
    """Put off while the clock was years ahead; then it was set right."""
    one = certharvest()
    partner, = partners.first(1)
    secret = one.secret("password", b"secret\n")
    down = closed_port()
    down["directory"]["password_file"] = secret
    one.write_settings(down)
    one.start()
    feed(one, partner.message)
    one.wait_event("harvest-waits", "publisher")
    assert one.publisher.stop() == 0
    with sqlite3.connect(one.sections["store"]["path"]) as database:
        database.execute("UPDATE harvest SET due = due + 10 * 365 * 86400")
    one.write_settings({"directory": {"backend": "ldif"}})
    one.start_publisher()
    published(one, wanted_of([partner]))


def test_an_intent_is_settled_by_reading(certharvest, partners):
    """Both halves of a crash: written and not recorded, and not written."""
    one = certharvest()
    two = partners.first(2)
    one.start()
    feed(one, two[0].message)
    published(one, wanted_of(two[:1]))
    wait_for("settled", lambda: status(one)["harvests"]["due"] == 0)
    assert one.publisher.stop() == 0
    path = one.sections["store"]["path"]
    # As the store was between the write and its record.
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO intent (harvest, address, object, "
                         "certificate, plan, at) SELECT h.id, h.address, '', "
                         "c.sha256, 'create', 0 FROM harvest h "
                         "JOIN harvest_certificate l ON l.harvest = h.id "
                         "AND l.role = 0 "
                         "JOIN certificate c ON c.id = l.certificate")
        database.execute("UPDATE harvest SET state = 'due', head = 1")
        database.execute("DELETE FROM publication")
    replaced = Replacements(ldif(one))
    one.start_publisher()
    one.wait_event("intent-settled", "publisher", outcome="done")
    assert store(one, "SELECT state FROM harvest") == [("done",)]
    assert store(one, "SELECT address FROM publication") == [
        (two[0].address,)]
    assert replaced.count() == 0
    # Not written: the contact is not there, and never was.
    assert one.publisher.stop() == 0
    os.unlink(ldif(one))
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM publication")
        database.execute("INSERT INTO intent (harvest, address, object, "
                         "certificate, plan, at) SELECT h.id, h.address, '', "
                         "c.sha256, 'create', 0 FROM harvest h "
                         "JOIN harvest_certificate l ON l.harvest = h.id "
                         "AND l.role = 0 "
                         "JOIN certificate c ON c.id = l.certificate")
        database.execute("UPDATE harvest SET state = 'due', head = 1")
    one.start_publisher()
    one.wait_event("intent-settled", "publisher", outcome="due")
    published(one, wanted_of(two[:1]))
    assert replaced.count() == 1
    replaced.close()


def test_ends_in_the_middle_of_a_backlog(certharvest, partners):
    """SIGTERM ends it well; the rest is published afterwards."""
    one = certharvest()
    many = partners.first(50)
    one.start_milter()
    feed(one, *[partner.message for partner in many])
    replaced = Replacements(ldif(one))
    one.start_publisher(wait=False)
    wait_for("the first", lambda: replaced.count() > 0, pause=0.001)
    assert one.publisher.stop() == 0
    assert store(one, "SELECT count(*) FROM intent") == [(0,)]
    one.start_publisher()
    published(one, wanted_of(many))
    assert replaced.count() <= 50
    assert store(one, "SELECT max(n) FROM (SELECT count(*) AS n FROM journal "
                      "WHERE what = 'published' GROUP BY address)") == [(1,)]
    replaced.close()


def test_pause_and_resume(certharvest, partners):
    """Halted: taken, not published, until an administrator says so."""
    one = certharvest().start()
    some = partners.first(2)
    one.cli("-f", one.settings_file, "pause")
    feed(one, *[partner.message for partner in some])
    one.wait_event("harvest-taken", "publisher", number=2)
    time.sleep(1)
    assert contacts(ldif(one)) == {}
    assert status(one)["halted"] is True
    one.cli("-f", one.settings_file, "resume")
    published(one, wanted_of(some))
    assert one.events("control", "publisher", request="pause", uid="0")


def test_check_of_the_settings(certharvest):
    """-n tells and starts nothing."""
    one = certharvest()
    path = one.programs.path("publisher")
    assert run([path, "-n", "-f", one.settings_file]).stderr == b""
    with open(one.settings_file, "a", encoding="utf-8") as file:
        file.write("publisher {\n    pol = 5\n}\n")
    done = run([path, "-n", "-f", one.settings_file], check=False)
    assert done.returncode == EX_CONFIG
    assert b"poll" in done.stderr and b"certharvest.conf:" in done.stderr
    assert run([path, "-x"], check=False).returncode == 64
