"""certharvest forget: what is left of a person, looked for in the bytes of all
files of the store and not with our own code."""

import glob
import sqlite3
import time

from servers import mail
from servers.ca import DAY
from servers.embedded import contacts
from servers.process import run, wait_for
from test_journal import entries
from test_publisher import feed, ldif, published, recorded, status, store
from test_respect import again
from test_rules import rules, say, status_of
from test_settled import change

PAT = "pat@partner.example"
EVE = "eve@partner.example"
LIKE_PAT = "jim!pat@partner.example"
EX_NOPERM, EX_DATAERR = 77, 65


def holds(path, word):
    """How often a file holds a word, in any case."""
    with open(path, "rb") as file:
        return file.read().lower().count(word.lower().encode())


def left(one, word):
    """How often all files of the store do."""
    found = glob.glob(one.sections["store"]["path"] + "*")
    assert len(found) >= 3, found  # the file, its log and its index
    return sum(holds(path, word) for path in found)


def live(one, authority):
    """A partner of whom much is known, and others who must stay."""
    now = time.time()
    old = authority.partner(PAT, start=now - 300 * DAY, end=now + 30 * DAY)
    new, eve, like = [authority.partner(a) for a in (PAT, EVE, LIKE_PAT)]
    feed(one, mail.signed(old), mail.signed(eve), mail.signed(like))
    published(one, {PAT: old.der, EVE: eve.der, LIKE_PAT: like.der})
    feed(one, mail.signed(new), mail.forged(new))
    published(one, {PAT: new.der, EVE: eve.der, LIKE_PAT: like.der})
    say(one, "pin", "--note", "as %s said" % PAT, EVE, eve.sha256)
    say(one, "ban", "--note", "card lost", PAT)
    say(one, "sweep")
    one.wait_drained()
    wait_for("decided", lambda: status(one)["harvests"]["due"] == 0)
    return new, eve, like


def test_a_person_is_erased(certharvest, authority):
    """Not before what is published is taken out; then nothing is left of her
    but the tombstone, and nothing is missing of the others."""
    one = certharvest().start()
    _, eve, like = live(one, authority)
    said = run([one.programs.path("certharvest"), "-f", one.settings_file,
                "forget", PAT], check=False, env=one.programs.environment())
    assert said.returncode == EX_NOPERM and b"still-published" in said.stderr
    others = (entries(one, EVE), entries(one, LIKE_PAT))
    assert left(one, PAT) > left(one, LIKE_PAT) > 0
    say(one, "withdraw", PAT)
    assert status_of(one, "forget", "--proof", PAT) == EX_DATAERR
    assert "0 certificates kept" in say(one, "forget", "--note", PAT, PAT)
    assert left(one, PAT) == left(one, LIKE_PAT) > 0
    # the others stand as they stood, but for the note that named her
    assert entries(one, LIKE_PAT) == others[1]
    assert [e["entry"] for e in entries(one, EVE)] == [
        e["entry"] for e in others[0]]
    assert "as [forgotten] said" in say(one, "log", EVE)
    assert contacts(ldif(one))[EVE] == [eve.der]
    assert contacts(ldif(one))[LIKE_PAT] == [like.der]
    assert rules(one) == [("pin", EVE)]
    assert entries(one, PAT) == []
    # that it was done can be proved, with the key of the site alone
    proof = say(one, "forget", "--proof", PAT)
    tombstone = proof.split('"')[-2]
    assert proof.startswith("forgotten at ") and len(tombstone) == 64
    assert status_of(one, "forget", "--proof", EVE) == EX_DATAERR
    assert entries(one)[-1]["harvest"] == tombstone
    with sqlite3.connect(
            "file:%s?mode=ro" % one.sections["store"]["path"],
            uri=True) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [
            ("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_while_it_is_published(certharvest, authority):
    """On demand the directory is left as it is, and the next mail finds its
    own certificate there."""
    one = certharvest().start()
    new, _, _ = live(one, authority)
    before = contacts(ldif(one))
    say(one, "forget", "--keep-published", PAT)
    assert left(one, PAT) == left(one, LIKE_PAT)
    assert contacts(ldif(one)) == before
    feed(one, again(authority, new))
    one.wait_event("harvest-decided", "publisher", address=PAT,
                   text="found in the directory, as ours")
    assert contacts(ldif(one)) == before


def test_a_write_that_is_not_settled(certharvest, authority):
    """Is waited for.  Nothing is wrong with the directory then, and nobody
    else has to wait."""
    one = certharvest().start()
    pat, eve = [authority.partner(address) for address in (PAT, EVE)]
    feed(one, mail.signed(pat))
    published(one, {PAT: pat.der})
    recorded(one)
    one.publisher.stop()
    change(one, (
        "UPDATE harvest SET state = 'due', head = 1, due = ?",
        int(time.time()) + 600), (
        "INSERT INTO intent (harvest, address, object, certificate, plan, at, "
        "kept) SELECT id, address, '', ?, 'create', 1, 1 FROM harvest",
        pat.sha256))
    one.start_publisher()
    status_of(one, "forget", "--wait", "0", PAT)
    wait_for("the order's first try", lambda: store(
        one, "SELECT reason FROM orders WHERE tries > 0"))
    assert one.events("directory-trouble", "publisher") == []
    feed(one, mail.signed(eve))
    wait_for("the other's contact", lambda: EVE in contacts(ldif(one)))
    assert store(one, "SELECT ended FROM orders") == [(0,)]


def test_a_reader_in_the_way(certharvest, authority):
    """Somebody reads the store all the time: it is said that its log could not
    be emptied, and the second time it is."""
    one = certharvest().start()
    live(one, authority)
    with sqlite3.connect(
            "file:%s?mode=ro" % one.sections["store"]["path"],
            uri=True) as database:
        database.execute("BEGIN")
        database.execute("SELECT count(*) FROM harvest").fetchall()
        assert "do it again" in say(one, "forget", "--keep-published", PAT)
        assert left(one, PAT) > left(one, LIKE_PAT)
    database.close()
    assert "do it again" not in say(one, "forget", "--keep-published", PAT)
    assert left(one, PAT) == left(one, LIKE_PAT)
