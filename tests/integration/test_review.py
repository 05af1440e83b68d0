"""What is held for a human: looking at it, yes and no, one by one and many at
once, on the embedded directory."""

import json
import re
import signal
import time

import pytest

from servers import mail
from servers.ca import Authority, DAY
from servers.embedded import contacts
from servers.process import wait_for
from test_publisher import connect, feed, ldif, published, store
from test_rules import say, status_of

PAT = "pat@partner.example"
EX_USAGE = 64


@pytest.fixture(scope="module")
def second(root):
    """Another CA of the same partners."""
    return Authority(root + "/second-ca", "Second")


@pytest.fixture
def both(certharvest, authority, second, root):
    """An installation that trusts both CAs."""
    path = root + "/both-anchors.pem"
    with open(path, "wb") as file:
        file.write(authority.root.pem + second.root.pem)
    return lambda *layers: certharvest(*layers, anchors=path)


def reviews(one, *options):
    """What waits, as JSON has it."""
    return [json.loads(line) for line in
            say(one, "review", "--json", *options).splitlines()]


def key_change(one, authority, second, address=PAT):
    """Published by one CA, and held as the other one issued the next."""
    now = time.time()
    old = authority.partner(address, start=now - 10 * DAY,
                            end=now + 300 * DAY)
    new = second.partner(address, name="Pat New", kind="ec:P-256")
    feed(one, mail.signed(old))
    wait_for("the old one", lambda: contacts(ldif(one)).get(address) ==
             [old.der])
    feed(one, mail.signed(new))
    one.wait_event("harvest-decided", "publisher", reason="key-change",
                   outcome="held", address=address)
    return old, new


SHOWN = """\
NUMBER  "pat@partner.example"
    held         since TIME, key-change
    why          TEXT
    what to do   Another issuer, while the old certificate is still good: ask \
the partner before approving.
    a yes        publishes it in the place of what is published now, when \
nothing else is against it
    from mail    "ID", queue id "", received TIME
    seen         in 1 mail, last TIME
    From: says   "Pat Partner"
    mail server  "nothing said by a server of ours"
what waits (above) and what is published (below), * where they differ:
  * subject      "CN=Pat New,O=partner.example"
                 "CN=Pat Partner,O=partner.example"
  * issuer       "CN=Second Mail CA,O=Second"
                 "CN=Partner Trust Mail CA,O=Partner Trust"
  * serial       "SERIAL"
                 "SERIAL"
  * key          EC, 256 bits
                 RSA, 2048 bits
  * valid from   TIME
                 TIME
  * valid until  TIME
                 TIME
  * sha256       {new}
                 {old}
    published    TIME, from mail "ID"
"""


@pytest.mark.sanitized
def test_a_key_change_is_looked_at_and_approved(both, authority, second):
    """All the facts side by side; a yes publishes it, and is used up."""
    one = both().start()
    old, new = key_change(one, authority, second)
    waits, = reviews(one)
    assert waits["address"] == PAT and waits["approvable"]
    number = waits["id"][:12]
    assert say(one, "review").startswith(number + "  ")
    shown = say(one, "review", "show", number)
    for pattern, word in (
            (r"2\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"),
            (r"<[^<>]*>", "ID"), (r'"[0-9a-f]{20,40}"', '"SERIAL"'),
            (r"(?m)^    why .*$", "    why          TEXT"),
            (number, "NUMBER")):
        shown = re.sub(pattern, word, shown)
    assert shown == SHOWN.format(new=new.sha256, old=old.sha256)
    facts = json.loads(say(one, "review", "show", "--json", number))
    assert facts["waits"]["sha256"] == new.sha256
    assert facts["published"]["sha256"] == old.sha256
    assert {"issuer", "key", "sha256"} <= set(facts["differs"])
    assert contacts(ldif(one)) == {PAT: [old.der]}
    said = say(one, "review", "approve", "--note", "she \x1b[31mcalled",
               number)
    assert "approved" in said
    published(one, {PAT: new.der})
    assert reviews(one) == []
    (words,), = store(one, "SELECT words FROM journal WHERE what = "
                           "'approved'")
    assert "by uid 0 " in words and "she [31mcalled" in words
    # the yes is used up: the old one does not come back by the same door
    assert store(one, "SELECT count(*) FROM harvest WHERE approved > 0") == [
        (0,)]
    assert status_of(one, "review", "approve", number) == EX_USAGE


def test_a_no_stands(both, authority, second):
    """Over a kill, whatever mail brings the certificate; and can be had
    back."""
    one = both().start()
    old, new = key_change(one, authority, second)
    number = reviews(one)[0]["id"][:8]
    assert "rejected" in say(one, "review", "reject", number)
    one.publisher.popen.send_signal(signal.SIGKILL)
    one.publisher.popen.wait()
    one.start_publisher()
    # another mail, as a list or a gateway made it
    feed(one, mail.signed(new, extra=b"Precedence: bulk\r\n"))
    one.wait_event("harvest-decided", "publisher", reason="rejected",
                   outcome="refused")
    assert reviews(one) == []
    assert len(reviews(one, "--rejected")) == 2
    assert "rejected" in say(one, "show", PAT)
    assert contacts(ldif(one)) == {PAT: [old.der]}
    assert "takes the rejection back, and publishes it" in say(
        one, "review", "show", number)
    say(one, "review", "approve", number)
    published(one, {PAT: new.der})


