"""A directory that is down, refuses, or is not as it should be: mail goes
on, harvests wait, and are published when it is well again."""

import pytest

from servers import mail
from servers import samba as dc
from servers.process import wait_for
from servers.smtp import send

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
