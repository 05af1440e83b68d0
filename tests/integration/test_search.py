"""What a search in Active Directory finds, and what it must not miss."""

import base64
import contextlib

import pytest

from servers import contract as play
from servers import samba as dc

NAME = "Same Name"
ZONES = "DC=DomainDnsZones," + dc.BASE
FOREIGN = "cn=Foreign," + ZONES


@pytest.fixture
def contract(samba, directory, build, programs, tmp_path):
    """The contract program; no program of ours leaves a finding."""
    yield play.Contract(samba, build, programs, tmp_path)
    assert programs.findings() == ""


def contact(name, address, *lines, parent=dc.OU):
    """LDIF of a contact."""
    return "".join("%s\n" % line for line in (
        "dn: cn=%s,%s" % (name, parent), "objectClass: contact",
        "mail: " + address, *lines, ""))


def unit(name, parent=dc.OU):
    """LDIF of an organizational unit, and its name."""
    dn = "ou=%s,%s" % (name, parent)
    return "dn: %s\nobjectClass: organizationalUnit\n\n" % dn, dn


def marks(directory, name):
    """Values of extensionName that are ours by their form."""
    (_, values), = directory.search("(cn=%s)" % name, "extensionName")
    return [value for value in values["extensionName"]
            if value.startswith(b"certharvest:1:")]


@pytest.mark.sanitized
def test_behind_thousands_of_values(contract, directory):
    """The primary address and our marks are found behind others'."""
    directory.ldif("ldapadd", contact(
        "many", "other@many.example",
        *("extensionName: foreign %d" % n for n in range(2000)),
        *("proxyAddresses: smtp:p%d@many.example" % n for n in range(2000)),
        "proxyAddresses: SMTP:many@many.example"))
    assert contract.publish("p7@many.example")[:2] == ("held", "not-primary")
    assert contract.publish("many@many.example")[:2] == ("done", "ok")
    assert len(directory.certificates("many@many.example")) == 1
    assert len(marks(directory, "many")) == 1
    assert contract.publish("many@many.example")[:2] == (
        "nothing", "unchanged")
    # Only who sees the mark knows that the value was taken out by hand.
    directory.ldif("ldapmodify", "dn: cn=many,%s\nchangetype: modify\n"
                   "delete: userCertificate\n" % dc.OU)
    assert contract.publish("many@many.example")[1] == "veto"
    assert directory.certificates("many@many.example") == []


def test_two_thousand_certificates(contract, directory):
    """Nothing is added to them, and they do not have to be read."""
    values = ("userCertificate:: " + base64.b64encode(
        b"0\x82\x04\x00" + b"%1024d" % n).decode() for n in range(2000))
    directory.ldif("ldapadd", contact("full", "full@many.example", *values))
    assert contract.publish("full@many.example")[:2] == (
        "held", "too-many-values")
    (_, found), = directory.search("(cn=full)", "userCertificate")
    assert len(found["userCertificate"]) == 2000


def test_pages_of_contacts(samba, contract, directory):
    """A list is complete, whatever else there is in the domain."""
    ldif, many = unit("Many")
    database = samba.database()
    database.transaction_start()
    database.add_ldif(ldif + "".join(
        contact("c%d" % n, "c%d@many.example" % n,
                "userCertificate: %d" % n if n else "info: none", parent=many)
        for n in range(1011)))
    database.transaction_commit()
    try:
        contract.set(bases=[dc.BASE])
        pages = contract.pages()
        assert [len(page) for page in pages] == [500, 500, 10]
        found = directory.search(
            "(&(objectClass=contact)(userCertificate=*))", "objectGUID")
        assert sorted(sum(pages, [])) == sorted(
            values["objectGUID"][0].hex() for _, values in found)
        contract.set(bases=[play.USERS, many, dc.OU, many], create_ou=many)
        assert sorted(sum(contract.pages(), [])) == sorted(sum(pages, []))
    finally:
        database.delete(many, ["tree_delete:1"])


