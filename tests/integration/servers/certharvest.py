"""The programs under test: started as two users, watched, ended."""

import glob
import json
import os
import re
import shutil

from servers import board, settings
from servers.process import (PATIENCE, Process, alive, children, run,
                             wait_for)

MILTER = 61001  # users and a common group that only these tests have
PUBLISHER = 61002
SPOOL = 61003

PROGRAMS = {
    "certharvest": "certharvest",
    "milter": "certharvest-milter",
    "publisher": "certharvest-publisher",
    "judge": "certharvest-judge",
    "directory": "certharvest-directory",
}


FINDING = ("ERROR: ", "runtime error: ")


class Programs:
    """The built programs, copied to where every user can run them."""

    def __init__(self, build, folder):
        self.folder = folder
        os.makedirs(folder)
        for path in glob.glob(os.path.join(build, "certharvest*")):
            if os.path.basename(path) in PROGRAMS.values():
                shutil.copy(path, folder)
        self.reports = os.path.join(folder, "reports")
        os.mkdir(self.reports)
        os.chmod(self.reports, 0o1777)

    def path(self, role):
        """Where the program is."""
        return os.path.join(self.folder, PROGRAMS[role])

    def replace(self, role):
        """Put a fresh copy in its place, as an upgrade does."""
        path = self.path(role)
        shutil.copy(path, path + ".new")
        os.rename(path + ".new", path)

    def environment(self):
        """Sanitizers write their reports where the tests look."""
        log = os.path.join(self.reports, "asan")
        return {"ASAN_OPTIONS": "log_path=%s:detect_leaks=1" % log,
                "UBSAN_OPTIONS": "print_stacktrace=1:log_path=%s" % log}

    def sanitized(self):
        """Whether this is a build with sanitizers."""
        libraries = run(["ldd", self.path("judge")]).stdout
        return b"libasan" in libraries or b"libubsan" in libraries

    def findings(self):
        """What the sanitizers found since last asked; empty is good.

        The leak checker also complains of threads that end while it looks;
        that is no finding.
        """
        said = ""
        for path in glob.glob(self.reports + "/*"):
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read()
            os.unlink(path)
            if any(sign in text for sign in FINDING):
                said += text
        return said


