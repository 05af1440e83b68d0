"""CAs that nobody vouches for, from a mail that is held to its release: what
an administrator says of one counts for whom he says, and for nobody else."""

import contextlib
import json
import os
import re
import signal

import pytest

from servers import mail
from servers.ca import CA_EXTENSIONS, Authority
from servers.embedded import contacts
from servers.process import run, wait_for
from test_publisher import feed, ldif, published, recorded, store
from test_rules import colons, say, status_of

PAT = "pat@partner.example"
KIM = "kim@partner.example"
LEE = "lee@partner.example"
EVE = "eve@other.example"
TOM = "tom@gmail.com"
EX_CONFIG, EX_USAGE = 78, 64
USAGE = ("basicConstraints = CA:FALSE\n"
         "keyUsage = critical, digitalSignature, keyEncipherment\n"
         "extendedKeyUsage = emailProtection\n"
         "subjectAltName = email:%s\n")


@pytest.fixture(scope="module")
def private(root):
    """A partner's own CA, which nobody trusts."""
    return Authority(os.path.join(root, "private-ca"), "Partner")


def alone(authority, address):
    """A certificate that signed itself."""
    made = authority.issue("/CN=Alone", USAGE % address, authority.key())
    made.emails = (address,)
    return made


def of_private(private, address):
    """A mail with the whole chain."""
    return mail.signed(private.partner(address),
                       certificates=(private.root,))


def held(one, address, number=1):
    """Wait until so many mails of the address are held for a CA."""
    one.wait_event("harvest-decided", "publisher", reason="chain-unknown",
                   outcome="held", address=address, number=number)


def candidates(one, *options):
    """{fingerprint: candidate}."""
    lines = say(one, "trust", "candidates", "--json", *options).splitlines()
    return {line["fingerprint"]: line for line in map(json.loads, lines)}


def approved(one):
    """{fingerprint: anchor} of those that were approved."""
    lines = say(one, "trust", "list", "--json").splitlines()
    return {line["sha256"]: line for line in map(json.loads, lines)
            if line["origin"] == "approved"}


def openssl(certificate, what):
    """One line of the openssl command about it."""
    option = ["-" + what] + ([] if what.endswith("date") else
                             ["-nameopt", "RFC2253,-esc_msb"])
    text = run(["openssl", "x509", "-in", certificate.path, "-noout",
                *option]).stdout.decode()
    return text.strip().split("=", 1)[1]


def moment(certificate, what):
    """Its notBefore or notAfter, as we print it."""
    text = run(["openssl", "x509", "-in", certificate.path, "-noout", "-" +
                what, "-dateopt", "iso_8601"]).stdout.decode()
    return text.strip().split("=", 1)[1].replace(" ", "T")


CANDIDATES = """\
"{subject}"
    what it is   a CA, a root
    fingerprint  {sha256}
    issuer       "{subject}"
    key          RSA, 2048 bits
    valid        {before} to {after}
    used by      "{address}", 1 mail, last TIME
    mail server  vouched for none of them
    seen         1 times, TIME to TIME
    waits        1 mail
    what to do   compare the fingerprint with the partner's, on the phone, then
                 certharvest trust approve {sha256}
"""

APPROVED = """\
{sha256}: an anchor for partner.example; 1 that waited for it is decided on \
again now
"""

LISTED = """\
anchor "{subject}"
    {sha256}
    from "approved"; RSA, 2048 bits; until {after}
    for "partner.example"
    by uid 0, {who}, on TIME: "read to me by Pat"
    1 published on its word
"""


def without_times(text, *kept):
    """The text with the times of this run taken out."""
    return re.sub(r"2\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ",
                  lambda m: m[0] if m[0] in kept else "TIME", text)


