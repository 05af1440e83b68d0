"""Who links what, who holds what, who can do what: asked of the kernel."""

import contextlib
import os

import pytest

from servers import mail
from servers import samba as dc
from servers.process import run, wait_for

NOT_IN = {
    "milter": ("libldap", "liblber", "libsqlite3", "libsasl2", "libkrb5"),
    "judge": ("libldap", "liblber", "libsqlite3", "libmilter", "libsasl2"),
    "publisher": ("libgmime", "libmilter", "libldap", "liblber", "libsasl2"),
    "directory": ("libgmime", "libmilter", "libsqlite3"),
}

ROLES = {"supervisor": "milter", "sessions": "milter",
         "milter judge": "judge", "publisher": "publisher",
         "publisher judge": "judge", "directory": "directory"}


@pytest.fixture
def busy(active, postfix, authority, directory):
    """Everything runs, and a mail went the whole way."""
    one = active(how="ldaps").start()
    relay = postfix(milter="unix:" + one.socket)
    relay_mail = mail.signed(authority.partner("pat@partner.example"))
    from servers.smtp import send
    assert send(relay.port, relay_mail) == 250
    wait_for("the publication", lambda: directory.certificates(
        "pat@partner.example"))
    return one


def mapped(pid):
    """The files that a process has mapped."""
    with open("/proc/%d/maps" % pid, encoding="utf-8") as file:
        return {line.split(None, 5)[5].strip() for line in file
                if len(line.split(None, 5)) == 6}


def opened(pid):
    """What a process has open: {descriptor: what}."""
    folder = "/proc/%d/fd" % pid
    return {int(name): os.readlink(os.path.join(folder, name))
            for name in os.listdir(folder)}


def status(pid, field):
    """One line of /proc/PID/status."""
    with open("/proc/%d/status" % pid, encoding="utf-8") as file:
        for line in file:
            if line.startswith(field + ":"):
                return line.split()[1]
    return None


def holds(pid, secret):
    """Whether the bytes are anywhere in a process's writable memory."""
    with open("/proc/%d/maps" % pid, encoding="utf-8") as maps, \
            open("/proc/%d/mem" % pid, "rb") as memory:
        for line in maps:
            words = line.split()
            if "w" not in words[1] or words[-1] in ("[vvar]", "[vsyscall]"):
                continue
            start, end = (int(word, 16) for word in words[0].split("-"))
            try:
                memory.seek(start)
                if secret in memory.read(end - start):
                    return True
            except OSError:
                continue
    return False


@pytest.mark.parametrize("role", NOT_IN)
def test_linked(programs, role):
    """ldd, which also sees what a library links in turn."""
    libraries = run(["ldd", programs.path(role)]).stdout.decode()
    for name in NOT_IN[role]:
        assert name not in libraries


def each(one, look):
    """Look at every process, and at one of each role at least.  A judge may
    be gone by then: a snapshot has come, and it has its successor."""
    def all_roles():
        seen = set()
        for role, pids in one.processes().items():
            for pid in pids:
                with contextlib.suppress(FileNotFoundError,
                                         ProcessLookupError):
                    look(role, pid)
                    seen.add(role)
        return seen == set(ROLES)

    wait_for("one of each role", all_roles)


def test_processes(busy, directory):
    """While everything runs: maps, descriptors, memory, confinement."""
    password = dc.ACCOUNT_PASSWORD.encode()
    assert holds(os.getpid(), password)  # the search finds what is there

    def look(role, pid):
        libraries = " ".join(mapped(pid))
        for name in NOT_IN[ROLES[role]]:
            assert name not in libraries, (role, name)
        if role != "directory":
            assert not holds(pid, password), role
            assert not any("password" in what
                           for what in opened(pid).values())
        if role != "publisher":
            assert not any("store.db" in what
                           for what in opened(pid).values()), role

    each(busy, look)


def test_judges_are_confined(busy, programs):
    """Seccomp in filter mode, no new rights, no descriptor but their own."""
    if programs.sanitized():
        pytest.fail("this is about the plain build")

    def look(role, pid):
        if role != "sessions" and not role.endswith("judge"):
            return
        wait_for("a filter", lambda: status(pid, "Seccomp") == "2")
        assert status(pid, "NoNewPrivs") == "1"
        assert status(pid, "CapEff") == "0000000000000000"
        if role == "sessions":
            return
        files = opened(pid)
        assert files[0] == files[1] == files[2] == "/dev/null", files
        assert files[3].startswith("socket:")
        assert files.get(4, "/memfd:").startswith("/memfd:")
        assert set(files) <= {0, 1, 2, 3, 4}, files

    each(busy, look)


def test_nobody_shows_the_password(busy):
    """Not in arguments, not in the environment, not in a log."""
    password = dc.ACCOUNT_PASSWORD.encode()

    def look(_, pid):
        for name in ("cmdline", "environ"):
            with open("/proc/%d/%s" % (pid, name), "rb") as file:
                assert password not in file.read()

    each(busy, look)
    for role in ("milter", "publisher"):
        assert dc.ACCOUNT_PASSWORD not in busy.log(role)
