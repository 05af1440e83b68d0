"""tests/contract/directory_contract, played against a domain controller."""

import os

from servers import samba
from servers.process import run
from servers.settings import active_directory, text

FOLDER = os.path.join(os.path.dirname(__file__), os.pardir, os.pardir,
                      "contract")
ELSEWHERE = "ou=Elsewhere," + samba.BASE
SUB = "ou=Sub," + samba.OU
USERS = "cn=Users," + samba.BASE


class Contract:
    """The program, with settings for one domain controller."""

    def __init__(self, server, build, programs, folder, how="ldaps", **rows):
        self.server = server
        self.programs = programs
        self.folder = str(folder)
        self.program = os.path.join(build, "tests/contract/directory_contract")
        self.layers = active_directory(server, how)
        self.layers["directory"]["state_file"] = os.path.join(
            self.folder, "state")
        self.set(**rows)

    def set(self, **rows):
        """Change settings of the directory; None takes one out."""
        self.layers["directory"].update(rows)
        kept = {name: value for name, value in
                self.layers["directory"].items() if value is not None}
        self.settings = os.path.join(self.folder, "certharvest.conf")
        with open(self.settings, "w", encoding="utf-8") as file:
            file.write(text({"directory": kept}))

    def run(self, *words, check=True):
        """One of the program's forms."""
        return run([self.program, self.programs.path("directory"),
                    self.settings, *words], check=check, seconds=120,
                   env=self.programs.environment())

    def publish(self, address, name=""):
        """Publish for one address: (outcome, reason, text)."""
        done = self.run("publish", address, 15000, name)
        outcome, reason, _, *words = done.stdout.decode().split(" ", 3)
        return outcome, reason, "".join(words)

    def pages(self):
        """The pages of what is listed, each a list of ids."""
        pages = [[]]
        for line in self.run("list").stdout.decode().splitlines():
            if line:
                pages[-1].append(line)
            else:
                pages.append([])
        return pages[:-1]


def prepared(name):
    """The contacts of a file that the contract comes with."""
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read()


def prepare(directory, exchange=False):
    """Put into the domain what the contract wants to find there."""
    for name in (ELSEWHERE, SUB):
        directory.ldif("ldapadd", "dn: %s\nobjectClass: organizationalUnit\n"
                       % name, "-c")
    directory.ldif("ldapadd", prepared("directory_prepared.ldif"))
    if exchange:
        directory.ldif("ldapadd", prepared("directory_exchange.ldif"))


def clean(directory, exchange=False):
    """Take it out again."""
    directory.wipe()
    directory.delete("cn=Outside," + ELSEWHERE, ELSEWHERE, SUB,
                     "cn=PC1,cn=Computers," + samba.BASE,
                     "cn=A Group," + USERS, "cn=A User," + USERS)
    if exchange:
        directory.delete("cn=A Mail User," + USERS)


def compare(directory, folder):
    """What an independent reader finds agrees with what must be there."""
    found = os.path.join(folder, "found.ldif")
    with open(found, "wb") as file:
        file.write(directory.export())
    done = run(["python3", "-B", os.path.join(FOLDER, "directory_oracle.py"),
                os.path.join(folder, "expected"), found], check=False)
    assert done.returncode == 0, done.stdout
