"""The digest as it arrives in a mailbox, and when none does."""

import email
import email.policy
import email.utils
import os
import re
import stat
import subprocess
import time

import pytest

from servers import mail
from servers.ca import DAY, Authority
from servers.certharvest import PUBLISHER, SPOOL
from servers.process import alive, run, wait_for
from test_publisher import feed

HELPDESK = "helpdesk@corp.example"
EX_TEMPFAIL, EX_CONFIG = 75, 78

# In another language, with what a terminal or a mail could trip over.
STRANGE = 'Mün"chen\\ \u202eevil'


@pytest.fixture
def relay(postfix):
    """A Postfix that the sendmail command hands mail to."""
    server = postfix()
    server.be_the_one()
    return server


@pytest.fixture
def site(certharvest):
    """An installation with somebody who gets a digest."""
    return certharvest({"digest": {
        "to": [HELPDESK, "mail-admins@corp.example"],
        "from": "certharvest@corp.example"}})


def digest(one, *words, check=True):
    """Run the verb as the timer does: as the publisher's user."""
    done = subprocess.run(
        ["setpriv", "--reuid", str(PUBLISHER), "--regid", str(PUBLISHER),
         "--groups", str(SPOOL), one.programs.path("certharvest"),
         "-f", one.settings_file, "digest", *words],
        capture_output=True, timeout=300, check=False,
        env=dict(os.environ, **one.programs.environment()))
    if check:
        assert done.returncode == 0, done.stderr
    return done


def arrived(relay, number=1):
    """The digests in the mailbox, parsed by somebody else."""
    found = [email.message_from_bytes(one, policy=email.policy.default)
             for one in relay.delivered(number)]
    relay.forget()
    for one in found:
        assert not one.defects
        for name in one.keys():
            assert not one[name].defects, name
    return found


def section(text, title):
    """The lines of one section, in one string; "" when it is not there."""
    match = re.search(r"^%s\n-+\n(.*?)(?=\n\S[^\n]*\n---|\Z)" % re.escape(
        title), text, re.M | re.S)
    return " ".join(match.group(1).split()) if match else ""


def stranger(folder):
    """Somebody whose CA nobody knows, with a name that nobody likes."""
    return Authority(str(folder), STRANGE).partner("sam@stranger.example")


def a_bad_day(one, authority, folder):
    """Something of everything that a digest tells of."""
    soon = time.time() + 10.5 * DAY
    feed(one,
         mail.signed(authority.partner("pat@partner.example")),
         mail.signed(authority.partner("eva@expiring.example", end=soon)),
         mail.signed(stranger(folder)),
         *[mail.forged(authority.partner("m@broken%d.example" % n))
           for n in range(4)])
    one.wait_event("harvest-decided", "publisher", number=3)
    one.wait_event("note-taken", "publisher", number=4)
    with open(os.path.join(one.spool, "chained", "0" * 64 + ".json"),
              "w", encoding="ascii") as file:
        file.write("{")
    one.wait_event("spool-damaged", "publisher")
    one.cli("-f", one.settings_file, "pause")


