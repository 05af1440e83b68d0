"""Real mail that nobody here wrote, and what is told of each file.

In ../shared/corpus or where CERTHARVEST_CORPUS says; never copied.
"""

import csv
import email
import email.policy
import hashlib
import json
import os
import re
import ssl
import subprocess
import threading
import time

from .process import run

TOP = os.path.join(os.path.dirname(__file__), os.pardir, os.pardir, os.pardir)
FOLDER = os.path.abspath(os.environ.get(
    "CERTHARVEST_CORPUS", os.path.join(TOP, os.pardir, "shared", "corpus")))

# Kinds of the manifest that are a mail with a signature at its root.
SIGNED = ("multipart/signed", "opaque", "pkcs7-mime")

SECONDS = 30  # for one file on a busy machine; a hang otherwise

PEM = re.compile(
    rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.S)


def there():
    """Whether there is a corpus."""
    return os.path.isdir(FOLDER)


def table(name):
    """The rows of one of the corpus's tables."""
    path = os.path.join(FOLDER, name)
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t",
                                   quoting=csv.QUOTE_NONE))


def notes(row):
    """The notes of a row of the manifest: {key: value}."""
    found = {}
    for part in re.split(r"[;,] ", row["notes"]) + re.findall(
            r"ms_ekp=[^;]*", row["notes"]):
        key, _, value = part.partition("=")
        found[key.strip()] = value.split(",ms_ekp")[0]
    return found


def judge(programs, paths, options=(), settings=None):
    """certharvest try over some files: their objects, in order.

    What is late is asked once more, as the publisher does: a machine under
    load is not the mail's fault.
    """
    found = judged_once(programs, paths, options, settings)
    late = [number for number, said in enumerate(found)
            if said["reason"] == "worker-late"]
    if late:
        again = judged_once(programs, [paths[number] for number in late],
                            options, settings)
        for number, said in zip(late, again):
            found[number] = said
    return found


def judged_once(programs, paths, options, settings):
    """The same, once; killed when one file takes longer than it may."""
    command = [programs.path("certharvest")]
    if settings:
        command += ["-f", settings]
    process = subprocess.Popen(
        command + ["try", "--json", *options, *paths],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=FOLDER,
        env=dict(os.environ, **programs.environment()))
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


def read(path):
    """The bytes of a file of the corpus."""
    with open(os.path.join(FOLDER, path), "rb") as file:
        return file.read()


def header_of(raw):
    """The header block of an entity, its empty line, and the rest."""
    found = re.match(rb"(.*?\n)(\r?\n)(.*)", raw, re.S)
    return found.group(1), found.group(2), found.group(3)


def fields_of(header):
    """The header fields as they stand there, folds and all."""
    return re.findall(rb"[^\n]+\n(?:[ \t][^\n]*\n)*", header)


def part_of(entity, number):
    """Part NUMBER of a multipart entity, byte for byte."""
    boundary = email.message_from_bytes(
        entity, policy=email.policy.compat32).get_boundary().encode()
    mark = rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(?:--)?[ \t]*\r?\n"
    return re.split(mark, header_of(entity)[2])[number + 1]


def lifted(raw, kind):
    """The mail as it was before a list put a multipart around it.

    Its signed part, which kind "multipart/signed@/0" names, becomes the
    root; the fields that speak of the content are the part's.
    """
    part = raw
    for number in kind.partition("@/")[2].split("/"):
        part = part_of(part, int(number))
    kept = [field for field in fields_of(header_of(raw)[0])
            if not field.lower().startswith(b"content-")]
    return b"".join(kept) + part


def anchors(path, bundle):
    """The CA certificates that a mail brings, written to the file bundle;
    whether there are any."""
    found = [pem for pem, is_ca in certificates(path) if is_ca]
    with open(bundle, "w", encoding="ascii") as file:
        file.write("".join(found))
    return bool(found)


def certificates(path):
    """The certificates of a signed mail in their order, as the openssl
    command takes them out: (PEM, whether it is a CA's)."""
    blob = run(["openssl", "smime", "-pk7out", "-in", path]).stdout
    text = run(["openssl", "pkcs7", "-print_certs", "-text", "-noout"],
               stdin=blob).stdout
    pems = PEM.findall(run(["openssl", "pkcs7", "-print_certs"],
                           stdin=blob).stdout)
    told = re.split(rb"(?m)^Certificate:$", text)[1:]
    return [(pem.decode(), b"CA:TRUE" in one) for pem, one in zip(pems, told)]


def digest(pem):
    """The SHA-256 of the DER of a certificate in PEM form."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
