"""Writes whose answer nobody heard: what the store makes of them at the next
start is what the directory says, and nothing that was known is forgotten."""

import sqlite3
import time

import pytest

from servers import mail
from servers.embedded import entries
from servers.process import wait_for
from test_publisher import feed, ldif, published, store

NAMES = ("a", "b", "c")
INDIVIDUAL = 4  # enum validation
DUE = ("UPDATE harvest SET state = 'due', head = 1, due = 0, changed = 0 "
       "WHERE address = ?")


def change(one, *statements):
    """Write to the store of a publisher that does not run."""
    path = one.sections["store"]["path"]
    with sqlite3.connect(path) as database:
        for statement, *values in statements:
            database.execute(statement, values)
        database.commit()
    database.close()


def ders(partners):
    """{address: DER} of many."""
    return {partner.emails[0]: partner.der for partner in partners}


@pytest.fixture
def stopped(certharvest, authority):
    """Three are published; then the publisher stops."""
    one = certharvest().start()
    partners = [authority.partner(name + "@settled.example")
                for name in NAMES]
    feed(one, *[mail.signed(partner) for partner in partners])
    published(one, ders(partners))
    wait_for("the records", lambda: len(store(
        one, "SELECT 1 FROM publication")) == 3)
    one.publisher.stop()
    return one, partners


def take_out(one, *addresses):
    """The values and marks of these, as the write would have it."""
    path = ldif(one)
    with open(path, encoding="utf-8") as file:
        blocks = file.read().split("\n\n")
    for number, block in enumerate(blocks):
        if any("\nmail: " + address + "\n" in block for address in addresses):
            lines = block.replace("\n ", "").split("\n")
            blocks[number] = "\n".join(
                line for line in lines if not line.lower().startswith(
                    ("usercertificate", "extensionname")))
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n\n".join(blocks))


def begin_rollback(one, *addresses, cancelled=0):
    """As if it had died between the intents and their ends."""
    change(one, (
        "INSERT INTO walk (id, kind, dry, uid, who, asked, listed, total, "
        "cancelled) VALUES (1, 'rollback', 0, 0, 'root', ?, 1, ?, ?)",
        int(time.time()), len(addresses), cancelled))
    for address in addresses:
        (thing, dn, certificate), = store(
            one, "SELECT object, dn, certificate FROM publication "
            "WHERE address = '%s'" % address)
        change(one, (
            "INSERT INTO walk_object (walk, object, plan) VALUES (1, ?, ?)",
            thing, "as an older version worded it"), (
            "INSERT INTO walk_line (walk, pending, at, kind, object, dn, "
            "address, certificate, findings, issuer, until, words) "
            "VALUES (1, 1, 0, 'removed', ?, ?, ?, ?, '', '', 0, '')",
            thing, dn, address, certificate))


def standing(one):
    """The addresses with a certificate, by a reader of its own."""
    return sorted(entry["mail"][0].decode() for entry in entries(ldif(one))
                  if entry.get("usercertificate"))


def test_a_walk_asks_the_directory(stopped):
    """One was written, two were not, whatever their plan looks like now."""
    one, partners = stopped
    one.write_settings({"publisher": {"mode": "observe"}})
    begin_rollback(one, *[partner.emails[0] for partner in partners])
    take_out(one, "a@settled.example")
    one.start_publisher()
    one.wait_event("walk-ended", "publisher", reason="ok")
    settled = {event["address"]: event["outcome"] for event in one.events(
        "intent-settled", "publisher")}
    assert settled == {"a@settled.example": "done",
                       "b@settled.example": "due", "c@settled.example": "due"}
    assert standing(one) == []
    assert store(one, "SELECT count(*) FROM publication WHERE gone = 0") == \
        [(0,)]
    assert store(one, "SELECT address, count(*) FROM journal "
                 "WHERE what = 'removed' GROUP BY address ORDER BY 1") == \
        [(partner.emails[0], 1) for partner in partners]
    assert store(one, "SELECT count(*) FROM walk_line WHERE kind = 'removed' "
                 "AND pending = 0") == [(3,)]
    # and what we took out ourselves is nobody's veto
    one.publisher.stop()
    one.write_settings({"publisher": {"mode": "publish"}})
    change(one, *[(DUE, partner.emails[0]) for partner in partners])
    one.start_publisher()
    published(one, ders(partners))


