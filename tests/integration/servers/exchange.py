"""What Exchange adds to a forest, as far as certharvest looks at it.

The attributes have the syntaxes of Microsoft's schema; of their object
identifiers only those that are published are theirs.
"""

from servers import samba

SCHEMA = "CN=Schema,CN=Configuration," + samba.BASE
SERVICES = "CN=Services,CN=Configuration," + samba.BASE
ORGANISATION = "CN=Microsoft Exchange," + SERVICES
ACCEPTED = "CN=Accepted Domains,CN=Corp," + ORGANISATION

OF_TESTS = "1.3.6.1.4.1.55555.4."  # of nobody
TEXT = ("2.5.5.12", 64)
INTEGER = ("2.5.5.9", 2)
LARGE = ("2.5.5.16", 65)
ASCII = ("2.5.5.5", 22)
BOOLEAN = ("2.5.5.8", 1)

# name, object identifier, syntax, single-valued
ATTRIBUTES = (
    ("mailNickname", "1.2.840.113556.1.2.447", TEXT, True),
    ("targetAddress", "1.2.840.113556.1.2.352", TEXT, True),
    ("internetEncoding", OF_TESTS + "1", INTEGER, True),
    ("mAPIRecipient", OF_TESTS + "2", BOOLEAN, True),
    ("msExchOriginatingForest", OF_TESTS + "3", TEXT, False),
    ("msExchPoliciesExcluded", OF_TESTS + "4", TEXT, False),
    ("msExchRecipientDisplayType", OF_TESTS + "5", INTEGER, True),
    ("msExchRecipientTypeDetails", OF_TESTS + "6", LARGE, True),
    ("msExchHideFromAddressLists", OF_TESTS + "7", BOOLEAN, True),
    ("extensionAttribute1", OF_TESTS + "10", TEXT, True),
    ("extensionAttribute2", OF_TESTS + "11", ASCII, True),  # TEXT there
)
ACCEPTED_NAME = ("msExchAcceptedDomainName", OF_TESTS + "8", TEXT, True)

# full control for administrators, and everybody may read
READABLE = ("D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)"
            "(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPLCLORC;;;AU)")

REFRESH = "dn:\nchangetype: modify\nadd: schemaUpdateNow\nschemaUpdateNow: 1\n"


def _attribute(name, oid, syntax, single):
    return ("dn: CN=%s,%s\nobjectClass: attributeSchema\nattributeID: %s\n"
            "lDAPDisplayName: %s\nadminDisplayName: %s\n"
            "attributeSyntax: %s\noMSyntax: %d\nisSingleValued: %s\n"
            "isMemberOfPartialAttributeSet: TRUE\n\n" % (
                name, SCHEMA, oid, name, name, *syntax, str(single).upper()))


def extend_schema(directory):
    """Recipients have Exchange's attributes from now on."""
    directory.ldif("ldapadd", "".join(
        _attribute(*one) for one in (*ATTRIBUTES, ACCEPTED_NAME)))
    directory.ldif("ldapmodify", REFRESH)
    directory.ldif("ldapmodify", (
        "dn: CN=Mail-Recipient,%s\nchangetype: modify\nadd: mayContain\n"
        % SCHEMA) + "".join(
            "mayContain: %s\n" % name for name, *_ in ATTRIBUTES))
    directory.ldif("ldapadd", (
        "dn: CN=msExchAcceptedDomain,%s\nobjectClass: classSchema\n"
        "governsID: %s9\nlDAPDisplayName: msExchAcceptedDomain\n"
        "adminDisplayName: msExchAcceptedDomain\nsubClassOf: top\n"
        "objectClassCategory: 1\nrDNAttID: cn\npossSuperiors: container\n"
        "mayContain: %s\ndefaultSecurityDescriptor: %s\n" % (
            SCHEMA, OF_TESTS, ACCEPTED_NAME[0], READABLE)))
    directory.ldif("ldapmodify", REFRESH)


def accept(directory, *domains):
    """Make an organisation that has these accepted domains."""
    names = (ORGANISATION, "CN=Corp," + ORGANISATION, ACCEPTED)
    directory.ldif("ldapadd", "".join(
        "dn: %s\nobjectClass: container\n\n" % name for name in names))
    directory.ldif("ldapadd", "".join(
        "dn: CN=%d,%s\nobjectClass: msExchAcceptedDomain\n%s: %s\n\n" % (
            number, ACCEPTED, ACCEPTED_NAME[0], domain)
        for number, domain in enumerate(domains)))
