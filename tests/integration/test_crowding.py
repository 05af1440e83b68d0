"""Nobody takes the room of others in the spool: neither whose certificates
lead to no CA, nor who sends in one partner's name, nor that partner."""

import os
import time

import pytest

from servers.ca import DAY, Authority
from servers.mint import Mint
from servers.process import wait_for
from test_publisher import feed

BOUNDS = {"spool": {"files_chained": 40, "files_unchained": 40,
                    "files_notes": 40, "domain_percent": 10}}


@pytest.fixture(scope="module")
def mints(build, authority, root):
    """A CA that is trusted, and one that nobody knows."""
    return (Mint(build, authority), Mint(build, Authority(
        os.path.join(root, "ca-nobody"), "Nobody")))


def mails(mint, *addresses):
    """A mail from each."""
    now = time.time()
    return [coin.message for coin in mint.make(
        [(address, "Pat", now - DAY, now + 99 * DAY)
         for address in addresses], mails=True)]


def many(number, domain):
    """So many people of one domain."""
    return ["f%03d@%s" % (one, domain) for one in range(number)]


def others(number):
    """As many domains."""
    return ["pat@other%d.example" % one for one in range(number)]


def spooled(one, queue):
    """How many files there are."""
    return sum("/%s/" % queue in path for path in one.spooled())


def forged(message):
    """It gives a note."""
    return message.replace(b"Good morning", b"Good evening")


def test_nobody_crowds_out_others(certharvest, mints):
    """Floods of each kind in turn; what others send is kept all the same."""
    trusted, nobody = mints
    one = certharvest(BOUNDS)
    one.start_milter()
    # Somebody in a partner's name, with certificates of his own.
    feed(one, *mails(nobody, *many(60, "partner.example")))
    assert spooled(one, "unchained") == 20
    # And from nowhere: the queue is full, its own.
    feed(one, *mails(nobody, *others(30)))
    assert spooled(one, "unchained") == 40
    # Forged mails of that domain, and of others.
    feed(one, *map(forged, mails(trusted, *many(60, "partner.example"))))
    assert spooled(one, "notes") == 20
    feed(one, *map(forged, mails(trusted, *others(10))))
    assert spooled(one, "notes") == 30
    # The partner is not hurt by any of it, but has no more than his share of
    # a queue that fills up.
    feed(one, *mails(trusted, *many(60, "partner.example")))
    assert spooled(one, "chained") == 20
    feed(one, *mails(trusted, *others(20)))
    assert spooled(one, "chained") == 40
    shared = one.events("message-passed", "milter", reason="spool-share")
    assert len(shared) >= 80
    assert one.events("spool-trouble", "milter") != []
    # A milter that is started anew knows whose files lie there.
    one.milter.kill_all()
    for path in one.spooled():
        with open(path, "rb") as file:
            of_partner = b"@partner.example\"" in file.read(200)
        if "/chained/" in path and not of_partner:
            os.unlink(path)
    one.start_milter()
    feed(one, *mails(trusted, "new@partner.example", "a@third.example"))
    assert spooled(one, "chained") == 21
    # All that was kept is decided on.
    one.start_publisher()
    wait_for("an empty spool", lambda: one.spooled() == [], 30)
