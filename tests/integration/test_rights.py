"""What certharvest acl prints is enough, and not more than that.

samba-tool says which entries stand on an OU; ldapadd and ldapmodify, as the
service account, what they are worth.
"""

import base64
import re
import uuid

import pytest

from servers import samba as dc
from servers.settings import text
from test_servers_samba import as_account, create

CONTACT = "5cb41ed0-0e4c-11d0-a286-00aa003049e2"
USER_CERTIFICATE = "bf967a7f-0de6-11d0-a285-00aa003049e2"
SHADOWS = "e16a9db2-403c-11d1-a9c0-0000f80367c1"
EXTENSION_NAME = "bf967972-0de6-11d0-a285-00aa003049e2"

NEEDED = {
    "(OA;CI;CC;%s;;{sid})" % CONTACT,
    "(OA;CIIO;RPWP;%s;%s;{sid})" % (USER_CERTIFICATE, CONTACT),
    "(OA;CIIO;RPWP;%s;%s;{sid})" % (EXTENSION_NAME, CONTACT),
    "(OA;CIIO;RC;;%s;OW)" % CONTACT,
}
REFRESH_ONLY = {entry for entry in NEEDED if ";RPWP;" in entry}


def entries(samba, name):
    """The entries on an object that are its own, as samba-tool has them."""
    said = samba.tool("dsacl", "get", "--objectdn=" + name)
    dacl = said[said.index("D:"):].partition("S:AI")[0]
    return {ace for ace in re.findall(r"\([^()]*\)", dacl)
            if not re.match(r"\(\w+;\w*ID", ace)}


@pytest.fixture
def granted(samba, root):
    """Make an OU, and grant on it; all OUs are deleted after the test."""
    made = []

    def grant(name, **other):
        rows = {"backend": "ad", "uri": ["ldaps://" + dc.HOST],
                "bind": "simple", "user": dc.ACCOUNT + "@" + dc.REALM,
                "password_file": "/none", "bases": [name.replace("\\", "\\\\")
                                                    .replace('"', '\\"')],
                **other}
        if rows.pop("create_there", True):
            rows["create_ou"] = rows["bases"][0]
        else:
            rows["create"] = False
        path = root + "/granted.conf"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text({"directory": rows}))
        samba.tool("ou", "create", name)
        made.append(name)
        before = entries(samba, name)
        samba.grant(path)
        return entries(samba, name) - before

    yield grant
    for name in made:
        samba.tool("ou", "delete", name)


OUS = ["OU=Granted," + dc.BASE,
       'OU=R&D "it\'s" 100%; $HOME `id`!'.replace('"', '\\"')
       .replace(";", "\\;") + "," + dc.BASE,
       "OU=Geschäftspartner," + dc.BASE]


@pytest.mark.parametrize("name", OUS)
def test_exactly_these_entries(samba, granted, name):
    """On the OU that the settings name, however it is called."""
    assert granted(name) == {
        entry.format(sid=samba.account_sid) for entry in NEEDED}


def test_without_creating(samba, granted):
    """Who only refreshes may not create, and owns nothing."""
    assert granted("OU=Refreshed," + dc.BASE, create_there=False) == {
        entry.format(sid=samba.account_sid) for entry in REFRESH_ONLY}


def test_with_removing_shadows(samba, directory, granted):
    """One attribute more, by its schemaIDGUID in the schema itself."""
    (_, values), = directory.search(
        "(lDAPDisplayName=userSMIMECertificate)", "schemaIDGUID",
        base="CN=Schema,CN=Configuration," + dc.BASE)
    assert values["schemaIDGUID"] == [uuid.UUID(SHADOWS).bytes_le]
    more = "(OA;CIIO;RPWP;%s;%s;%s)" % (
        SHADOWS, CONTACT, samba.account_sid)
    assert granted("OU=Unshadowed," + dc.BASE, shadows="remove_ours") == {
        more, *(entry.format(sid=samba.account_sid) for entry in NEEDED)}


def modify(samba, name, change):
    """Try it as the service account: the result code of the controller."""
    done = as_account(samba, "ldapmodify",
                      "dn: %s\nchangetype: modify\n%s" % (name, change))
    return done.returncode


def test_what_it_may_do(samba, directory, authority):
    """Create, replace a certificate, mark it."""
    address = "may@partner.example"
    old, new = (authority.partner(address).der for _ in range(2))
    assert create(samba, address, old).returncode == 0
    assert modify(samba, "CN=%s,%s" % (address, dc.OU), (
        "delete: userCertificate\nuserCertificate:: %s\n-\n"
        "add: userCertificate\nuserCertificate:: %s\n-\n"
        "add: extensionName\nextensionName: certharvest:1:x\n") % (
            base64.b64encode(old).decode(),
            base64.b64encode(new).decode())) == 0
    assert directory.certificates(address) == [new]


REFUSED = {
    "mail": "replace: mail\nmail: other@partner.example\n",
    "proxyAddresses": "add: proxyAddresses\nproxyAddresses: smtp:x@y.z\n",
    "displayName": "replace: displayName\ndisplayName: The CEO\n",
    "userSMIMECertificate":
        "add: userSMIMECertificate\nuserSMIMECertificate: x\n",
    "legacyExchangeDN": "replace: legacyExchangeDN\nlegacyExchangeDN: /o=x\n",
    "description": "replace: description\ndescription: x\n",
}


