"""The milter under bad input, dying processes and stalled peers."""

import contextlib
import glob
import os
import re
import signal
import threading
import time
from concurrent import futures

import pytest

from servers import mail
from servers.milter_client import Client, connect
from servers.process import PATIENCE, alive, run, wait_for

ADDRESS = "pat@partner.example"

pytestmark = pytest.mark.sanitized


@pytest.fixture
def faulty(milter, build):
    """A milter whose judges do what "Fault:" in a message says."""
    def make(**options):
        return milter(judge=os.path.join(
            build, "tests", "faults", "judge_double"), **options)
    return make


def demand(fault, sender=ADDRESS):
    """A message that could be signed and demands a fault of its judge."""
    return (b"From: " + sender.encode() + b"\r\n"
            b"Fault: " + fault.encode() + b"\r\n"
            b"Content-Type: multipart/signed; boundary=x\r\n"
            b"\r\n"
            b"--x\r\n\r\nbody\r\n--x--\r\n")


@pytest.mark.parametrize("fault,reason", [
    ("crash", "worker-died"), ("hang", "worker-late"),
    ("nonsense", "worker-died")])
def test_a_message_that_ends_its_judge(faulty, fault, reason):
    """It costs that one verdict, and a hang no more than its deadline."""
    one = faulty()
    assert one.accepts(demand(fault), "--queue-id", "4Fault")
    assert one.count('message-passed queue-id="4Fault" reason="%s"'
                     % reason) == 1
    wait_for("two judges again", lambda: len(one.judges()) == 2)
    assert one.accepts(demand("none"))
    assert len(one.spooled()) == 1
    assert one.stop() == 0
    assert one.metric("passed_total") == 1
    assert one.metric("workers_died_total") == 1


def test_confinement_is_told(milter, programs):
    """And so is its absence, at each start and reload."""
    one = milter()
    [pid] = one.sessions()
    if not programs.sanitized():
        assert seccomp(pid) == "2"
        assert one.count("confined landlock=") == 1
    one.configure(confine="false", milter="confine = false")
    one.reload()
    # It is told behind the reload: had there been one at the start, there
    # were three now.
    one.logged('unconfined setting="milter.confine"')
    assert one.count('unconfined setting="judge.confine"') == 1
    assert one.count("unconfined") == 2
    wait_for("the old one ends", lambda: len(one.sessions()) == 1)
    assert seccomp(one.sessions()[0]) == "0"
    one.reload()
    one.logged('unconfined setting="milter.confine"', 2)
    assert one.count("unconfined") == 4


def seccomp(pid):
    """Whether the process is filtered: 0 or 2."""
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        return re.search(r"Seccomp:\s*(\d)", file.read()).group(1)


def test_a_sessions_process_that_breaks_its_filter(milter, authority):
    """It is replaced as after any other death, and the log tells which."""
    one = milter()
    [pid] = one.sessions()
    os.kill(pid, signal.SIGSYS)
    assert one.accepts(mail.signed(authority.partner(ADDRESS)))
    one.logged('generation-died .*signal=31 .*SIGSYS')


def test_malformed_messages_retire_their_judge(faulty):
    """A fresh process for the next message, without an alarm."""
    one = faulty(workers=1)
    for _ in range(5):
        [judge] = wait_for("a judge", one.judges)
        assert one.accepts(demand("malformed"))
        wait_for("another alone", lambda j=judge: j not in one.judges()
                 and len(one.judges()) == 1)
    assert one.count('message .* reason="malformed"') == 5
    assert one.stop() == 0
    assert one.metric("workers_died_total") == 0
    assert one.metric("notes_total") == 5


def test_judges_retire_after_their_share(faulty):
    """And not one message notices."""
    # No more at once than there are judges: nobody waits for one.
    one = faulty(workers=2)
    done = one.probe("--count", "2000", "--sessions", "2",
                     mail=demand("none"))
    assert b"result: good" in done.stdout
    assert one.stop() == 0
    # Twenty shares each where no successor is ready; and two at the end.
    assert one.count("worker-ended") > 2
    assert one.metric("judged_total") == 4000
    assert one.metric("workers_died_total") == 0


