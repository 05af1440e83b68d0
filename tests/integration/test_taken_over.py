"""A judge that a message has taken over: what it does, and what that costs.

Against the plain build alone: nothing is confined with sanitizers.
"""

import os

from servers import mail
from servers.process import state, wait_for
from test_milter_faults import seccomp

ADDRESS = "pat@partner.example"


def demand(deed):
    """A message that could be signed and has its judge do that deed."""
    return (b"From: " + ADDRESS.encode() + b"\r\n"
            b"X-Certharvest-Test: " + deed.encode() + b"\r\n"
            b"Content-Type: multipart/signed; boundary=x\r\n"
            b"\r\n"
            b"--x\r\n\r\nbody\r\n--x--\r\n")


# What a message does that has taken its judge over, and what is told of it.
DEEDS = [
    ("crash", "worker-died", "SIGSEGV"),
    ("abort_itself", "worker-died", "SIGABRT"),
    ("open_a_file", "worker-died", "SIGSYS"),
    ("connect_inet", "worker-died", "SIGSYS"),
    ("fork_a_child", "worker-died", "SIGSYS"),
    ("execute_a_program", "worker-died", "SIGSYS"),
    ("kill_the_parent", "worker-died", "SIGSYS"),
    ("eat_memory", "worker-memory", "memory"),
    ("eat_memory_by_glib", "worker-memory", "memory"),
    ("spin", "worker-late", "deadline"),
]


def ready(one, number):
    """Whether so many judges wait to be asked: their filter comes last, and
    nobody waits long for one that has only been started."""
    judges = one.judges()
    return len(judges) == number and all(
        seccomp(pid) == "2" and state(pid) == "S" for pid in judges)


def test_a_judge_that_is_taken_over(milter, build, authority):
    """It costs that one verdict; the next mail is judged at once."""
    one = milter(judge=os.path.join(build, "tests", "faults", "judge_taken"),
                 workers=4)
    good = mail.signed(authority.partner(ADDRESS))
    for deed, reason, text in DEEDS:
        wait_for("four judges", lambda: ready(one, 4))
        assert one.accepts(demand(deed), "--queue-id", deed)
        assert one.accepts(good, "--queue-id", "after-" + deed)
        assert one.count('message-passed queue-id="%s" reason="%s"'
                         % (deed, reason)) == 1, deed
        assert one.count('message queue-id="after-%s"' % deed) == 1, deed
        one.logged('worker-died .*reason="%s" text=".*%s'
                   % (reason, text))
    assert one.count("worker-died") == len(DEEDS)
    assert one.count("generation-died") == 0
    assert "forged" not in one.log()
    assert one.stop() == 0


def test_a_judge_cannot_forge_the_log(milter, build):
    """Its standard error leads nowhere."""
    one = milter(judge=os.path.join(build, "tests", "faults", "judge_taken"))
    assert one.accepts(demand("write_to_standard_error"))
    assert one.count("message ") == 1
    assert "forged" not in one.log()
