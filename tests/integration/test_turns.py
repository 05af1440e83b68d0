"""Which of two certificates, over days: a build with hooks moves its clock, and
what stands in the directory is read by the test's own reader of LDIF."""

import json
import time

import pytest

from servers import mail
from servers.ca import DAY
from servers.embedded import contacts
from test_policy import JUDGE, PASSED, approve, held
from test_publisher import feed, ldif, published, store
from test_rules import say

pytestmark = pytest.mark.hooked

PAT = "pat@partner.example"


class Days:
    """One installation, a day and its mails at a time."""

    def __init__(self, certharvest):
        self.one = certharvest(JUDGE)
        self.board = self.one.give_board()
        self.one.start()
        self.decided = 0

    def day(self, *messages):
        """The next day, with these mails, and what was decided on each."""
        self.board.move(DAY)
        reasons = []
        for message in messages:
            feed(self.one, message)
            self.decided += 1
            lines = self.one.wait_event(
                "harvest-decided", "publisher", number=self.decided)
            reasons.append(lines[-1]["reason"])
        return reasons

    def stands(self, certificate):
        """That and nothing else."""
        assert contacts(ldif(self.one)) == {PAT: [certificate.der]}


def pair(authority):
    """An old certificate and its renewal."""
    now = time.time()
    return (authority.partner(PAT, start=now - 300 * DAY, end=now + 90 * DAY),
            authority.partner(PAT, start=now - DAY))


def journal(one, reason):
    """How often it was held for that."""
    return len(store(one, "SELECT 1 FROM journal WHERE what = 'held' "
                          "AND words LIKE '%s%%'" % reason))


def test_the_old_one_comes_back(certharvest, authority):
    """After a week alone it is shown to a human, once; approved it stands, and
    the newer one does not take that back."""
    days = Days(certharvest)
    old, new = pair(authority)
    first, second = (mail.signed(p, extra=PASSED) for p in (old, new))
    assert days.day(first) == ["ok"]
    assert days.day(second) == ["ok"]
    days.stands(new)
    said = [days.day(first)[0] for _ in range(10)]
    assert said == 7 * ["older"] + 3 * ["reverted"]
    days.stands(new)
    (reason, words), = held(days.one, PAT)
    assert reason == "reverted" and "authenticated mails in" in words
    assert journal(days.one, "reverted") == 1
    seen = json.loads(say(days.one, "show", "--json", PAT))["publication"]
    assert seen["last_seen"].startswith(time.strftime(
        "%Y-%m-%d", time.gmtime(days.board.now() - 10 * DAY)))
    approve(days.one, PAT)
    published(days.one, {PAT: old.der})
    days.decided += 1
    assert days.day(second, first) == ["alternating", "unchanged"]
    assert days.day(second, first) == ["alternating", "unchanged"]
    days.stands(old)
    assert journal(days.one, "alternating") == 1
    # a third one is a renewal as any other
    third = authority.partner(PAT, start=time.time() - 3600)
    assert days.day(mail.signed(third)) == ["ok"]
    days.stands(third)


def test_a_replay_is_no_return(certharvest, authority):
    """Nobody authenticated the old one: whoever kept a mail of it."""
    days = Days(certharvest)
    old, new = pair(authority)
    first, second = mail.signed(old), mail.signed(new, extra=PASSED)
    assert days.day(first) == ["ok"]
    assert days.day(second) == ["ok"]
    assert [days.day(first)[0] for _ in range(12)] == 12 * ["older"]
    days.stands(new)
    assert held(days.one, PAT) == []


def test_two_take_turns(certharvest, authority):
    """The incumbent stays, and it is told once."""
    days = Days(certharvest)
    old, new = pair(authority)
    first, second = (mail.signed(p, extra=PASSED) for p in (old, new))
    assert days.day(first, second) == ["ok", "ok"]
    said = []
    for _ in range(6):
        said.append(days.day(second, first)[1])
        days.stands(new)
    assert said[:2] == 2 * ["older"] and said[-3:] == 3 * ["alternating"]
    assert len(held(days.one, PAT)) == 1
    assert journal(days.one, "alternating") == 1
    # pinned, the other one is what stands
    say(days.one, "pin", PAT, old.sha256)
    published(days.one, {PAT: old.der})
