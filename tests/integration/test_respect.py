"""What somebody else took out of Active Directory stays out; what another tool
keeps taking out is told and left alone; rollover and partners with two keys."""

import base64
import json
import time

from servers import mail
from servers.ca import DAY
from servers.process import wait_for
from test_publisher import feed
from test_rules import rules, say

PAT = "pat@partner.example"
_mails = []


def again(authority, partner):
    """One more mail with the same certificate that is news to everybody."""
    _mails.append(authority.partner("other%d@partner.example" % len(_mails)))
    return mail.signed(partner, certificates=(_mails[-1],))


def name_of(directory, address):
    """The contact's distinguished name."""
    (name, _), = directory.search("(proxyAddresses=smtp:%s)" % address, "dn")
    return name


def stands(directory, address, *ders):
    """Wait until exactly these certificates stand there."""
    wait_for("%d certificates of %s" % (len(ders), address), lambda: sorted(
        directory.certificates(address)) == sorted(ders), 30, pause=0.3)


def change(directory, address, *lines):
    """As an administrator does it with ldapmodify."""
    directory.ldif("ldapmodify", "dn: %s\nchangetype: modify\n%s\n" % (
        name_of(directory, address), "\n".join(lines)))


def take_out(directory, address, der, marks=False):
    """A certificate, as ADUC does it, and by choice all of extensionName."""
    change(directory, address, "delete: userCertificate",
           "userCertificate:: " + base64.b64encode(der).decode(),
           *(["-", "delete: extensionName"] if marks else []))


def test_what_is_taken_out_stays_out(active, directory, authority):
    """The value with its mark left, with its mark, and the whole contact."""
    one = active().start()
    ways = {
        "a@partner.example": lambda a, der: take_out(directory, a, der),
        "b@partner.example": lambda a, der: take_out(directory, a, der, True),
        "c@partner.example": lambda a, der: directory.delete(
            name_of(directory, a)),
    }
    partners = {a: authority.partner(a) for a in ways}
    feed(one, *[mail.signed(p) for p in partners.values()])
    for address, way in ways.items():
        stands(directory, address, partners[address].der)
        way(address, partners[address].der)
    # the same certificate again, and a renewed one
    newer = {a: authority.partner(a) for a in ways}
    feed(one, *[again(authority, p) for p in partners.values()],
         *[mail.signed(p) for p in newer.values()])
    for address in ways:
        one.wait_event("harvest-decided", "publisher", address=address,
                       reason="veto", outcome="held", number=2)
        assert directory.certificates(address) == []
    assert directory.search("(proxyAddresses=smtp:c@partner.example)") == []
    assert sorted(rules(one)) == [("veto", a) for a in sorted(ways)]
    assert "certharvest itself" in say(one, "rules")
    assert "taken out" in say(one, "show", "a@partner.example")
    # no write in between, by the controller's own account
    assert len([c for c in directory.changes() if c.operation == "Add"]) == 3
    for address in ways:
        say(one, "allow", "--note", "talked to her", address)
        wait_for("a certificate of " + address,
                 lambda a=address: directory.certificates(a) in (
                     [newer[a].der], [partners[a].der]), 30)
    assert rules(one) == []


def test_moved_and_renamed_is_no_veto(active, directory, authority):
    """The contact lives on under its GUID: what comes next goes there."""
    one = active().start()
    old = authority.partner(PAT, start=time.time() - 300 * DAY,
                            end=time.time() + 30 * DAY)
    new = authority.partner(PAT)
    feed(one, mail.signed(old))
    stands(directory, PAT, old.der)
    directory.rename(name_of(directory, PAT), "CN=Pat at the partner")
    feed(one, mail.signed(new))
    stands(directory, PAT, new.der)
    assert rules(one) == []


