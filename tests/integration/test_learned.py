"""What one mail teaches helps the next one: certificates known from before,
files of trust that change, and certificates that become valid soon."""

import dataclasses
import os
import time

import pytest

from servers import mail
from servers.ca import Authority
from test_publisher import feed, ldif, published, store
from servers.embedded import contacts
from servers.process import wait_for

PAT = "pat@partner.example"
KIM = "kim@partner.example"
CRYPT = "keyEncipherment"


def alone(partner):
    """The same, in mails that bring no intermediate."""
    return dataclasses.replace(partner, issuer=None)


def verdicts(one):
    """What the milter says of each mail: of the chain, or why there is none to
    speak of."""
    return [event["chain"] if event["reason"] == "ok" else event["reason"]
            for event in one.events("message", "milter")]


def snapshot(one, number):
    """Have the snapshot written, which is done once a minute, and read it."""
    one.publisher.stop()
    one.start_publisher()
    one.wait_event("snapshot", "publisher", certificates=str(number))
    with open(one.sections["spool"]["snapshot"], encoding="ascii") as file:
        return file.read()


@pytest.mark.sanitized
def test_what_is_missing_is_known_from_before(certharvest, authority):
    """An intermediate, then a signer, that only an earlier mail brought."""
    one = certharvest().start()
    pat, kim = (authority.partner(name) for name in (PAT, KIM))
    feed(one, mail.signed(alone(kim)))
    assert verdicts(one) == ["chain-unknown"]
    feed(one, mail.signed(pat))
    published(one, {PAT: pat.der})
    snapshot(one, 2)
    wait_for("judges that know the intermediate", lambda: (
        feed(one, mail.signed(alone(kim))), verdicts(one)[-1:] == ["ok"])[1])
    published(one, {PAT: pat.der, KIM: kim.der})
    snapshot(one, 3)
    # A new milter has it from the snapshot alone, and knows no signer.
    one.milter.stop()
    one.start_milter()
    number = len(verdicts(one))
    bare = alone(pat)
    feed(one, mail.signed(bare, options=("-nocerts",)),
         mail.signed(bare, options=("-nocerts", "-keyid"), opaque=True))
    assert verdicts(one)[number:][0] == "ok"
    assert verdicts(one)[number:][1] in ("ok", "known-signer")
    stranger = alone(authority.partner("new@partner.example"))
    feed(one, mail.signed(stranger, options=("-nocerts",)))
    assert verdicts(one)[-1] == "no-signer-cert"


def test_both_of_two_certificates_are_known(certharvest, authority):
    """One to sign, one to encrypt to: the store hands on all of them."""
    one = certharvest().start()
    sign = authority.partner(PAT, usage="digitalSignature")
    crypt = authority.partner(PAT, usage=CRYPT)
    feed(one, mail.signed(sign, certificates=(crypt,)))
    published(one, {PAT: crypt.der})
    content = snapshot(one, 3)
    for known in (sign, crypt, authority.intermediate):
        assert known.der.hex() in content


@pytest.mark.hooked
def test_a_certificate_that_becomes_valid_is_waited_for(
        certharvest, authority):
    """Tried again then, not at the next back-off, and not before."""
    one = certharvest({"publisher": {
        "retry_min": "20m", "retry_max": "20m"}})
    board = one.give_board()
    one.start()
    begins = int(time.time()) + 900
    pat = authority.partner(PAT, start=begins)
    feed(one, mail.signed(pat))
    waits, = one.wait_event("harvest-waits", "publisher", reason="cert-soon")
    assert waits["until"] == time.strftime(
        "%Y-%m-%dT%H:%M:%SZ", time.gmtime(begins))
    board.move(begins - 600 - time.time())
    # What is decided on now shows that there was a look at all that is due.
    kim = authority.partner(KIM)
    feed(one, mail.signed(kim))
    one.wait_event("harvest-decided", "publisher", address=KIM, reason="ok")
    published(one, {KIM: kim.der})
    board.move(601)
    published(one, {PAT: pat.der, KIM: kim.der})
    assert len(one.events("harvest-waits", "publisher")) == 1
    assert store(one, "SELECT count(*) FROM publication") == [(2,)]


def test_files_of_trust_that_change_are_noticed(certharvest, authority, root):
    """An anchor that is laid down is believed without a reload."""
    folder = os.path.join(root, "learned")
    os.makedirs(folder)
    os.chmod(folder, 0o755)
    other = Authority(os.path.join(root, "learned-ca"), "Other Trust")
    path = os.path.join(folder, "anchors.pem")
    with open(path, "wb") as file:
        file.write(authority.root.pem)
    one = certharvest(anchors=path).start()
    key = other.key()

    def another():
        feed(one, mail.signed(other.partner(PAT, key=key)))
        return verdicts(one)[-1:]

    with open(path + "~", "wb") as file:
        file.write(authority.root.pem + other.root.pem)
    os.rename(path + "~", path)
    wait_for("a milter that believes it", 
             lambda: another() == ["ok"])
    wait_for("a publisher that believes it",
             lambda: another() and PAT in contacts(ldif(one)))
    assert not one.events("reloaded", "publisher")