def test_as_it_arrives_in_a_mailbox(site, relay, authority, tmp_path):
    """A whole one, by a real mail server, read by Python's parser."""
    site.start()
    a_bad_day(site, authority, tmp_path)
    begun = time.time()
    digest(site, "--send")
    mails = arrived(relay, 2)
    one = mails[0]
    assert {str(m["To"]) for m in mails} == {
        HELPDESK + ", mail-admins@corp.example"}
    assert one["From"].addresses[0].addr_spec == "certharvest@corp.example"
    assert one["Return-Path"] == "<certharvest@corp.example>"
    assert one["Auto-Submitted"] == "auto-generated"
    assert one["Precedence"] == "bulk"
    assert re.fullmatch(r"<digest\.[^@<>\s]+@[^@<>\s]+>", one["Message-ID"])
    assert begun - 1 <= one["Date"].datetime.timestamp() <= time.time() + 1
    assert one.get_content_type() == "text/plain"
    assert one.get_content_charset() == "utf-8"
    assert one["Content-Transfer-Encoding"] == "quoted-printable"
    assert re.search(
        "3 faults, 1 waits for you, 2 published$", one["Subject"])
    text = one.get_content()
    assert all(len(line) < 120 for line in text.splitlines())
    faults = section(text, "What does not work")
    assert "halted publishing" in faults and "certharvest resume" in faults
    assert "1 spool file was damaged or foreign" in faults
    broken = section(text, "Signatures that arrive broken")
    assert "4 domains arrived changed, and of 3 unchanged" in broken
    assert '"broken2.example" 1 mail of 1 sender:' in broken
    held = section(text, "Waits for a decision")
    assert "1 chain-unknown" in held and '"sam@stranger.example"' in held
    assert "certharvest review approve NUMBER" in held
    unknown = section(text, "CAs that are not known")
    assert "1 held, 1 address of 1 domain" in unknown
    assert "certharvest trust approve" in unknown
    assert '"CN=Mün' in unknown and "\u202e" not in text
    expiring = section(text, "Expires soon")
    assert '"eva@expiring.example" until' in expiring
    assert "in 10 days; last signed mail %s" % time.strftime(
        "%Y-%m-%d", time.gmtime()) in expiring
    assert "pat@partner.example" not in expiring
    published = section(text, "Published")
    assert '"pat@partner.example"' in published
    assert '"eva@expiring.example"' in published
    print(text)


def test_nothing_when_there_is_nothing(site, relay, authority):
    """Nor when only something went well, unless that is wanted."""
    site.start()
    assert b"nothing to tell" in digest(site, "--send").stdout
    feed(site, mail.signed(authority.partner("pat@partner.example")))
    site.wait_event("harvest-decided", "publisher")
    assert b"nothing to tell" in digest(site, "--send").stdout
    site.write_settings({"digest": {"needs": "anything"}})
    digest(site, "--send")
    one = arrived(relay, 2)[0]
    assert one["Subject"].endswith("0 faults, 0 wait for you, 1 published")
    # told once
    assert b"the last one was sent" in digest(site, "--send").stdout
    assert relay.counted("status=sent", 2) == 2


def test_a_period_is_not_lost(site, relay, authority, tmp_path):
    """sendmail fails, hangs or is not there: the next one tells of it."""
    script = tmp_path / "sendmail"
    site.start()
    feed(site, mail.signed(stranger(tmp_path / "ca")))
    site.wait_event("harvest-decided", "publisher")
    for content, timeout, status, words in (
            ("#!/bin/sh\ncat >/dev/null\nexit 75\n", "60s", EX_TEMPFAIL,
             b"exit code 75"),
            ("#!/bin/sh\nsleep 987 &\nsleep 987\n", "1s", EX_TEMPFAIL,
             b"did not end within 1 s"),
            (None, "60s", EX_CONFIG, b"cannot be started")):
        if content is None:
            script.unlink()
        else:
            script.write_text(content)
            script.chmod(0o755)
            run(["chmod", "a+rx", *map(str, script.parents[:3])])
        site.write_settings({"digest": {"sendmail": str(script),
                                        "timeout": timeout}})
        done = digest(site, "--send", check=False)
        assert done.returncode == status, done.stderr
        assert words in done.stderr
        assert b"digest-failed" in done.stderr
    wait_for("the end of all that it started", lambda: not any(
        alive(int(pid)) for pid in subprocess.run(
            ["pgrep", "-fx", "sleep 987"], check=False,
            capture_output=True).stdout.split()))
    site.write_settings({"digest": {"sendmail": "/usr/sbin/sendmail",
                                    "timeout": "60s"}})
    digest(site, "--send")
    assert "sam@stranger.example" in arrived(relay, 2)[0].get_content()
    state = os.stat(os.path.join(site.folder, "publisher", "digest.state"))
    assert stat.S_IMODE(state.st_mode) == 0o640


