"""Policy: what the site does not want is held or refused, with its own words,
and what a human approved passes.  What stands in the directory is read by the
test's own reader of LDIF."""

import csv
import json
import os
import shutil
import time

import pytest

from servers import mail
from servers.ca import DAY, Authority
from servers.embedded import Replacements, contacts, entries
from servers.mint import Mint, harvest, put
from servers.process import run, wait_for
from test_publisher import feed, ldif, published, store
from test_rules import say

PASSED = (b"Authentication-Results: mx.corp.example;\r\n"
          b" dmarc=pass header.from=partner.example\r\n")
JUDGE = {"judge": {"authserv_id": "mx.corp.example", "workers": 2}}


@pytest.fixture(scope="module")
def public(root, build, tmp_path_factory):
    """A CA that Mozilla believes in, as far as these tests go: .settings has
    the program believe it beside those of the files."""
    folder = os.path.join(root, "public-%d" % time.monotonic_ns())
    made = Authority(os.path.join(folder, "ca"), "Public Trust")
    shutil.copy(os.path.join(build, "tests/pkcs11/roots.so"), folder)
    with open(os.path.join(folder, "root.der"), "wb") as file:
        file.write(made.root.der)
    with open(os.path.join(folder, "roots"), "w", encoding="ascii") as file:
        file.write("root.der delegator -\n")
    run(["chmod", "-R", "a+rX", folder])

    def settings(*anchors):
        return {"trust": {
            "mozilla_module": os.path.join(folder, "roots.so"),
            "anchors": ["mozilla", *anchors]}}

    made.settings = settings
    return made


def held(one, address):
    """The reasons for which something of the address is held."""
    return [(reason, words) for reason, words in store(
        one, "SELECT reason, words FROM harvest WHERE state = 'held' "
             "AND address = '%s'" % address)]


def approve(one, address):
    """A human says yes to what is held of the address."""
    (number,), = store(
        one, "SELECT digest FROM harvest WHERE state = 'held' "
             "AND address = '%s'" % address)
    say(one, "review", "approve", "--note", "asked her", number[:16])


def ending(authority, address, days):
    """A certificate of the address with so many days left."""
    now = time.time()
    return authority.partner(address, start=now - 300 * DAY,
                             end=now + days * DAY + 3600)


def test_a_key_change_of_each_kind(certharvest, authority, public, root):
    """Near the end, public and authenticated: published, and told.  With any
    of it missing: held, with the words for what is missing, until somebody
    says yes.  The same issuer renews freely."""
    private = Authority(os.path.join(root, "private-ca"), "Private Trust")
    one = certharvest(JUDGE, public.settings(
        authority.root.path, private.root.path)).start()
    kinds = {  # days left, the next CA, authenticated, what is missing
        "a@partner.example": (30, public, True, None),
        "b@partner.example": (30, public, False, "dmarc nothing"),
        "c@partner.example": (30, private, True, "not a public one"),
        "d@partner.example": (90, public, True, "too early"),
        "e@partner.example": (90, authority, False, None),
    }
    old = {a: ending(authority, a, kind[0]) for a, kind in kinds.items()}
    feed(one, *[mail.signed(p) for p in old.values()])
    published(one, {a: p.der for a, p in old.items()})
    new = {a: kind[1].partner(a) for a, kind in kinds.items()}
    feed(one, *[mail.signed(new[a], extra=PASSED if kind[2] else b"")
                for a, kind in kinds.items()])
    one.wait_event("harvest-decided", "publisher", number=10)
    stands = {a: (new if kind[3] is None else old)[a].der
              for a, kind in kinds.items()}
    published(one, stands)
    for address, kind in kinds.items():
        if kind[3] is None:
            assert held(one, address) == []
            continue
        (reason, words), = held(one, address)
        assert reason == "key-change" and kind[3] in words
        assert "Partner Trust" in words
    event, = one.wait_event("key-changed", "publisher")
    assert event["address"] == "a@partner.example"
    assert "29 days left" in event["text"] or "30 days left" in event["text"]
    journal = store(one, "SELECT address, words FROM journal "
                         "WHERE what = 'published' AND words LIKE 'key-ch%'")
    assert [address for address, _ in journal] == ["a@partner.example"]
    # a year later by the same private CA, approved
    for address in ("b@partner.example", "c@partner.example",
                    "d@partner.example"):
        approve(one, address)
        stands[address] = new[address].der
    published(one, stands)
    assert len(one.wait_event("key-changed", "publisher", number=4)) == 4
    # the old one comes by once more, and is no news
    feed(one, mail.signed(old["d@partner.example"], extra=PASSED))
    one.wait_event("harvest-decided", "publisher", number=14)
    published(one, stands)