@pytest.mark.sanitized
def test_from_hold_to_release_in_three_commands(certharvest, private):
    """The transcript, word for word; openssl says what is in it."""
    one = certharvest().start()
    pat = private.partner(PAT)
    feed(one, mail.signed(pat, certificates=(private.root,)))
    held(one, PAT)
    root = private.root
    words = {"sha256": root.sha256, "subject": openssl(root, "subject"),
             "before": moment(root, "startdate"),
             "after": moment(root, "enddate"), "address": PAT}
    times = words["before"], words["after"]
    assert without_times(say(one, "trust", "candidates"), *times) == \
        CANDIDATES.format(**words)
    assert contacts(ldif(one)) == {}
    assert say(one, "trust", "approve", "--note", "read to me by Pat",
               root.sha256) == APPROVED.format(**words)
    published(one, {PAT: pat.der})
    wait_for("the use", lambda: "1 published" in say(one, "trust", "list"))
    listed = without_times(say(one, "trust", "list"), *times)
    words["who"] = re.search(r'by uid 0, ("[^"]*"),', listed)[1]
    assert LISTED.format(**words) in listed
    assert "no unknown CA" in say(one, "trust", "candidates")
    one.wait_event("ca-decided", "publisher", decision="approved",
                   fingerprint=root.sha256, domains="partner.example", uid="0")
    one.wait_event("released", "publisher", addresses="1")
    (what, words), = store(
        one, "SELECT what, words FROM journal WHERE address = '%s'"
        % root.sha256)
    assert what == "ca-approved" and "read to me by Pat" in words


def test_the_milter_learns_it(certharvest, private):
    """By the snapshot: its advice on the chain, and it sorts the spool."""
    one = certharvest().start()
    feed(one, of_private(private, PAT))
    held(one, PAT)
    assert one.events("message", "milter")[-1]["chain"] == "chain-unknown"
    say(one, "trust", "approve", private.root.sha256)
    wait_for("the anchor in the snapshot", lambda: private.root.der.hex() in
             open(one.sections["spool"]["snapshot"], encoding="ascii").read())
    with open(one.sections["spool"]["snapshot"], encoding="ascii") as file:
        anchor, = json.load(file)["anchors"]
    assert anchor["domains"] == "partner.example"
    assert not anchor["public"]

    def verdict(address):
        feed(one, of_private(private, address))
        return one.events("message", "milter")[-1]["chain"]

    wait_for("a milter that believes it", lambda: verdict(KIM) == "ok")
    assert verdict(EVE) == "chain-domain"
    one.wait_event("harvest-decided", "publisher", reason="chain-domain",
                   outcome="refused", address=EVE)
    # ... and so does a milter that starts anew
    one.milter.stop()
    one.start_milter()
    assert verdict("new@partner.example") == "ok"
    assert verdict("new@sub.partner.example") == "chain-domain"


def test_scopes(certharvest, private):
    """Of a domain, of all below one, of one address of a free-mail domain;
    and what no administrator can say."""
    one = certharvest().start()
    root = private.root.sha256
    eve, tom = private.partner(EVE), private.partner(TOM)
    feed(one, of_private(private, PAT), of_private(private, KIM),
         mail.signed(eve, certificates=(private.root,)),
         mail.signed(tom, certificates=(private.root,)))
    for address in (PAT, KIM, EVE, TOM):
        held(one, address)
    assert candidates(one)[root]["domains"] == 3
    # several domains use it: he has to say which
    assert status_of(one, "trust", "approve", root) == EX_USAGE
    for words in ("gmail.com", ".com", "com", ".gmail.com", "a..b",
                  "other.example gmail.com", "@other.example"):
        assert status_of(one, "trust", "approve", root, "--domains",
                         words) == EX_USAGE, words
    assert contacts(ldif(one)) == {} and approved(one) == {}
    say(one, "trust", "approve", root, "--domains", "Other.Example")
    published(one, {EVE: eve.der})
    one.wait_event("harvest-decided", "publisher", reason="chain-domain",
                   address=TOM)
    one.wait_event("harvest-decided", "publisher", reason="chain-domain",
                   address=PAT)
    # more is added to what it counts for; who was refused is looked at again
    say(one, "trust", "approve", root, "--domains", "tom@gmail.com")
    published(one, {EVE: eve.der, TOM: tom.der})
    assert approved(one)[root]["domains"] == "other.example tom@gmail.com"
    feed(one, of_private(private, "x@gmail.com"),
         of_private(private, "x@sub.other.example"))
    for address in ("x@gmail.com", "x@sub.other.example"):
        one.wait_event("harvest-decided", "publisher",
                       reason="chain-domain", address=address)
    say(one, "trust", "approve", root, "--domains", ".other.example")
    wait_for("the one below", lambda: "x@sub.other.example" in
             contacts(ldif(one)))
    wait_for("the others decided", lambda: store(
        one, "SELECT count(*) FROM harvest WHERE state = 'due'") == [(0,)])
    assert set(contacts(ldif(one))) == {EVE, TOM, "x@sub.other.example"}


