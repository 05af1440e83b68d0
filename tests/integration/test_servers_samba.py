"""The domain controller of the tests is what the other tests take it for."""

import base64

import pytest

from servers import samba as dc
from servers.process import run

CONTACT = """\
dn: CN={cn},{ou}
objectClass: contact
mail: {cn}
proxyAddresses: SMTP:{cn}
{more}"""


def as_account(samba, program, text, *options):
    """LDIF given by the service account with its password over LDAPS."""
    return run([program, "-x", "-H", "ldaps://" + dc.HOST,
                "-D", dc.ACCOUNT + "@" + dc.REALM, "-w", dc.ACCOUNT_PASSWORD,
                *options], stdin=text.encode(), check=False,
               env={"LDAPTLS_CACERT": samba.ca_file,
                    "LDAPTLS_REQCERT": "demand"})


def create(samba, cn, der):
    """Create a contact with a certificate as the service account."""
    value = base64.b64encode(der).decode()
    return as_account(samba, "ldapadd", CONTACT.format(
        cn=cn, ou=dc.OU, more="userCertificate:: %s\n" % value))


def test_the_account_creates_a_contact(samba, directory, authority):
    """The delegated right is enough for a whole contact."""
    der = authority.partner("one@partner.example").der
    made = create(samba, "one@partner.example", der)
    assert made.returncode == 0, made.stderr
    assert directory.certificates("one@partner.example") == [der]
    assert list(directory.versions().values()) == [1]


def test_the_account_refreshes_in_one_modify(samba, directory, authority):
    """Old value out, new value in, as the domain controller saw it.

    Samba counts a version for each of the two, so that the metadata alone
    cannot tell one modify from two; its audit can.
    """
    old = authority.partner("two@partner.example").der
    new = authority.partner("two@partner.example").der
    create(samba, "two@partner.example", old)
    done = as_account(samba, "ldapmodify", (
        "dn: CN=two@partner.example,%s\nchangetype: modify\n"
        "delete: userCertificate\nuserCertificate:: %s\n-\n"
        "add: userCertificate\nuserCertificate:: %s\n-\n"
        "add: extensionName\nextensionName: certharvest:1:x\n") % (
            dc.OU, base64.b64encode(old).decode(),
            base64.b64encode(new).decode()))
    assert done.returncode == 0, done.stderr
    assert directory.certificates("two@partner.example") == [new]
    assert list(directory.versions().values()) == [3]
    made, changed = directory.changes()
    assert (made.operation, changed.operation) == ("Add", "Modify")
    assert changed.sid == samba.account_sid
    assert changed.attributes["userCertificate"] == [
        ("delete", [old]), ("add", [new])]


FORBIDDEN = {
    "mail": "replace: mail\nmail: other@partner.example\n",
    "displayName": "add: displayName\ndisplayName: The CEO\n",
    "proxyAddresses": "add: proxyAddresses\nproxyAddresses: smtp:x@y.z\n",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_account_may_not_write(samba, directory, authority, what):
    """Not even in a contact that it made itself."""
    der = authority.partner("three@partner.example").der
    create(samba, "three@partner.example", der)
    done = as_account(samba, "ldapmodify", (
        "dn: CN=three@partner.example,%s\nchangetype: modify\n%s" % (
            dc.OU, FORBIDDEN[what])))
    assert done.returncode == 50, done.stderr


def test_the_account_may_not_delete(samba, directory, authority):
    """No delete in any way."""
    der = authority.partner("four@partner.example").der
    create(samba, "four@partner.example", der)
    done = as_account(samba, "ldapmodify", (
        "dn: CN=four@partner.example,%s\nchangetype: delete\n" % dc.OU))
    assert done.returncode == 50, done.stderr


def test_kerberos_by_keytab(samba, directory):
    """GSSAPI with signing and sealing, without kinit."""
    found = run(["ldapsearch", "-Y", "GSSAPI", "-N", "-Q",
                 "-O", "minssf=56", "-H", "ldap://" + dc.HOST, "-LLL",
                 "-b", dc.OU, "-s", "base", "allowedChildClassesEffective"],
                env=samba.as_account()).stdout
    assert b"allowedChildClassesEffective: contact\n" in found
    assert found.count(b"allowedChildClassesEffective") == 1


@pytest.mark.parametrize("uri, options", [
    ("ldaps://" + dc.HOST, []), ("ldap://" + dc.HOST, ["-ZZ"])])
@pytest.mark.parametrize("right", [True, False])
def test_tls_is_verified(samba, authority, uri, options, right):
    """Our CA's name is accepted, another CA is not."""
    ca = authority.root if right else authority.intermediate
    done = run(["ldapsearch", "-x", "-H", uri, *options, "-b", "",
                "-s", "base"], check=False,
               env={"LDAPTLS_CACERT": ca.path, "LDAPTLS_REQCERT": "demand"})
    assert (done.returncode == 0) == right


def test_simple_bind_in_the_clear_is_refused(samba):
    """Strong authentication required: 8."""
    done = run(["ldapsearch", "-x", "-H", "ldap://" + dc.HOST,
                "-D", dc.ACCOUNT + "@" + dc.REALM, "-w", dc.ACCOUNT_PASSWORD,
                "-b", dc.OU], check=False)
    assert done.returncode == 8


def test_wiped_between_tests(directory):
    """No contact is left of the tests before."""
    assert directory.contacts("dn") == []
