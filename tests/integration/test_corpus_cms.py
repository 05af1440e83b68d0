"""The bare CMS of the corpus, each file sent as an opaque mail."""

import base64
import collections
import re

import pytest

from servers import corpus

pytestmark = pytest.mark.rootless

EVERY = 8  # so many of the fuzzer's seeds that openssl cannot parse

# What the manifest says of openssl's verdict: our signature, our reasons
# (None: any that is a refusal or nothing).
VERDICTS = {
    "VERIFIES": (("valid",), None),
    "DETACHED(no content in file)": (("none",), ("no-content",)),
    "CERTS_ONLY": (("none",), ("certs-only",)),
    "NOT_SIGNED(enveloped_data)": (("none",), ("encrypted",)),
    "NOT_SIGNED(encrypted_data)": (("none",), ("encrypted",)),
    "NOT_SIGNED(digested_data)": (("none",), ("unsigned",)),
    "NOT_SIGNED(data)": (("none",), ("unsigned",)),
}
OTHERS = (("none", "invalid"), None)

# Files of which we say something else, and why.
SMALL = ("The signer's RSA modulus is of fewer than 512 bits: no key that is "
         "computed with here.")
EXPLAINED = {
    "nss/cmd/samples/pkcs7bday.ber": SMALL,
    "nss/cmd/samples/pkcs7news.ber": SMALL,
}


def der(row):
    """The blob, out of its armour where it has one."""
    raw = corpus.read(row["path"])
    armour = re.search(
        rb"-----BEGIN (?:CMS|PKCS7)-----(.*?)-----END", raw, re.S)
    return base64.b64decode(armour.group(1)) if armour else raw


def is_asked(number, row):
    """Whether the file is a CMS blob worth its time."""
    if not re.match("(fuzz-)?cms", row["kind"]):
        return False
    return row["kind"] != "fuzz-cms:unparseable" or number % EVERY == 0


@pytest.fixture(scope="module")
def judged(programs, tmp_path_factory):
    """[(row, object)]."""
    if not corpus.there():
        pytest.skip("no corpus of real mail at %s" % corpus.FOLDER)
    folder = tmp_path_factory.mktemp("cms")
    rows = [row for number, row in enumerate(corpus.table("manifest.tsv"))
            if is_asked(number, row)]
    paths = []
    for number, row in enumerate(rows):
        paths.append(str(folder / ("%d.eml" % number)))
        with open(paths[-1], "wb") as file:
            file.write(
                b"From: somebody@example.org\nMIME-Version: 1.0\n"
                b"Content-Type: application/pkcs7-mime; name=smime.p7m\n"
                b"Content-Transfer-Encoding: base64\n\n" +
                base64.encodebytes(der(row)))
    return list(zip(rows, corpus.judge(programs, paths)))


def test_the_arithmetic_of_bare_cms(judged):
    """By source, with every difference told."""
    table = collections.defaultdict(collections.Counter)
    different = []
    for row, said in judged:
        signatures, reasons = VERDICTS.get(
            row["openssl_verify_result"], OTHERS)
        word = "agree"
        if said["signature"] not in signatures or (
                reasons and said["reason"] not in reasons):
            word = "explained" if row["path"] in EXPLAINED else "differ"
        table[row["source"]][word] += 1
        if word == "differ":
            different.append((row["path"], row["kind"],
                              row["openssl_verify_result"],
                              said["signature"], said["reason"],
                              said["text"]))
        if word == "explained":
            print("%s: %s" % (row["path"], EXPLAINED[row["path"]]))
    for source, words in sorted(table.items()):
        print("%-16s %5d agree %3d explained %3d differ" % (
            source, words["agree"], words["explained"], words["differ"]))
    assert different == []
    assert sum(words["agree"] for words in table.values()) > 300


def test_none_is_published(judged):
    """Nobody's address is in any of these certificates."""
    assert [row["path"] for row, said in judged
            if said["outcome"] in ("publish", "hold")] == []