def test_no_judge_is_free(faulty):
    """All hang: the others wait a tenth of a second and go on."""
    one = faulty(workers=1)
    judge, = one.judges()
    idle = wait_for("an idle judge", lambda: waits_in(judge))
    hanging, other = Client(one.socket), Client(one.socket)
    for client, fault in ((hanging, "hang"), (other, "none")):
        client.headers(demand(fault))
        client.send(b"N")
        client.receive()
    hanging.send(b"E")
    wait_for("a judge that hangs", lambda: waits_in(judge) not in (
        None, idle), pause=0.005)
    other.send(b"E")
    assert other.receive()[0] == b"a"
    assert one.count('message-passed .* reason="no-worker"') == 1
    assert hanging.receive()[0] == b"a"


def waits_in(pid):
    """The number of the system call that a process waits in; None: it
    runs."""
    with open("/proc/%d/syscall" % pid, encoding="ascii") as file:
        word = file.read().split()[0]
    return None if word == "running" else word


def test_a_broken_judge_program(milter):
    """Mail goes on, and starting it again slows down."""
    one = milter(judge="/bin/false")
    one.logged("worker-throttled")
    assert one.accepts(demand("none"))
    assert one.count("message-passed") == 1
    assert one.count("worker-died") < 40


def test_killed_judges(milter, authority):
    """kill -9 of every judge, ten times."""
    one = milter()
    message = mail.signed(authority.partner(ADDRESS))
    for _ in range(10):
        judges = wait_for("judges", one.judges)
        for pid in judges:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert one.accepts(message)
        wait_for("others", lambda old=judges: len(one.judges()) == 2
                 and not set(old) & set(one.judges()), 30)
    # Those that were just started may not be ready for the first.
    wait_for("a verdict", lambda: one.accepts(message) and
             one.count('message .* reason="ok"') >= 1)


def test_killed_sessions_processes(milter, authority):
    """The listening socket is the supervisor's: nobody is refused."""
    one = milter()
    message = mail.signed(authority.partner(ADDRESS))
    for _ in range(4):
        [pid] = wait_for("one", one.sessions)
        os.kill(pid, signal.SIGKILL)
        assert one.accepts(message)
    assert one.count("generation-died") == 4
    assert len(one.spooled()) == 1


@pytest.mark.parametrize("socket", [None, "inet:127.0.0.1:8895"])
def test_a_killed_supervisor(milter, authority, socket):
    """The message in hand is finished; a new one takes the socket over."""
    one = milter(socket=socket)
    message = mail.signed(authority.partner(ADDRESS))
    [orphan] = one.sessions()
    client = Client(one.socket)
    client.headers(message)
    client.send(b"N")
    assert client.receive()[0] == b"c"
    one.process.kill()
    if socket is None:
        assert one.accepts(mail.unsigned(ADDRESS))  # by the orphan
    wait_for("the port", lambda: started(one), 15)
    [serving] = one.sessions()
    assert serving != orphan
    assert one.accepts(message)
    assert client.body(message) == b"c"
    client.send(b"E")
    assert client.receive()[0] == b"a"
    client.close()
    wait_for("the orphan ends", lambda: not alive(orphan))
    assert one.accepts(message)
    assert one.stop() == 0
    assert [n for n in os.listdir(one.folder) if "sock" in n] == []


def started(one):
    """Whether it could be started now."""
    one.start(wait=False)
    wait_for("an end or a start", lambda: one.log().endswith("\n") and (
        not one.process.running() or
        "started socket" in one.log().rpartition("reason=\"socket\"")[2]
        and one.sessions()))
    return one.process.running()


def test_nobody_restarts_the_supervisor(milter):
    """The sessions process alone serves for ten seconds and ends."""
    one = milter()
    [orphan] = one.sessions()
    one.process.kill()
    assert one.accepts(mail.unsigned(ADDRESS))
    wait_for("its end", lambda: not alive(orphan), 15)


STAGES = ["connect", "helo", "mail", "rcpt", "data", "headers",
          "end-of-headers", "body", "end-of-message"]


