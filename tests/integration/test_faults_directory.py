"""A directory that is down, refuses, or is not as it should be: mail goes
on, harvests wait, and are published when it is well again."""

import pytest

from servers import mail
from servers import samba as dc
from servers.process import wait_for
from servers.smtp import send
from test_publisher import feed, store, wanted_of

PAT = "pat@partner.example"


def down(one, samba, directory):
    """The domain controller is switched off and on again."""
    samba.stop()
    return samba.start


def refuses(one, samba, directory):
    """The file holds a wrong password, and later the right one."""
    one.secret("password.new", b"Wr0ng-Passw0rd-123\n")
    one.replace_secret("password.new", "password")

    def mend():
        one.secret("password.new", dc.ACCOUNT_PASSWORD.encode() + b"\n")
        one.replace_secret("password.new", "password")
    return mend


def no_ou(one, samba, directory):
    """The OU for new contacts has another name."""
    directory.rename(dc.OU, "OU=Elsewhere2")
    return lambda: directory.rename(
        "OU=Elsewhere2," + dc.BASE, "OU=Partners")


# what: (how to break it, and to get what mends it; the reasons to expect)
FAULTS = {
    "down": (down, ("directory-down", "directory-slow")),
    "password": (refuses, ("directory-auth",)),
    "no OU": (no_ou, ("directory-ou",)),
}


@pytest.mark.parametrize("what", FAULTS)
def test_directory(active, postfix, directory, samba, authority, what):
    """Accepted, named in the log, waiting; published after the mending."""
    breaks, reasons = FAULTS[what]
    one = active(how="ldaps")
    relay = postfix(milter="unix:" + one.socket)
    mend = breaks(one, samba, directory)
    mended = False
    try:
        one.start()
        partner = authority.partner(PAT)
        assert send(relay.port, mail.signed(partner)) == 250
        assert len(relay.delivered()) == 1
        wait_for("the reason in the log", lambda: [
            event for name in ("stage-paused", "directory-trouble",
                               "harvest-waits")
            for reason in reasons
            for event in one.events(name, "publisher", reason=reason)], 30)
        assert PAT in one.cli("-f", one.settings_file, "queue")
        mend()
        mended = True
        one.cli("-f", one.settings_file, "resume", check=False)
        one.cli("-f", one.settings_file, "retry", check=False)
        wait_for("the publication", lambda: directory.certificates(
            PAT) == [partner.der], 60, 0.3)
        assert list(directory.versions().values()) == [1]
    finally:
        if not mended:
            mend()


@pytest.fixture
def locked(samba, directory):
    """An OU below the base in which the account may not write."""
    name = "OU=Locked," + dc.OU
    samba.tool("ou", "create", name)
    samba.tool("dsacl", "set", "--objectdn=" + name,
               "--sddl=(D;CI;WP;;;%s)" % samba.account_sid)
    yield name
    directory.wipe()
    samba.tool("ou", "delete", name)


def test_contacts_that_may_not_be_written(
        active, samba, directory, locked, partners, authority):
    """They wait and are told of; that many of them came first must not keep
    the others waiting."""
    one = active({"publisher": {"retry_min": 2, "retry_max": 60}})
    messages = []
    for number in range(12):
        address = "l%02d@locked.example" % number
        directory.ldif("ldapadd", (
            "dn: CN=%s,%s\nobjectClass: contact\nmail: %s\n"
            "proxyAddresses: SMTP:%s\n") % (
                address, locked, address, address))
        messages.append(mail.signed(authority.partner(address)))
    some = partners.first(12)
    one.start()
    feed(one, *messages)
    one.wait_event("contact-trouble", "publisher", reason="contact-refused")
    feed(one, *[partner.message for partner in some])
    one.wait_event("directory-write", "publisher", 30, 12)
    wanted = wanted_of(some)
    assert {address: directory.certificates(address)
            for address in wanted} == {
                address: [der] for address, der in wanted.items()}
    # One may be told of again before the last is for the first time.
    told = wait_for("a word about each", lambda: (
        lambda told: told if len(told) >= 12 else None)({
            line["address"] for line in one.events(
                "contact-trouble", "publisher")}))
    assert len(told) == 12
    assert one.events("stage-paused", "publisher") == []
    queue = one.cli("-f", one.settings_file, "queue")
    assert all(address in queue for address in told)
    directory.ldif("ldapmodify", (
        "dn: CN=l00@locked.example,%s\nchangetype: modrdn\n"
        "newrdn: CN=l00@locked.example\ndeleteoldrdn: 1\n"
        "newsuperior: %s\n") % (locked, dc.OU))
    one.cli("-f", one.settings_file, "retry")
    one.wait_event("harvest-decided", "publisher", 30, reason="ok",
                   address="l00@locked.example")


def test_forgotten_at_a_contact_that_refuses(
        active, directory, locked, authority):
    """The server said no: there is no write to wait for."""
    address = "pat@locked.example"
    one = active({"publisher": {"retry_min": 600, "retry_max": 600}}).start()
    directory.ldif("ldapadd", (
        "dn: CN=%s,%s\nobjectClass: contact\nmail: %s\n"
        "proxyAddresses: SMTP:%s\n") % (address, locked, address, address))
    feed(one, mail.signed(authority.partner(address)))
    one.wait_event("harvest-waits", "publisher", reason="contact-refused")
    one.cli("-f", one.settings_file, "forget", "--wait", "0", address,
            check=False)
    one.wait_event("order-ended", "publisher", outcome="done")
    assert store(one, "SELECT count(*) FROM harvest") == [(0,)]


def test_an_order_that_waits(active, directory, locked, authority):
    """What is to be taken out of a contact that may not be written to waits,
    and keeps no other order waiting; asked for twice it is one order."""
    one = active({"publisher": {"retry_min": 2, "retry_max": 60}}).start()
    first, other = [authority.partner(name + "@locked.example")
                    for name in ("first", "other")]
    feed(one, mail.signed(first), mail.signed(other))
    one.wait_event("harvest-decided", "publisher", 30, 2, reason="ok")
    moved = "CN=first@locked.example," + locked
    directory.ldif("ldapmodify", (
        "dn: CN=first@locked.example,%s\nchangetype: modrdn\n"
        "newrdn: CN=first@locked.example\ndeleteoldrdn: 1\n"
        "newsuperior: %s\n") % (dc.OU, locked))
    for address in ("first@locked.example", "first@locked.example",
                    "other@locked.example"):
        one.cli("-f", one.settings_file, "withdraw", "--wait", "0", address,
                check=False)
    ended, = one.wait_event("order-ended", "publisher", 30)
    assert ended["address"] == "other@locked.example"
    assert directory.certificates("other@locked.example") == []
    assert directory.certificates("first@locked.example") == [first.der]
    assert one.events("stage-paused", "publisher") == []
    directory.ldif("ldapmodify", (
        "dn: %s\nchangetype: modrdn\nnewrdn: CN=first@locked.example\n"
        "deleteoldrdn: 1\nnewsuperior: %s\n") % (moved, dc.OU))
    one.cli("-f", one.settings_file, "retry")
    one.wait_event("order-ended", "publisher", 30,
                   address="first@locked.example", outcome="done")
    assert directory.certificates("first@locked.example") == []
    assert store(one, "SELECT count(*) FROM orders") == [(2,)]
    assert len(one.events("order-ended", "publisher")) == 2
