"""A real Active Directory: a Samba domain controller on loopback, or two.

It has the OU for partners and the service account with the delegated rights
that the manual asks for, and not one more.  A second controller joins the
domain when a test wants one; nothing is replicated until replicate() is
called, so that a test says when.
"""

import os
import shutil

from servers.process import Process, run, wait_for

ADDRESS = "127.0.0.10"  # of 127.0.0.1 libldap asks Kerberos for another name
HOST = "dc1.corp.example"
SECOND_ADDRESS = "127.0.0.11"
SECOND_HOST = "dc2.corp.example"
REALM = "CORP.EXAMPLE"
BASE = "DC=corp,DC=example"
OU = "OU=Partners," + BASE
ADMINISTRATOR = "Administrator@" + REALM
ADMINISTRATOR_PASSWORD = "Adm1n-Passw0rd"
CREDENTIALS = ["-U", "Administrator%" + ADMINISTRATOR_PASSWORD]
ACCOUNT = "svc-certharvest"
ACCOUNT_DN = "CN=%s,CN=Users,%s" % (ACCOUNT, BASE)
ACCOUNT_PASSWORD = "Svc-Passw0rd-1234567"

DELEGATION = """\
directory {{
    backend = ad
    uri = "ldaps://{host}"
    bind = simple
    user = "{account}@{realm}"
    password_file = "/none"
    bases = "{ou}"
    create_ou = "{ou}"
}}
"""

SMB_CONF = """\
[global]
    bind interfaces only = yes
    interfaces = {address}/8
    netbios name = {name}
    realm = {realm}
    workgroup = CORP
    server role = active directory domain controller
    server services = ldap cldap kdc rpc
    dsdb:schema update allowed = yes
    vfs objects = dfs_samba4 acl_xattr xattr_tdb
    private dir = {folder}/private
    state directory = {folder}/state
    cache directory = {folder}/cache
    lock directory = {folder}
    pid directory = {folder}/run
    ncalrpc dir = {folder}/run/ncalrpc
    winbindd socket directory = {folder}/run/winbindd
    ntp signd socket directory = {folder}/run/ntp
    usershare path =
    log file = {folder}/samba.log
    max log size = 0
    log level = 1 dsdb_json_audit:5@{folder}/audit.json
    tls enabled = yes
    tls keyfile = {folder}/tls/key.pem
    tls certfile = {folder}/tls/cert.pem
    tls cafile = {folder}/tls/ca.pem
"""

KRB5_CONF = """\
[libdefaults]
    default_realm = {realm}
    dns_lookup_realm = false
    dns_lookup_kdc = false
    dns_canonicalize_hostname = false
    rdns = false
[realms]
    {realm} = {{
        kdc = {address}
        kdc = {other}
    }}
[domain_realm]
    .corp.example = {realm}
"""


