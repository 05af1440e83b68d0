"""certharvest doctor on set-ups that are broken in one way each.

What it prints is kept in doctor/NAME.txt, word for word, with the names of
folders and SIDs replaced; to take over what it prints now, run with
CERTHARVEST_ACCEPT=1 and read the difference.  Samba and klist are asked
whether what it says is so.
"""

import datetime
import json
import os
import re

import pytest

from servers import certharvest as installation
from servers import exchange as exch
from servers import samba as dc
from servers.double import PARTIAL_SECRETS, Double
from servers.names import Names
from servers.process import run
from servers.settings import active_directory
from test_servers_samba import as_account, create

LDAPS = "ldaps://" + dc.HOST
PORT = 7690
KEPT = os.path.join(os.path.dirname(__file__), "doctor")


@pytest.fixture
def users(root):
    """The users that the packages make, known to this namespace alone."""
    names = {
        "passwd": "certharvest-milter:x:%d:%d::/:/bin/false\n"
                  "certharvest-publisher:x:%d:%d::/:/bin/false\n" % (
                      installation.MILTER, installation.SPOOL,
                      installation.PUBLISHER, installation.SPOOL),
        "group": "certharvest:x:%d:\n" % installation.SPOOL}
    for name, more in names.items():
        path = os.path.join(root, name)
        with open("/etc/" + name, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + more)
        run(["mount", "--bind", path, "/etc/" + name])
    yield
    for name in names:
        run(["umount", "/etc/" + name])


@pytest.fixture
def told(users, active, root):
    """Run doctor, as root, with some settings: its exit code and lines."""
    def tell(kept, *layers, how="ldaps", before=None):
        one = active(*layers, how=how)
        if before is not None:
            before(one)
        done = run([one.programs.path("certharvest"), "-f", one.settings_file,
                    "doctor"], check=False, env=one.programs.environment())
        assert b"certharvest: " not in done.stderr, done.stderr
        text = done.stdout.decode().replace(one.folder, "{folder}")
        text = text.replace(root, "{root}")
        text = re.sub(r"is \d+ seconds", "is {some} seconds", text)
        text = re.sub(r"before [0-9TZ:-]+ or", "before {time} or", text)
        text = re.sub(r"S-1-5-21(-\d+){3}-", "S-1-5-21-{domain}-", text)
        # what other tests leave
        text = re.sub(r"(users: may write .* of ).*?%s" % dc.BASE,
                      r"\1{somebody}", text)
        text = re.sub(r"\d+ (other classes|attributes)", r"{some} \1", text)
        return done.returncode, compare(kept, text)

    return tell


def compare(name, text):
    """With what is kept under the name; the lines."""
    path = os.path.join(KEPT, name + ".txt")
    if os.environ.get("CERTHARVEST_ACCEPT"):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    with open(path, encoding="utf-8") as file:
        assert text == file.read()
    return text.splitlines()


def worst(lines, level="error"):
    """What was looked at in the lines of this level."""
    return [line.split()[1].rstrip(":") for line in lines
            if line.startswith(level)]


@pytest.mark.sanitized
def test_in_order(told, directory, authority):
    """Nothing is wrong; what only a contact can prove is proven by one."""
    code, lines = told("new")
    assert code == 0 and worst(lines) == []
    assert worst(lines, "warning") == ["publisher", "write"]
    before = directory.versions()
    create(directory.server, "one@partner.example",
           authority.partner("one@partner.example").der)
    code, lines = told("in-order", how="gssapi")
    assert code == 0 and worst(lines) == []
    assert worst(lines, "warning") == ["publisher", "permissions"]
    assert before == {}  # and doctor itself wrote nothing:
    assert [change.operation for change in directory.changes()] == ["Add"]


def test_as_json(users, active, samba):
    """The same, an object a line; the keytab as klist reads it."""
    one = active(how="gssapi")
    done = run([one.programs.path("certharvest"), "-f", one.settings_file,
                "doctor", "--json"])
    found = {}
    for line in done.stdout.splitlines():
        row = json.loads(line)
        assert set(row) == {"level", "check", "finding", "text", "reason",
                            "advice"}
        found[row["finding"]] = row
    listed = run(["klist", "-ekt", samba.keytab]).stdout.decode()
    kinds = re.findall(r"\((?:DEPRECATED:)?([^()]+)\) *$", listed, re.M)
    text = found["keytab-ok"]["text"]
    assert len(kinds) == 3 and text.endswith(", ".join(kinds))
    assert "key version %s," % re.search(
        r"^ +(\d+) ", listed, re.M).group(1) in text
    assert found["who-ok"]["text"].endswith(dc.ACCOUNT_DN)


def settings(**rows):
    """One layer of settings of the directory."""
    return {"directory": rows}


