"""Answers that a domain controller may give, and that Samba never does."""

import pytest

from servers import contract as play
from servers import samba as dc
from servers.answers import NO_SUCH_OBJECT, SIZE_LIMIT, SUCCESS, Answers

pytestmark = pytest.mark.sanitized

ADDRESS = "bob@limits.example"
GUID = bytes(range(16))
ROOT = {"defaultNamingContext": [dc.BASE], "isSynchronized": ["TRUE"],
        "schemaNamingContext": ["CN=Schema,CN=Configuration," + dc.BASE]}
CONTACT = {"objectClass": ["top", "contact"], "objectGUID": [GUID],
           "mail": [ADDRESS]}


class Controller:
    """Somebody with the address, and what is said of him when asked again."""

    def __init__(self):
        self.found = (SUCCESS, [])
        self.again = lambda name: {}
        self.named = (SUCCESS, [])
        self.root = ROOT
        self.domains = 1
        self.accepted = (NO_SUCH_OBJECT, [])
        self.gone = False
        self.schema = {}

    def search(self, base, names):
        """As Answers wants it."""
        if base == "":
            return SUCCESS, [("", self.root)]
        if base.startswith("CN=Schema") and names[0] in self.schema:
            return SUCCESS, [(base, one) for one in self.schema[names[0]]]
        if "Partitions" in base:
            return SUCCESS, [(base, {})] * self.domains
        if "Exchange" in base:
            return self.accepted
        if base.startswith("<GUID=") and self.gone:
            return NO_SUCH_OBJECT, []
        if base.startswith("<GUID="):
            return SUCCESS, [("CN=Bob," + dc.OU, self.again(names[0]))]
        if names == ["objectClass"]:
            return self.named
        return self.found if "mail" in names else (
            SUCCESS, [(base, {"objectGUID": [GUID]})])

    def has(self, code=SUCCESS, **attributes):
        """The address is found, with this result."""
        self.found = code, [("CN=Bob," + dc.OU, {
            **CONTACT, **{name.replace("_", ";range="): values
                          for name, values in attributes.items()}})]


@pytest.fixture
def controller(samba, authority, build, programs, tmp_path):
    """The controller, its server, and the program that asks it."""
    said = Controller()
    pair = []
    server = authority.server(dc.HOST)
    for name, content in (("cert", server.pem),
                          ("key", open(server.key, "rb").read())):
        pair.append(tmp_path / name)
        pair[-1].write_bytes(content)
    said.server = Answers(pair, dc.ADDRESS, said.search)
    said.contract = play.Contract(
        samba, build, programs, tmp_path,
        uri=["ldaps://%s:%d" % (dc.HOST, said.server.port)])
    yield said
    said.server.close()
    assert programs.findings() == ""


def ranged(name):
    """The attribute that was asked for, and from which value on."""
    attribute, _, numbers = name.partition(";range=")
    return attribute, int(numbers.split("-")[0])


def test_a_limit_is_not_the_end(controller):
    """What was cut may have had another one."""
    controller.has(SIZE_LIMIT)
    outcome, reason, text = controller.contract.publish(ADDRESS)
    assert (outcome, reason) == ("held", "ambiguous")
    assert "CN=Bob," in text and "and more" in text
    controller.has()
    assert controller.contract.publish(ADDRESS)[:2] == ("done", "ok")


def test_a_limit_before_anybody(controller):
    """Nobody came: that is not nobody."""
    controller.found = SIZE_LIMIT, []
    assert controller.contract.publish(ADDRESS)[:2] == ("held", "ambiguous")
    assert controller.server.added == []


def test_a_limit_of_domains(controller):
    """Our own may be among the accepted domains that did not come."""
    domain = ("CN=own,CN=Microsoft Exchange,CN=Services",
              {"msExchAcceptedDomainName": ["own.example"]})
    controller.accepted = SIZE_LIMIT, [domain]
    assert controller.contract.publish(ADDRESS)[:2] == (
        "later", "directory-busy")
    assert controller.server.added == []
    controller.accepted = SUCCESS, [domain]
    assert controller.contract.publish(ADDRESS)[:2] == ("done", "ok")


def test_no_guid(controller):
    """What cannot be named again is left alone."""
    controller.has(objectGUID=[])
    assert controller.contract.publish(ADDRESS)[:2] == (
        "held", "directory-value")


def test_deleted_in_the_middle(controller):
    """Between two pieces of it: looked for again, and no fault of ours."""
    controller.has(**{"extensionName_0-1": ["a", "b"]})
    controller.gone = True
    assert controller.contract.publish(ADDRESS)[:2] == (
        "later", "directory-race")