def test_a_cancelled_walk_settles_what_was_begun(stopped):
    """It changes nothing more, and knows what it had changed."""
    one, partners = stopped
    one.write_settings({"publisher": {"mode": "observe"}})
    begin_rollback(one, *[partner.emails[0] for partner in partners],
                   cancelled=1)
    take_out(one, "b@settled.example")
    one.start_publisher()
    one.wait_event("walk-ended", "publisher", reason="walk-cancelled")
    assert standing(one) == ["a@settled.example", "c@settled.example"]
    assert store(one, "SELECT address FROM publication WHERE gone <> 0") == \
        [("b@settled.example",)]
    assert store(one, "SELECT changed FROM walk") == [(1,)]


def remember(one, address):
    """What the store knows of losses."""
    return store(one, "SELECT lost, lost_at, shadowed, gone, certificate "
                 "FROM publication WHERE address = '%s'" % address)[0]


def test_a_crash_forgets_no_losses(stopped):
    """The record after a crash, and that of what is recognized, carry what
    was known of the address."""
    one, partners = stopped
    then = int(time.time()) - 86400
    change(one, (
        "UPDATE publication SET lost = 1, lost_at = ?", then), (
        # a: written, and not recorded
        "UPDATE publication SET certificate = 'old', shadowed = 1 "
        "WHERE address = 'a@settled.example'",), (
        "INSERT INTO intent (harvest, address, object, certificate, plan, at) "
        "SELECT id, address, '', ?, 'create', 1 FROM harvest "
        "WHERE address = 'a@settled.example'", partners[0].sha256), (
        # b: taken out by us once, and there again
        "UPDATE publication SET gone = ? WHERE address = 'b@settled.example'",
        then), (DUE, "a@settled.example"), (DUE, "b@settled.example"))
    one.start_publisher()
    for name in ("a", "b"):
        one.wait_event("intent-settled", "publisher", outcome="done",
                       address=name + "@settled.example")
    wait_for("both records", lambda: store(
        one, "SELECT count(*) FROM harvest WHERE state = 'due'") == [(0,)])
    assert remember(one, "a@settled.example") == (
        1, then, 1, 0, partners[0].sha256)
    assert remember(one, "b@settled.example") == (
        1, then, 0, 0, partners[1].sha256)
    assert standing(one) == [partner.emails[0] for partner in partners]


def test_a_crash_forgets_no_assurance(certharvest, authority):
    """What its CA counts for by the settings is recorded after a crash as it
    is without one: the next CA is measured by that."""
    one = certharvest({"publisher": {"assurance_of": [
        "individual: " + authority.root.sha256]}}).start()
    partner = authority.partner("a@settled.example")
    level = "SELECT validation FROM publication"
    feed(one, mail.signed(partner))
    wait_for("the record", lambda: store(one, level) == [(INDIVIDUAL,)])
    one.publisher.stop()
    change(one, ("DELETE FROM publication",), (
        "INSERT INTO intent (harvest, address, object, certificate, plan, at) "
        "SELECT id, address, '', ?, 'create', 1 FROM harvest",
        partner.sha256), (DUE, "a@settled.example"))
    one.start_publisher()
    one.wait_event("intent-settled", "publisher", outcome="done")
    assert store(one, level) == [(INDIVIDUAL,)]


def test_a_contact_made_without_an_answer(stopped):
    """Put off, and found at the next try: it was made by us."""
    one, partners = stopped
    change(one, ("DELETE FROM made",), ("DELETE FROM publication",), (
        "INSERT INTO intent (harvest, address, object, certificate, plan, at, "
        "kept) SELECT id, address, '', ?, 'create', 1, 1 FROM harvest "
        "WHERE address = 'a@settled.example'", partners[0].sha256),
        (DUE, "a@settled.example"), (DUE, "b@settled.example"))
    one.start_publisher()
    wait_for("both records", lambda: len(store(
        one, "SELECT 1 FROM publication")) == 2)
    assert store(one, "SELECT address FROM made") == [("a@settled.example",)]
    assert store(one, "SELECT count(*) FROM intent") == [(0,)]
