"""A Postfix of the test's own: own folders, own port, own mailbox."""

import itertools
import os
import re
import shutil
import signal
import time

from servers.process import PATIENCE, alive, descendants, run, wait_for

MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.corp.example
mydestination =
mynetworks =
smtpd_relay_restrictions = reject_unauth_destination
smtpd_peername_lookup = no
virtual_mailbox_domains = corp.example
virtual_mailbox_base = {folder}/mailbox
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{user}
virtual_gid_maps = static:{group}
virtual_mailbox_limit = 0
message_size_limit = {size}
virtual_transport = {transport}
alias_maps =
alias_database =
smtputf8_enable = yes
default_process_limit = 100
smtpd_client_connection_count_limit = 0
smtpd_milters = {milter}
milter_default_action = tempfail
"""

MILTER = ("{{ {address}, default_action={failing}, connect_timeout=30s, "
          "command_timeout=30s, content_timeout=60s }}")

MASTER_CF = """\
{port}    inet  n - n - -    smtpd
pickup    unix  n - n 60 1   pickup
cleanup   unix  n - n - 0    cleanup
qmgr      unix  n - n 300 1  qmgr
rewrite   unix  - - n - -    trivial-rewrite
bounce    unix  - - n - 0    bounce
defer     unix  - - n - 0    bounce
trace     unix  - - n - 0    bounce
flush     unix  n - n 1000 0 flush
proxymap  unix  - - n - -    proxymap
error     unix  - - n - -    error
retry     unix  - - n - -    error
discard   unix  - - n - -    discard
virtual   unix  - n n - -    virtual
anvil     unix  - - n - 1    anvil
scache    unix  - - n - 1    scache
postlog   unix-dgram n - n - 1 postlogd
"""

_marks = itertools.count(1)

TRACE = (b"Return-Path:", b"X-Original-To:", b"Delivered-To:", b"Received:")


class Postfix:
    """One instance; milter is an address as Postfix writes it, or None."""

    def __init__(self, folder, port, milter=None, transport="virtual",
                 size=104857600, failing="accept"):
        self.folder = folder
        self.port = port
        self.milter = MILTER.format(
            address=milter, failing=failing) if milter else ""
        self.transport = transport
        self.size = size
        self.log_path = os.path.join(folder, "mail.log")
        self.mailbox = os.path.join(folder, "mailbox", "all")
        self._bound = False

    def start(self):
        """Write its files and start it."""
        os.makedirs(os.path.join(self.folder, "mailbox"))
        owner = os.stat("/var/lib/postfix")
        shutil.chown(os.path.join(self.folder, "mailbox"),
                     owner.st_uid, owner.st_gid)
        for name in ("queue", "data", "etc"):
            os.makedirs(os.path.join(self.folder, name))
        shutil.chown(os.path.join(self.folder, "data"), owner.st_uid)
        self._write("main.cf", MAIN_CF.format(
            folder=self.folder, user=owner.st_uid, group=owner.st_gid,
            milter=self.milter, transport=self.transport, size=self.size))
        self._write("master.cf", MASTER_CF.format(port=self.port))
        run(["postfix", "-c", os.path.join(self.folder, "etc"), "start"])
        wait_for("Postfix's master", self._master, 20)

    def be_the_one(self):
        """Have the sendmail command, as any user, hand mail to this one."""
        run(["mount", "--bind", os.path.join(self.folder, "etc"),
             "/etc/postfix"])
        self._bound = True

    def _write(self, name, text):
        path = os.path.join(self.folder, "etc", name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)

    def _master(self):
        path = os.path.join(self.folder, "queue", "pid", "master.pid")
        try:
            with open(path, encoding="ascii") as file:
                return int(file.read().strip() or "0")
        except FileNotFoundError:
            return 0

    def stop(self):
        """End it by its id; its children, which have its port, too."""
        if self._bound:
            run(["umount", "/etc/postfix"])
            self._bound = False
        master = self._master()
        if not master or not alive(master):
            return
        everybody = [master, *descendants(master)]
        os.kill(master, signal.SIGTERM)
        wait_for("the end of Postfix", lambda: not any(
            map(alive, everybody)))

    def log(self):
        """The log so far."""
        try:
            with open(self.log_path, encoding="utf-8",
                      errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def count(self, pattern):
        """How many lines of the log match."""
        return len(re.findall(pattern, self.log(), re.MULTILINE))

    def counted(self, pattern, number):
        """The same, once so many do: another process writes the log, and it
        may do so later than what it tells of."""
        wait_for("%d lines \"%s\"" % (number, pattern),
                 lambda: self.count(pattern) >= number)
        return self.count(pattern)

    def written(self):
        """Wait until the log has all that was logged so far."""
        mark = "mark %d" % next(_marks)
        run(["postlog", "-c", os.path.join(self.folder, "etc"), "-t",
             "certharvest-test", mark])
        self.counted(mark + "$", 1)

    def refused(self):
        """Mails answered with 4xx or 5xx, deferred or rejected."""
        self.written()
        return self.count(r"status=deferred|reject:|milter-reject")

    def delivered(self, number=1, seconds=PATIENCE):
        """The bytes of all delivered mails, once there are that many."""
        def enough():
            found = self._files()
            return found if len(found) >= number else None
        found = wait_for("%d mails delivered" % number, enough, seconds)
        mails = []
        for path in found:
            with open(path, "rb") as file:
                mails.append(file.read())
        return mails

    def _files(self):
        found = []
        for folder in ("new", "cur"):
            path = os.path.join(self.mailbox, folder)
            if os.path.isdir(path):
                found += [os.path.join(path, name)
                          for name in sorted(os.listdir(path))]
        return found

    def forget(self):
        """Empty the mailbox."""
        for path in self._files():
            os.unlink(path)

    def idle(self, seconds=PATIENCE):
        """Wait until the queue is empty."""
        def empty():
            return not any(
                files for name in ("incoming", "active", "deferred")
                for _, _, files in os.walk(
                    os.path.join(self.folder, "queue", name)))
        wait_for("an empty queue", empty, seconds)
        time.sleep(0.1)


def without_trace(mail):
    """A delivered mail without what delivery put in front of it.

    Only at the top, only the names that Postfix adds, and each only as
    often as it adds it: a milter that adds a header would be seen.
    """
    for name in TRACE:
        if not mail.startswith(name):
            continue
        end = mail.index(b"\n") + 1
        while mail[end:end + 1] in (b" ", b"\t"):
            end = mail.index(b"\n", end) + 1
        mail = mail[end:]
    return mail
