"""Debian packages that the tests unpack beside the system: what they bring
must neither be installed nor start anything."""

import fcntl
import os
import subprocess

from servers.process import run


def fetch(folder, packages):
    """Download what is missing; done outside, where the network is.

    One run at a time: the parts of a run start together.  A mirror that is
    slow or away costs the tests that need the package and no others.
    """
    os.makedirs(folder, exist_ok=True)
    with open(folder + ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for package in packages:
            if not any(name.startswith(package + "_")
                       for name in os.listdir(folder)):
                _download(folder, package)
    return folder


def _download(folder, package):
    """Three times, if need be; half a package is none."""
    for _ in range(3):
        try:
            if run(["apt-get", "download", "-o", "APT::Sandbox::User=root",
                    package], cwd=folder, check=False).returncode == 0:
                return
        except subprocess.TimeoutExpired:
            pass
        for name in os.listdir(folder):
            if name.startswith(package + "_"):
                os.unlink(os.path.join(folder, name))


def fetched(folder, packages):
    """Whether all of them are there."""
    return bool(folder) and len(
        [name for name in os.listdir(folder)
         if name.endswith(".deb")]) >= len(packages)


def unpack(folder, to):
    """Unpack all that fetch() left in a folder."""
    os.makedirs(to)
    for name in os.listdir(folder):
        run(["dpkg", "-x", os.path.join(folder, name), to])