def test_what_stands_is_told_once_a_week(site, relay, authority, tmp_path):
    """Not every day: who is told daily does not look any more."""
    site.start()
    feed(site, mail.signed(stranger(tmp_path)))
    site.wait_event("harvest-decided", "publisher")
    digest(site, "--send")
    arrived(relay, 2)
    state = os.path.join(site.folder, "publisher", "digest.state")

    def days_ago(days):
        with open(state, "w", encoding="ascii") as file:
            file.write(time.strftime("%Y-%m-%dT%H:%M:%SZ\n", time.gmtime(
                time.time() - days * DAY)))

    # new since then
    days_ago(2)
    assert '"sam@' in digest(site).stdout.decode()
    # what is new is older than the last one, by an hour of sleep
    site.publisher.stop()
    run(["sqlite3", site.sections["store"]["path"],
         "UPDATE harvest SET held = held - 8 * 86400;"
         "UPDATE authority SET first_seen = first_seen - 8 * 86400"])
    site.start_publisher()
    days_ago(2)
    assert b"nothing to tell" in digest(site, "--send").stdout
    days_ago(7.5)
    digest(site, "--send")
    text = arrived(relay, 2)[0].get_content()
    assert "1 chain-unknown" in section(text, "Waits for a decision")
    assert "New:" not in text


def test_print_needs_neither_publisher_nor_mail(site, authority):
    """The same text, at a terminal; the publisher is missed in it."""
    site.start()
    feed(site, mail.signed(authority.partner("pat@partner.example")))
    site.wait_event("harvest-decided", "publisher")
    site.stop()
    text = digest(site, "--since", "2026-01-01").stdout.decode()
    assert "does not answer" in section(text, "What does not work")
    assert '"pat@partner.example"' in section(text, "Published")
    site.write_settings({"digest": {"to": []}})
    assert b"names nobody" in digest(site, "--send").stdout
    site.write_settings({"digest": {"to": ["helpdesk"]}})
    done = digest(site, "--send", check=False)
    assert done.returncode == EX_CONFIG
    assert b"is not an address" in done.stderr


def test_rare_things_are_told(site, authority):
    """Who encrypts, another CA, what is hidden, what is refused, a walk that
    left something, more than there is room for: as the store has it."""
    soon = time.time() + 6.5 * DAY
    some = [authority.partner("p%d@rare.example" % number, end=soon)
            for number in range(4)]
    site.start()
    feed(site, *[mail.signed(one) for one in some])
    site.wait_event("harvest-decided", "publisher", number=4)
    site.publisher.stop()
    run(["sqlite3", site.sections["store"]["path"],
         "UPDATE publication SET encrypted = 7, encrypted_since = %d, "
         "encrypted_last = %d WHERE address = 'p0@rare.example';"
         "UPDATE harvest SET reason = 'key-changed' "
         "WHERE address = 'p1@rare.example';"
         "UPDATE publication SET shadowed = 1 "
         "WHERE address = 'p2@rare.example';"
         "UPDATE harvest SET state = 'due', reason = 'contact-refused', "
         "tries = 3, due = %d WHERE address = 'p3@rare.example';"
         "INSERT INTO walk (kind, dry, uid, who, asked, ended, outcome, "
         "reason, words) VALUES ('sweep', 0, 0, 'root', 1, %d, 'held', "
         "'walk-left', '3 are left')" % (
             time.time(), time.time(), time.time() + 9999, time.time())])
    site.start_publisher()
    site.write_settings({"digest": {"lines": 3}})
    text = digest(site).stdout.decode()
    faults = section(text, "What does not work")
    assert "1 certificate is put off (contact-refused)" in faults
    assert 'certharvest sweep has left something for you' in faults
    assert '"3 are left"' in faults
    changed = section(text, "Another CA's certificate took over")
    assert '"p1@rare.example" published' in changed
    assert '"p2@rare.example"' in section(text, "Hidden from Outlook")
    expiring = section(text, "Expires soon")
    assert '"p0@rare.example" until' in expiring
    assert "7 encrypted mails since, the last one %s: ask for" % (
        time.strftime("%Y-%m-%d", time.gmtime())) in expiring
    assert expiring.endswith("... and 1 more")
    assert expiring.count("in 6 days") == 3
