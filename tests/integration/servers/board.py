"""What only a build with --enable-test-hooks has: a clock that we move, and
points at which a process dies; see base/hooks.c."""

import mmap
import os
import struct
import time

VARIABLE = "CERTHARVEST_TEST_HOOKS"
SIZE = 4096
CLOCK, ARMED, HITS, VICTIM, POINT = 0, 8, 12, 16, 20
POINT_SIZE = 64


def built_in(build):
    """Whether the build in this folder has them."""
    try:
        with open(os.path.join(build, "Makefile"), encoding="utf-8") as file:
            return "-DTEST_HOOKS" in file.read()
    except FileNotFoundError:
        return False


class Board:
    """One installation's, mapped by all of its processes."""

    def __init__(self, path):
        self.path = path
        with open(path, "wb") as file:
            file.truncate(SIZE)
        os.chmod(path, 0o666)
        self.file = open(path, "r+b")
        self.memory = mmap.mmap(self.file.fileno(), SIZE)

    def _number(self, form, offset):
        return struct.unpack_from(form, self.memory, offset)[0]

    @property
    def moved(self):
        """By how many seconds the clock was moved."""
        return self._number("=q", CLOCK)

    def move(self, seconds):
        """Move it further."""
        struct.pack_into("=q", self.memory, CLOCK, self.moved + int(seconds))

    def now(self):
        """What they take for the time."""
        return time.time() + self.moved

    def arm(self, point, count=1):
        """Whoever passes the point as the so manieth is killed."""
        self.disarm()
        self.memory[POINT:POINT + POINT_SIZE] = point.encode().ljust(
            POINT_SIZE, b"\0")
        struct.pack_into("=I", self.memory, ARMED, count)

    def disarm(self):
        """Nobody is killed."""
        struct.pack_into("=I", self.memory, ARMED, 0)

    @property
    def victim(self):
        """Who was last."""
        return self._number("=i", VICTIM)

    @property
    def hits(self):
        """How many were."""
        return self._number("=I", HITS)
