"""certharvest undo: a contact is as it was before a write, and stays so, or it
is said what is in the way.  The same on the embedded directory and on Active
Directory, as the directory's own files and tools show it."""

import json
import os

import pytest

from servers import mail
from servers.ca import Authority
from servers.embedded import entries as ldif_entries
from servers.process import wait_for
from test_journal import entries, renewed, writes
from test_publisher import feed, ldif, status, store
from test_respect import again, change, name_of
from test_rules import rules, say, status_of

PAT = "pat@partner.example"
EX_NOPERM, EX_DATAERR = 77, 65
INDIVIDUAL = 4  # enum validation


class Embedded:
    """What stands in contacts.ldif."""

    def __init__(self, one):
        self.one = one

    def contact(self):
        """(certificates, marks) of pat's contact, sorted; None: no contact."""
        for entry in ldif_entries(ldif(self.one)):
            if entry.get("mail") == [PAT.encode()]:
                return (sorted(entry.get("usercertificate", [])),
                        sorted(entry.get("extensionname", [])))
        return None


class Active:
    """What ldapsearch shows."""

    def __init__(self, directory):
        self.directory = directory

    def contact(self):
        """As Embedded's."""
        for _, values in self.directory.search(
                "(proxyAddresses=smtp:%s)" % PAT, "userCertificate",
                "extensionName"):
            return (sorted(values.get("userCertificate", [])),
                    sorted(values.get("extensionName", [])))
        return None


@pytest.fixture(params=["embedded", "active"])
def place(request, certharvest):
    """A running installation, and its directory's oracle."""
    if request.param == "embedded":
        one = certharvest().start()
        return one, Embedded(one)
    one = request.getfixturevalue("active")().start()
    return one, Active(request.getfixturevalue("directory"))


def settled(one):
    """Wait until every harvest is decided."""
    wait_for("decided", lambda: status(one)["harvests"]["due"] == 0)


def send(one, oracle, partner, ders):
    """A mail, after which these certificates stand there."""
    feed(one, mail.signed(partner))
    wait_for("%d certificates" % len(ders), lambda: oracle.contact() and
             oracle.contact()[0] == sorted(ders), 30)
    settled(one)


def undo(one, entry, *options):
    """By the number of the entry."""
    return say(one, "undo", *options, str(entry["entry"]))


def decided(one, authority, partner, reason):
    """One more mail, and for what reason nothing comes of it."""
    before = len(one.events("harvest-decided", "publisher", reason=reason))
    feed(one, again(authority, partner))
    one.wait_event("harvest-decided", "publisher", reason=reason,
                   number=before + 1)


def test_of_a_refresh(place, authority):
    """The old certificate is back and pinned, with its mark; the next mails
    leave it there; and the undo is undone."""
    one, oracle = place
    old, new = renewed(authority)
    send(one, oracle, old, [old.der])
    before = oracle.contact()
    send(one, oracle, new, [new.der])
    after = oracle.contact()
    create, refresh = writes(one, PAT)
    assert "could be undone" in undo(one, refresh, "--dry-run")
    assert oracle.contact() == after
    # what was built upon must not be taken away from below
    assert status_of(one, "undo", str(create["entry"])) == EX_NOPERM
    assert oracle.contact() == after
    assert "is as it was before" in undo(one, refresh, "--note", "wrong card")
    assert oracle.contact() == before
    assert rules(one) == [("pin", PAT)]
    decided(one, authority, new, "pinned")
    assert oracle.contact() == before
    shown = json.loads(say(one, "show", "--json", PAT))
    assert shown["publication"]["certificate.sha256"] == old.sha256
    # done, and not twice
    assert status_of(one, "undo", str(refresh["entry"])) == EX_DATAERR
    back = writes(one, PAT)[-1]
    assert back["write"]["undoes"] == refresh["entry"]
    undo(one, back)
    assert oracle.contact() == after
    assert rules(one) == []
    # what was done again can be undone again, down to the first write and back
    undo(one, refresh)
    undo(one, create)
    assert oracle.contact() == ([], [])
    assert rules(one) == [("pin", PAT), ("veto", PAT)]
    undo(one, writes(one, PAT)[-1])
    assert oracle.contact() == before
    assert rules(one) == [("pin", PAT)]
    undo(one, writes(one, PAT)[-3])
    assert oracle.contact() == after
    assert rules(one) == []
    decided(one, authority, old, "older")
    assert oracle.contact() == after


def test_of_a_create(place, authority):
    """Nothing of ours is left but the contact, which is an administrator's to
    delete; the next mail does not fill it again before he allows it."""
    one, oracle = place
    pat = authority.partner(PAT)
    send(one, oracle, pat, [pat.der])
    (create,) = writes(one, PAT)
    assert "an administrator may delete it" in undo(one, create)
    assert oracle.contact() == ([], [])
    assert rules(one) == [("veto", PAT)]
    decided(one, authority, pat, "veto")
    assert oracle.contact() == ([], [])
    assert json.loads(say(one, "show", "--json", PAT))["publication"] is None
    say(one, "allow", PAT)
    wait_for("published again", lambda: oracle.contact()[0] == [pat.der])


