"""Two domain controllers: one fails, two publishers work at once, and what
replication makes of what both have written."""

import threading
import time

import pytest

from servers import mail
from servers import samba as dc
from servers.ca import DAY
from servers.directory import Directory
from servers.process import wait_for
from servers.samba import replicate
from test_estate import EX_NOPERM, walk
from test_publisher import feed, wanted_of

PAT = "pat@partner.example"
SITE_KEY = bytes(range(32))


class Pair:
    """Both controllers and what stands in each."""

    def __init__(self, servers):
        self.servers = servers
        self.directories = [Directory(one) for one in servers]
        self.uris = ["ldaps://" + one.host for one in servers]

    def replicate(self):
        """Bring each what the other one has."""
        first, second = self.servers
        replicate(second, first)
        replicate(first, second)

    def wipe(self):
        """No contacts on either; deleted on both, replicated or not."""
        for one in self.directories:
            one.wipe()

    def by_address(self, number):
        """What one of them has: {address: [(dn, values)]}."""
        found = {}
        for name, values in self.directories[number].contacts(
                "mail", "userCertificate", "extensionName"):
            found.setdefault(values["mail"][0].decode(), []).append(
                (name, values))
        return found

    def check(self, wanted):
        """Both have exactly one contact for each, with its certificate, and
        no conflict object."""
        for number in range(2):
            found = self.by_address(number)
            assert set(found) == set(wanted)
            for address, der in wanted.items():
                (name, values), = found[address]
                assert values["userCertificate"] == [der], name
                assert len(values["extensionName"]) == 1
                assert "CNF:" not in name

    def writes(self, number):
        """(dn, operation) of the account's own writes on one."""
        return [(change.dn, change.operation)
                for change in self.directories[number].changes()
                if change.sid == self.servers[0].account_sid]


@pytest.fixture
def pair(samba, second_samba):
    """Both controllers, without contacts."""
    both = Pair([samba, second_samba])
    both.wipe()
    return both


@pytest.fixture
def relay(active):
    """Make installations that share the site's key and have these servers."""
    def make(*uris):
        one = active({"directory": {"uri": list(uris), "return_after": 2}})
        one.secret("site.key", SITE_KEY)
        return one.start()

    return make


def decided(one, number, seconds=60):
    """Wait for so many decisions."""
    return one.wait_event("harvest-decided", "publisher", seconds, number)


def test_fail_over_and_return(pair, relay, partners, authority):
    """The first one ends: the second is written to, in step.  The first comes
    back: nothing is lost and nothing is written twice."""
    one = relay(*pair.uris)
    some = partners.first(20)
    renewed = [authority.partner(partner.address, start=time.time())
               for partner in some[:3]]
    feed(one, *[partner.message for partner in some[:10]])
    decided(one, 10)
    pair.replicate()
    pair.servers[0].stop()
    try:
        feed(one, *[partner.message for partner in some[10:18]],
             *[mail.signed(new, sender=new.emails[0]) for new in renewed])
        decided(one, 21)
    finally:
        pair.servers[0].start()
    over, = one.events("directory-failover", "publisher")
    assert (over["from"], over["to"]) == tuple(
        uri + ":636" for uri in pair.uris)
    pair.replicate()
    time.sleep(3)
    feed(one, *[partner.message for partner in some[18:]])
    decided(one, 23)
    back, = one.wait_event("directory-return", "publisher")
    assert back["to"] == pair.uris[0] + ":636"
    assert [len(pair.writes(number)) for number in range(2)] == [12, 11]
    pair.replicate()
    wanted = wanted_of(some)
    wanted.update({new.emails[0]: new.der for new in renewed})
    pair.check(wanted)
    writes = pair.writes(0) + pair.writes(1)
    assert len(writes) == len(set(writes)) == 23


