"""The publisher while a real Active Directory fails and comes back."""

import os
import signal
import time

from servers import mail
from servers.process import wait_for
from servers.samba import ACCOUNT, ACCOUNT_PASSWORD
from test_publisher import feed, partners, status, wanted_of

assert partners  # a fixture that is shared


def published(directory, wanted, seconds=30):
    """Wait until exactly these certificates stand there, written once."""
    wait_for("the certificates of %d contacts" % len(wanted), lambda: all(
        directory.certificates(address) == [der]
        for address, der in wanted.items()), seconds, pause=0.3)
    assert list(directory.versions().values()) == [1] * len(wanted)


def test_away_and_back(active, samba, directory, partners):
    """The domain controller stops with a backlog ahead, and starts again."""
    one = active().start()
    some = partners.first(10)
    feed(one, some[0].message)
    published(directory, wanted_of(some[:1]))
    samba.stop()
    try:
        feed(one, *[partner.message for partner in some[1:]])
        # It may be told once more, as it becomes another one.
        trouble = one.wait_event("directory-trouble", "publisher")[0]
        assert trouble["reason"] in ("directory-down", "directory-slow")
        one.wait_event("harvest-taken", "publisher", number=10)
        time.sleep(3)
        assert status(one)["harvests"]["due"] == 9
        assert len(one.events("directory-trouble", "publisher")) <= 2
    finally:
        samba.start()
    published(directory, wanted_of(some))
    one.wait_event("directory-back", "publisher")


def test_wrong_password_until_the_right_one_comes(
        active, samba, directory, partners):
    """Told once, tried once and not again and again, so that the account is
    not locked out; the right one is used as soon as SIGHUP says so."""
    one = active()
    path = one.secret("password", b"wrong\n")
    samba.tool("domain", "passwordsettings", "set",
               "--account-lockout-threshold=3")
    one.start()
    some = partners.first(5)
    feed(one, *[partner.message for partner in some])
    paused, = one.wait_event("stage-paused", "publisher")
    assert paused["reason"] == "directory-auth"
    one.wait_event("harvest-taken", "publisher", number=5)
    time.sleep(5)
    assert len(one.events("stage-paused", "publisher")) == 1
    (_, shown), = directory.search(
        "(sAMAccountName=%s)" % ACCOUNT, "badPwdCount")
    samba.tool("domain", "passwordsettings", "set",
               "--account-lockout-threshold=0")
    assert shown["badPwdCount"] == [b"1"]
    assert status(one)["harvests"]["due"] == 5
    os.unlink(path)
    one.secret("password", ACCOUNT_PASSWORD.encode() + b"\n")
    one.publisher.popen.send_signal(signal.SIGHUP)
    published(directory, wanted_of(some))
    one.wait_event("stage-resumed", "publisher")


def test_held_for_a_human_and_the_others_go_on(
        active, directory, authority, partners):
    """An address of one of our users is never touched."""
    one = active().start()
    directory.ldif("ldapmodify", (
        "dn: CN=svc-certharvest,CN=Users,DC=corp,DC=example\n"
        "changetype: modify\nreplace: mail\nmail: user@many.example\n"))
    some = partners.first(2)
    feed(one, mail.signed(authority.partner("user@many.example")),
         *[partner.message for partner in some])
    one.wait_event("harvest-decided", "publisher", outcome="held",
                   reason="is-user", address="user@many.example")
    published(directory, wanted_of(some))