class Certharvest:
    """One installation: a settings file, two daemons, their folders."""

    def __init__(self, programs, folder, anchors, *layers):
        self.programs = programs
        self.folder = folder
        self.anchors = anchors
        self.settings_file = os.path.join(folder, "certharvest.conf")
        self.spool = os.path.join(folder, "spool")
        self.socket = os.path.join(folder, "run", "milter.sock")
        self.milter = None
        self.publisher = None
        self.board = None  # servers.board, for a build with test hooks
        self._made = []
        self.sections = settings.merged(
            settings.common(folder, anchors), *layers)
        self._folders()
        self.write_settings()

    def _folders(self):
        os.makedirs(self.folder)
        os.chmod(self.folder, 0o755)
        for name, user, group, mode in (
                ("run", MILTER, MILTER, 0o755),
                ("spool", MILTER, SPOOL, 0o2770),
                ("snapshot", PUBLISHER, SPOOL, 0o2755),
                ("publisher", PUBLISHER, PUBLISHER, 0o700),
                ("control", PUBLISHER, PUBLISHER, 0o755)):
            path = os.path.join(self.folder, name)
            os.makedirs(path)
            os.chown(path, user, group)
            os.chmod(path, mode)

    def write_settings(self, *layers):
        """Write the file, with more layers than before."""
        self.sections = settings.merged(self.sections, *layers)
        with open(self.settings_file, "w", encoding="utf-8") as file:
            file.write(settings.text(self.sections))

    def secret(self, name, content):
        """A file that only the publisher may read."""
        path = os.path.join(self.folder, "publisher", name)
        with open(path, "wb") as file:
            file.write(content)
        os.chown(path, PUBLISHER, PUBLISHER)
        os.chmod(path, 0o400)
        return path

    def replace_secret(self, new, name):
        """Put one secret in the place of another, at one stroke."""
        folder = os.path.join(self.folder, "publisher")
        os.rename(os.path.join(folder, new), os.path.join(folder, name))

    def environment(self):
        """Of all that is started."""
        more = {} if self.board is None else {
            board.VARIABLE: self.board.path}
        return dict(self.programs.environment(), **more)

    def give_board(self):
        """A clock to move and points to die at, from the next start on."""
        self.board = board.Board(os.path.join(self.folder, "board"))
        return self.board

    def _start(self, role, user, *options):
        log = os.path.join(self.folder, role + ".log")
        made = Process(
            ["setpriv", "--reuid", user, "--regid", user, "--groups", SPOOL,
             "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all",
             self.programs.path(role), "-f", self.settings_file, *options],
            log, env=self.environment())
        self._made.append(made)
        return made

    def start_milter(self, wait=True):
        """Start the milter; wait until it serves."""
        before = self.events("started", "milter")
        self.milter = self._start("milter", MILTER)
        if wait:
            wait_for("the milter serves", lambda: self._up(
                self.milter, "milter", len(before)))

    def start_publisher(self, wait=True):
        """Start the publisher; wait until it is ready."""
        before = self.events("started", "publisher")
        self.publisher = self._start("publisher", PUBLISHER)
        if wait:
            wait_for("the publisher is ready", lambda: self._up(
                self.publisher, "publisher", len(before)))

    def try_publisher(self):
        """Start it where that may fail; wait until it is known whether."""
        before = len(self.events("started", "publisher"))
        self.start_publisher(wait=False)
        wait_for("the publisher is ready or has ended", lambda: (
            not self.publisher.running() or
            len(self.events("started", "publisher")) > before))

    def _up(self, process, role, before):
        if not process.running():
            raise RuntimeError("%s ended:\n%s" % (role, process.text()))
        return len(self.events("started", role)) > before

    def start(self):
        """Start both."""
        self.start_milter()
        self.start_publisher()
        return self

    def stop(self):
        """End what still runs, and insist that it ends well."""
        bad = {}
        for process in self._made:
            if process.running() and process.stop() != 0:
                bad[process.argv[-3]] = process.popen.returncode
        assert not bad, "ended with %s" % bad

    def kill(self):
        """End whatever is left, by its id."""
        for process in self._made:
            process.kill_all()
        self._made = []

    def log(self, role):
        """The log of one program so far."""
        try:
            with open(os.path.join(self.folder, role + ".log"),
                      encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def events(self, event, role, **fields):
        """The lines of a log with this event and these fields."""
        found = []
        for line in self.log(role).splitlines():
            words = fields_of(line)
            if words.get("event") == event and all(
                    words.get(name.replace("_", "-")) == value
                    for name, value in fields.items()):
                found.append(words)
        return found

    def wait_event(self, event, role, seconds=PATIENCE, number=1, **fields):
        """Wait for such lines."""
        return wait_for(
            "%s %s in the %s's log" % (event, fields, role),
            lambda: (lambda found: found if len(found) >= number else None)(
                self.events(event, role, **fields)), seconds)

    def spooled(self):
        """The files in the spool."""
        return [os.path.join(folder, name)
                for queue in ("chained", "unchained", "notes")
                for folder, _, names in os.walk(
                    os.path.join(self.spool, queue))
                for name in names if name.endswith(".json")]

    def wait_drained(self, seconds=PATIENCE):
        """Wait until the publisher has taken everything."""
        wait_for("an empty spool", lambda: not self.spooled(), seconds)

    def cli(self, *words, stdin=None, check=True, seconds=PATIENCE):
        """Run the operator's command; what it printed."""
        done = run([self.programs.path("certharvest"), *words],
                   stdin=stdin, check=check, seconds=seconds,
                   env=self.environment())
        return done.stdout.decode()

    def judge(self, message, *options):
        """certharvest try --json on one mail: the object it prints."""
        return json.loads(self.cli(
            "-f", self.settings_file, "try", "--json", *options, "-",
            stdin=message, check=False))

    def processes(self):
        """All that run, by role: {role: [pid]}."""
        found = {"supervisor": [], "sessions": [], "milter judge": [],
                 "publisher": [], "publisher judge": [], "directory": []}
        for process, prefix in ((self.milter, "milter"),
                                (self.publisher, "publisher")):
            if process is None or not process.running():
                continue
            found["supervisor" if prefix == "milter" else
                  "publisher"].append(process.pid)
            for child in children(process.pid):
                role = role_of(child)
                if role == "judge":
                    role = prefix + " judge"
                if role in found and alive(child):
                    found[role].append(child)
        return found


def role_of(pid):
    """What a child process is, by its program and arguments."""
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            words = file.read().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return None
    name = os.path.basename(words[0]).decode()
    if name == PROGRAMS["judge"]:
        return "judge"
    if name == PROGRAMS["directory"]:
        return "directory"
    if b"--sessions" in words:
        return "sessions"
    return None


LINE = re.compile(r"(?:\S+ \S+\[\d+\]: |<\d>)?([a-z]+(?:-[a-z]+)*)(?: |$)")
FIELD = re.compile(r'([a-z0-9-]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))')


def fields_of(line):
    """A log line as {name: value}, its event under "event"."""
    start = LINE.match(line)
    if start is None:
        return {}
    found = {"event": start.group(1)}
    for name, quoted, bare in FIELD.findall(line[start.end():]):
        found[name] = quoted or bare
    return found