def test_peers_that_hang_up(milter, authority):
    """At every stage, in the middle of a packet and before a word."""
    one = milter()
    message = mail.signed(authority.partner(ADDRESS))
    for stage in STAGES:
        assert one.probe("--abort", stage, mail=message).returncode == 0
    for junk in (b"", b"\0", b"\0\0\0\x0d", b"\0\0\0\x0dO\0\0",
                 b"\xff\xff\xff\xffO", b"\0\0\0\0", b"GET / HTTP/1.0\r\n\r\n",
                 b"\0\0\0\x01Z", b"\0\0\0\x05L\0\0\0\0"):
        with connect(one.socket) as client:
            client.sendall(junk)
    client = Client(one.socket)
    client.send(b"L", b"Content-Type\0multipart/signed\0")
    client.socket.sendall(b"\0\0\xff\xffB" + b"x" * 100)
    client.close()
    assert one.accepts(message)
    [serving] = one.sessions()
    fds = "/proc/%d/fd" % serving
    wait_for("no descriptor left behind",
             lambda: len(os.listdir(fds)) < 30)
    assert one.count("generation-died") == 0
    assert one.stop() == 0
    assert one.metric("candidate_bytes") == 0


def test_a_million_headers(milter):
    """Accepted, in bounded memory, with the reason in the log."""
    one = milter()
    [serving] = one.sessions()
    message = (b"Content-Type: multipart/signed; boundary=x\r\n" +
               b"X-Header: some words that nobody needs\r\n" * 1000000 +
               b"\r\nbody\r\n")
    assert one.accepts(message)
    assert one.count('message-passed .* reason="header-limit"') == 1
    assert memory(serving) < 64 * 1024 or is_sanitized(serving)
    assert one.accepts(message.replace(b"Content-Type", b"Content-Tape"))


def is_sanitized(pid):
    """Whether freed memory is kept for a while to find its late users."""
    with open("/proc/%d/maps" % pid, encoding="utf-8") as file:
        return "libasan" in file.read()


def memory(pid):
    """Resident memory in KiB at its highest."""
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        for line in file:
            if line.startswith("VmHWM"):
                return int(line.split()[1])
    return 0


def test_a_hundred_megabytes(milter):
    """Given up at the limit, not a byte kept."""
    one = milter()
    [serving] = one.sessions()
    message = (b"Content-Type: multipart/signed; boundary=x\r\n\r\n" +
               (b"x" * 998 + b"\r\n") * 100000)
    assert one.accepts(message, "--queue-id", "4Large")
    assert one.count(
        'message-passed queue-id="4Large" reason="too-large"') == 1
    assert memory(serving) < 64 * 1024 or is_sanitized(serving)
    assert glob.glob(os.path.join(one.folder, "certharvest.??????")) == []
    assert one.accepts(message.replace(b"signed", b"sealed"))


def test_large_and_small_candidates(faulty):
    """In memory or in a file, the judge sees every byte and cannot write."""
    one = faulty()
    for size in (0, 1, 200000, 262144, 300000, 20000000):
        message = demand("none", "s%d@partner.example" % size) + b"x" * size
        assert one.accepts(message)
        assert 'size=%d ' % (len(message) + (2 if size else 0)) in \
            one.log() or 'size=%d ' % len(message) in one.log()
    assert len(one.spooled()) == 6


@pytest.mark.parametrize("message", [
    b"", b"\r\n", b"x", b"\r\n\r\n", b"Content-Type: multipart/signed\r\n\r\n",
    b"Content-Type: application/pkcs7-mime\r\n\r\n" + b"\0" * 1000,
    b"Content-Type:\r\n\r\n", b":\r\n\r\n",
    b"Content-Type: " + b"pkcs7" * 10000 + b"\r\n\r\n",
    b"From: a@a.example\r\n" * 10 +
    b"Content-Type: multipart/signed; boundary=x\r\n\r\n--x\r\n"])
def test_nothing_is_refused(milter, message):
    """Whatever it is, it is accepted."""
    one = milter()
    assert one.accepts(message)
    assert one.accepts(message, "--body-at-end")
    nobody_died(one)


def nobody_died(one):
    """No judge did, by the log and the number of a milter that has ended: it
    may tell of a death later than of the message."""
    assert one.stop() == 0
    assert one.count("worker-died") == 0
    assert one.metric("workers_died_total") == 0


def test_ten_thousand_parts(milter):
    """A tree of parts is not built, so its depth does not matter."""
    parts = b"".join(
        b"Content-Type: multipart/signed; boundary=b%d\r\n\r\n--b%d\r\n"
        % (i, i) for i in range(10000))
    one = milter()
    assert one.accepts(parts)
    assert one.count("message") == 1
    nobody_died(one)


