"""Another host: a network namespace with a cable to ours, and nothing else.

Its files are ours; its network is not.  Whatever is called or started by
inside() is over there.
"""

import ctypes
import os
import subprocess
import threading

from servers.process import run, wait_for

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class Host:
    """One host at the other end of a cable of its own."""

    def __init__(self, name, ours, theirs):
        self.name = name
        self.ours = ours
        self.address = theirs
        self.link = "to-" + name
        # Somebody has to be there, for the namespace to be.
        self.holder = subprocess.Popen(
            ["unshare", "--net", "--", "sleep", "infinity"])
        wait_for("a network of its own", lambda: self._net() !=
                 os.readlink("/proc/self/ns/net"), pause=0.01)
        run(["ip", "link", "add", self.link, "type", "veth", "peer", "name",
             "eth0", "netns", str(self.holder.pid)])
        run(["ip", "address", "add", ours + "/30", "dev", self.link])
        self.up()
        for words in (["link", "set", "lo", "up"],
                      ["address", "add", theirs + "/30", "dev", "eth0"],
                      ["link", "set", "eth0", "up"]):
            self.inside(run, ["ip", *words])

    def _net(self):
        return os.readlink("/proc/%d/ns/net" % self.holder.pid)

    def up(self):
        """The cable is in."""
        run(["ip", "link", "set", self.link, "up"])

    def down(self):
        """The cable is out."""
        run(["ip", "link", "set", self.link, "down"])

    def inside(self, what, *arguments, **options):
        """Call it over there: a thread of its own, which is over there, as
        is what it starts."""
        done = {}

        def there():
            try:
                with open("/proc/%d/ns/net" % self.holder.pid, "rb") as net:
                    if _libc.setns(net.fileno(), CLONE_NEWNET) != 0:
                        raise OSError(ctypes.get_errno(), "setns")
                done["value"] = what(*arguments, **options)
            except BaseException as error:  # the caller's
                done["error"] = error

        thread = threading.Thread(target=there)
        thread.start()
        thread.join()
        if "error" in done:
            raise done["error"]
        return done["value"]

    def end(self):
        """No more."""
        self.holder.kill()
        self.holder.wait(10)
