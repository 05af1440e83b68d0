"""A directory that others kept by hand: reported, taken over where the settings
say so, renewed by mail, and left again as it was."""

import csv
import io
import json
import os
import random
import signal
import sqlite3
import time

import pytest

from servers import mail, samba
from servers.ca import DAY, Authority
from servers.certharvest import PUBLISHER
from servers.embedded import Replacements, entries
from servers.estate import Estate
from servers.process import run, wait_for
from test_publisher import feed

BASE = "ou=Partners,dc=corp,dc=example"
EX_NOPERM = 77
LOOKED_AT = ("cn", "mail", "proxyaddresses", "usercertificate",
             "usersmimecertificate", "extensionname", "displayname",
             "targetaddress", "objectclass", "objectguid")


@pytest.fixture(scope="module")
def stranger(root):
    """An authority that nobody trusts."""
    return Authority(os.path.join(root, "stranger"), "Stranger")


def walk(one, *words, status=0):
    """Run one of the verbs: its lines, as dictionaries."""
    done = run([one.programs.path("certharvest"), "-f", one.settings_file,
                *words, "--csv", "--wait", "120"], check=False, seconds=150,
               env=one.programs.environment())
    assert done.returncode == status, done.stderr.decode()
    return list(csv.DictReader(io.StringIO(done.stdout.decode())))


def by_kind(lines, kind):
    """The lines about contacts of one kind."""
    return [line for line in lines if line["dn"].lower().startswith(
        "cn=%s " % kind)]


def findings(line):
    """The words of one line."""
    return set(line["findings"].split(",")) - {""}


def undecided(one):
    """How many harvests wait."""
    path = one.sections["store"]["path"]
    with sqlite3.connect("file:%s?mode=ro" % path, uri=True) as database:
        return database.execute(
            "SELECT count(*) FROM harvest WHERE state = 'due'").fetchone()[0]


def renew(one, contacts):
    """What the partners send in a month: two certificates each."""
    for number in range(2):
        feed(one, *[contact.renewals[number] for contact in contacts])
        one.wait_drained()
        wait_for("all harvests decided", lambda: undecided(one) == 0, 120)


def observe(one):
    """Have the publisher only look from now on."""
    before = len(one.events("reloaded", "publisher"))
    one.write_settings({"publisher": {"mode": "observe"}})
    one.publisher.popen.send_signal(signal.SIGHUP)
    one.wait_event("reloaded", "publisher", number=before + 1)


def live_through(one, estate, export):
    """From the first look to the end; export gives {dn: {attribute:
    [bytes]}}.  Returns what was adopted: {(dn, fingerprint)}."""
    before = export()
    dry = walk(one, "adopt", "--dry-run")
    assert export() == before
    check_report(estate, dry)
    adopted = walk(one, "adopt")
    assert {key(line) for line in adopted if line["what"] == "adopted"} == \
        {key(line) for line in dry if line["what"] == "would-change"}
    check_marks_alone(before, export())
    renew(one, estate.of(*[kind for kind in Estate.KINDS
                           if kind != "secondary"]))
    again = walk(one, "adopt")
    wait_for("all harvests decided", lambda: undecided(one) == 0, 120)
    check_renewed(estate, export())
    refused = run([one.programs.path("certharvest"), "-f", one.settings_file,
                   "rollback", "--all"], check=False)
    assert refused.returncode != 0 and b"walk-mode" in refused.stderr
    observe(one)
    renewed = export()
    walk(one, "rollback", "--all", "--dry-run")
    assert export() == renewed
    gone = walk(one, "rollback", "--all")
    check_difference(before, export(), gone,
                     {key(line) for line in adopted + again
                      if line["what"] == "adopted"})
    # and once more: there is nothing left to do
    left = walk(one, "rollback", "--all")
    assert {line["what"] for line in left} <= {"made", "seen"}


def key(line):
    """What a line is about."""
    return line["dn"].lower(), line["certificate"]


def sha256(der):
    """The fingerprint by another tool."""
    return run(["sha256sum"], stdin=der).stdout.decode().split()[0]


def check_report(estate, lines):
    """Every certificate is told of, with what is wrong with it."""
    told = {(line["dn"].lower().split(",")[0], line["certificate"])
            for line in lines if line["certificate"]}
    assert told == {("cn=" + one.name, sha256(value))
                    for one in estate.contacts for value in one.values}
    wanted = {"expired": {"expired"}, "older": set(),
              "foreign": {"untrusted"},
              "twin": {"expired", "duplicate-contact"},
              "secondary": {"secondary-address"},
              "shadowed": {"expired", "shadowed"}, "garbage": {"garbage"},
              "managed": {"expired", "managed"},
              "mailbox": {"other-mailbox"}, "several": {"several-live"},
              "signer": {"no-encryption"}}
    for kind, words in wanted.items():
        some = by_kind(lines, kind)
        assert some, kind
        for line in some:
            assert findings(line) == words, line
            assert line["what"] == (
                "would-change" if kind in ("expired", "shadowed") else "seen")