def test_a_key_change_to_less(certharvest, public, root):
    """A partner's own CA counts as the settings say: a public one that only
    saw that somebody reads mail there does not take its place by itself, near
    the end or after it."""
    own = Authority(os.path.join(root, "less-ca"), "Less Trust")
    one = certharvest(JUDGE, public.settings(), {"trust": {
        "scoped_anchors": "partner.example: " + own.root.path}}).start()
    less, same, ended = ("%s@partner.example" % a for a in "abc")
    old = {a: ending(own, a, 30) for a in (less, same)}
    feed(one, *[mail.signed(p) for p in old.values()])
    published(one, {a: p.der for a, p in old.items()})
    # Short is its life: all that takes time comes before it.
    key = own.key()
    own.partner(ended, key=key)
    now = time.time()
    old[ended] = own.partner(ended, key=key, start=now - 300 * DAY,
                             end=now + 20)
    feed(one, mail.signed(old[ended]))
    published(one, {a: p.der for a, p in old.items()})
    time.sleep(max(0, now + 21 - time.time()))
    policy = "certificatePolicies = 2.23.140.1.5.%d.2\n"
    new = {less: 1, same: 2, ended: 1}
    new = {a: public.partner(a, extra=policy % n) for a, n in new.items()}
    feed(one, *[mail.signed(p, extra=PASSED) for p in new.values()])
    one.wait_event("harvest-decided", "publisher", number=6)
    published(one, {**{a: p.der for a, p in old.items()},
                    same: new[same].der})
    for address, left in ((less, " days left"), (ended, "ended")):
        (reason, words), = held(one, address)
        assert reason == "key-change" and left + (
            ": the new CA vouches for mailbox, the old one for organization"
            ) in words


@pytest.mark.hooked
def test_an_hour_in_a_mailbox(certharvest, authority, public):
    """Whoever is in there sends, authenticated, another CA's certificate as
    soon as the old one expired, or while it is good: with the private CA of
    a partner that is held also the day after."""
    one = certharvest(JUDGE, public.settings(authority.root.path))
    board = one.give_board()
    one.start()
    address = "pat@partner.example"
    now = time.time()
    old = public.partner(address, start=now - 300 * DAY, end=now + 3600)
    feed(one, mail.signed(old))
    published(one, {address: old.der})
    board.move(2 * 3600)
    feed(one, mail.signed(authority.partner(address), extra=PASSED))
    one.wait_event("harvest-decided", "publisher", reason="key-change",
                   outcome="held")
    (_, words), = held(one, address)
    assert "0 days after the old one ended: the new CA is not" in words
    good = public.partner(address)
    feed(one, mail.signed(good))
    one.wait_event("directory-write", "publisher", number=2)
    assert good.der in contacts(ldif(one))[address]