def test_of_a_withdrawal(place, authority):
    """It is there again, the veto is gone, and renewals go on."""
    one, oracle = place
    old, new = renewed(authority)
    send(one, oracle, old, [old.der])
    before = oracle.contact()
    say(one, "withdraw", PAT)
    assert oracle.contact() == ([], [])
    undo(one, writes(one, PAT)[-1])
    assert oracle.contact() == before
    assert rules(one) == []
    send(one, oracle, new, [new.der])


@pytest.mark.parametrize("banned", ["the certificate", "the address"])
def test_of_what_is_banned(certharvest, authority, banned):
    """It does not come back before the ban is lifted."""
    one = certharvest().start()
    oracle, pat = Embedded(one), authority.partner(PAT)
    send(one, oracle, pat, [pat.der])
    say(one, "withdraw", PAT)
    subject = PAT if banned == "the address" else pat.sha256
    say(one, "ban", "--note", "lost laptop", subject)
    entry = writes(one, PAT)[-1]
    for options in ([], ["--dry-run"]):
        assert status_of(one, "undo", *options, str(entry["entry"])) == \
            EX_NOPERM
    assert oracle.contact() == ([], [])
    assert "is banned: lost laptop" in [
        e["text"] for e in entries(one, PAT) if e["what"] == "order-ended"][-1]
    say(one, "unban", subject)
    undo(one, entry)
    assert oracle.contact()[0] == [pat.der]


@pytest.mark.parametrize("known", ["by a file", "by an approval"])
def test_of_what_a_rejected_ca_issued(certharvest, authority, root, known):
    """It does not come back before the no is taken back."""
    one = certharvest().start()
    ca = authority if known == "by a file" else Authority(
        os.path.join(root, "undone-ca"), "Partner")
    oracle, pat = Embedded(one), ca.partner(PAT)
    say(one, "trust", "approve", "--file", ca.root.path, "--domains",
        "partner.example")
    feed(one, mail.signed(pat, certificates=(ca.root,)))
    wait_for("the contact", lambda: oracle.contact())
    settled(one)
    say(one, "withdraw", PAT)
    say(one, "trust", "reject", ca.root.sha256)
    entry = writes(one, PAT)[-1]
    for options in ([], ["--dry-run"]):
        assert status_of(one, "undo", *options, str(entry["entry"])) == \
            EX_NOPERM
    assert oracle.contact() == ([], [])
    assert "the CA of what would be put back was rejected" in [
        e["text"] for e in entries(one, PAT) if e["what"] == "order-ended"][-1]
    say(one, "trust", "revoke", ca.root.sha256)
    undo(one, entry)
    assert oracle.contact()[0] == [pat.der]


def test_what_a_ca_counts_for(certharvest, authority):
    """By the settings: recorded of what is put back as it was the first
    time."""
    one = certharvest({"publisher": {"assurance_of": [
        "individual: " + authority.root.sha256]}}).start()
    oracle = Embedded(one)
    old, new = renewed(authority)
    for partner in (old, new):
        send(one, oracle, partner, [partner.der])
    level = "SELECT certificate, validation FROM publication"
    assert store(one, level) == [(new.sha256, INDIVIDUAL)]
    undo(one, writes(one, PAT)[-1])
    assert store(one, level) == [(old.sha256, INDIVIDUAL)]


def test_what_somebody_else_changed(active, directory, authority):
    """Is named, and nothing is written."""
    one, oracle = active().start(), Active(directory)
    pat = authority.partner(PAT)
    send(one, oracle, pat, [pat.der])
    (create,) = writes(one, PAT)
    change(directory, PAT, "delete: extensionName")
    assert status_of(one, "undo", str(create["entry"])) == EX_NOPERM
    assert oracle.contact() == ([pat.der], [])
    directory.delete(name_of(directory, PAT))
    assert status_of(one, "undo", str(create["entry"])) == EX_NOPERM
    first, last = [e["text"] for e in entries(one, PAT)
                   if e["what"] == "order-ended"]
    assert "the mark of %s... was taken out by somebody" % pat.sha256[:16] \
        in first
    assert "is not there any more" in last


def test_what_is_no_write(certharvest, authority):
    """Neither a number of nothing, nor of an entry without one."""
    one = certharvest().start()
    feed(one, mail.signed(authority.partner(PAT)))
    one.wait_event("harvest-decided", "publisher")
    for words in (["9999"], ["1"], ["--dry-run", "1"], ["0"]):
        assert status_of(one, "undo", *words) == EX_DATAERR, words
    for words in (["x"], [], ["1", "2"], ["-1"]):
        assert status_of(one, "undo", *words) == 64, words
    # what other verbs are asked for that is none
    for verb, *words in (("withdraw", "nobody"), ("forget", "nobody"),
                         ("allow", "nobody"), ("pin", PAT, "12"),
                         ("walks", "--cancel", "7")):
        assert status_of(one, verb, *words) == 64, (verb, words)