def test_a_tool_that_removes_it_twice(active, directory, authority):
    """The first time it is a veto; allowed, and gone again, it is a fight
    that we do not go on with."""
    one = active().start()
    pat = authority.partner(PAT)
    feed(one, mail.signed(pat))
    stands(directory, PAT, pat.der)
    take_out(directory, PAT, pat.der, True)
    feed(one, again(authority, pat))
    one.wait_event("harvest-decided", "publisher", reason="veto")
    say(one, "allow", PAT)
    stands(directory, PAT, pat.der)
    take_out(directory, PAT, pat.der, True)
    feed(one, again(authority, pat))
    one.wait_event("harvest-decided", "publisher", reason="contested",
                   outcome="held")
    before = directory.versions()
    feed(one, again(authority, pat), mail.signed(authority.partner(PAT)))
    one.wait_event("harvest-decided", "publisher", reason="contested",
                   number=3)
    assert directory.versions() == before
    assert directory.certificates(PAT) == []
    assert rules(one) == [("contested", PAT)]
    say(one, "allow", PAT)
    wait_for("a certificate", lambda: len(directory.certificates(PAT)) == 1)


def test_withdraw_leaves_the_rest(active, directory, authority):
    """What others put there, certificates and marks, stands untouched."""
    one = active().start()
    pat, other = authority.partner(PAT), authority.partner(
        PAT, start=time.time() - 400 * DAY, end=time.time() - DAY)
    feed(one, mail.signed(pat))
    stands(directory, PAT, pat.der)
    change(directory, PAT, "add: userCertificate", "userCertificate:: "
           + base64.b64encode(other.der).decode(), "-",
           "add: extensionName", "extensionName: of another tool")
    said = say(one, "withdraw", "--note", "asked for it", PAT)
    assert "withdrawn" in said and "1 certificates" in said
    (_, left), = directory.search(
        "(proxyAddresses=smtp:%s)" % PAT, "userCertificate", "extensionName")
    assert left == {"userCertificate": [other.der],
                    "extensionName": [b"of another tool"]}
    feed(one, again(authority, pat))
    one.wait_event("harvest-decided", "publisher", reason="veto")
    assert directory.certificates(PAT) == [other.der]
    shown = json.loads(say(one, "show", "--json", PAT))
    assert shown["publication"] is None


def test_rollover_with_overlap(active, directory, authority):
    """The new one comes, the old one is still used for a while."""
    one = active({"directory": {"certificates_per_contact": 2}}).start()
    now = time.time()
    oldest, old, new = [
        authority.partner(PAT, start=now - age * DAY, end=now + left * DAY)
        for age, left in ((360, 5), (200, 165), (1, 364))]
    for partner, there in ((oldest, [oldest]), (old, [oldest, old]),
                           (new, [old, new])):
        feed(one, mail.signed(partner))
        stands(directory, PAT, *[p.der for p in there])
    feed(one, again(authority, old), again(authority, oldest))
    one.wait_event("harvest-decided", "publisher", reason="unchanged")
    one.wait_event("harvest-decided", "publisher", reason="older")
    stands(directory, PAT, old.der, new.der)
    (_, values), = directory.search(
        "(proxyAddresses=smtp:%s)" % PAT, "extensionName")
    assert len(values["extensionName"]) == 2


def two_keys(authority):
    """An RSA and an EC certificate of one partner, the EC one newer."""
    now = time.time()
    return (authority.partner(PAT, start=now - 3 * DAY),
            authority.partner(PAT, start=now - 2 * DAY, kind="ec:P-256"))


def test_partner_with_two_keys(active, directory, authority):
    """Whichever rule: the contact does not go back and forth."""
    rsa, elliptic = two_keys(authority)
    for prefer, wanted, writes in (("rsa", rsa, 1), ("any", elliptic, 2)):
        directory.wipe()
        one = active({"directory": {"prefer": prefer}}).start()
        for _ in range(3):
            for partner in (rsa, elliptic):
                before = len(one.events("harvest-decided", "publisher"))
                feed(one, again(authority, partner))
                one.wait_event("harvest-decided", "publisher",
                               number=before + 1)
        assert directory.certificates(PAT) == [wanted.der]
        assert len(directory.changes()) == writes
        assert len(one.events("directory-write", "publisher")) == writes
        one.stop()