def test_free_mail_and_what_signed_itself(certharvest, authority, private):
    """Only the address that used it, without a word of the administrator."""
    one = certharvest({"trust": {
        "freemail_domains": ["post.example"]}}).start()
    tom, ann = private.partner(TOM), "ann@post.example"
    feed(one, mail.signed(tom, certificates=(private.root,)))
    held(one, TOM)
    say(one, "trust", "approve", private.root.sha256)
    published(one, {TOM: tom.der})
    assert approved(one)[private.root.sha256]["domains"] == TOM
    feed(one, of_private(private, ann))
    one.wait_event("harvest-decided", "publisher", reason="chain-domain",
                   address=ann)
    assert status_of(one, "trust", "approve", private.root.sha256,
                     "--domains", "post.example") == EX_USAGE
    pat = alone(authority, PAT)
    feed(one, mail.signed(pat))
    held(one, PAT)
    assert candidates(one)[pat.sha256]["kind"] == "leaf"
    assert "no CA: a certificate that signed itself" in say(
        one, "trust", "candidates")
    assert status_of(one, "trust", "approve", pat.sha256, "--domains",
                     "partner.example") == EX_USAGE
    say(one, "trust", "approve", colons(pat.sha256))
    published(one, {TOM: tom.der, PAT: pat.der})
    assert approved(one)[pat.sha256]["domains"] == PAT
    # another one of the same name is another one
    feed(one, mail.signed(alone(authority, PAT)))
    held(one, PAT, 2)
    assert contacts(ldif(one)) == {TOM: [tom.der], PAT: [pat.der]}


def test_free_mail_of_a_file_that_changes(certharvest, private, root):
    """It is read when it counts; without it nobody is believed."""
    path = os.path.join(root, "freemail.txt")
    with open(path, "w", encoding="ascii") as file:
        file.write("post.example\n")
    one = certharvest({"trust": {"freemail_domains": [path]}}).start()
    feed(one, of_private(private, PAT))
    held(one, PAT)
    with open(path, "a", encoding="ascii") as file:
        file.write("partner.example\n")
    fingerprint = private.root.sha256
    assert status_of(one, "trust", "approve", fingerprint, "--domains",
                     "partner.example") == EX_USAGE
    os.rename(path, path + "~")
    assert status_of(one, "trust", "approve", fingerprint) == EX_CONFIG
    os.rename(path + "~", path)
    say(one, "trust", "approve", fingerprint)
    assert approved(one)[fingerprint]["domains"] == PAT


def test_reject_and_revoke(certharvest, private):
    """A no refuses what waited and what comes; a yes that is taken back is
    none, and what was published stays."""
    one = certharvest().start()
    root = private.root.sha256
    feed(one, of_private(private, PAT))
    held(one, PAT)
    assert "rejected" in say(one, "trust", "reject", "--note",
                             "never \x1b[31mheard of", root)
    one.wait_event("harvest-decided", "publisher", reason="ca-rejected",
                   outcome="refused", address=PAT)
    feed(one, of_private(private, KIM))
    one.wait_event("harvest-decided", "publisher", reason="ca-rejected",
                   outcome="refused", address=KIM)
    assert candidates(one) == {}
    assert candidates(one, "--all")[root]["state"] == "rejected"
    shown = say(one, "trust", "candidates", "--all")
    assert "\x1b" not in shown and "never [31mheard of" in shown
    assert "rejected already" in say(one, "trust", "reject", root)
    say(one, "trust", "revoke", root)
    held(one, PAT, 2)
    held(one, KIM)
    say(one, "trust", "approve", root)
    wait_for("both", lambda: set(contacts(ldif(one))) == {PAT, KIM})
    recorded(one)
    assert "stays until" in say(one, "trust", "revoke", root)
    assert approved(one) == {}
    new = "new@partner.example"
    feed(one, of_private(private, new))
    held(one, new)
    assert set(contacts(ldif(one))) == {PAT, KIM}
    snapshot = one.sections["spool"]["snapshot"]

    def anchors():
        with open(snapshot, encoding="ascii") as file:
            return json.load(file)["anchors"]

    wait_for("a snapshot without it", lambda: anchors() == [])