def test_demands(certharvest, authority, public, root):
    """Authentication and assurance, of mails that would change something; a
    partner's own CA counts as the settings say."""
    own = Authority(os.path.join(root, "own-ca"), "Own Trust")
    one = certharvest(JUDGE, public.settings(), {
        "trust": {"scoped_anchors":
                  "partner.example: " + own.root.path},
        "publisher": {"authentication": "dmarc", "assurance": "sponsor",
                      "assurance_scoped": "sponsor"}}).start()
    policy = "certificatePolicies = 2.23.140.1.5.%d.2\n"
    people = {
        "a@partner.example": public.partner("a@partner.example",
                                            extra=policy % 3),
        "b@partner.example": public.partner("b@partner.example",
                                            extra=policy % 1),
        "c@partner.example": public.partner("c@partner.example"),
        "d@partner.example": own.partner("d@partner.example"),
        "e@partner.example": public.partner("e@partner.example",
                                            extra=policy % 4),
    }
    feed(one, *[mail.signed(p, extra=b"" if a[0] == "e" else PASSED)
                for a, p in people.items()])
    one.wait_event("harvest-decided", "publisher", number=5)
    stands = {a: people[a].der for a in ("a@partner.example",
                                         "d@partner.example")}
    published(one, stands)
    reasons = dict(store(one, "SELECT address, reason FROM harvest "
                              "WHERE state = 'held'"))
    assert reasons == {"b@partner.example": "assurance",
                       "c@partner.example": "assurance",
                       "e@partner.example": "unauthenticated"}
    assert "vouches for mailbox" in held(one, "b@partner.example")[0][1]
    assert "dmarc nothing" in held(one, "e@partner.example")[0][1]
    # what stands is no question: the same again, by nobody authenticated
    feed(one, mail.signed(people["a@partner.example"]))
    one.wait_event("harvest-decided", "publisher", reason="unchanged")
    # authenticated it is other evidence, and published by itself
    feed(one, mail.signed(people["e@partner.example"], extra=PASSED))
    # and then the other one is no question any more
    one.wait_event("harvest-decided", "publisher", reason="unchanged",
                   address="e@partner.example")
    assert held(one, "e@partner.example") == []
    for address in ("b@partner.example", "c@partner.example"):
        approve(one, address)
    published(one, {a: p.der for a, p in people.items()})


def test_a_replay_and_an_own_domain(certharvest, authority):
    """An old mail changes nothing; our own domain is refused, also where a
    milter does not know it."""
    one = certharvest({"site": {"own_domains": []}})
    one.start_milter()
    one.write_settings({"site": {"own_domains": ["corp.example"]}})
    one.start_publisher()
    address = "pat@partner.example"
    now = time.time()
    old = authority.partner(address, start=now - 300 * DAY)
    new = authority.partner(address, start=now - DAY)
    first = mail.signed(old)
    feed(one, first)
    published(one, {address: old.der})
    feed(one, mail.signed(new))
    published(one, {address: new.der})
    replaced = Replacements(ldif(one))
    other = authority.partner("other@partner.example")
    feed(one, mail.signed(old, certificates=(other,)), first,
         mail.signed(authority.partner("ceo@corp.example")))
    one.wait_event("harvest-decided", "publisher", reason="older",
                   outcome="nothing")
    one.wait_event("harvest-decided", "publisher", reason="own-domain",
                   outcome="refused")
    one.wait_drained()
    wait_for("all decided", lambda: store(
        one, "SELECT count(*) FROM harvest WHERE state = 'due'") == [(0,)])
    assert contacts(ldif(one)) == {address: [new.der]}
    assert replaced.count() == 0
    replaced.close()


def flood(one, mint, number, domains):
    """So many new senders of one CA, of these domains in turn."""
    now = time.time()
    coins = mint.make([
        ("p%05d@%s" % (i, domains[i % len(domains)]), "Pat", now - DAY,
         now + 300 * DAY) for i in range(number)], mails=True)
    for start in range(0, number, 500):
        feed(one, *[coin.message for coin in coins[start:start + 500]])


def by_state(one):
    """{(state, reason): number} of all harvests."""
    return {(state, reason): number for state, reason, number in store(
        one, "SELECT state, reason, count(*) FROM harvest "
             "GROUP BY state, reason")}


def test_hours_of_long_ago_are_one(certharvest, authority):
    """A relay that says when mails came has no more hours than are counted."""
    one = certharvest({"publisher": {"new_contacts_per_hour": 3}}).start()
    key, now = authority.key(), time.time()
    partners = [authority.partner("p%d@old.example" % i, key=key)
                for i in range(5)]
    put(one.spool, [
        harvest(p.emails[0], "Pat Partner", p.der, [authority.intermediate.der],
                now - (40 + i) * DAY) for i, p in enumerate(partners)])
    one.wait_event("harvest-decided", "publisher", number=5)
    if int(now) // 3600 == int(time.time()) // 3600:
        assert len(contacts(ldif(one))) == 3
        assert by_state(one)["held", "rate"] == 2


@pytest.mark.parametrize("number", [
    300, pytest.param(10000, marks=pytest.mark.long)])
