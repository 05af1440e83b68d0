"""certharvest-milter, its processes and its spool."""

import glob
import itertools
import json
import os
import re
import shutil
import signal
import time

from servers.process import (PATIENCE, Process, alive, children, run,
                             wait_for)

SETTINGS = """\
trust {{ anchors = {anchors} }}
judge {{ workers = {workers} confine = {confine} {judging} }}
spool {{ folder = "{folder}/spool" snapshot = "{folder}/snapshot.json" }}
log {{ target = stderr level = debug }}
site {{ own_domains = {{ "corp.example" }} }}
milter {{
    socket = "{socket}"
    socket_mode = "0666"
    lock_file = "{folder}/lock"
    metrics_file = "{folder}/metrics"
    temporary_folder = "{folder}"
    drain = {drain}
    {milter}
}}
"""

_number = itertools.count(1)


def name_of(pid):
    """The first two words of a process's command line."""
    try:
        with open("/proc/%d/cmdline" % pid, "rb") as file:
            words = file.read().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return b" ".join(words[:2]).decode()


class Milter:
    """One instance with everything it writes in a folder of its own."""

    def __init__(self, root, programs, anchors="", socket=None, judge=None,
                 **options):
        self.folder = os.path.join(root, "milter", str(next(_number)))
        os.makedirs(self.folder)
        self.programs = programs
        self.program = os.path.join(self.folder, "certharvest-milter")
        self.judge = judge or programs.path("judge")
        self.install()
        self.socket = socket or "unix:%s/milter.sock" % self.folder
        self.anchors = anchors
        self.conf = os.path.join(self.folder, "certharvest.conf")
        self.options = {"workers": 2, "confine": "true", "milter": "",
                        "judging": "deadline = 2000", "drain": "60s"}
        self.options.update(options)
        self.process = None
        self.log_path = os.path.join(self.folder, "milter.log")
        self.configure()

    def install(self):
        """Put the programs side by side, as a package does: by rename."""
        for path, name in (
                (self.programs.path("milter"), "certharvest-milter"),
                (self.judge, "certharvest-judge")):
            new = os.path.join(self.folder, name + ".new")
            shutil.copy(path, new)
            os.rename(new, os.path.join(self.folder, name))

    def configure(self, **options):
        """Write the settings; what is given stays so."""
        self.options.update(options)
        with open(self.conf, "w", encoding="ascii") as file:
            file.write(SETTINGS.format(
                folder=self.folder, socket=self.socket,
                anchors=f'"{self.anchors}"' if self.anchors else "{}",
                **self.options))

    def start(self, wait=True, **environment):
        """Start it and wait until it serves."""
        seen = self.count("started ")
        self.process = Process(
            [self.program, "-f", self.conf], self.log_path,
            env=dict(self.programs.environment(), **environment))
        if wait:
            wait_for("the milter serves",
                     lambda: self.count("started ") > seen
                     or not self.process.running())
            assert self.process.running(), self.log()
        return self

    def stop(self):
        """SIGTERM and its exit status."""
        if self.process is None:
            return 0
        process, self.process = self.process, None
        return process.stop()

    def close(self):
        """End everything, whatever a test has made of it."""
        try:
            if self.process is not None and self.process.running():
                self.process.stop()
        finally:
            for pid in self.orphans():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        found = self.log().find("WARNING: ThreadSanitizer")
        assert found < 0, self.log()[found:found + 4000]

    def orphans(self):
        """Sessions processes whose supervisor was killed."""
        for path in glob.glob("/proc/[0-9]*/exe"):
            try:
                if os.readlink(path).startswith(self.folder + "/"):
                    pid = int(path.split("/")[2])
                    if self.process is None or pid != self.process.pid:
                        yield pid
            except (FileNotFoundError, ProcessLookupError):
                continue

    def log(self):
        """Everything it logged."""
        try:
            with open(self.log_path, encoding="utf-8",
                      errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def count(self, pattern):
        """How many lines of the log match behind the program's name."""
        return len(re.findall(r"\]: " + pattern, self.log()))

    def lines(self, pattern):
        """The lines of the log that match behind the program's name."""
        return re.findall(r".*\]: " + pattern + ".*", self.log())

    def logged(self, pattern, number=1, seconds=PATIENCE):
        """Wait for so many lines."""
        wait_for("%d lines \"%s\"" % (number, pattern),
                 lambda: self.count(pattern) >= number, seconds)

    def sessions(self):
        """The ids of the sessions processes."""
        return [pid for pid in children(self.process.pid)
                if "--sessions" in name_of(pid) and alive(pid)]

    def judges(self):
        """The ids of the judges."""
        return [pid for pid in children(self.process.pid)
                if "judge" in name_of(pid) and alive(pid)]

    def reload(self):
        """SIGHUP, and wait for what comes of it."""
        done = self.count("reload")
        os.kill(self.process.pid, signal.SIGHUP)
        self.logged("reload", done + 1)

    def spooled(self, queue="*"):
        """The harvests or notes in the spool."""
        found = []
        for path in sorted(glob.glob(os.path.join(
                self.folder, "spool", queue, "*.json"))):
            with open(path, encoding="utf-8") as file:
                found.append(json.load(file))
        return found

    def metric(self, name):
        """A number of the metrics file, as last written."""
        with open(os.path.join(self.folder, "metrics"),
                  encoding="ascii") as file:
            for line in file:
                words = line.split()
                if words[0] == "certharvest_milter_" + name:
                    return int(words[1])
        raise KeyError(name)

    def probe(self, *words, mail=b"", seconds=300):
        """Run certharvest probe with the mail on standard input."""
        return run([self.programs.path("certharvest"), "probe",
                    *words, self.socket, "-"], stdin=mail, check=False,
                   seconds=seconds, env=self.programs.environment())

    def accepts(self, message, *words):
        """Whether the probe says that the message is accepted."""
        done = self.probe(*words, mail=message)
        assert done.returncode == 0, done.stdout + done.stderr
        return b"message 1: accept" in done.stdout

    def quiet(self, seconds=PATIENCE):
        """Wait until no message is held any more."""
        time.sleep(0.1)
        wait_for("idle sessions", lambda: not glob.glob(
            os.path.join(self.folder, "certharvest.??????")), seconds)
