"""The nightly sweep on the embedded directory: what is of no use any more goes,
and the rest is told; seen in contacts.ldif itself."""

import base64
import os
import time

from servers import mail
from servers.ca import CONFIG, DAY, Authority, stamp
from servers.embedded import contacts
from servers.process import run, wait_for
from test_estate import findings, walk
from test_publisher import feed, ldif, published, status
from test_rules import say
from test_journal import writes

EX_NOPERM = 77


def address(word):
    """A partner for each finding."""
    return "%s@partner.example" % word


def revocation_list(authority, path, *revoked):
    """Of the CA that issues to partners, by openssl."""
    folder = os.path.dirname(path)
    config, index = [os.path.join(folder, name) for name in ("cnf", "index")]
    with open(config, "w", encoding="utf-8") as file:
        file.write(CONFIG.format(folder=folder))
    with open(index, "w", encoding="utf-8") as file:
        for one in revoked:
            serial = run(["openssl", "x509", "-in", one.path, "-noout",
                          "-serial"]).stdout.decode().strip().split("=")[1]
            file.write("R\t%s\t%s\t%s\tunknown\t/CN=x\n" % (
                stamp(time.time() + DAY)[2:], stamp(time.time() - 60)[2:],
                serial))
    run(["openssl", "ca", "-gencrl", "-config", config, "-md", "sha256",
         "-cert", authority.intermediate.path, "-keyfile",
         authority.intermediate.key, "-crldays", "30", "-out", path + ".new"])
    os.rename(path + ".new", path)


def told(lines):
    """{address: findings} of the lines of a walk."""
    return {line["address"]: findings(line) for line in lines}


def send(one, partners):
    """Have all of them published."""
    feed(one, *[mail.signed(p) for p in partners.values()])
    published(one, {a: p.der for a, p in partners.items()}, 40)
    wait_for("decided", lambda: status(one)["harvests"]["due"] == 0)


def test_what_expires_and_who_is_silent(certharvest, authority):
    """Told with days to spare, and nothing is written."""
    one = certharvest({"publisher": {"sweep_idle": "1s"}}).start()
    now = time.time()
    partners = {address(word): authority.partner(
        address(word), start=now - 300 * DAY, end=now + days * DAY)
                for word, days in (("a", 60), ("b", 29), ("c", 13), ("d", 6))}
    send(one, partners)
    before = contacts(ldif(one))
    time.sleep(2)
    lines = walk(one, "sweep", "--dry-run")
    assert told(line for line in lines if findings(line) != {"idle"}) == {
        address("b"): {"expires-30"}, address("c"): {"expires-14"},
        address("d"): {"expires-7"}}
    assert {line["address"] for line in lines
            if findings(line) == {"idle"}} == set(partners)
    assert all("last signed mail: 20" in line["text"] for line in lines
               if line["certificate"])
    assert told(walk(one, "sweep")) == told(lines)
    assert contacts(ldif(one)) == before


def test_revoked(certharvest, authority):
    """Only what a list names is taken out, and an undo does not put it back;
    a list that comes while the publisher runs counts at once."""
    crls = os.path.join(authority.folder, "crls")
    os.makedirs(crls, exist_ok=True)
    one = certharvest({"trust": {"crls": [crls]}}).start()
    partners = {address(word): authority.partner(address(word))
                for word in ("good", "bad")}
    send(one, partners)
    assert walk(one, "sweep") == []
    revocation_list(authority, os.path.join(crls, "ca.crl"),
                    partners[address("bad")])
    dry = walk(one, "sweep", "--dry-run")
    assert [(line["what"], findings(line)) for line in dry] == [
        ("would-change", {"revoked"})]
    lines = walk(one, "sweep")
    assert [(line["what"], line["address"]) for line in lines] == [
        ("removed", address("bad"))]
    assert contacts(ldif(one)) == {
        address("good"): [partners[address("good")].der], address("bad"): []}
    entry = writes(one, address("bad"))[-1]["entry"]
    said = run([one.programs.path("certharvest"), "-f", one.settings_file,
                "undo", str(entry)], check=False,
               env=one.programs.environment())
    assert said.returncode == EX_NOPERM and b"is revoked" in said.stderr
    assert contacts(ldif(one))[address("bad")] == []
    # what was made for it and has nothing left is told of
    assert told(walk(one, "sweep")) == {address("bad"): {"empty"}}
    os.unlink(os.path.join(crls, "ca.crl"))


def test_a_ca_that_is_not_believed_any_more(certharvest, authority, root):
    """Told; by setting taken out."""
    one = certharvest().start()
    partners = {address("a"): authority.partner(address("a"))}
    send(one, partners)
    other = Authority(os.path.join(root, "other-ca"), "Another Trust")
    one.write_settings({"trust": {"anchors": [other.root.path]}})
    say(one, "reload")
    one.wait_event("reloaded", "publisher")
    lines = walk(one, "sweep")
    assert told(lines) == {address("a"): {"untrusted"}}
    assert contacts(ldif(one)) == {address("a"): [partners[address("a")].der]}
    one.write_settings({"publisher": {"sweep_untrusted": "withdraw"}})
    say(one, "reload")
    one.wait_event("reloaded", "publisher", number=2)
    assert [line["what"] for line in walk(one, "sweep")] == ["removed"]
    assert contacts(ldif(one)) == {address("a"): []}


def test_changed_by_hand(certharvest, authority):
    """Somebody put a certificate beside ours."""
    one = certharvest().start()
    pat, other = [authority.partner(address("pat")) for _ in range(2)]
    send(one, {address("pat"): pat})
    assert one.publisher.stop() == 0
    with open(ldif(one), encoding="utf-8") as file:
        text = file.read()
    with open(ldif(one), "w", encoding="utf-8") as file:
        file.write(text.replace(
            "\nmail: ", "\nuserCertificate:: %s\nmail: " % base64.b64encode(
                other.der).decode(), 1))
    one.start_publisher()
    (line,) = walk(one, "sweep")
    assert findings(line) == {"changed-by-hand"}
    assert other.sha256[:16] in line["text"]
    assert "entry %d" % writes(one)[-1]["entry"] in line["text"]