def test_a_flood_of_new_senders(certharvest, authority, build, number):
    """No more are made than the settings say, in all and of one domain, also
    over a restart; who is there is refreshed; one of them approved passes."""
    limits = {"new_contacts_per_hour": number // 5,
              "new_contacts_per_domain": number // 10}
    one = certharvest({"publisher": limits}).start()
    known = authority.partner("pat@partner.example",
                              start=time.time() - 300 * DAY)
    hour = int(time.time()) // 3600
    feed(one, mail.signed(known))
    one.wait_event("harvest-decided", "publisher", reason="ok")
    mint = Mint(build, authority)
    flood(one, mint, number // 2, ["flood.example"])
    one.wait_drained(60 + number // 20)
    one.publisher.stop()
    one.start_publisher()
    flood(one, mint, number // 2, ["%d.example" % i for i in range(50)])
    renewed = authority.partner("pat@partner.example")
    feed(one, mail.signed(renewed))
    one.wait_drained(60 + number // 20)
    one.wait_event("harvest-decided", "publisher", seconds=60 + number // 20,
                   address="pat@partner.example", number=2)
    one.wait_event("harvest-decided", "publisher", seconds=60 + number // 20,
                   number=number + 2)
    made = contacts(ldif(one))
    assert made.pop("pat@partner.example") == [renewed.der]
    domains = [address.partition("@")[2] for address in made]
    if int(time.time()) // 3600 == hour:  # else it counts anew
        assert len(made) == number // 5 - 1
        assert domains.count("flood.example") == number // 10
    assert len(one.events("harvest-decided", "publisher", reason="rate",
                          outcome="held")) == number - len(made)
    # the review is bounded, also for one domain
    assert by_state(one)["held", "rate"] <= number - len(made)
    (address,), = store(one, "SELECT address FROM harvest "
                             "WHERE state = 'held' LIMIT 1")
    approve(one, address)
    one.wait_event("directory-write", "publisher", address=address)
    assert address in contacts(ldif(one))


def test_pilot_and_would(certharvest, authority):
    """Everybody is observed but for the pilot; would tells what publishing
    would change; and that is what it changes."""
    one = certharvest({"publisher": {
        "mode": "observe", "pilot_domains": ["pilot.example"]}}).start()
    people = {a: authority.partner(a) for a in (
        "pat@pilot.example", "ann@partner.example", "=1+1@partner.example",
        "bob@sub.pilot.example")}
    # a contact that is there, without a certificate
    feed(one, *[mail.signed(p, sender=a) for a, p in people.items()])
    one.wait_event("harvest-decided", "publisher", number=4)
    published(one, {"pat@pilot.example": people["pat@pilot.example"].der})
    assert '"pilot"' in say(one, "status", "--json")
    rows = list(csv.DictReader(say(one, "would", "--csv").splitlines()))
    assert sorted(row["address"] for row in rows) == [
        "'=1+1@partner.example", "ann@partner.example",
        "bob@sub.pilot.example"]
    for row in rows:
        address = row["address"].lstrip("'")
        assert row["certificate"] == people[address].sha256
        assert row["object"] == "" and address in row["plan"]
    assert "3 addresses, 3 of them new contacts" in say(one, "would")
    assert len(say(one, "would", "--limit", "1", "--json").splitlines()) == 1
    # the pilot grows: these alone
    one.write_settings({"publisher": {
        "pilot_domains": ["pilot.example", ".pilot.example"]}})
    say(one, "reload")
    wanted = {a: people[a].der for a in ("pat@pilot.example",
                                         "bob@sub.pilot.example")}
    published(one, wanted)
    newer = authority.partner("bob@sub.pilot.example",
                              start=time.time() - DAY / 2)
    feed(one, mail.signed(newer))
    wanted["bob@sub.pilot.example"] = newer.der
    published(one, wanted)
    assert len(json.loads("[%s]" % ",".join(
        say(one, "would", "--json").splitlines()))) == 2
    # and all, at a start
    one.publisher.stop()
    one.write_settings({"publisher": {"mode": "publish"}})
    one.start_publisher()
    published(one, {a: p.der for a, p in {
        **people, "bob@sub.pilot.example": newer}.items()})
    assert say(one, "would") == "0 addresses, 0 of them new contacts\n"
    assert len(entries(ldif(one))) == 4


def test_gateways(certharvest, authority):
    """What looks like a gateway is held when the settings say so."""
    one = certharvest({"publisher": {"gateways": "hold"}}).start()
    people = [authority.partner(a) for a in (
        "smime-gateway@partner.example", "ann@partner.example",
        "domain-confidentiality-authority@partner.example")]
    feed(one, *[mail.signed(p) for p in people])
    one.wait_event("harvest-decided", "publisher", reason="gateway-likely",
                   outcome="held")
    one.wait_event("note-taken", "publisher", reason="gateway-address")
    published(one, {"ann@partner.example": people[1].der})
    approve(one, "smime-gateway@partner.example")
    published(one, {p.emails[0]: p.der for p in people[:2]})


def encrypted(sender, recipient):
    """A mail as it comes from whoever signs inside and encrypts outside."""
    der = run(["openssl", "cms", "-encrypt", "-binary", "-outform", "DER",
               "-aes256", recipient.path], stdin=mail.BODY).stdout
    return (mail.headers(sender) +
            b"Content-Type: application/pkcs7-mime; "
            b"smime-type=enveloped-data;\r\n name=\"smime.p7m\"\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n"
            + mail.wrapped(der))


def shown(one, address):
    """What show says of the publication."""
    return json.loads(say(one, "show", "--json", address))["publication"]


def test_who_encrypts(certharvest, authority):
    """Of a partner who is published it is counted, once a day, and of nobody
    else; a signed mail begins anew.  Nothing is decided by it."""
    one = certharvest().start()
    pat = authority.partner("pat@partner.example")
    ours = authority.partner("ann@corp.example")
    feed(one, mail.signed(pat))
    published(one, {"pat@partner.example": pat.der})
    assert shown(one, "pat@partner.example")["encrypted"] == 0
    seen = shown(one, "pat@partner.example")["last_seen"]
    assert seen is not None
    one.publisher.stop()
    one.start_publisher()  # which writes a snapshot
    before = by_state(one)

    def known():
        """Whether the milter has read it."""
        feed(one, encrypted("pat@partner.example", ours))
        one.wait_drained()
        return shown(one, "pat@partner.example")["encrypted"] > 0

    wait_for("the milter to know whom we publish", known, 30, 0.5)
    feed(one, encrypted("eve@partner.example", ours),
         encrypted("pat@partner.example", ours))
    one.wait_event("message", "milter", reason="encrypted", number=3)
    one.wait_drained()
    told = shown(one, "pat@partner.example")
    assert told["encrypted"] == 1 and told["last_seen"] == seen
    assert told["encrypted_since"] == told["encrypted_last"] is not None
    assert "sends us no renewals" in say(one, "show", "pat@partner.example")
    assert by_state(one) == before
    feed(one, mail.signed(pat, certificates=(ours,)))
    one.wait_event("harvest-decided", "publisher", reason="unchanged")
    told = shown(one, "pat@partner.example")
    assert told["encrypted"] == 0 and told["encrypted_since"] is None
    assert told["encrypted_last"] is not None


def test_try_asks_the_store_and_the_policy(certharvest, authority):
    """What is published, a ban, a pin, and what policy would hold."""
    one = certharvest({"publisher": {"gateways": "hold"}}).start()
    pat = authority.partner("pat@partner.example",
                            start=time.time() - 300 * DAY)
    newer = authority.partner("pat@partner.example")
    gateway = authority.partner("securemail@partner.example")
    feed(one, mail.signed(pat))
    published(one, {"pat@partner.example": pat.der})

    def told(certificate):
        said = one.judge(mail.signed(certificate))
        return said["outcome"], said["reason"], said["published"]

    assert told(pat) == ("publish", "ok", "this")
    assert told(newer) == ("publish", "ok", "another")
    assert told(gateway) == ("hold", "gateway-likely", None)
    say(one, "pin", "pat@partner.example", pat.sha256)
    assert told(newer) == ("hold", "pinned", "another")
    say(one, "ban", "--note", "left", "securemail@partner.example")
    assert told(gateway) == ("refuse", "banned", None)
