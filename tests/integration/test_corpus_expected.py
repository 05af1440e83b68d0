"""What the upstream projects of the corpus say of their own mails.

Every difference has a row with its reason; a row that explains nothing any
more fails.
"""

import base64
import os
import re

import pytest

from servers import corpus

pytestmark = pytest.mark.rootless

TESTCA = os.path.join(
    corpus.FOLDER, "thunderbird/mailnews/test/data/smime/TestCA.pem")
THUNDERBIRD_TIME = "2027-01-01T00:00:00Z"  # its certificates are valid

# A part of the file's name, and why our answer is another one.
DIFFERENCES = {
    r"alice\.future\.": (
        "signingTime lies in the future.  It only orders renewals here, and "
        "is bounded by the time of receipt; a clock that goes wrong does not "
        "make a certificate another one."),
    r"\.env\.sig\.[^.]*\.opaque\.eml": (
        "A signature around an encrypted part.  Thunderbird does not show it "
        "as the author's word on the text, rightly; the certificate that made "
        "it and carries From: is what counts here (triple wrapping: the outer "
        "signature is ours to see)."),
    r"multipart\.env\.dsig\.eml|outer-smime-bad-sig": (
        "The outer signature is broken, as the openssl command says too.  "
        "Thunderbird decrypts and shows the inner one, which nobody without "
        "the key can see."),
    r"\.dave\.d?sig\.": (
        "Dave signed around Alice's signed or encrypted mail, and is who the "
        "mail is from.  Thunderbird shows no signature for most of such "
        "nests; the outer one is good."),
}


def explained(name):
    """The pattern of the difference that the file falls under, or None."""
    for pattern in DIFFERENCES:
        if re.search(pattern, name):
            return pattern
    return None


@pytest.fixture(scope="module")
def rows():
    """The rows of expected.tsv."""
    if not corpus.there():
        pytest.skip("no corpus of real mail at %s" % corpus.FOLDER)
    return corpus.table("expected.tsv")


def flags(row):
    """The words that Thunderbird's tests say: {enc, sig, sig_good}."""
    return dict(re.findall(r"(\w+)=(\S+)", row["expected_signature"]))


def test_thunderbird(rows, programs, tmp_path):
    """A signature that Thunderbird calls good is published, no other."""
    settings = tmp_path / "settings"
    # Its certificates have the address in the subject alone.
    settings.write_text("judge { subject_address = true }\n")
    mine = [row for row in rows
            if row["expected_signature"].startswith("thunderbird:")]
    kinds = {row["path"]: row["kind"] for row in corpus.table("manifest.tsv")}
    found = corpus.judge(
        programs, [row["path"] for row in mine],
        ["--at", THUNDERBIRD_TIME, "--anchors", TESTCA], str(settings))
    used, good = set(), 0
    for row, said in zip(mine, found):
        word = flags(row)
        is_outermost = not kinds[row["path"]].startswith("enveloped")
        expect = word["sig_good"] == "true" and is_outermost
        why = explained(row["path"])
        publishes = said["outcome"] == "publish"
        print("%-60s %-22s %-8s %s" % (
            os.path.basename(row["path"]), "enc=%(enc)s good=%(sig_good)s" %
            word, said["outcome"], said["reason"]))
        good += publishes
        if publishes != expect:
            assert why, (row["path"], said)
            used.add(why)
        if not is_outermost:
            assert said["reason"] == "encrypted"
    assert used == set(DIFFERENCES)
    assert good >= 12 and len(mine) > 60


def test_openssl(rows, programs, tmp_path):
    """CMS that OpenSSL's tests expect to fail, each as an opaque mail."""
    mine = [row for row in rows if row["expected_signature"] == "INVALID"]
    assert len(mine) == 5
    paths = []
    for row in mine:
        blob = corpus.read(row["path"])
        if row["path"].endswith(".pkcs7"):  # PEM
            blob = base64.b64decode(re.sub(rb"-----.*?-----", b"", blob))
        path = tmp_path / os.path.basename(row["path"])
        path.write_bytes(
            b"From: somebody@example.org\nMIME-Version: 1.0\n"
            b"Content-Type: application/pkcs7-mime\n"
            b"Content-Transfer-Encoding: base64\n\n" +
            base64.encodebytes(blob))
        paths.append(str(path))
    for path, said in zip(paths, corpus.judge(programs, paths)):
        print(os.path.basename(path), said["reason"], said["text"])
        assert said["outcome"] == "refuse", path
        assert said["reason"] in (
            "cms-malformed", "bad-signature", "no-signer-cert"), path


def test_mimekit(rows, programs, tmp_path):
    """One binary part, and one good mail with SHA-1 of 2013."""
    binary, good = [row for row in rows if row["source"] == "mimekit"]
    said, = corpus.judge(programs, [binary["path"]])
    # It verifies over the raw bytes only, which is not how mail is signed
    # (RFC 8551 section 3.1.1); that this is the cause we say.
    assert "line ends" in said["text"]
    bundle = tmp_path / "anchors.pem"
    path = os.path.join(corpus.FOLDER, good["path"])
    assert corpus.anchors(path, str(bundle))
    said, = corpus.judge(
        programs, [path],
        ["--sha1", "--at", "2014-06-01T00:00:00Z", "--anchors", str(bundle)])
    assert said["outcome"] == "publish", said
    assert good["expected_harvest"] == "yes " + said["address"]