def test_the_memory_of_all_candidates_is_bounded(faulty):
    """More than candidate_bytes at once: the rest goes unjudged."""
    one = faulty(milter="candidate_bytes = 4M candidate_memory = 1M")
    clients = [Client(one.socket) for _ in range(6)]
    answers = []
    for client in clients:
        client.headers(demand("none"))
        client.send(b"N")
        assert client.receive()[0] == b"c"
        answers.append(client.body(b"\r\n\r\n" + b"x" * 1000000))
    assert answers == [b"c"] * 6
    assert one.count('message-passed .* reason="no-room"') == 2
    for client in clients:
        client.send(b"E")
        assert client.receive()[0] == b"a"
        client.close()
    assert one.accepts(demand("none") + b"x" * 3000000)


def test_too_many_sessions(milter):
    """Accepting pauses; who waits is served when somebody leaves."""
    one = milter(milter="max_sessions = 10")
    clients = [Client(one.socket) for _ in range(10)]
    one.logged("session-limit")
    with futures.ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(one.accepts, mail.unsigned(ADDRESS))
        with pytest.raises(futures.TimeoutError):
            waiting.result(1)
        assert clients[0].play(mail.unsigned(ADDRESS)) == b"a"
        clients.pop().close()
        assert waiting.result(PATIENCE)
    for client in clients:
        client.close()
    for _ in range(20):
        assert one.accepts(mail.unsigned(ADDRESS))


