"""The certificates and mails of the tests, judged by the openssl command."""

import time

import pytest

from servers import mail
from servers.ca import DAY
from servers.process import run

pytestmark = pytest.mark.rootless

KINDS = ["rsa:2048", "ec:P-256"]


def verify(authority, message, tmp_path):
    """What openssl says of a whole mail: its exit code."""
    path = tmp_path / "mail.eml"
    path.write_bytes(message)
    return run(["openssl", "cms", "-verify", "-in", path, "-CAfile",
                authority.root.path, "-purpose", "any", "-out",
                tmp_path / "content"], check=False).returncode


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("opaque", [False, True])
def test_signed_mails_verify(authority, tmp_path, kind, opaque):
    """Both forms, both kinds of keys."""
    partner = authority.partner("pat@partner.example", kind=kind)
    message = mail.signed(partner, opaque=opaque)
    assert verify(authority, message, tmp_path) == 0
    assert (tmp_path / "content").read_bytes() == mail.BODY


def test_forged_mails_do_not(authority, tmp_path):
    """One changed byte is enough."""
    partner = authority.partner("pat@partner.example")
    assert verify(authority, mail.forged(partner), tmp_path) != 0


def test_validity_is_as_asked(authority):
    """Start and end to the second."""
    now = int(time.time())
    made = authority.partner("pat@partner.example",
                             start=now - 10 * DAY, end=now - DAY)
    text = run(["openssl", "x509", "-in", made.path, "-noout", "-checkend",
                "0"], check=False)
    assert text.returncode == 1
    assert len(made.sha256) == 64


def test_many_partners(partners, authority, tmp_path):
    """Each is its own."""
    some = partners.first(20)
    assert len({one.der for one in some}) == 20
    assert verify(authority, some[19].message, tmp_path) == 0