class Samba:
    """A domain controller: made once, started and stopped often."""

    name = "DC1"
    host = HOST
    address = ADDRESS

    def __init__(self, folder, authority, command):
        self.folder = folder
        self.authority = authority
        self.command = command  # certharvest, for the rights it prints
        self.process = None
        self.smb_conf = os.path.join(folder, "etc", "test.conf")
        self.ca_file = os.path.join(folder, "tls", "ca.pem")
        self.krb5_conf = os.path.join(folder, "krb5.conf")
        self.keytab = os.path.join(folder, "svc.keytab")
        self.password_file = os.path.join(folder, "svc.password")
        self.audit_file = os.path.join(folder, "audit.json")
        self.account_sid = None

    def _write(self, path, content, mode=0o644):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        os.chmod(path, mode)

    def provision(self):
        """Make the domain, the OU, the account and its rights."""
        os.makedirs(self.folder)
        run(["samba-tool", "domain", "provision",
             "--targetdir=" + self.folder, "--realm=" + REALM,
             "--domain=CORP", "--server-role=dc", "--use-rfc2307",
             "--dns-backend=SAMBA_INTERNAL", "--host-name=dc1",
             "--host-ip=" + ADDRESS, "--adminpass=" + ADMINISTRATOR_PASSWORD,
             "--option=interfaces=lo", "--option=bind interfaces only=yes",
             "--option=vfs objects=dfs_samba4 acl_xattr xattr_tdb"],
            seconds=600)
        self._write_files()
        self._write("krb5.conf", KRB5_CONF.format(
            realm=REALM, address=ADDRESS, other=SECOND_ADDRESS).encode())
        self._write("svc.password", ACCOUNT_PASSWORD.encode() + b"\n", 0o600)
        self.tool("spn", "add", "ldap/" + HOST, "DC1$")
        self.tool("ou", "create", OU)
        self.tool("user", "create", ACCOUNT, ACCOUNT_PASSWORD)
        self.tool("user", "setexpiry", ACCOUNT, "--noexpiry")
        self.tool("domain", "exportkeytab", self.keytab,
                  "--principal=" + ACCOUNT)
        self._delegate()

    def copy(self, folder):
        """The same domain once more, for tests that change all of it.

        At the same address: only one of them may run.
        """
        shutil.copytree(self.folder, folder, symlinks=True,
                        # sockets too, of one that was killed
                        ignore=shutil.ignore_patterns(
                            "run", "ldap*", "*.log", "msg.sock", "msg.lock"))
        other = Samba(folder, self.authority, self.command)
        other.account_sid = self.account_sid
        other._write_files()
        return other

    def _write_files(self):
        names = {"folder": self.folder, "realm": REALM, "name": self.name,
                 "address": self.address}
        server = self.authority.server(self.host)
        with open(server.key, "rb") as file:
            self._write("tls/key.pem", file.read(), 0o600)
        self._write("tls/cert.pem", server.pem)
        self._write("tls/ca.pem", self.authority.root.pem)
        self._write("etc/test.conf", SMB_CONF.format(**names).encode())
        os.makedirs(os.path.join(self.folder, "run"), exist_ok=True)

    def _delegate(self):
        """By what certharvest acl prints."""
        self.account_sid = self._sid(ACCOUNT)
        self._write("etc/delegation.conf", DELEGATION.format(
            host=HOST, account=ACCOUNT, realm=REALM, ou=OU).encode())
        self.grant(os.path.join(self.folder, "etc", "delegation.conf"))

    def grant(self, settings, sid=None):
        """Give an account the rights that these settings need."""
        script = run([self.command, "-f", settings, "acl", "--format",
                      "samba-tool", "--account",
                      sid or self.account_sid]).stdout
        run(["sh", "-s", "--", "-s", self.smb_conf], stdin=script)

    def _sid(self, user):
        text = self.tool("user", "show", user, "--attributes=objectSid")
        return text.split("objectSid: ")[1].split()[0]

    def tool(self, *words):
        """Run samba-tool on this domain's own files; what it printed."""
        return run(["samba-tool", *words,
                    "-s", self.smb_conf]).stdout.decode()

    def database(self):
        """The domain's database, past the server.

        For a thousand changes at once, and for what no client may do.
        """
        from samba.auth import system_session
        from samba.param import LoadParm
        from samba.samdb import SamDB
        settings = LoadParm()
        settings.load(self.smb_conf)
        settings.set("log level", "0")
        return SamDB(os.path.join(self.folder, "private", "sam.ldb"),
                     session_info=system_session(), lp=settings)

    def set_password(self, password):
        """Give the service account another password."""
        self.tool("user", "setpassword", ACCOUNT,
                  "--newpassword=" + password)

    def start(self):
        """Start it and wait until it answers."""
        self.process = Process(
            ["samba", "-F", "--no-process-group", "-M", "single",
             "-s", self.smb_conf],
            os.path.join(self.folder, "samba.stdout.log"))
        wait_for("the domain controller answers", self._answers, 240, 0.2)

    def _answers(self):
        if not self.process.running():
            raise RuntimeError(self.process.text())
        return run(["ldapsearch", "-x", "-H", "ldap://" + self.host, "-b", "",
                    "-s", "base", "-LLL", "dnsHostName"],
                   check=False).returncode == 0

    def stop(self):
        """End it."""
        if self.process is not None:
            self.process.stop()
            self.process = None

    def as_account(self):
        """The environment in which a program binds by the keytab."""
        return {"KRB5_CONFIG": self.krb5_conf,
                "KRB5_CLIENT_KTNAME": self.keytab, "KRB5CCNAME": "MEMORY:"}


class SecondSamba(Samba):
    """Another domain controller of the same domain; the first must run."""

    name = "DC2"
    host = SECOND_HOST
    address = SECOND_ADDRESS

    def __init__(self, folder, first):
        super().__init__(folder, first.authority, first.command)
        self.first = first
        self.krb5_conf = first.krb5_conf
        self.keytab = first.keytab
        self.password_file = first.password_file
        self.account_sid = first.account_sid

    def join(self):
        """Become a controller, with everything that the first one has."""
        run(["samba-tool", "domain", "join", REALM.lower(), "DC",
             "--targetdir=" + self.folder, "--server=" + self.first.host,
             "--realm=" + REALM, "--dns-backend=NONE", *CREDENTIALS,
             "--option=netbios name=" + self.name,
             "--option=interfaces=%s/8" % self.address,
             "--option=bind interfaces only=yes",
             "--option=vfs objects=dfs_samba4 acl_xattr xattr_tdb"],
            seconds=600, env={"KRB5_CONFIG": self.first.krb5_conf})
        self._write_files()
        self.first.tool("spn", "add", "ldap/" + self.host, self.name + "$")


def replicate(source, target):
    """Bring to one controller what the other, which runs, has written."""
    run(["samba-tool", "drs", "replicate", target.name, source.host, BASE,
         "--local", "-s", target.smb_conf, *CREDENTIALS],
        env={"KRB5_CONFIG": target.krb5_conf})