BROKEN = {
    "name-unknown": (settings(uri=["ldaps://dc9.corp.example"]), 75,
                     ["bind"]),
    "port-closed": (settings(uri=[LDAPS + ":1636"]), 75, ["bind"]),
    "another-ca": (settings(ca_file="/etc/ssl/certs/ca-certificates.crt"), 78,
                   ["tls", "bind"]),
    "no-ou": (settings(bases=["OU=Gone," + dc.BASE],
                       create_ou="OU=Gone," + dc.BASE), 78,
              ["base", "create"]),
    "no-password-file": (settings(password_file="/nonexistent"), 78,
                         ["secret", "bind"]),
    "stamp-without-exchange": (settings(exchange="stamp"), 78, ["exchange"]),
    "no-domains": ({"site": {"own_domains": []}}, 78, ["domains"]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken(told, directory, name):
    """One thing is wrong, and what is said of it."""
    layer, expected, errors = BROKEN[name]
    code, lines = told(name, layer)
    assert worst(lines) == errors
    assert code == expected


def bad_passwords(directory):
    (_, values), = directory.search(
        "(sAMAccountName=%s)" % dc.ACCOUNT, "badPwdCount")
    return int(values.get("badPwdCount", [b"0"])[0])


def test_wrong_password(told, samba, directory):
    """Tried once, whoever asks and how often."""
    def tried_before(one):
        one.secret("password", b"not-the-password\n")
        run([one.programs.path("certharvest"), "-f", one.settings_file,
             "doctor"], check=False)

    samba.tool("domain", "passwordsettings", "set",
               "--account-lockout-threshold=5")
    before = bad_passwords(directory)
    code, lines = told("wrong-password", before=tried_before)
    assert code == 78 and worst(lines) == ["bind"]
    assert bad_passwords(directory) == before + 1
    samba.tool("domain", "passwordsettings", "set",
               "--account-lockout-threshold=0")


def test_disabled_account(told, samba, directory):
    """No password will help."""
    samba.tool("user", "disable", dc.ACCOUNT)
    try:
        code, lines = told("disabled-account")
    finally:
        samba.tool("user", "enable", dc.ACCOUNT)
    assert code == 78 and worst(lines) == ["bind"]


def keytab_of(samba, root, name, change=lambda octets: octets):
    """Another keytab, and its path before it is an installation's."""
    path = os.path.join(root, name)
    samba.tool("domain", "exportkeytab", path, "--principal=" + name)
    with open(path, "rb") as file:
        octets = file.read()
    os.unlink(path)
    return lambda one: one.secret("keytab", change(octets))


def test_keytabs(told, samba, directory, root):
    """Missing, none at all, of the password before, of another version."""
    code, lines = told("keytab-missing", settings(keytab="/nonexistent"),
                       how="gssapi")
    assert code == 78 and worst(lines) == ["secret", "bind"]
    code, lines = told("keytab-none", how="gssapi",
                       before=lambda one: one.secret("keytab", b"junk\n"))
    assert code == 78 and worst(lines) == ["keytab", "bind"]
    samba.tool("user", "create", "stale", "Stale-Passw0rd-1")
    stale = keytab_of(samba, root, "stale")
    samba.tool("user", "setpassword", "stale", "--newpassword=Other-Pw-22")
    code, lines = told("keytab-stale", settings(user=""), how="gssapi",
                       before=stale)
    assert code == 78 and worst(lines) == ["bind"]
    samba.tool("user", "delete", "stale")
    code, lines = told("keytab-version", how="gssapi", before=keytab_of(
        samba, root, dc.ACCOUNT, with_version(77)))
    assert code == 0 and "keytab" in worst(lines, "warning")


def with_version(version):
    """A change of a keytab: all its keys get another version."""
    def change(octets):
        out, at = octets[:2], 2
        while at < len(octets):
            size = int.from_bytes(octets[at:at + 4], "big")
            entry = bytearray(octets[at + 4:at + 4 + size])
            at += 4 + size
            place = 2
            for _ in range(int.from_bytes(entry[:2], "big") + 1):
                place += 2 + int.from_bytes(entry[place:place + 2], "big")
            place += 8
            entry[place] = version
            rest = place + 5 + int.from_bytes(entry[place + 3:place + 5],
                                              "big")
            out += len(entry[:rest]).to_bytes(4, "big") + entry[:rest]
        return out

    return change


def test_no_rights(told, samba, directory):
    """Somebody without a delegation, and a contact that is there."""
    samba.tool("user", "create", "poor", "Poor-Passw0rd-1")
    directory.ldif("ldapadd", "dn: CN=there,%s\nobjectClass: contact\n"
                   % dc.OU)

    def poor(one):
        one.secret("password", b"Poor-Passw0rd-1\n")

    try:
        code, lines = told("no-rights", settings(user="poor@" + dc.REALM),
                           before=poor)
    finally:
        samba.tool("user", "delete", "poor")
    assert code == 78 and worst(lines) == ["write", "create"]


def test_rights_too_wide(told, samba, directory, authority):
    """A domain administrator as the service account."""
    create(samba, "wide@partner.example",
           authority.partner("wide@partner.example").der)
    samba.tool("group", "addmembers", "Domain Admins", dc.ACCOUNT)
    try:
        code, lines = told("domain-admin")
    finally:
        samba.tool("group", "removemembers", "Domain Admins", dc.ACCOUNT)
    assert code == 78 and set(worst(lines)) == {"groups"}
    assert worst(lines, "warning") == [
        "publisher", "write", "permissions", "delete", "create", "users"]


def test_this_machine(told, directory):
    """What is wrong here and not in the directory."""
    def break_it(one):
        publisher = os.path.join(one.folder, "publisher")
        one.secret("site.key", b"x" * 32)
        os.chmod(os.path.join(publisher, "site.key"), 0o644)
        os.chmod(os.path.join(publisher, "password"), 0o444)
        os.chmod(one.spool, 0o2777)

    code, lines = told("this-machine", {"publisher": {
        "milter_user": "nobody-of-this-name"}}, before=break_it)
    assert code == 78
    assert worst(lines) == ["site-key", "secret", "spool"]
    assert "milter-user" in worst(lines, "warning")
    code, lines = told("no-spool", before=lambda one: os.rmdir(one.spool))
    assert code == 78 and worst(lines) == ["spool"]


SKEWS = {"clock-slow": (-120, "warning"), "clock-wrong": (7200, "error")}


@pytest.mark.parametrize("name", SKEWS)
def test_clocks(told, samba, directory, name):
    """Of a controller that is read-only, too; found out without a login."""
    apart, level = SKEWS[name]
    then = datetime.datetime.now(datetime.timezone.utc) + \
        datetime.timedelta(seconds=apart)
    server = Double(samba, PORT, {
        "currentTime": [then.strftime("%Y%m%d%H%M%S.0Z")],
        "supportedCapabilities": [PARTIAL_SECRETS],
        "isSynchronized": ["FALSE"]})
    try:
        code, lines = told(name, settings(uri=[server.uri]))
    finally:
        server.close()
    assert "simple" in server.seen
    assert code == (78 if level == "error" else 75)
    assert "clock" in worst(lines, level)
    assert worst(lines, "warning").count("server") == 2


def test_found_by_dns(told, directory):
    """Instead of named; one of the two is down."""
    names = Names()
    names.srv("_ldap._tcp.dc._msdcs.corp.example", (0, 100, 389, dc.HOST),
              (1, 100, 389, "dc7.corp.example"))
    names.address("dc7.corp.example", "127.0.0.77")
    try:
        code, lines = told("by-dns", settings(uri=[], domain="corp.example"),
                           how="gssapi")
    finally:
        names.close()
    assert code == 0 and worst(lines, "warning").count("server") == 1


def test_a_running_publisher(told, directory):
    """It is there, and doctor disturbs nothing."""
    def start(one):
        one.start_publisher()

    code, lines = told("running", before=start)
    assert code == 0 and worst(lines, "warning") == ["write"]


def test_exchange(users, exchange, exchange_directory, certharvest):
    """Its domains, and the addresses that only it has."""
    exch.accept(exchange_directory, "corp.example", "Corp.Test",
                "*.group.example", "*")
    one = certharvest()
    secret = one.secret("password", dc.ACCOUNT_PASSWORD.encode())
    one.write_settings(active_directory(exchange, "ldaps", secret),
                       {"site": {"own_domains": ["corp.example",
                                                 ".group.example"]}})
    create(exchange, "one@partner.example", b"no certificate")
    for change in ("add: targetAddress\ntargetAddress: SMTP:x@y.example\n",
                   "add: mailNickname\nmailNickname: ceo\n",
                   "replace: proxyAddresses\nproxyAddresses: SMTP:x@y.z\n"):
        done = as_account(exchange, "ldapmodify", (
            "dn: CN=one@partner.example,%s\nchangetype: modify\n%s" % (
                dc.OU, change)))
        assert done.returncode == 50, done.stderr
    rows = {row["finding"]: row for row in map(json.loads, one.cli(
        "-f", one.settings_file, "doctor", "--json").splitlines())}
    assert "exchange-ok" in rows
    assert rows["domains-missing"]["text"] == (
        "corp.test is not in site.own_domains")
    assert "write-wide" not in rows and "write-ok" in rows
    one.write_settings({"site": {"own_domains": [
        "corp.example", ".group.example", "corp.test"]}})
    assert '"domains-ok"' in one.cli(
        "-f", one.settings_file, "doctor", "--json")
    exchange.tool("group", "addmembers", "Domain Admins", dc.ACCOUNT)
    found = one.cli("-f", one.settings_file, "doctor", check=False)
    assert "may write mail, proxyAddresses, targetAddress, displayName, " \
        "mailNickname" in found