@pytest.mark.parametrize("whose", ["its own", "another's"])
@pytest.mark.parametrize("what", REFUSED)
def test_attributes_that_it_may_not_write(samba, directory, authority, what,
                                          whose):
    """Neither of a contact that it made nor of one that others made."""
    name = "CN=no@partner.example," + dc.OU
    if whose == "its own":
        create(samba, "no@partner.example",
               authority.partner("no@partner.example").der)
    else:
        directory.ldif("ldapadd", "dn: %s\nobjectClass: contact\n" % name)
    assert modify(samba, name, REFUSED[what]) == 50


def test_what_it_may_not_do_with_contacts(samba, directory, authority):
    """Delete, rename, move, or put something below."""
    address = "kept@partner.example"
    name = "CN=%s,%s" % (address, dc.OU)
    create(samba, address, authority.partner(address).der)
    for change in (
            "changetype: delete\n",
            "changetype: modrdn\nnewrdn: CN=other\ndeleteoldrdn: 1\n",
            "changetype: modrdn\nnewrdn: CN=%s\ndeleteoldrdn: 1\n"
            "newsuperior: CN=Users,%s\n" % (address, dc.BASE)):
        assert as_account(samba, "ldapmodify", "dn: %s\n%s" % (
            name, change)).returncode == 50, change
    assert [found for found, _ in directory.contacts("dn")] == [name]


OTHERS = {
    "a user": "objectClass: user\nsAMAccountName: x1\n",
    "a group": "objectClass: group\nsAMAccountName: x2\n",
    "a computer": "objectClass: computer\nsAMAccountName: x3$\n",
    "an inetOrgPerson": "objectClass: inetOrgPerson\nsAMAccountName: x4\n"
                        "sn: x\n",
}


@pytest.mark.parametrize("what", OTHERS)
def test_objects_that_it_may_not_create(samba, what):
    """Nothing that could log on, and no group."""
    done = as_account(samba, "ldapadd", "dn: CN=x,%s\n%s" % (
        dc.OU, OTHERS[what]))
    assert done.returncode == 50, done.stderr


def test_nothing_elsewhere(samba, directory):
    """No contact in another place, no change of a user or of the OU."""
    done = as_account(samba, "ldapadd", "dn: CN=x,CN=Users,%s\n"
                      "objectClass: contact\n" % dc.BASE)
    assert done.returncode == 50, done.stderr
    user = "CN=Guest,CN=Users," + dc.BASE
    for name, change in (
            (user, "replace: mail\nmail: x@y.z\n"),
            (user, "add: userCertificate\nuserCertificate: x\n"),
            ("CN=Domain Admins,CN=Users," + dc.BASE,
             "add: member\nmember: %s\n" % dc.ACCOUNT_DN),
            (dc.OU, "replace: description\ndescription: x\n")):
        assert modify(samba, name, change) == 50, (name, change)


def descriptor(sddl, flags):
    """LDIF that puts this in the place of an object's permissions."""
    from samba.dcerpc import security
    from samba.ndr import ndr_pack
    packed = ndr_pack(security.descriptor.from_sddl(
        sddl, security.dom_sid("S-1-5-21-1-2-3")))
    control = base64.b64encode(bytes([0x30, 3, 2, 1, flags])).decode()
    return ("control: 1.2.840.113556.1.4.801 true:: %s\n"
            "changetype: modify\nreplace: nTSecurityDescriptor\n"
            "nTSecurityDescriptor:: %s\n" % (
                control, base64.b64encode(packed).decode()))


OWNER, DACL = 1, 4


def set_descriptor(samba, name, sddl, flags):
    """Try it as the service account: the result code."""
    return as_account(samba, "ldapmodify", "version: 1\ndn: %s\n%s" % (
        name, descriptor(sddl, flags))).returncode


def test_permissions(samba, directory, authority):
    """WRITE_DAC and WRITE_OWNER.

    The contact that the account made has the entry for OWNER RIGHTS, which
    takes WRITE_DAC from an owner on Windows ([MS-DTYP] 2.5.3.2).  Samba 4.17
    gives it to every owner before it looks at any entry, and no entry can
    change that.  When the last line fails, Samba has learned it: then
    the manual is to be changed.
    """
    address = "owned@partner.example"
    own, other = ("CN=%s,%s" % (cn, dc.OU) for cn in (address, "other"))
    create(samba, address, authority.partner(address).der)
    directory.ldif("ldapadd", "dn: %s\nobjectClass: contact\n" % other)
    assert "(OA;CIID;RC;;%s;OW)" % CONTACT in samba.tool(
        "dsacl", "get", "--objectdn=" + own)
    everybody = "D:(A;;GA;;;WD)"
    assert set_descriptor(samba, other, everybody, DACL) == 50
    assert set_descriptor(samba, dc.OU, everybody, DACL) == 50
    for name in (own, other):
        assert set_descriptor(samba, name, "O:WD", OWNER) == 50
    assert set_descriptor(samba, own, everybody, DACL) == 0
