"""userSMIMECertificate, which Outlook reads before what we publish: always told,
removed by setting, never written."""

import base64
import json
import time

import pytest

from servers import mail
from servers import samba as domain
from servers.ca import DAY
from servers.process import run
from test_journal import values, writes
from test_publisher import feed, status
from test_respect import PAT, again, change, stands
from test_rules import say


def certs_only(*certificates):
    """Certificates in a CMS without a signer, as openssl makes it."""
    return run(["openssl", "crl2pkcs7", "-nocrl", "-outform", "DER",
                "-certfile", "/dev/stdin"],
               stdin=b"".join(c.pem for c in certificates)).stdout


def put(directory, *values):
    """What an administrator, or Outlook, wrote there."""
    change(directory, PAT, "replace: userSMIMECertificate", *[
        "userSMIMECertificate:: " + base64.b64encode(one).decode()
        for one in values])


def shadows(directory):
    """What stands there."""
    (_, found), = directory.search(
        "(proxyAddresses=smtp:%s)" % PAT, "userSMIMECertificate")
    return found.get("userSMIMECertificate", [])


def decided(one, reason, number=1):
    """Wait for so many decisions for that reason."""
    return one.wait_event("harvest-decided", "publisher", reason=reason,
                          number=number)


@pytest.fixture
def removing(samba, active):
    """Installations that may write the attribute, as acl says they must; the
    right is taken back afterwards."""
    import ldb
    database = samba.database()
    (ou,) = database.search(domain.OU, scope=ldb.SCOPE_BASE,
                            attrs=["nTSecurityDescriptor"])

    def install(how):
        one = active({"directory": {"shadows": how}})
        samba.grant(one.settings_file)
        return one

    yield install
    back = ldb.Message(ou.dn)
    back["nTSecurityDescriptor"] = ldb.MessageElement(
        ou["nTSecurityDescriptor"][0], ldb.FLAG_MOD_REPLACE,
        "nTSecurityDescriptor")
    database.modify(back)


def renewals(authority, number):
    """One certificate after the other, each newer."""
    now = time.time()
    return [authority.partner(PAT, start=now - (90 - n) * DAY)
            for n in range(number)]


def test_told_and_shown_and_not_again(active, directory, authority):
    """A work item, and no success; gone when the attribute is cleared."""
    one = active().start()
    old, new = renewals(authority, 2)
    feed(one, mail.signed(old))
    stands(directory, PAT, old.der)
    stale = certs_only(old, authority.intermediate)
    put(directory, stale)
    feed(one, mail.signed(new))
    decided(one, "shadowed")
    stands(directory, PAT, new.der)
    assert "    hidden " in say(one, "show", PAT)
    assert json.loads(say(one, "show", "--json", PAT))[
        "publication"]["shadowed"] is True
    assert status(one)["harvests"]["shadowed"] == 1
    assert "1 of them" in say(one, "status")
    feed(one, again(authority, new))
    decided(one, "unchanged")
    assert len(one.events("harvest-decided", "publisher",
                          reason="shadowed")) == 1
    assert status(one)["harvests"]["shadowed"] == 1
    assert shadows(directory) == [stale]
    # it holds what is published: that is no stale one
    put(directory, certs_only(new))
    feed(one, again(authority, new))
    decided(one, "unchanged", 2)
    assert status(one)["harvests"]["shadowed"] == 0
    assert "    hidden " not in say(one, "show", PAT)


def test_removed_by_setting(removing, directory, authority):
    """Ours, then any expired one; what cannot be read stays."""
    first, second, third, fourth = renewals(authority, 4)
    foreign = authority.partner(PAT, name="Pat By Hand")
    expired = authority.partner(PAT, start=time.time() - 99 * DAY,
                                end=time.time() - DAY)
    blob = b"\x01\x00\x08\x00Microsoft's own form"
    rotten = certs_only(first)[:-9] + b"\xff" * 9
    one = removing("remove_ours").start()
    feed(one, mail.signed(first))
    stands(directory, PAT, first.der)
    signed = mail.signature(mail.BODY, first)  # as the mail itself brings it
    put(directory, signed)
    feed(one, mail.signed(second))
    stands(directory, PAT, second.der)
    decided(one, "ok", 2)
    assert shadows(directory) == []

    left = [certs_only(foreign), certs_only(expired), blob, rotten,
            certs_only(second, foreign)]
    put(directory, *left, certs_only(second))
    feed(one, mail.signed(third))
    decided(one, "shadowed")
    stands(directory, PAT, third.der)
    assert sorted(shadows(directory)) == sorted(left)
    one.stop()

    one.write_settings({"directory": {"shadows": "remove_expired"}})
    one.start()
    feed(one, mail.signed(fourth))
    decided(one, "shadowed", 2)
    stands(directory, PAT, fourth.der)
    left.remove(certs_only(expired))
    assert sorted(shadows(directory)) == sorted(left)
    assert status(one)["confined"]


def test_an_undo_puts_it_back(removing, directory, authority):
    """With the certificate that it stood beside, and once."""
    first, second = renewals(authority, 2)
    one = removing("remove_ours").start()
    feed(one, mail.signed(first))
    stands(directory, PAT, first.der)
    stale = certs_only(first)
    put(directory, stale)
    feed(one, mail.signed(second))
    stands(directory, PAT, second.der)
    decided(one, "ok", 2)
    assert shadows(directory) == []
    *_, refresh = writes(one, PAT)
    assert len(values(refresh["write"], "removed", "shadow")) == 1
    say(one, "undo", str(refresh["entry"]))
    stands(directory, PAT, first.der)
    assert shadows(directory) == [stale]
    say(one, "undo", str(writes(one, PAT)[-1]["entry"]))
    stands(directory, PAT, second.der)
    assert shadows(directory) == []
