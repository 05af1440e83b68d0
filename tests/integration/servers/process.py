"""Start programs, wait for them within bounds, end them by their ids."""

import os
import signal
import subprocess
import time


# What must come is waited for at least so long: a machine may be slow, and
# who has it at once waits for nothing.
PATIENCE = 120


class Failed(Exception):
    """A program failed, or something did not happen in time."""


def run(argv, seconds=PATIENCE, stdin=None, env=None, check=True, cwd=None):
    """Run a program to its end; output is bytes, a failure shows all."""
    done = subprocess.run(
        [str(word) for word in argv], input=stdin, capture_output=True,
        timeout=max(seconds, PATIENCE), cwd=cwd,
        env=dict(os.environ, **(env or {})))
    if check and done.returncode != 0:
        raise Failed("%s: exit code %d\n%s%s" % (
            " ".join(str(word) for word in argv), done.returncode,
            done.stdout.decode(errors="replace"),
            done.stderr.decode(errors="replace")))
    return done


def wait_for(what, condition, seconds=PATIENCE, pause=0.05):
    """Wait until condition() is true, and return what it gave."""
    end = time.monotonic() + max(seconds, PATIENCE)
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failed("not within %s s: %s" % (
                max(seconds, PATIENCE), what))
        time.sleep(pause)


def state(pid):
    """The letter of proc(5) for a process; X if it is not there."""
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "X"


def alive(pid):
    """Whether the process is there and not a zombie."""
    return state(pid) not in "ZX"


def children(pid):
    """The ids of the direct children of all threads of a process."""
    found = []
    try:
        for task in os.listdir("/proc/%d/task" % pid):
            path = "/proc/%d/task/%s/children" % (pid, task)
            with open(path, encoding="ascii") as file:
                found += [int(word) for word in file.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def descendants(pid):
    """The ids of all processes below a process."""
    below = []
    for child in children(pid):
        below += [child] + descendants(child)
    return below


def _kill(how, pid):
    try:
        how(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


class Process:
    """A program in the background, in a process group of its own."""

    def __init__(self, argv, log, env=None, cwd=None):
        self.argv = [str(word) for word in argv]
        self.log = log
        with open(log, "ab") as output:
            self.popen = subprocess.Popen(
                self.argv, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True, cwd=cwd,
                env=dict(os.environ, **(env or {})))
        self.pid = self.popen.pid

    def running(self):
        """Whether it has not ended yet."""
        return self.popen.poll() is None

    def kill(self):
        """Kill it alone, as a crash would."""
        self.popen.kill()
        self.popen.wait(PATIENCE)

    def suspend(self):
        """It does nothing any more, until resume()."""
        self.popen.send_signal(signal.SIGSTOP)
        wait_for("%s suspended" % self.argv[0],
                 lambda: state(self.pid) == "T", 10, 0.001)

    def resume(self):
        """It goes on where it was suspended."""
        self.popen.send_signal(signal.SIGCONT)

    def wait(self, seconds=PATIENCE):
        """Wait for its end; its exit code (negative: a signal)."""
        return self.popen.wait(max(seconds, PATIENCE))

    def stop(self, seconds=PATIENCE):
        """Ask it to end; its exit code.  Insist after a while, and fail."""
        below = descendants(self.pid)
        if self.running():
            self.popen.terminate()
        try:
            code = self.popen.wait(max(seconds, PATIENCE))
        except subprocess.TimeoutExpired:
            code = None
        self.kill_all(below)
        if code is None:
            raise Failed("%s: did not end within %d s of SIGTERM" % (
                self.argv[0], max(seconds, PATIENCE)))
        return code

    def kill_all(self, below=()):
        """Kill it, its group and what else is below it."""
        for pid in [*below, *descendants(self.pid)]:
            _kill(os.kill, pid)
        _kill(os.killpg, self.pid)
        self.popen.wait(PATIENCE)

    def text(self):
        """What it wrote."""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read()