def test_a_no_to_one_of_a_chain(certharvest, private):
    """Whoever vouches for that CA later, by whatever certificate."""
    one = certharvest().start()
    pat, kim, lee = (private.partner(who) for who in (PAT, KIM, LEE))
    no = private.intermediate
    lee.issuer = private.issue(no.subject, CA_EXTENSIONS, no.key, private.root)
    feed(one, mail.signed(pat))
    held(one, PAT)
    say(one, "trust", "reject", no.sha256)
    one.wait_event("harvest-decided", "publisher", reason="ca-rejected",
                   outcome="refused", address=PAT)
    say(one, "trust", "approve", "--file", private.root.path,
        "--domains", "partner.example")
    for partner in (kim, lee):
        feed(one, mail.signed(partner))
        one.wait_event("harvest-decided", "publisher", reason="ca-rejected",
                       outcome="refused", address=partner.emails[0])
    assert contacts(ldif(one)) == {}
    assert lee.issuer.sha256 not in candidates(one, "--all")
    say(one, "trust", "revoke", no.sha256)
    published(one, {PAT: pat.der, KIM: kim.der, LEE: lee.der})


def test_a_no_to_an_anchor_of_the_files(certharvest, authority):
    """What it refuses is decided on again once it is taken back, though no
    mail brought that CA's certificate."""
    one = certharvest().start()
    root, pat = authority.root, authority.partner(PAT)
    say(one, "trust", "approve", "--file", root.path,
        "--domains", "partner.example")
    say(one, "trust", "reject", root.sha256)
    feed(one, mail.signed(pat))
    one.wait_event("harvest-decided", "publisher", reason="ca-rejected",
                   outcome="refused", address=PAT)
    say(one, "trust", "revoke", root.sha256)
    published(one, {PAT: pat.der})


def unread(pid):
    """How many bytes wait for a process at its UNIX sockets."""
    lines = run(["ss", "-Hxpn"]).stdout.decode().splitlines()
    return sum(int(line.split()[2]) for line in lines
               if ",pid=%d," % pid in line)


@pytest.mark.parametrize("what, outcome, reason", [
    ("revoke", "held", "chain-unknown"),
    ("reject", "refused", "ca-rejected")])
def test_no_more_on_its_way(certharvest, private, what, outcome, reason):
    """What was judged, and not yet written, is not written on the word of a
    CA that an administrator has taken the word from."""
    one = certharvest().start()
    root = private.root.sha256
    feed(one, of_private(private, PAT))
    held(one, PAT)
    say(one, "trust", "approve", root)
    # The contact is there before its answer, which is not to be stopped.
    one.wait_event("harvest-decided", "publisher", address=PAT,
                   outcome="done")
    assert set(contacts(ldif(one))) == {PAT}
    child, = one.processes()["directory"]
    os.kill(child, signal.SIGSTOP)
    try:
        feed(one, of_private(private, KIM))
        # it has passed the judge once the directory is asked
        wait_for("the question", lambda: unread(child) > 0, 60)
        say(one, "trust", what, root)
    finally:
        # On a busy machine it was given up meanwhile.
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGCONT)
    one.wait_event("harvest-decided", "publisher", address=KIM,
                   outcome=outcome, reason=reason, seconds=60)
    assert set(contacts(ldif(one))) == {PAT}
    assert store(one, "SELECT count(*) FROM intent") == [(0,)]


def test_no_while_the_files_cannot_be_read(
        certharvest, authority, private, root):
    """Nothing is published on the word of whom nobody believes any more, until
    the judge can be told; and then it goes on, long before its next try."""
    path = os.path.join(root, "unread.pem")
    text = authority.root.pem
    with open(path, "wb") as file:
        file.write(text)
    one = certharvest({
        "publisher": {"retry_min": 600, "retry_max": 3600},
        "trust": {"scoped_anchors": ["nobody.example: " + path]}}).start()
    feed(one, of_private(private, PAT))
    held(one, PAT)
    say(one, "trust", "approve", private.root.sha256)
    wait_for("the contact", lambda: set(contacts(ldif(one))) == {PAT})
    os.unlink(path)
    say(one, "trust", "revoke", private.root.sha256)
    feed(one, of_private(private, KIM))
    one.wait_event("stage-paused", "publisher", reason="no-anchors")
    with open(path, "wb") as file:
        file.write(text)
    held(one, KIM)
    assert set(contacts(ldif(one))) == {PAT}