def test_facts_stay_facts(both, authority, second, root):
    """A yes does not make a chain, and says what to do instead."""
    one = both().start()
    stranger = Authority(root + "/review-stranger-ca", "Stranger")
    feed(one, mail.signed(stranger.partner(PAT)))
    one.wait_event("harvest-decided", "publisher", reason="chain-unknown")
    waits, = reviews(one)
    assert not waits["approvable"]
    shown = say(one, "review", "show", waits["id"])
    assert "changes nothing" in shown and "nothing is published" in shown
    assert waits["authority"] == stranger.intermediate.sha256
    assert stranger.intermediate.sha256 in shown
    assert status_of(one, "review", "approve", waits["id"]) == EX_USAGE
    assert reviews(one) == [waits]
    # no number, and one that nothing has
    for number in ("", "abc", "abcdefgh", "0" * 12, waits["id"] + "0"):
        assert status_of(one, "review", "show", number) == EX_USAGE, number
        assert status_of(one, "review", "reject", number) == EX_USAGE
    assert status_of(one, "review", "approve") == EX_USAGE
    assert status_of(one, "review", "approve", waits["id"], "--reason",
                     "rate") == EX_USAGE
    assert status_of(one, "review", "forget", waits["id"]) == EX_USAGE


def test_a_certificate_without_a_subject(both, root):
    """Whose it is, its names tell; the issuer is listed, and found by."""
    stranger = Authority(root + "/nameless-ca", "Nameless")
    partner = stranger.issue(
        "/", "basicConstraints = CA:FALSE\n"
        "keyUsage = critical, digitalSignature, keyEncipherment\n"
        "subjectAltName = critical, email:%s\n" % PAT,
        stranger.key(), stranger.intermediate)
    partner.emails = (PAT,)
    one = both().start()
    feed(one, mail.signed(partner))
    one.wait_event("harvest-decided", "publisher", reason="chain-unknown")
    waits, = reviews(one)
    assert waits["subject"] == "" and "Nameless" in waits["issuer"]
    assert '"" of "' + waits["issuer"] in say(one, "review")
    assert reviews(one, "--issuer", waits["issuer"]) == [waits]


def test_many_at_once(both, authority, second, root):
    """By filter, after it was said how many; what a yes cannot change is left
    where it is."""
    one = both().start()
    names = ["p%d@partner.example" % i for i in range(4)] + [
        "q@other.example"]
    new = {name: key_change(one, authority, second, name)[1]
           for name in names}
    stranger = Authority(root + "/many-stranger-ca", "Stranger")
    feed(one, mail.signed(stranger.partner("z@partner.example")))
    one.wait_event("harvest-decided", "publisher", reason="chain-unknown")
    assert len(reviews(one)) == 6
    assert len(reviews(one, "--domain", "Partner.Example")) == 5
    assert len(reviews(one, "--reason", "key-change")) == 5
    assert len(reviews(one, "--reason", "key-change", "--domain",
                       "partner.example")) == 4
    issuer = reviews(one)[0]["issuer"]
    assert len(reviews(one, "--issuer", issuer)) == 5
    for words in (["--reason", "no-such"], ["--domain", "a..b"], []):
        assert status_of(one, "review", "approve", *words) != 0, words
    asked = ["--domain", "partner.example"]
    # what is not of its kind is not left out: that would mean more
    client = connect(one)
    answers = client.makefile()
    for members in ({"domain": "partner.example", "dry_run": 1},
                    {"domain": "partner.example", "reason": ["rate"]},
                    {"domain": "partner.example", "issuer": None},
                    {"domain": "partner.example", "id": 7},
                    {"id": reviews(one)[0]["id"], "dry_run": True}):
        client.sendall(json.dumps(
            {"request": "review-approve", **members}).encode() + b"\n")
        answer = json.loads(answers.readline())
        assert (answer["ok"], answer["error"]) == (False, "usage"), members
    client.close()
    assert len(reviews(one)) == 6
    said = say(one, "review", "approve", "--dry-run", *asked)
    assert said == ("4 would be approved; 1 more are held for what a yes "
                    "does not change\n")
    assert len(reviews(one)) == 6
    say(one, "review", "approve", *asked)
    wait_for("four", lambda: all(
        contacts(ldif(one))[name] == [new[name].der] for name in names[:4]))
    assert contacts(ldif(one))["q@other.example"] != [
        new["q@other.example"].der]
    said = say(one, "review", "reject", "--reason", "key-change", "--note",
               "not yet")
    assert said == "1 certificates rejected\n"
    assert [r["reason"] for r in reviews(one)] == ["chain-unknown"]
    assert [r["text"] for r in reviews(one, "--rejected")] == ["not yet"]


def test_it_is_bounded(both, root):
    """One domain crowds out itself alone, and the oldest goes."""
    stranger = Authority(root + "/flood-ca", "Flood")
    key = stranger.key()
    one = both({"publisher": {"review_per_domain": 3, "review_max": 5}})
    one.start()

    def comes(address):
        feed(one, mail.signed(stranger.partner(address, key=key)))
        one.wait_event("harvest-decided", "publisher", outcome="held",
                       address=address)

    comes("first@partner.example")
    for i in range(5):
        comes("f%d@flood.example" % i)
    assert [r["address"] for r in reviews(one)] == ["first@partner.example"] \
        + ["f%d@flood.example" % i for i in (2, 3, 4)]
    # in all: of the domain that has most
    comes("second@partner.example")
    comes("other@other.example")
    assert [r["address"] for r in reviews(one)] == [
        "first@partner.example", "f3@flood.example", "f4@flood.example",
        "second@partner.example", "other@other.example"]
    gone = one.wait_event("review-full", "publisher", number=3)
    assert [e["address"] for e in gone] == [
        "f%d@flood.example" % i for i in range(3)]
    assert "review-full" in say(one, "show", "f0@flood.example")
