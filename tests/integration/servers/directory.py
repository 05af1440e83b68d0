"""What stands in the directory, asked by ldapsearch: the tests' oracle."""

import base64
import json
import os
from dataclasses import dataclass

from servers import samba
from servers.process import run

USER_CERTIFICATE_ATTID = 36  # 2.5.4.36


def parse_ldif(text):
    """The entries of LDIF without wrapped lines: dn and {name: [bytes]}."""
    entries = []
    for block in text.split(b"\n\n"):
        name, values = None, {}
        for line in block.splitlines():
            if not line or line.startswith(b"#"):
                continue
            key, _, value = line.partition(b":")
            value = (base64.b64decode(value[1:]) if value.startswith(b":")
                     else value.lstrip(b" "))
            if key == b"dn":
                name = value.decode()
            else:
                values.setdefault(key.decode(), []).append(value)
        if name is not None:
            entries.append((name, values))
    return entries


@dataclass
class Change:
    """One LDAP write that succeeded, from the audit of the controller."""

    dn: str
    operation: str  # Add, Modify, Delete
    sid: str
    attributes: dict  # {name: [(action, [bytes])]}

    @classmethod
    def read(cls, record):
        """From a line of the audit; None for anything else."""
        change = record.get("dsdbChange")
        if change is None or change["status"] != "Success":
            return None
        attributes = {
            name: [(one["action"], [_octets(v) for v in one["values"]])
                   for one in what["actions"]]
            for name, what in change.get("attributes", {}).items()}
        return cls(change["dn"], change["operation"], change["userSid"],
                   attributes)


def _octets(value):
    text = value["value"].encode()
    return base64.b64decode(text) if value.get("base64") else text


class Directory:
    """The directory as its administrator sees it, over verified LDAPS."""

    def __init__(self, server):
        self.server = server
        self.uri = "ldaps://" + server.host
        self._bind = ["-x", "-H", self.uri, "-D", samba.ADMINISTRATOR,
                      "-w", samba.ADMINISTRATOR_PASSWORD]
        self._env = {"LDAPTLS_CACERT": server.ca_file,
                     "LDAPTLS_REQCERT": "demand"}
        self._audit_start = 0

    def search(self, query, *attributes, base=samba.BASE, scope="sub"):
        """Entries that match: a list of (dn, {name: [bytes]})."""
        return parse_ldif(self.export(query, *attributes, base=base,
                                      scope=scope))

    def export(self, query="(objectClass=contact)", *attributes,
               base=samba.OU, scope="sub"):
        """The same as ldapsearch prints it."""
        return run(["ldapsearch", *self._bind, "-LLL", "-o", "ldif-wrap=no",
                    "-E", "pr=500/noprompt", "-b", base, "-s", scope, query,
                    *attributes], env=self._env).stdout

    def contacts(self, *attributes):
        """All contacts below the OU."""
        return self.search("(objectClass=contact)", *attributes,
                           base=samba.OU)

    def certificates(self, address):
        """The userCertificate values of everything with this address."""
        found = self.search("(proxyAddresses=smtp:%s)" % address,
                            "userCertificate")
        return [der for _, values in found
                for der in values.get("userCertificate", [])]

    def ldif(self, program, text, *options):
        """Give LDIF to ldapadd or ldapmodify as the administrator."""
        run([program, *self._bind, *options], stdin=text.encode(),
            env=self._env)

    def delete(self, *names):
        """Delete entries by their names."""
        run(["ldapdelete", *self._bind], env=self._env,
            stdin="\n".join(names).encode() + b"\n")

    def rename(self, name, new):
        """Give an entry another first part."""
        self.ldif("ldapmodify", "dn: %s\nchangetype: modrdn\n"
                  "newrdn: %s\ndeleteoldrdn: 1\n" % (name, new))

    def wipe(self):
        """Delete every contact below the OU; changes() starts anew."""
        names = [name for name, _ in self.contacts("dn")]
        if names:
            self.delete(*names)

        if os.path.exists(self.server.audit_file):
            self._audit_start = os.path.getsize(self.server.audit_file)

    def changes(self):
        """All successful writes below the OU since wipe(), in order."""
        with open(self.server.audit_file, "rb") as file:
            file.seek(self._audit_start)
            lines = [line[line.index(b"{"):] for line in file
                     if b"{" in line]
        found = [Change.read(json.loads(line)) for line in lines]
        return [change for change in found if change is not None and
                change.dn.endswith(samba.OU)]

    def versions(self, attid=USER_CERTIFICATE_ATTID):
        """How often each contact's attribute was written: {dn: version}.

        From the metadata that domain controllers replicate by, so nothing
        that a client says has a part in it.
        """
        from samba.dcerpc import drsblobs
        from samba.ndr import ndr_unpack
        found = {}
        for name, values in self.contacts("replPropertyMetaData"):
            blob = ndr_unpack(drsblobs.replPropertyMetaDataBlob,
                              values["replPropertyMetaData"][0])
            for entry in blob.ctr.array:
                if entry.attid == attid:
                    found[name] = entry.version
        return found