def test_several_bases(contract, directory):
    """A contact in any of them is ours, and in no other place."""
    (one, first), (two, second) = unit("First"), unit("Second")
    directory.ldif("ldapadd", one + two +
                   contact("one", "one@bases.example", parent=first) +
                   contact("two", "two@bases.example", parent=second) +
                   contact("out", "out@bases.example"))
    try:
        contract.set(bases=[second, first], create_ou=first)
        assert contract.publish("one@bases.example")[:2] == ("done", "ok")
        assert contract.publish("two@bases.example")[:2] == ("done", "ok")
        assert contract.publish("out@bases.example")[:2] == (
            "held", "outside-base")
    finally:
        directory.wipe()
        directory.delete(second, first)


def test_deleted_contacts(contract, directory):
    """What was deleted is in the domain still, and never found."""
    assert contract.publish("gone@bases.example")[:2] == ("done", "ok")
    (name, values), = directory.search("(mail=gone@bases.example)",
                                       "objectGUID")
    directory.delete(name)
    deleted = directory.export(
        "(isDeleted=TRUE)", "objectGUID", "-E",
        "!1.2.840.113556.1.4.417", base=dc.BASE)
    assert base64.b64encode(values["objectGUID"][0]) in deleted
    assert contract.publish("gone@bases.example")[:2] == ("done", "ok")
    (_, again), = directory.search("(mail=gone@bases.example)", "objectGUID")
    assert again["objectGUID"] != values["objectGUID"]


def shown(directory, address):
    """The display name of the one with that address."""
    (_, values), = directory.search("(mail=%s)" % address, "displayName")
    return values["displayName"][0].decode()


def test_names_of_many(contract, directory):
    """A partner may be called as forty others are, not as one inside is."""
    directory.ldif("ldapadd", "".join(
        contact("n%d" % n, "n%d@names.example" % n, "displayName: " + NAME)
        for n in range(40)))
    assert contract.publish("a@names.example", NAME)[:2] == ("done", "ok")
    assert shown(directory, "a@names.example") == NAME + " (names.example)"
    directory.ldif("ldapadd", contact(
        "inside", "n@names.example", "displayName: " + NAME,
        parent=play.USERS))
    assert contract.publish("b@names.example", NAME)[:2] == ("done", "ok")
    assert shown(directory, "b@names.example") == "b@names.example"
    directory.delete("cn=inside," + play.USERS)


@contextlib.contextmanager
def another_domain(database):
    """The forest has a second domain, as far as its configuration says."""
    (partition,) = database.search(
        base="CN=Partitions,CN=Configuration," + dc.BASE,
        expression="(nCName=%s)" % ZONES, attrs=["systemFlags"])
    flags = int(str(partition["systemFlags"]))
    change = ("dn: %s\nchangetype: modify\nreplace: systemFlags\n"
              "systemFlags: %%d\n" % partition.dn)
    database.modify_ldif(change % (flags | 2), ["relax:0"])
    try:
        yield
    finally:
        database.modify_ldif(change % flags, ["relax:0"])


def test_another_domain_of_the_forest(samba, contract, directory):
    """Who has the address there is found, named, and not touched."""
    directory.ldif("ldapadd", contact(
        "Foreign", "foreign@forest.example", "displayName: Foreign Name",
        parent=ZONES))
    try:
        with another_domain(samba.database()):
            outcome, reason, text = contract.publish("foreign@forest.example")
            assert (outcome, reason) == ("held", "other-domain")
            assert "CN=Foreign,DC=DomainDnsZones" in text
            contract.publish("name@forest.example", "Foreign Name")
            assert shown(directory, "name@forest.example") == (
                "name@forest.example")
            directory.ldif("ldapadd", contact(
                "Near", "foreign@forest.example"))
            outcome, reason, text = contract.publish("foreign@forest.example")
            assert (outcome, reason) == ("held", "ambiguous")
            assert "CN=Near," in text and "CN=Foreign," in text
            contract.set(global_catalog="off")
            assert contract.publish("foreign@forest.example")[:2] == (
                "done", "ok")
    finally:
        directory.delete(FOREIGN)