def test_over_a_kill(certharvest, private):
    """What was said is not forgotten, whenever the publisher dies."""
    one = certharvest().start()
    feed(one, of_private(private, PAT))
    held(one, PAT)
    say(one, "pause")
    say(one, "trust", "approve", private.root.sha256)
    one.publisher.popen.send_signal(signal.SIGKILL)
    one.publisher.popen.wait()
    one.start_publisher()
    wait_for("the contact", lambda: set(contacts(ldif(one))) == {PAT})
    assert list(approved(one)) == [private.root.sha256]


def test_an_intermediate_is_enough(certharvest, private):
    """Where no mail brings the root, and where nothing above it is wanted."""
    one = certharvest().start()
    pat = private.partner(PAT)
    feed(one, mail.signed(pat))
    held(one, PAT)
    intermediate = private.intermediate.sha256
    assert candidates(one)[intermediate]["kind"] == "intermediate"
    say(one, "trust", "approve", intermediate)
    published(one, {PAT: pat.der})
    direct = private.issue(
        "/CN=Kim", USAGE % KIM, private.key(), private.root)
    direct.emails = (KIM,)
    feed(one, mail.signed(direct, certificates=(private.root,)))
    held(one, KIM)


def test_a_root_speaks_for_what_brought_less(certharvest, private):
    """Approved for one, it releases all of its CAs' that waited."""
    one = certharvest().start()
    pat, kim = private.partner(PAT), private.partner(KIM)
    feed(one, mail.signed(pat),
         mail.signed(kim, certificates=(private.root,)))
    held(one, PAT)
    held(one, KIM)
    assert {c["kind"] for c in candidates(one).values()} == {
        "intermediate", "root"}
    say(one, "trust", "approve", private.root.sha256)
    published(one, {PAT: pat.der, KIM: kim.der})
    assert candidates(one) == {}


def test_a_name_alone_proves_nothing(certharvest, private, root):
    """The CA that no mail brought is approved from a file, and one that only
    sends a CA's certificate along is not its."""
    one = certharvest().start()
    pat = private.partner(PAT)
    pat.issuer = None
    liar = Authority(os.path.join(root, "liar-ca"), "Partner")
    eve = liar.partner(EVE)
    eve.issuer = None
    feed(one, mail.signed(pat), mail.signed(
        eve, certificates=(private.intermediate, private.root)))
    held(one, PAT)
    held(one, EVE)
    absent, = candidates(one).values()
    assert absent["kind"] == "absent" and absent["addresses"] == 2
    assert status_of(one, "trust", "approve", absent["fingerprint"],
                     "--domains", "partner.example") == EX_USAGE
    assert status_of(one, "trust", "approve", private.root.sha256,
                     "--domains", "partner.example") == EX_USAGE
    both = os.path.join(root, "both.pem")
    with open(both, "wb") as file:
        file.write(private.root.pem + private.intermediate.pem)
    assert status_of(one, "trust", "approve", "--file", both, "--domains",
                     "partner.example") == EX_USAGE
    assert status_of(one, "trust", "approve", "--file",
                     private.intermediate.path) == EX_USAGE
    say(one, "trust", "approve", "--file", private.intermediate.path,
        "--domains", "partner.example,other.example")
    published(one, {PAT: pat.der})
    held(one, EVE, 2)
    assert EVE not in contacts(ldif(one))


def test_an_anchor_that_comes_seconds_late(certharvest, private, root):
    """By a reload, by a file that changes, and while nobody runs: what was
    held is decided on again."""
    path = os.path.join(root, "late.pem")
    one = certharvest().start()
    pat, kim = private.partner(PAT), private.partner(KIM)
    feed(one, mail.signed(pat))
    held(one, PAT)
    with open(path, "wb") as file:
        file.write(private.root.pem)
    one.sections["trust"]["scoped_anchors"] = ["partner.example: " + path]
    one.write_settings(one.sections)
    say(one, "reload")
    published(one, {PAT: pat.der})
    feed(one, of_private(private, EVE))
    one.wait_event("harvest-decided", "publisher", reason="chain-domain",
                   address=EVE)
    del one.sections["trust"]["scoped_anchors"]
    one.write_settings(one.sections)
    one.publisher.stop()
    one.start_publisher()
    feed(one, mail.signed(kim))
    held(one, KIM)
    one.publisher.stop()
    one.sections["trust"]["scoped_anchors"] = [
        "partner.example other.example: " + path]
    one.write_settings(one.sections)
    one.start_publisher()
    wait_for("all three", lambda: set(contacts(ldif(one))) ==
             {PAT, KIM, EVE})
