"""Reloads and upgrades while mail comes in: nobody notices."""

import os
import signal
import threading

import pytest

from servers import mail
from servers.process import wait_for
from servers.smtp import smtp_source

PAT = "pat@partner.example"


def reload_often(one, programs, number):
    """So many times: new settings and now and then a new binary."""
    for count in range(number):
        if count % 2:
            for role in ("milter", "judge"):
                programs.replace(role)
        one.write_settings({"judge": {"workers": 2 + count % 2}})
        os.kill(one.milter.pid, signal.SIGHUP)
        wait_for("reload %d" % (count + 1), lambda: len(one.events(
            "reloaded", "milter")) == count + 1, 30)


class Load(threading.Thread):
    """Signed mail from smtp-source until told to end."""

    def __init__(self, relay, path):
        super().__init__()
        self.relay = relay
        self.path = path
        self.enough = threading.Event()
        self.sent = 0
        self.codes = []

    def run(self):
        while not self.enough.is_set():
            done = smtp_source(self.relay.port, 100,
                               options=["-F", self.path])
            self.codes.append(done.returncode)
            self.sent += 100


@pytest.mark.parametrize("number", [
    12, pytest.param(200, marks=pytest.mark.long)])
def test_reloads_under_load(certharvest, postfix, authority, programs,
                            number):
    """Every mail is accepted, and judged by this generation or that.

    The relay is told to refuse mail when the milter fails it, so that a gap
    of a millisecond would be seen.
    """
    one = certharvest()
    one.start_milter()
    path = os.path.join(one.folder, "load.eml")
    with open(path, "wb") as file:
        file.write(mail.lf(mail.signed(authority.partner(PAT))))
    relay = postfix(milter="unix:" + one.socket, transport="discard:",
                    failing="tempfail")
    load = Load(relay, path)
    load.start()
    try:
        reload_often(one, programs, number)
    finally:
        load.enough.set()
        load.join()  # smtp_source() has its own limit
    assert set(load.codes) == {0}
    relay.idle()
    assert relay.counted("status=sent", load.sent) == load.sent
    assert relay.count("warning:.*milter") == 0
    assert relay.refused() == 0
    passed = one.events("message-passed", "milter")
    assert len(one.events("message", "milter")) + len(passed) == load.sent
    # All judges are replaced at once, and there are more mails than judges:
    # on a busy machine one may be free too late for a mail, which is then
    # accepted unseen, and said so.  How often is a matter of the machine;
    # that one at a time never waits, test_milter_faults has.
    assert {line["reason"] for line in passed} <= {"no-worker"}, passed
    assert len(passed) * 20 <= load.sent, passed
    assert not one.events("generation-died", "milter")
    assert len(one.spooled()) == 1


def test_bad_settings_keep_the_old_ones(certharvest, authority):
    """A reload with an error: said with file and line, and served on."""
    one = certharvest()
    one.start_milter()
    serving = one.processes()["sessions"]
    with open(one.settings_file, "a", encoding="utf-8") as file:
        file.write("judge { wokers = 3 }\n")
    os.kill(one.milter.pid, signal.SIGHUP)
    one.wait_event("reload-refused", "milter")
    said = one.events("settings", "milter")[0]["text"]
    assert one.settings_file + ":" in said
    assert "workers" in said
    assert one.processes()["sessions"] == serving
    path = os.path.join(one.folder, "good.eml")
    with open(path, "wb") as file:
        file.write(mail.signed(authority.partner(PAT)))
    one.cli("probe", "unix:" + one.socket, path)
    one.wait_event("message", "milter", reason="ok")