def check_marks_alone(before, after):
    """adopt writes marks and nothing else."""
    assert set(before) == set(after)
    for name, values in after.items():
        assert {k: v for k, v in values.items() if k != "extensionname"} == \
            {k: v for k, v in before[name].items() if k != "extensionname"}


def check_renewed(estate, after):
    """What was expired, or older, is replaced by the renewal."""
    for one in estate.of("expired", "older", "shadowed", "several", "empty"):
        values, = [values for name, values in after.items()
                   if name.lower().startswith("cn=%s," % one.name)]
        assert values["usercertificate"] == [one.renewed[1]], one.name
    for one in estate.of(
            "foreign", "mailbox", "garbage", "twin", "signer", "managed"):
        values, = [values for name, values in after.items()
                   if name.lower().startswith("cn=%s," % one.name)]
        assert set(one.values) <= set(values["usercertificate"]), one.name


def check_difference(before, after, lines, adopted):
    """Nothing is different but what was adopted, and that is listed."""
    made = {line["dn"].lower() for line in lines if line["what"] == "made"}
    assert {name.lower() for name in set(after) - set(before)} == made
    listed = {key(line) for line in lines
              if findings(line) == {"adopted", "gone"}}
    assert listed <= adopted
    missing = set()
    for name, values in before.items():
        rest = {k: v for k, v in values.items() if k != "usercertificate"}
        assert rest == {k: v for k, v in after[name].items()
                        if k != "usercertificate"}, name
        old = set(values.get("usercertificate", []))
        new = set(after[name].get("usercertificate", []))
        assert new <= old, name
        missing |= {(name.lower(), sha256(value)) for value in old - new}
    assert missing and missing == listed


def embedded(one):
    """An export of the embedded directory, by another reader."""
    return {entry["dn"][0].decode(): {
        name: sorted(values) for name, values in entry.items()
        if name in LOOKED_AT}
        for entry in entries(one.sections["directory"]["file"])}


def wishes(authority):
    """The settings that all of this runs with."""
    return {"directory": {"adopt": "same_issuer",
                          "managed_filter": "(info=kept by*)"},
            "trust": {"intermediates": [authority.intermediate.path]}}


def embed(one, text):
    """Put the contacts into the embedded directory."""
    path = one.sections["directory"]["file"]
    with open(path, "w", encoding="utf-8") as file:
        file.write("version: 1\n\n" + text)
    os.chown(path, PUBLISHER, PUBLISHER)


def test_embedded(certharvest, authority, stranger):
    """All of it against the embedded directory."""
    one = certharvest(wishes(authority))
    estate = Estate(authority, stranger, 26)
    embed(one, estate.ldif(BASE))
    one.start()
    live_through(one, estate, lambda: embedded(one))


@pytest.fixture
def ready(certharvest, authority, stranger):
    """The embedded directory full of what could be taken over."""
    one = certharvest(wishes(authority))
    estate = Estate(authority, stranger, 60, renewed=False)
    embed(one, estate.ldif(BASE))
    return one, estate


def state(one, number):
    """What is told of one walk without its lines."""
    return next(walk for walk in map(json.loads, one.cli(
        "-f", one.settings_file, "walks", "--json").splitlines())
                if walk["walk"] == number)


def begin(one, *words):
    """Begin a walk and do not wait for it."""
    run([one.programs.path("certharvest"), "-f", one.settings_file, *words,
         "--wait", "0", "--json"], check=False,
        env=one.programs.environment())


def test_killed_again_and_again(ready):
    """kill -9 in the middle of a walk: it goes on, tells nothing twice and
    writes nothing twice."""
    one, estate = ready
    wanted = {("cn=%s,%s" % (some.name, BASE.lower()), sha256(some.values[0]))
              for some in estate.of("expired", "shadowed")}
    one.start_publisher()
    replaced = Replacements(one.sections["directory"]["file"])
    one.cli("-f", one.settings_file, "pause")
    begin(one, "adopt")
    halfway = 0
    chance = random.Random(4)
    for count in range(40):
        one.cli("-f", one.settings_file, "resume")
        # after a write, if one is to come, or a little later
        wait_for("a write", lambda n=count: replaced.count() > min(
            n, len(wanted) - 1), pause=0.0005)
        time.sleep(chance.choice([0, 0, 0.002, 0.01]))
        one.publisher.popen.send_signal(signal.SIGKILL)
        one.publisher.popen.wait()
        walked = state(one, 1)
        halfway += walked["ended"] is None and walked["seen"] > 0
        if walked["ended"] is not None:
            break
        one.start_publisher()
    else:
        wait_for("the end of the walk", lambda: state(one, 1)["ended"], 60)
    assert halfway >= 1
    lines = list(csv.DictReader(io.StringIO(one.cli(
        "-f", one.settings_file, "walks", "--lines", "1", "--csv"))))
    taken = [key(line) for line in lines if line["what"] == "adopted"]
    assert set(taken) == wanted and len(taken) == len(wanted)
    assert len({key(line) for line in lines}) == len(lines)
    assert replaced.count() == len(wanted)
    replaced.close()
    marks = [mark for values in embedded(one).values()
             for mark in values.get("extensionname", [])]
    assert {mark.split(b":")[2].decode() for mark in marks} == \
        {certificate for _, certificate in wanted}
    assert len(marks) == len(wanted)