@pytest.mark.parametrize("size, result", [
    (8, ("done", "ok")), (20, ("later", "directory-down"))])
def test_an_answer_without_end(controller, size, result):
    """What is longer than any honest one is not read into memory."""
    controller.has(description=["x" * (size << 20)])
    assert controller.contract.publish(ADDRESS)[:2] == result


@pytest.mark.parametrize("code", [SUCCESS, SIZE_LIMIT])
def test_a_limit_of_names(controller, code):
    """Somebody inside may have been among those that did not come."""
    controller.named = code, [("CN=Ours," + dc.OU, CONTACT)]
    assert controller.contract.publish(ADDRESS, "Bob")[:2] == ("done", "ok")
    (added,) = controller.server.added
    assert added["displayName"] == [
        b"Bob (limits.example)" if code == SUCCESS else ADDRESS.encode()]


def test_pieces_as_the_server_likes(controller):
    """Fewer values than were asked for, and the attribute without any."""
    controller.has(**{
        "proxyAddresses": [],
        "proxyAddresses_0-1": ["smtp:a@limits.example", "X500:/cn=a"]})
    rest = {2: ("2-2", ["smtp:b@limits.example"]),
            3: ("3-*", ["SMTP:primary@limits.example"])}

    def again(name):
        attribute, start = ranged(name)
        numbers, values = rest[start]
        return {"%s;range=%s" % (attribute, numbers): values}

    controller.again = again
    outcome, reason, text = controller.contract.publish(ADDRESS)
    assert (outcome, reason) == ("held", "not-primary")
    assert "is primary@limits.example" in text


def test_a_piece_that_comes_again(controller):
    """A server that does not go on is not asked for ever."""
    controller.has(**{"extensionName_0-1": ["a", "b"]})
    controller.again = lambda name: {"extensionName;range=0-1": ["a", "b"]}
    assert controller.contract.publish(ADDRESS)[:2] == ("broken", "protocol")


def test_no_end_of_pieces(controller):
    """After so many of them the contact has too many values."""
    controller.has(**{"extensionName_0-0": ["a"]})
    controller.again = lambda name: {
        "extensionName;range=%d-%d" % ((ranged(name)[1],) * 2): ["x"]}
    assert controller.contract.publish(ADDRESS)[:2] == (
        "held", "too-many-values")
    asked = [base for base, _ in controller.server.searches
             if base.startswith("<GUID=")]
    assert len(asked) == 31


def test_certificates_in_pieces(controller):
    """With some of them unseen nothing is written."""
    controller.has(**{"userCertificate_0-0": ["0"]})
    assert controller.contract.publish(ADDRESS)[:2] == (
        "held", "too-many-values")
    assert not [base for base, _ in controller.server.searches
                if base.startswith("<GUID=")]


def test_a_catalog_that_is_ahead(controller, directory):
    """What is not at our controller yet is waited for; what lost the address
    there is nobody's.

    The catalog is that of the real one, on the same host.
    """
    directory.ldif("ldapadd", "dn: cn=ahead,%s\nobjectClass: contact\n"
                   "mail: %s\n" % (dc.OU, ADDRESS))
    assert controller.contract.publish(ADDRESS)[:2] == ("done", "ok")
    controller.root = {**ROOT, "isGlobalCatalogReady": ["TRUE"]}
    controller.domains = 2
    controller.gone = True
    outcome, reason, text = controller.contract.publish(ADDRESS)
    assert (outcome, reason) == ("later", "directory-race")
    assert "CN=ahead," in text and dc.HOST in text
    controller.gone = False
    assert controller.contract.publish(ADDRESS)[:2] == ("done", "ok")


def test_a_name_that_is_used_again(controller):
    """What is defunct says nothing of the attribute that has its name now."""
    live = {"lDAPDisplayName": ["partnerCode"], "attributeSyntax": ["2.5.5.12"]}
    defunct = {**live, "attributeSyntax": ["2.5.5.1"], "isDefunct": ["TRUE"]}
    controller.schema = {"mayContain": [{"mayContain": ["partnerCode"]}],
                         "lDAPDisplayName": [defunct, live, defunct]}
    controller.contract.set(attributes=["partnerCode = x"])
    assert controller.contract.publish(ADDRESS)[:2] == ("done", "ok")
    controller.schema["lDAPDisplayName"] = [defunct]
    assert controller.contract.publish(ADDRESS)[:2] == (
        "broken", "directory-schema")
