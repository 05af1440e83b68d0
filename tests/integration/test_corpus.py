"""Real mail that nobody here wrote: no crash, no hang, openssl's verdict."""

import collections
from concurrent.futures import ThreadPoolExecutor

import pytest

from servers import corpus
from servers.corpus import SIGNED

AT_ONCE = 100

pytestmark = pytest.mark.rootless

# What openssl says of the arithmetic, and what we must say.
VERDICTS = {
    "VERIFIES": ("valid",),
    "FAILS(digest_mismatch)": ("invalid",),
    "FAILS(asn1_parse)": ("none",),
    "FAILS(missing_part)": ("none",),
    "FAILS(no_signer_cert)": ("none",),
    # A DSA key that inherits its parameters: nobody can verify with it.
    "FAILS(no_public_key)": ("none", "invalid"),
}

# (openssl's verdict, our reason): ours, and why it may differ.
EXPLAINED = {
    ("FAILS(digest_mismatch)", "econtent"): (
        "none", "The detached signature brings content of its own.  openssl "
        "checks one content against the digest of the other; we refuse the "
        "form before any arithmetic."),
}

# Files that the manifest did not take for mail, and which are.
MAIL_AFTER_ALL = {
    "openssl-fuzz-cms/smime/b6cf925eec43acc9cc43c3104f17ac16d71439d0": (
        "The manifest read all seeds of the fuzzer as DER; this one is "
        "S/MIME text with a good opaque signature."),
}


@pytest.fixture(scope="module")
def judged(programs):
    """Every file with what we say of it: {path: (row, object)}."""
    if not corpus.there():
        pytest.skip("no corpus of real mail at %s" % corpus.FOLDER)
    rows = corpus.table("manifest.tsv")
    if programs.sanitized():  # a fresh process a mail takes its time there
        rows = [row for number, row in enumerate(rows)
                if row["kind"] in SIGNED or number % 8 == 0]
    parts = [rows[at:at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)]
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda part: corpus.judge(
            programs, [row["path"] for row in part]), parts)
        return {row["path"]: (row, said)
                for part, all_said in zip(parts, found)
                for row, said in zip(part, all_said)}


@pytest.mark.sanitized
def test_every_file_ends(judged, programs):
    """No crash, no hang, no finding; every answer has its form."""
    assert programs.findings() == ""
    for path, (_, said) in judged.items():
        assert said["file"] == path
        assert said["outcome"] in ("publish", "hold", "refuse", "nothing")
        assert said["signature"] in ("valid", "invalid", "none")
        assert said["reason"] not in (
            "worker-died", "worker-late", "worker-broken"), path


def agreement(path, row, said):
    """How our arithmetic and openssl's compare, in a word."""
    verdict = row["openssl_verify_result"]
    if row["kind"] not in SIGNED:
        return "not asked"
    if said["signature"] in VERDICTS.get(verdict, ()):
        return "agree"
    explained = EXPLAINED.get((verdict, said["reason"]))
    if explained and said["signature"] == explained[0]:
        return "explained"
    return "differ"


def test_the_arithmetic_is_that_of_openssl(judged):
    """For signatures at the root of a mail, by source; every difference is
    told, with its reason."""
    table = collections.defaultdict(collections.Counter)
    different = []
    for path, (row, said) in judged.items():
        word = agreement(path, row, said)
        table[row["source"]][word] += 1
        if word == "explained":
            print("%s: %s" % (path, EXPLAINED[
                (row["openssl_verify_result"], said["reason"])][1]))
        if word == "differ":
            different.append((path, row["openssl_verify_result"],
                              said["signature"], said["reason"],
                              said["text"]))
    print("%-16s %6s %6s %9s %6s" % (
        "source", "files", "agree", "explained", "differ"))
    for source, words in sorted(table.items()):
        print("%-16s %6d %6d %9d %6d" % (
            source, sum(words.values()), words["agree"], words["explained"],
            words["differ"]))
    assert different == []
    assert sum(words["agree"] for words in table.values()) > 150


def test_nothing_else_is_called_valid(judged):
    """Not a nested signature, not a bare certificate, not a seed."""
    assert [path for path, (row, said) in judged.items()
            if row["kind"] not in SIGNED and path not in MAIL_AFTER_ALL
            and said["signature"] == "valid"] == []