def at_once(publishers, *messages):
    """Give all of them the same mails at the same moment."""
    threads = [threading.Thread(target=feed, args=(one, *messages))
               for one in publishers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_publishers_at_once(pair, relay, partners):
    """200 partners write to both: 200 contacts, each written once."""
    some = partners.first(200)
    both = [relay(*pair.uris), relay(*pair.uris)]
    at_once(both, *[partner.message for partner in some])
    for one in both:
        decided(one, 200)
        assert [line for line in one.events("harvest-decided", "publisher")
                if line["reason"] != "ok"] == []
    pair.replicate()
    pair.check(wanted_of(some))
    writes = pair.writes(0) + pair.writes(1)
    assert len(writes) == len(set(writes)) == 200
    assert set(pair.directories[0].versions().values()) == {1}
    told = [line["dn"] for one in both
            for line in one.events("directory-write", "publisher")]
    assert sorted(told) == sorted(name for name, _ in writes)


def test_both_create_while_replication_is_cut(
        pair, relay, partners, authority):
    """The same name made on both: replication renames one to a conflict
    object; whoever sends the next mail is told, and nothing is written."""
    some = partners.first(20)
    first, second = relay(pair.uris[0]), relay(pair.uris[1])
    at_once([first, second], *[partner.message for partner in some])
    for one in (first, second):
        decided(one, 20)
    assert len(pair.writes(0)) == len(pair.writes(1)) == 20
    pair.replicate()
    found = pair.by_address(0)
    assert set(found) == {partner.address for partner in some}
    for address, entries in found.items():
        assert len(entries) == 2, address
        assert sorted("CNF:" in name for name, _ in entries) == [False, True]

    renewed = [authority.partner(partner.address, start=time.time())
               for partner in some]
    before = pair.directories[0].export()
    feed(first, *[mail.signed(one, sender=one.emails[0]) for one in renewed])
    later = decided(first, 40)[20:]
    assert {(line["outcome"], line["reason"]) for line in later} == {
        ("held", "conflict-object")}
    duplicates(first, wanted_of(some))
    assert pair.directories[0].export() == before


def duplicates(one, addresses):
    """The sweep tells of each, and leaves it to a human to delete one."""
    lines = walk(one, "sweep", status=EX_NOPERM)
    assert {line["address"] for line in lines
            if line["what"] == "left" and
            line["findings"] in ("conflict", "duplicate-contact")} == set(
                addresses)
    assert {line["what"] for line in lines} == {"left"}


def test_made_by_hand_while_replication_is_cut(pair, relay, authority):
    """Another name with the same mail: a duplicate that nobody is told of,
    until there is something to write."""
    old = authority.partner(PAT)
    one = relay(pair.uris[0])
    feed(one, mail.signed(old))
    pair.directories[1].ldif("ldapadd", (
        "dn: CN=Pat by hand,%s\nobjectClass: contact\nmail: %s\n"
        "proxyAddresses: SMTP:%s\n") % (dc.OU, PAT, PAT))
    decided(one, 1)
    pair.replicate()
    assert len(pair.by_address(0)[PAT]) == 2
    before = pair.directories[0].export()
    feed(one, mail.signed(authority.partner(PAT, start=time.time())))
    assert decided(one, 2)[1]["reason"] == "ambiguous"
    duplicates(one, [PAT])
    assert pair.directories[0].export() == before


def test_both_renew_while_replication_is_cut(pair, relay, authority):
    """One contact and another certificate on each controller: replication
    keeps one, although both were told that theirs stands.  The sweep brings
    back the newer one, and that of the other publisher lets it be."""
    now = time.time()
    old = authority.partner(PAT, start=now - 300 * DAY, end=now + 30 * DAY)
    new = authority.partner(PAT, start=now - 20 * DAY)
    newest = authority.partner(PAT, start=now - 10 * DAY)
    first, second = relay(pair.uris[0]), relay(pair.uris[1])
    feed(first, mail.signed(old))
    decided(first, 1)
    pair.replicate()
    feed(second, mail.signed(newest))
    decided(second, 1)
    time.sleep(1.1)  # of two changes the one of a later second wins
    feed(first, mail.signed(new))
    decided(first, 2)
    assert len(pair.writes(0)) == 2 and len(pair.writes(1)) == 1
    pair.replicate()
    pair.check({PAT: new.der})
    line, = walk(second, "sweep")
    assert (line["what"], line["findings"]) == ("again", "lost")
    assert decided(second, 2)[1]["reason"] == "ok"
    pair.replicate()
    pair.check({PAT: newest.der})
    assert {line["findings"] for line in walk(first, "sweep")} == {"replaced"}
    pair.check({PAT: newest.der})


def test_not_replicated_yet_is_no_veto(pair, relay, authority):
    """The controller that took a write ends before it told the other: what is
    not to be seen there is neither a veto nor made a second time."""
    now = time.time()
    old = authority.partner(PAT, start=now - 300 * DAY, end=now + 30 * DAY)
    new = authority.partner(PAT)
    one = relay(*pair.uris)
    feed(one, mail.signed(old))
    decided(one, 1)
    pair.servers[0].stop()
    try:
        feed(one, mail.signed(new))
        one.wait_event("harvest-waits", "publisher", reason="replication",
                       seconds=60)
    finally:
        pair.servers[0].start()
    pair.replicate()
    one.cli("-f", one.settings_file, "retry")
    decided(one, 2)
    pair.replicate()
    pair.check({PAT: new.der})
    assert one.cli("-f", one.settings_file, "rules") == \
        "no rules: no veto, no pin, no ban\n"
