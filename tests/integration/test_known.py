"""Known signers: verified once, and what makes the milter look again."""

import os

import pytest

from servers import mail
from servers.process import wait_for

ADDRESS = "pat@partner.example"

pytestmark = pytest.mark.sanitized


def reasons(one):
    """The reason of every verdict so far, in their order."""
    return [line.split('reason="')[1].split('"')[0]
            for line in one.lines('message queue-id=.* size=')]


def test_a_signer_is_verified_once(milter, authority):
    """A second mail, a forged one and one with another From:."""
    one = milter()
    partner = authority.partner(ADDRESS)
    assert one.accepts(mail.signed(partner))
    assert one.accepts(mail.signed(partner, opaque=True))
    assert one.accepts(mail.forged(partner))
    assert one.accepts(mail.signed(partner, sender="eve@evil.example"))
    assert one.accepts(mail.signed(authority.partner(ADDRESS)))
    assert reasons(one) == ["ok", "known-signer", "known-signer", "not-from",
                            "ok"]
    assert one.count('message .*"known-signer" .* signature="none"') == 2
    assert len(one.spooled("chained")) == 2
    assert one.stop() == 0
    assert one.metric("judged_total") == 5
    assert one.metric("known_total") == 2
    assert one.metric("spooled_total") == 2


def test_a_reload_forgets(milter, authority):
    """The forged mail is refused again."""
    one = milter()
    partner = authority.partner(ADDRESS)
    assert one.accepts(mail.signed(partner))
    assert one.accepts(mail.forged(partner))
    one.reload()
    assert one.accepts(mail.forged(partner))
    assert reasons(one) == ["ok", "known-signer", "digest-mismatch"]


def test_a_dead_sessions_process_forgets(milter, authority):
    """Nothing is known but from memory."""
    one = milter()
    partner = authority.partner(ADDRESS)
    assert one.accepts(mail.signed(partner))
    [pid] = one.sessions()
    os.kill(pid, 9)
    wait_for("another", lambda: one.sessions() not in ([], [pid]))
    # While no judge is free yet nothing is said of a mail.
    wait_for("a verdict", lambda: one.accepts(mail.forged(partner))
             and len(reasons(one)) == 2)
    assert reasons(one) == ["ok", "digest-mismatch"]


def test_nobody_vouches_for_it(milter, authority):
    """An unknown CA: it is never known, and so takes no place."""
    one = milter(anchors="")
    message = mail.signed(authority.partner(ADDRESS))
    assert one.accepts(message) and one.accepts(message)
    assert reasons(one) == ["ok", "ok"]


def test_a_harvest_that_was_not_taken(milter, authority):
    """A spool in trouble: nobody is known by what it did not take."""
    one = milter(start=False)
    spool = os.path.join(one.folder, "spool")
    with open(spool, "w", encoding="ascii") as file:
        file.write("in the way")
    one.start()
    message = mail.signed(authority.partner(ADDRESS))
    assert one.accepts(message) and one.accepts(message)
    assert one.count('message-passed .* reason="spool-io"') == 2
    os.unlink(spool)
    wait_for("a spool", lambda: one.accepts(message) and one.spooled())
    assert one.accepts(message)
    assert reasons(one)[-2:] == ["ok", "known-signer"]


def test_switched_off(milter, authority):
    """Every signature is verified."""
    one = milter(milter="known_entries = 0")
    partner = authority.partner(ADDRESS)
    assert one.accepts(mail.signed(partner))
    assert one.accepts(mail.signed(partner))
    assert one.accepts(mail.forged(partner))
    assert reasons(one) == ["ok", "ok", "digest-mismatch"]
