"""Run the whole of pytest again inside namespaces of its own.

Inside there is a loopback and nothing else for a network, process ids end
with the run, and a private tmpfs holds every file that a server writes, so
that no run can leave anything behind or disturb the host.
"""

import os
import shutil
import subprocess
import sys
import tempfile

ROOT_VARIABLE = "CERTHARVEST_TEST_ROOT"

HOSTS = """\
127.0.0.1 localhost
127.0.0.1 relay.corp.example relay
127.0.0.10 dc1.corp.example dc1
127.0.0.11 dc2.corp.example dc2
"""

# Nobody answers there, unless a test starts servers.names.
RESOLV_CONF = "nameserver 127.0.0.53\n"


def inside():
    """Whether this process is already in the namespaces."""
    return ROOT_VARIABLE in os.environ


def possible():
    """Whether this process may make them."""
    return os.geteuid() == 0 and shutil.which("unshare") is not None


def root():
    """The folder for everything that the servers write."""
    return os.environ[ROOT_VARIABLE]


def run_again(arguments):
    """Run pytest with the same arguments inside; return its exit code."""
    # Not in /tmp: Sendmail trusts no socket below what all may write to.
    folder = tempfile.mkdtemp(prefix="certharvest-test.", dir="/run")
    os.chmod(folder, 0o755)
    environment = dict(os.environ, **{ROOT_VARIABLE: folder})
    try:
        return subprocess.call(
            ["unshare", "--net", "--mount", "--pid", "--ipc", "--fork",
             "--mount-proc", "--kill-child", "--",
             sys.executable, "-m", "pytest", *arguments],
            env=environment)
    finally:
        os.rmdir(folder)


def furnish():
    """Make the inside usable: loopback, private files, names of hosts."""
    os.umask(0o022)  # or the users of the tests cannot reach their files
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "mode=0755,size=4g", "tmpfs", root()],
        check=True)
    for name, content in (("hosts", HOSTS), ("resolv.conf", RESOLV_CONF)):
        path = os.path.join(root(), name)
        with open(path, "w", encoding="ascii") as file:
            file.write(content)
        subprocess.run(["mount", "--bind", path, "/etc/" + name], check=True)
