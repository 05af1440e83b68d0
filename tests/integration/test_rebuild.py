"""A store that was lost: what it knew is learned again from the marks in the
directory, and publishing goes on as if nothing had been."""

import base64
import os
import sqlite3
import time

from servers import mail, samba
from servers.ca import DAY
from servers.certharvest import PUBLISHER
from servers.embedded import entries
from servers.process import wait_for
from test_estate import walk
from test_publisher import feed, ldif, store

ADDRESSES = ["r%d@rebuild.example" % number for number in range(6)]


def known(path):
    """What a store knows of publications, of what was made and adopted."""
    with sqlite3.connect("file:%s?mode=ro" % path, uri=True) as database:
        return {question: sorted(database.execute(question)) for question in (
            "SELECT address, object, lower(dn), certificate, issuer, subject, "
            "not_before, not_after, gone FROM publication WHERE gone = 0",
            "SELECT object, address, stamped FROM made",
            "SELECT address, certificate, object FROM adopted")}


def lose(one):
    """Everything of the store goes."""
    path = one.sections["store"]["path"]
    for end in ("", "-wal", "-shm"):
        if os.path.exists(path + end):
            os.unlink(path + end)


def undecided(one):
    """How many harvests wait."""
    return store(one, "SELECT count(*) FROM harvest WHERE state = 'due'")[0][0]


def give(one, *messages):
    """Mails to a milter that has seen none of them, and their decisions."""
    before = len(one.events("harvest-decided", "publisher"))
    one.milter.stop()
    one.start_milter()
    feed(one, *messages)
    one.wait_event("harvest-decided", "publisher", 30, before + len(messages))
    wait_for("all harvests decided", lambda: undecided(one) == 0, 30)


def live_through_a_loss(one, authority, export):
    """Publish and adopt, lose the store, learn again, renew, roll back.
    export gives {address: (certificates, other attributes)}."""
    path = one.sections["store"]["path"]
    some = [authority.partner(address, start=time.time() - 2 * DAY)
            for address in ADDRESSES]
    give(one, *[mail.signed(partner) for partner in some])
    walk(one, "adopt")
    before, stood = known(path), export()
    assert all(before.values())
    one.publisher.stop()
    lose(one)
    one.start_publisher()
    dry = walk(one, "store", "rebuild", "--dry-run", status=77)
    assert {line["what"] for line in dry} == {"would-change", "left"}
    assert not any(known(path).values())
    lines = walk(one, "store", "rebuild", status=77)
    assert export() == stood
    assert known(path) == before
    forged, = [line for line in lines if line["what"] == "left"]
    assert forged["findings"] == "unverified-mark"
    assert len([line for line in lines if line["what"] == "restored"]) == 6
    # once more, and there is nothing to learn
    again = walk(one, "store", "rebuild", status=77)
    assert {line["what"] for line in again} == {"left"}
    # nothing is published twice, and renewals take the place of the old
    writes = len(one.events("directory-write", "publisher"))
    newer = [authority.partner(address) for address in ADDRESSES[:3]]
    give(one, *[mail.signed(partner) for partner in some])
    assert len(one.events("directory-write", "publisher")) == writes
    assert export() == stood
    give(one, *[mail.signed(partner) for partner in newer])
    wanted = {partner.emails[0]: [partner.der]
              for partner in some[3:] + newer}
    assert {address: export()[address][0] for address in wanted} == wanted
    assert len(one.events("directory-write", "publisher")) == writes + 3
    # and all of it can be taken out
    one.publisher.stop()
    one.write_settings({"publisher": {"mode": "observe"}})
    one.start_publisher()
    gone = walk(one, "rollback", "--all", status=77)
    assert sorted(line["address"] for line in gone
                  if line["what"] == "made") == ADDRESSES
    after = export()
    assert {address: after[address][0] for address in wanted} == {
        address: [] for address in wanted}
    assert after["old@rebuild.example"][0] == \
        stood["old@rebuild.example"][0]


def others(authority, base):
    """A contact with an expired certificate to be taken over, and one with
    somebody's copy of a mark."""
    now = time.time()
    old = authority.partner("old@rebuild.example", start=now - 2 * DAY,
                            end=now - DAY)
    return (
        "dn: cn=old,%s\nobjectClass: contact\ncn: old\n"
        "mail: old@rebuild.example\n"
        "proxyAddresses: SMTP:old@rebuild.example\n"
        "userCertificate:: %s\n\n"
        "dn: cn=forged,%s\nobjectClass: contact\ncn: forged\n"
        "mail: forged@rebuild.example\n"
        "proxyAddresses: SMTP:forged@rebuild.example\n"
        "extensionName: certharvest:1:%s:%s\n\n") % (
            base, base64.b64encode(old.der).decode(), base, "ab" * 32,
            "cd" * 32)


WISHES = {"directory": {"adopt": "expired"}}


def test_embedded(certharvest, authority):
    """Against the embedded directory, read without our code."""
    one = certharvest(WISHES)
    with open(ldif(one), "w", encoding="utf-8") as file:
        file.write("version: 1\n\n" + others(
            authority, "ou=certharvest"))
    os.chown(ldif(one), PUBLISHER, PUBLISHER)

    def export():
        return {entry["mail"][0].decode(): (
            sorted(entry.get("usercertificate", [])),
            sorted(entry.get("extensionname", [])))
            for entry in entries(ldif(one))}

    live_through_a_loss(one.start(), authority, export)


def test_active_directory(active, directory, authority):
    """Against Active Directory, seen by ldapsearch."""
    one = active(WISHES)
    directory.ldif("ldapadd", others(authority, samba.OU))

    def export():
        return {values["mail"][0].decode(): (
            sorted(values.get("userCertificate", [])),
            sorted(values.get("extensionName", [])))
            for _, values in directory.contacts(
                "mail", "userCertificate", "extensionName")}

    live_through_a_loss(one.start(), authority, export)
