"""Rules and orders for single addresses and certificates, on the embedded
directory: what an administrator says counts at once, and over a crash."""

import json
import os
import signal

from servers import mail
from servers.embedded import contacts
from servers.process import run
from test_publisher import feed, ldif, published, store

PAT = "pat@partner.example"
EVE = "eve@partner.example"
EX_DATAERR, EX_TEMPFAIL = 65, 75


def say(one, *words, check=True):
    """The operator's command with the settings of this installation."""
    return one.cli("-f", one.settings_file, *words, check=check)


def status_of(one, *words):
    """Its exit status."""
    return run([one.programs.path("certharvest"), "-f", one.settings_file,
                *words], check=False,
               env=one.programs.environment()).returncode


def rules(one):
    """[(rule, subject)] as they stand."""
    return [(rule["rule"], rule["subject"])
            for rule in json.loads(say(one, "rules", "--json"))["rules"]]


def colons(sha256):
    """A fingerprint as openssl prints it."""
    return ":".join(sha256[i:i + 2] for i in range(0, 64, 2)).upper()


def test_ban_and_unban(certharvest, authority):
    """Of an address and of a certificate; lifting decides anew at once."""
    one = certharvest().start()
    pat, eve = authority.partner(PAT), authority.partner(EVE)
    assert "not published from now on" in say(one, "ban", PAT.upper())
    assert "banned already" in say(one, "ban", PAT)
    say(one, "ban", "--note", "lost \x1b[31mkey", colons(eve.sha256))
    feed(one, mail.signed(pat), mail.signed(eve))
    for address in (PAT, EVE):
        one.wait_event("harvest-decided", "publisher", reason="banned",
                       outcome="refused", address=address)
    assert contacts(ldif(one)) == {}
    assert rules(one) == [("ban", eve.sha256), ("ban", PAT)]
    shown = say(one, "rules")
    assert "\x1b" not in shown and "lost [31mkey" in shown
    say(one, "unban", eve.sha256)
    published(one, {EVE: eve.der})
    say(one, "unban", PAT)
    published(one, {EVE: eve.der, PAT: pat.der})
    assert rules(one) == []
    journal = store(one, "SELECT what, words FROM journal "
                         "WHERE what LIKE 'rule%' ORDER BY id")
    assert [what for what, _ in journal] == [
        "rule", "rule", "rule-lifted", "rule-lifted"]
    assert all("by uid 0 " in words for _, words in journal)


def test_what_is_no_address_or_fingerprint(certharvest):
    """Is told, and changes nothing."""
    one = certharvest().start()
    for words in (["ban", "partner.example"], ["ban", "ab" * 31],
                  ["ban", "ab" * 33], ["ban", "xy" * 32], ["ban", "a b@c.de"],
                  ["pin", PAT, PAT], ["allow", "a"], ["withdraw", "@b.example"]):
        assert status_of(one, *words) != 0, words
    assert "nothing to lift" in say(one, "allow", PAT)
    assert "no certificate is pinned" in say(one, "unpin", PAT)
    assert "is not banned" in say(one, "unban", PAT)
    assert status_of(one, "pin", PAT) == 64
    assert rules(one) == []
    assert "no rules" in say(one, "rules")


def test_pin(certharvest, authority):
    """One certificate alone, whenever its mail comes."""
    one = certharvest().start()
    first, second = authority.partner(PAT), authority.partner(PAT)
    say(one, "pin", PAT, colons(second.sha256))
    feed(one, mail.signed(first))
    one.wait_event("harvest-decided", "publisher", reason="pinned",
                   outcome="held")
    assert contacts(ldif(one)) == {}
    feed(one, mail.signed(second))
    published(one, {PAT: second.der})
    # another pin has the mail that was held decided on again
    say(one, "pin", PAT, first.sha256)
    published(one, {PAT: first.der})
    say(one, "unpin", PAT)
    assert rules(one) == []


def test_withdraw_and_allow(certharvest, authority):
    """Out it goes and stays out over a restart, until it is allowed."""
    one = certharvest().start()
    pat, eve = authority.partner(PAT), authority.partner(EVE)
    feed(one, mail.signed(pat), mail.signed(eve))
    published(one, {PAT: pat.der, EVE: eve.der})
    said = say(one, "withdraw", "--note", "left the company", PAT)
    assert said.startswith("withdrawn") and PAT in said
    assert contacts(ldif(one)) == {PAT: [], EVE: [eve.der]}
    with open(ldif(one), encoding="utf-8") as file:
        assert file.read().count("extensionName: certharvest") == 1
    assert "not published" in say(one, "show", PAT)
    feed(one, mail.signed(authority.partner(PAT)))
    one.wait_event("harvest-decided", "publisher", reason="veto",
                   outcome="held")
    one.publisher.popen.send_signal(signal.SIGKILL)
    one.publisher.popen.wait()
    one.start_publisher()
    newest = authority.partner(PAT)
    feed(one, mail.signed(newest))
    one.wait_event("harvest-decided", "publisher", reason="veto",
                   outcome="held", number=2)
    assert contacts(ldif(one))[PAT] == []
    assert rules(one) == [("veto", PAT)]
    assert "published again" in say(one, "allow", PAT)
    one.wait_event("directory-write", "publisher", address=PAT, number=3)
    assert len(contacts(ldif(one))[PAT]) == 1
    # what is not there can be withdrawn, too: nothing comes any more
    assert "withdrawn" in say(one, "withdraw", "nobody@partner.example")
    assert rules(one) == [("veto", "nobody@partner.example")]


def test_withdraw_waits_for_the_directory(certharvest, authority):
    """A veto at once, the write when it works, after a kill, once."""
    one = certharvest({"publisher": {"retry_min": "1s"}}).start()
    pat = authority.partner(PAT)
    feed(one, mail.signed(pat))
    published(one, {PAT: pat.der})
    path = ldif(one)
    os.rename(path, path + ".away")
    os.mkdir(path)
    assert status_of(one, "withdraw", "--wait", "2", PAT) == EX_TEMPFAIL
    assert ("veto", PAT) in rules(one)
    one.publisher.popen.send_signal(signal.SIGKILL)
    one.publisher.popen.wait()
    os.rmdir(path)
    os.rename(path + ".away", path)
    one.start_publisher()
    one.wait_event("order-ended", "publisher", outcome="done")
    assert contacts(path) == {PAT: []}
