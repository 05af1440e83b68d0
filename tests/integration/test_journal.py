"""The journal: what was decided and written, with what stood there before, as
certharvest log and the log tell it."""

import json
import time

from servers import mail
from servers.ca import DAY
from servers.process import wait_for
from test_publisher import feed, published, status
from test_rules import say

PAT = "pat@partner.example"
EVE = "eve@partner.example"


def entries(one, *words):
    """What certharvest log says, as it says it."""
    return [json.loads(line)
            for line in say(one, "log", "--json", *words).splitlines()]


def writes(one, *words):
    """Those entries that something was written with."""
    return [entry for entry in entries(one, *words) if entry["write"]]


def values(write, which, part="certificate"):
    """What a write had, removed or added."""
    return [change[part] for change in write[which] if part in change]


def renewed(authority, address=PAT):
    """Two certificates of one issuer, and the newer takes over."""
    now = time.time()
    return (authority.partner(address, start=now - 300 * DAY,
                              end=now + 30 * DAY),
            authority.partner(address, start=now - DAY))


def test_before_and_after(certharvest, authority):
    """A create, a refresh and a withdrawal, each with what stood there."""
    one = certharvest().start()
    old, new = renewed(authority)
    feed(one, mail.signed(old))
    published(one, {PAT: old.der})
    feed(one, mail.signed(new))
    published(one, {PAT: new.der})
    say(one, "withdraw", PAT)
    create, refresh, withdrawal = [
        entry["write"] for entry in writes(one, PAT)]
    assert create["created"] and not create["had"] and not create["removed"]
    assert values(create, "added") == [old.sha256]
    (mark,) = values(create, "added", "mark")
    assert mark.startswith("certharvest:1:" + old.sha256)
    assert not refresh["created"]
    assert values(refresh, "had") == [old.sha256]
    assert values(refresh, "had", "mark") == [mark]
    assert values(refresh, "removed") == [old.sha256]
    assert values(refresh, "added") == [new.sha256]
    assert values(withdrawal, "removed") == [new.sha256]
    assert values(withdrawal, "added") == []
    assert len({w["object"] for w in (create, refresh, withdrawal)}) == 1
    assert all(PAT in w["dn"] for w in (create, refresh, withdrawal))


def test_what_an_administrator_reads(certharvest, authority):
    """The newest last; of one address, of the last ones, since when."""
    one = certharvest().start()
    pat, eve = [authority.partner(a) for a in (PAT, EVE)]
    feed(one, mail.signed(pat, subject="Nobody's business"))
    published(one, {PAT: pat.der})
    feed(one, mail.signed(eve))
    published(one, {PAT: pat.der, EVE: eve.der})
    wait_for("settled", lambda: status(one)["harvests"]["due"] == 0)
    whole = entries(one)
    assert [e["entry"] for e in whole] == sorted(e["entry"] for e in whole)
    assert [e["what"] for e in entries(one, PAT)] == [
        "taken", "intent", "published"]
    assert entries(one, "--limit", "1") == whole[-1:]
    assert entries(one, "--since", whole[-1]["time"])[-1] == whole[-1]
    assert entries(one, "--since", "2099-01-01T00:00:00Z") == []
    text = say(one, "log", PAT)
    assert pat.sha256 in text and eve.sha256 not in text
    assert "Nobody's business" not in json.dumps(whole)


def test_each_entry_is_an_event(certharvest, authority):
    """With the values, and none is missing in the log of another machine."""
    one = certharvest().start()
    pat = authority.partner(PAT)
    feed(one, mail.signed(pat))
    published(one, {PAT: pat.der})
    wait_for("settled", lambda: status(one)["harvests"]["due"] == 0)
    (write,) = writes(one)
    (event,) = one.wait_event("journal", "publisher", what="published")
    assert event["entry"] == str(write["entry"])
    assert event["added"] == pat.sha256 + " marks 1"
    assert event["object"] == write["write"]["object"]
    told = [int(e["entry"]) for e in one.events("journal", "publisher")]
    assert told == list(range(1, max(told) + 1))
    assert max(told) == entries(one)[-1]["entry"]
