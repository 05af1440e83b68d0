"""A Sendmail of the test's own, unpacked beside Postfix, not installed."""

import glob
import os

from servers.packages import unpack
from servers.process import Process, run, wait_for
from servers.smtp import Conversation

PACKAGES = ["sendmail-bin", "sendmail-cf", "libwrap0"]

SENDMAIL_MC = """\
include(`{share}/m4/cf.m4')dnl
OSTYPE(`linux')dnl
undefine(`ALIAS_FILE')dnl
define(`confPID_FILE', `{folder}/sendmail.pid')dnl
define(`QUEUE_DIR', `{folder}/queue')dnl
define(`STATUS_FILE', `{folder}/statistics')dnl
define(`HELP_FILE', `{folder}/help')dnl
define(`confDEF_USER_ID', `nobody:nogroup')dnl
define(`confTO_IDENT', `0')dnl
define(`confTO_ICONNECT', `5s')dnl
define(`confDOMAIN_NAME', `mx.corp.example')dnl
define(`confBIND_OPTS', `')dnl
define(`confSERVICE_SWITCH_FILE', `{folder}/switch')dnl
define(`confDONT_PROBE_INTERFACES', `True')dnl
define(`confMILTER_MACROS_EOM', `i')dnl
define(`confQUEUE_LA', `100000')dnl
define(`confREFUSE_LA', `100000')dnl
FEATURE(`promiscuous_relay')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`accept_unqualified_senders')dnl
FEATURE(`nocanonify')dnl
FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Port={port}, Addr=127.0.0.1, Name=MTA')dnl
{milter}
define(`SMART_HOST', `esmtp:[127.0.0.1]')dnl
define(`ESMTP_MAILER_ARGS', `TCP $h {next_port}')dnl
MAILER(`smtp')dnl
"""

MILTER = ("INPUT_MAIL_FILTER(`certharvest', "
          "`S={address}, T=C:60s;S:60s;R:60s;E:120s')dnl")


class Sendmail:
    """One daemon that hands everything on to another port by SMTP.

    The milter is an address as Sendmail writes it, or None.
    """

    def __init__(self, folder, port, next_port, milter=None):
        self.folder = folder
        self.port = port
        self.next_port = next_port
        self.milter = MILTER.format(address=milter) if milter else ""
        self.process = None
        self.log_path = os.path.join(folder, "sendmail.log")
        self.unpacked = os.path.join(folder, "unpacked")

    def unpack(self, packages):
        """Unpack what was fetched."""
        unpack(packages, self.unpacked)

    def start(self):
        """Make its configuration with m4 and start it."""
        share = os.path.join(self.unpacked, "usr", "share", "sendmail", "cf")
        os.makedirs(os.path.join(self.folder, "queue"), mode=0o700)
        self._write("switch", "hosts files\naliases files\n")
        self._write("sendmail.mc", SENDMAIL_MC.format(
            share=share, folder=self.folder, port=self.port,
            next_port=self.next_port, milter=self.milter))
        made = run(["m4", "-D_CF_DIR_=%s/" % share,
                    os.path.join(self.folder, "sendmail.mc")])
        self._write("sendmail.cf", made.stdout.decode())
        program = os.path.join(
            self.unpacked, "usr/libexec/sendmail/sendmail")
        os.chmod(program, 0o755)
        self.process = Process(
            [program, "-bD", "-q5s", "-X", self.log_path,
             "-C", os.path.join(self.folder, "sendmail.cf")],
            os.path.join(self.folder, "sendmail.stdout.log"),
            env={"LD_LIBRARY_PATH": os.path.dirname(glob.glob(
                self.unpacked + "/**/libwrap.so.0", recursive=True)[0])})
        wait_for("Sendmail answers", self._answers, 30, 0.2)

    def _write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def _answers(self):
        if not self.process.running():
            raise RuntimeError(self.process.text())
        try:
            with Conversation("127.0.0.1", self.port) as one:
                return one.banner == 220
        except OSError:
            return False

    def stop(self):
        """End it."""
        if self.process is not None:
            self.process.stop()
            self.process = None
