"""Real mail that nobody here wrote: no crash, no hang, openssl's verdict."""

import csv
import json
import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

TOP = os.path.join(os.path.dirname(__file__), os.pardir, os.pardir)
CORPUS = os.path.abspath(os.environ.get(
    "CERTHARVEST_CORPUS", os.path.join(TOP, os.pardir, "shared", "corpus")))
SECONDS = 5
AT_ONCE = 100

pytestmark = pytest.mark.rootless

# Kinds of the manifest that are a mail with a signature at its root.
SIGNED = ("multipart/signed", "opaque", "pkcs7-mime")

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


def manifest():
    """The rows of the manifest."""
    with open(os.path.join(CORPUS, "manifest.tsv"), encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t",
                                   quoting=csv.QUOTE_NONE))


def judge(program, environment, paths):
    """certharvest try over some files: their objects, in order.

    Killed when one file takes longer than it may.
    """
    process = subprocess.Popen(
        [program, "try", "--json", *paths], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=dict(os.environ, **environment),
        cwd=CORPUS)
    last = [time.monotonic()]
    ended = threading.Event()

    def watch():
        while not ended.wait(0.2):
            if time.monotonic() - last[0] > SECONDS:
                process.kill()

    threading.Thread(target=watch, daemon=True).start()
    found = []
    for line in process.stdout:
        found.append(json.loads(line))
        last[0] = time.monotonic()
    said = process.stderr.read()
    code = process.wait()
    ended.set()
    assert len(found) == len(paths), (
        "%s: more than %d s, or a crash: %d %s" % (
            paths[len(found)], SECONDS, code, said))
    return found


@pytest.fixture(scope="module")
def judged(programs):
    """Every file with what we say of it: {path: (row, object)}."""
    if not os.path.isdir(CORPUS):
        pytest.skip("no corpus of real mail at %s" % CORPUS)
    rows = manifest()
    if programs.sanitized():  # a fresh process a mail takes its time there
        rows = [row for number, row in enumerate(rows)
                if row["kind"] in SIGNED or number % 8 == 0]
    parts = [rows[at:at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)]
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda part: judge(
            programs.path("certharvest"), programs.environment(),
            [row["path"] for row in part]), parts)
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


def test_the_arithmetic_is_that_of_openssl(judged):
    """For signatures at the root of a mail, with every difference told."""
    different = []
    for path, (row, said) in judged.items():
        if row["kind"] not in SIGNED:
            continue
        verdict = row["openssl_verify_result"]
        explained = EXPLAINED.get((verdict, said["reason"]))
        if explained and said["signature"] == explained[0]:
            continue
        if said["signature"] not in VERDICTS.get(verdict, ()):
            different.append((path, verdict, said["signature"],
                              said["reason"], said["text"]))
    assert different == []


def test_nothing_else_is_called_valid(judged):
    """Not a nested signature, not a bare certificate, not a seed."""
    assert [path for path, (row, said) in judged.items()
            if row["kind"] not in SIGNED and path not in MAIL_AFTER_ALL
            and said["signature"] == "valid"] == []
