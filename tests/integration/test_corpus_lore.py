"""The signed mails of public lists: which certificate would be published.

Judged with the clock at their own date and with the CAs that they bring as
anchors, since most have expired and most roots are not at hand.  What should
come out, the manifest and the openssl command tell.
"""

import email
import email.utils
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from servers import corpus

pytestmark = pytest.mark.rootless

# RSA moduli that are computed with, in bits.
RSA_MIN, RSA_MAX = 2048, 8192


def at(raw):
    """The mail's own date, as certharvest try --at has it."""
    stamp = email.utils.parsedate_to_datetime(
        email.message_from_bytes(raw)["Date"]).timestamp()
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(stamp))


class Case:
    """One mail, at the root of which there is a signature."""

    def __init__(self, row, folder, programs):
        self.row, self.notes = row, corpus.notes(row)
        raw = corpus.read(row["path"])
        self.path = os.path.join(corpus.FOLDER, row["path"])
        if "@" in row["kind"]:
            raw = corpus.lifted(raw, row["kind"])
            self.path = os.path.join(
                folder, row["path"].replace(os.sep, "-"))
            with open(self.path, "wb") as file:
                file.write(raw)
        self.certificates = corpus.certificates(self.path)
        anchors = [pem for pem, is_ca in self.certificates if is_ca]
        self.brings_issuer = bool(anchors)
        options = ["--at", at(raw)]
        if anchors:
            bundle = os.path.join(
                folder, re.sub(r"\W", "-", row["path"]) + ".pem")
            with open(bundle, "w", encoding="ascii") as file:
                file.write("".join(anchors))
            options += ["--anchors", bundle]
        self.said, = corpus.judge(programs, [self.path], options)
        self.tolerant = self.said
        if self.said["reason"] == "weak-digest":
            self.tolerant, = corpus.judge(
                programs, [self.path], options + ["--sha1"])

    def named(self):
        """The certificate that a signed attribute names, or None."""
        word = self.notes.get("ekp", "no")
        if not word.startswith("cert"):
            return None
        return corpus.digest(self.certificates[int(word[4:])][0])

    def expected(self):
        """What should be published: the one named, else the signer's."""
        return self.named() or self.tolerant["signer.sha256"]

    def unfit(self):
        """Why no certificate of it can be published, by what the manifest
        tells of the signer's: a reason code, or None."""
        bits = re.fullmatch(r"rsa(\d+)", self.notes["key"])
        if bits and not RSA_MIN <= int(bits.group(1)) <= RSA_MAX:
            return "weak-key"
        if not re.search("encipherment|agreement", self.notes["ku"]) and \
                self.named() is None and \
                self.notes["other_ee_cert_same_email"] == "no":
            return "usage-encrypt"
        return None

    def is_rewritten(self):
        """Whether a list put another address into From:."""
        return self.notes["from_match"] == "no"


@pytest.fixture(scope="module")
def cases(programs, tmp_path_factory):
    """Every mail of a list whose signature the openssl command verifies."""
    if not corpus.there():
        pytest.skip("no corpus of real mail at %s" % corpus.FOLDER)
    folder = str(tmp_path_factory.mktemp("lore"))
    rows = [row for row in corpus.table("manifest.tsv")
            if row["source"] == "lore"
            and row["openssl_verify_result"].endswith("VERIFIES")
            and not row["kind"].endswith("/m")]  # somebody else's, forwarded
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda row: Case(row, folder, programs), rows))


def test_which_certificate(cases):
    """The one that a signed attribute names, else the signer's own."""
    named = 0
    for case in cases:
        said = case.tolerant
        how = "named" if case.named() else "the signer's own"
        print("%-60s %-8s %-14s %s" % (
            case.row["path"][5:], case.said["outcome"], case.said["reason"],
            how if said["outcome"] == "publish" else said["text"]))
        if case.unfit() or case.is_rewritten():
            continue
        if not case.brings_issuer:
            assert said["reason"] == "chain-unknown", case.row["path"]
        else:
            assert said["outcome"] == "publish", (case.row["path"], said)
        assert said["certificate.sha256"] == case.expected(), case.row["path"]
        named += case.named() is not None
    assert len(cases) > 130 and named >= 10


def test_weak_digests(cases):
    """Refused for SHA-1 is what was signed with it, and nothing else."""
    for case in cases:
        if case.said["reason"] == "weak-key":  # asked before the digest
            continue
        assert (case.said["reason"] == "weak-digest") == (
            case.row["sig_alg"].startswith("sha1")), case.row["path"]


def test_rewritten_from(cases):
    """A list that puts its own address into From: harvests nobody."""
    rewritten = [case for case in cases if case.is_rewritten()]
    assert len(rewritten) >= 12
    for case in rewritten:
        if case.unfit():
            continue
        assert case.tolerant["reason"] == "not-from", case.row["path"]
        assert case.tolerant["signature"] == "valid"


def test_unfit(cases):
    """What cannot be encrypted to is not published."""
    found = [case for case in cases if case.unfit()]
    assert {case.unfit() for case in found} == {"weak-key", "usage-encrypt"}
    for case in found:
        assert case.tolerant["reason"] == case.unfit(), case.row["path"]
        assert case.tolerant["outcome"] == "refuse"


def test_only_the_root_speaks(programs, cases):
    """The same mails as the lists sent them on, inside of a multipart."""
    nested = [os.path.join(corpus.FOLDER, case.row["path"])
              for case in cases if "@" in case.row["kind"]]
    assert len(nested) >= 30
    for said in corpus.judge(programs, nested):
        assert (said["outcome"], said["reason"]) == ("nothing", "unsigned")


def test_a_root_for_mail_alone(programs, cases, tmp_path):
    """A real chain below a root that Mozilla trusts for mail and that the
    bundle for web servers has not: the default takes it."""
    case = next(case for case in cases if "R45 SMIME" in case.notes["issuer"])
    address = re.search("san:([^,]+)", case.row["signer_emails"]).group(1)
    with open(case.path, "rb") as file:  # From: is not what was signed
        raw = re.sub(rb"(?m)^From:[^\n]*\n(?:[ \t][^\n]*\n)*",
                     b"From: " + address.encode() + b"\n", file.read(), count=1)
    path = tmp_path / "as-written.eml"
    path.write_bytes(raw)
    options = ["--at", at(raw)]
    said, = corpus.judge(programs, [str(path)], options)
    assert said["outcome"] == "publish", said
    assert said["anchor.origin"] == "mozilla"
    print(said["chain"])
    said, = corpus.judge(programs, [str(path)], options + [
        "--anchors", "/etc/ssl/certs/ca-certificates.crt"])
    assert said["reason"] == "chain-unknown"