def test_cancelled(ready):
    """A walk that somebody ends before it has begun changes nothing."""
    one, _ = ready
    one.start_publisher()
    before = embedded(one)
    one.cli("-f", one.settings_file, "pause")
    begin(one, "adopt")
    assert state(one, 1)["ended"] is None
    one.cli("-f", one.settings_file, "walks", "--cancel", "1")
    one.cli("-f", one.settings_file, "resume")
    ended, = one.wait_event("walk-ended", "publisher")
    assert ended["reason"] == "walk-cancelled"
    done = run([one.programs.path("certharvest"), "-f", one.settings_file,
                "walks", "--lines", "1"], check=False)
    assert done.returncode == EX_NOPERM
    assert embedded(one) == before


def active_directory(directory):
    """An export of the contacts in Active Directory, by ldapsearch."""
    return {name: {key.lower(): sorted(some)
                   for key, some in values.items()}
            for name, values in directory.contacts(*LOOKED_AT)}


@pytest.mark.parametrize("number", [
    60, pytest.param(300, marks=pytest.mark.long)])
def test_active_directory(active, directory, authority, stranger, number):
    """All of it against Active Directory, seen by ldapsearch."""
    one = active(wishes(authority))
    estate = Estate(authority, stranger, number)
    directory.ldif("ldapadd", estate.ldif(samba.OU))
    one.start()
    live_through(one, estate, lambda: active_directory(directory))


def test_sweep(active, directory, authority):
    """What others did to what we published: told, mended where that deletes
    nothing, and never more."""
    one = active(wishes(authority)).start()
    key_file = authority.key("ec:P-256", "estate0")
    words = ("stays", "lost", "deleted", "twice", "shadowed", "moved",
             "renamed")

    def publish(end, *words):
        feed(one, *[mail.signed(authority.partner(
            word + "@sweep.example", key=key_file, kind="ec:P-256",
            end=end)) for word in words])
        one.wait_drained()
        wait_for("all harvests decided", lambda: undecided(one) == 0, 30)

    publish(time.time() + 300 * DAY, *words)
    for seconds in (30, 60, 120):  # the machine may be slow
        short = time.time() + seconds
        publish(short, "short")
        dry = swept(walk(one, "sweep", "--dry-run"))
        if time.time() < short:
            break
    assert dry == {("short", "seen", "expires-7")}
    assert len(directory.contacts()) == 8

    def name(word):
        return "CN=%s@sweep.example,%s" % (word, samba.OU)

    directory.ldif("ldapmodify", (
        "dn: %s\nchangetype: modify\ndelete: userCertificate\n\n"
        "dn: %s\nchangetype: modify\nadd: userSMIMECertificate\n"
        "userSMIMECertificate: old\n\n"
        "dn: %s\nchangetype: modify\nreplace: proxyAddresses\n"
        "proxyAddresses: SMTP:new@sweep.example\n-\n"
        "replace: mail\nmail: new@sweep.example\n\n") % (
            name("lost"), name("shadowed"), name("renamed")))
    directory.ldif("ldapmodify", (
        "dn: %s\nchangetype: modrdn\nnewrdn: CN=moved\ndeleteoldrdn: 1\n"
        "newsuperior: CN=Users,%s\n") % (name("moved"), samba.BASE))
    directory.ldif("ldapadd", (
        "dn: CN=other,%s\nobjectClass: contact\n"
        "mail: twice@sweep.example\n") % samba.OU)
    directory.delete(name("deleted"))
    time.sleep(max(0, short + 1 - time.time()))
    before = active_directory(directory)
    try:
        dry = swept(walk(one, "sweep", "--dry-run", status=EX_NOPERM))
        assert active_directory(directory) == before
        lines = swept(walk(one, "sweep", status=EX_NOPERM))
    finally:
        directory.delete("CN=moved,CN=Users," + samba.BASE)
    left = {("twice", "left", "duplicate-contact"),
            ("shadowed", "left", "shadowed"), ("moved", "left", "outside"),
            ("new", "left", "not-primary")}
    assert dry == left | {("lost", "seen", "lost"),
                          ("deleted", "seen", "contact-deleted"),
                          ("short", "would-change", "expired")}
    assert lines == left | {("lost", "again", "lost"),
                            ("deleted", "again", "contact-deleted"),
                            ("short", "removed", "expired")}
    after = active_directory(directory)
    assert "usercertificate" not in after[name("short")]
    assert "extensionname" not in after[name("short")]
    same = set(before) - {name("short"), name("lost"), name("deleted")}
    assert {one: after[one] for one in same} == \
        {one: before[one] for one in same}
    # a mark without its value: a human took it out
    one.wait_event("harvest-decided", "publisher", reason="veto",
                   address="lost@sweep.example")


def swept(lines):
    """Who, what and why, of each line."""
    return {(line["address"].split("@")[0], line["what"], line["findings"])
            for line in lines}