def stall(one, number):
    """So many connections that never say a word, or half a one."""
    stalled = []
    for i in range(number):
        client = connect(one.socket)
        if i % 10 == 0:
            # In the middle of a packet it holds a thread, and libmilter
            # may have given that thread the next connections of a burst.
            client.sendall((b"\0\0", b"\0\0\0\x0dO\0\0")[i % 20 // 10])
            time.sleep(0.1)
        stalled.append(client)
    return stalled


def test_stalled_peers(milter, authority):
    """Three hundred that never say a word hold up nobody for good."""
    one = milter(milter="max_sessions = 200 io_timeout = 15s")
    [serving] = one.sessions()
    message = mail.signed(authority.partner(ADDRESS))
    stalled = stall(one, 150)
    # Where it shares the thread of one of them, it waits for its end.
    assert one.accepts(message)
    for client in stalled:
        client.close()
    stalled = stall(one, 300)
    one.logged("session-limit")
    wait_for("that it does not spin", lambda: used(serving) < 20)
    assert len(os.listdir("/proc/%d/task" % serving)) < 250
    for client in stalled:
        client.close()
    assert one.accepts(message)


def used(pid):
    """Clock ticks that it uses in a second."""
    before = cpu(pid)
    time.sleep(1)
    return cpu(pid) - before


def cpu(pid):
    """Clock ticks used so far."""
    with open("/proc/%d/stat" % pid, encoding="ascii") as file:
        words = file.read().rpartition(")")[2].split()
    return int(words[11]) + int(words[12])


def test_a_spool_in_trouble(milter, authority):
    """A spool that cannot be opened is tried again; mail goes on."""
    one = milter(start=False)
    spool = os.path.join(one.folder, "spool")
    with open(spool, "w", encoding="ascii") as file:
        file.write("in the way")
    one.start()
    message = mail.signed(authority.partner(ADDRESS))
    assert one.accepts(message)
    assert one.count("spool-trouble") >= 1
    assert one.count('message-passed .* reason="spool-io"') == 1
    os.unlink(spool)
    time.sleep(1.1)
    assert one.accepts(message)
    assert len(one.spooled()) == 1


def test_a_full_spool(milter, authority):
    """The bound is reached: accepted, counted, nothing half-written."""
    one = milter(start=False)
    with open(one.conf, encoding="ascii") as file:
        text = file.read()
    with open(one.conf, "w", encoding="ascii") as file:
        file.write(text.replace("spool {", "spool { files_chained = 1 "))
    one.start()
    assert one.accepts(mail.signed(authority.partner(ADDRESS)))
    assert one.accepts(mail.signed(authority.partner("x@partner.example")))
    assert one.count('message-passed .* reason="spool-full"') == 1
    assert len(one.spooled()) == 1


class Load(threading.Thread):
    """Probes without a pause, and remembers every failure."""

    def __init__(self, one, message):
        super().__init__()
        self.one = one
        self.message = message
        self.ended = threading.Event()
        self.failures = []
        self.rounds = 0

    def run(self):
        while not self.ended.is_set():
            # One at a time: a process that begins to serve may have one
            # judge alone, and then nobody waits for it.
            done = self.one.probe("--count", "40", "--sessions", "1",
                                  mail=self.message)
            self.rounds += 1
            if done.returncode != 0:
                self.failures.append(done.stdout + done.stderr)

    def stop(self):
        """End it; what went wrong."""
        self.ended.set()
        self.join(300)
        return self.failures


@pytest.mark.parametrize("socket", [None, "inet:127.0.0.1:8896"])
def test_reloads_under_load(milter, authority, socket):
    """Thirty reloads and upgrades: no connection is refused or reset."""
    one = milter(socket=socket)
    load = Load(one, mail.signed(authority.partner(ADDRESS)))
    load.start()
    for i in range(30):
        if i % 3 == 0:
            one.install()
        one.reload()
    wait_for("a second round", lambda: load.rounds > 1)
    assert load.stop() == []
    assert one.count("reloaded") == 30
    wait_for("one generation", lambda: len(one.sessions()) == 1)
    assert one.lines("generation-died") == []
    assert one.lines("worker-died") == []
    assert one.lines("message-passed") == []


MILTERTEST = """
conn = mt.connect("%s")
if conn == nil then error("connect") end
if mt.negotiate(conn, 6, %s, 0x1fffff) ~= nil then error("negotiate") end
function step(what, ...)
    local done, said = pcall(what, conn, ...)
    if not done and not said:find("negotiated") then error(said) end
    if done and said ~= nil then error("a step failed") end
end
step(mt.conninfo, "host.partner.example", "198.51.100.1")
step(mt.helo, "host.partner.example")
mt.macro(conn, SMFIC_MAIL, "i", "4Lua")
step(mt.mailfrom, "<pat@partner.example>")
step(mt.rcptto, "<ann@corp.example>")
%s
if mt.eoh(conn) ~= nil then error("eoh") end
if mt.getreply(conn) ~= %s then error("reply to eoh") end
%s
mt.disconnect(conn)
"""

MILTERTEST_BODY = """
if mt.bodyfile(conn, "%s") ~= nil then error("body") end
if mt.getreply(conn) ~= SMFIR_CONTINUE then error("reply to body") end
if mt.eom(conn) ~= nil then error("eom") end
if mt.getreply(conn) ~= SMFIR_ACCEPT then error("reply to eom") end
if mt.eom_check(conn, MT_HDRADD) then error("a header") end
if mt.eom_check(conn, MT_BODYCHANGE) then error("a body") end
"""


def lua_socket(address):
    """The address as libmilter writes it."""
    kind, _, rest = address.partition(":")
    host, _, port = rest.rpartition(":")
    return address if kind == "unix" else "inet:%s@%s" % (port, host)


def miltertest(one, message, signed, actions):
    """Play the message with Debian's miltertest."""
    path = os.path.join(one.folder, "test.lua")
    body = os.path.join(one.folder, "body")
    head, _, rest = message.partition(b"\r\n\r\n")
    with open(body, "wb") as file:
        file.write(rest)
    lines = []
    for line in head.replace(b"\r\n ", b"\n ").split(b"\r\n"):
        name, _, value = line.partition(b":")
        lines.append('if mt.header(conn, [[%s]], [[%s]]) ~= nil then '
                     'error("header") end' % (
                         name.decode(), value.decode().strip(" ")))
    with open(path, "w", encoding="ascii") as file:
        file.write(MILTERTEST % (
            lua_socket(one.socket), actions, "\n".join(lines),
            "SMFIR_CONTINUE" if signed else "SMFIR_ACCEPT",
            MILTERTEST_BODY % body if signed else ""))
    return run(["miltertest", "-s", path], check=False)


@pytest.mark.parametrize("actions", ["0x3f", "0x1ff"])
@pytest.mark.parametrize("socket", [None, "inet:127.0.0.1:8897"])
def test_an_independent_client(milter, authority, socket, actions):
    """miltertest agrees with our own client."""
    one = milter(socket=socket)
    signed = mail.signed(authority.partner(ADDRESS))
    done = miltertest(one, mail.unsigned(ADDRESS), False, actions)
    assert done.returncode == 0, done.stderr
    done = miltertest(one, signed, True, actions)
    assert done.returncode == 0, done.stderr
    [harvest] = one.spooled("chained")
    assert harvest["queue_id"] == "4Lua"
