"""The most expensive mails that we could think of, each within what the
mail server lets through.  write(FOLDER) makes NAME.eml for each, ca.pem (whose
key the worst of all strangers has) and known.der."""

import itertools
import os
import random
import sys
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from der import *  # noqa: E402,F403

MB = 1 << 20
LIMIT = 30 * MB
CERTIFICATE = 16 * 1024
PART = b"Content-Type: text/plain\n\nHello\n"
BOB = rfc822("bob@partner.example")
RSA_KEY = "1.2.840.113549.1.1.1"


def random_bytes(n):
    return random.Random(n).randbytes(n)


_keys = itertools.count()


def rsa_spki(size, exponent):
    """A public key that nobody has the private key of."""
    n = int.from_bytes(random_bytes(size // 8), "big") + 2 * next(_keys)
    n |= 1 | 1 << (size - 1)
    return seq(seq(oid(RSA_KEY), tlv(5)),
               bits(seq(integer(n), integer(exponent))))


def rsa_signature(size):
    return b"\1" + random_bytes(size // 8 - 1)


class Stranger:
    """Who signs everything; the CA is trusted, so that nothing ends early."""

    def __init__(self, folder):
        self.key = Key(os.path.join(folder, "ca.key"))
        self.slow = Key(os.path.join(folder, "slow.key"), "EC",
                        "ec_paramgen_curve:brainpoolP512r1")
        self.serial = 100
        self.root = common_name("Worst Root")
        self.anchor = self.authority(self.root, self.root, self.key)
        self.bob = common_name("Bob")
        self.signer = self.leaf()

    def next(self):
        self.serial += 1
        return self.serial

    def authority(self, subject, issuer, by, key=None, more=(), **how):
        return certificate(key or self.key, subject, by, issuer, [
            basic(True), usage(*CA_USAGE), *more], self.next(), **how)

    def leaf(self, names=(BOB,), numbers=(0, 4), more=(), issuer=None,
             by=None, subject=None, key=None, serial=None, **how):
        return certificate(key or self.key, subject or self.bob,
                           by or self.key, issuer or self.root, [
                               basic(False), usage(*numbers), mail_usage(),
                               alt_names(*names), *more],
                           serial or self.next(), **how)

    def blob(self, certs, content=None, signer=None, key=None, opaque=False,
             **how):
        content = canonical(PART) if content is None else content
        return signed_data(certs, [signer_info(
            key or self.key, signer or certs[0], content, **how)],
            content if opaque else None)

    def mail(self, name, certs, part=PART, **how):
        return detached(name, part, self.blob(
            certs, canonical(part), **how))


def fill(make, size=CERTIFICATE):
    """The certificate of exactly size bytes: make(padding)."""
    n = size - len(make(b""))
    while True:
        der = make(random_bytes(max(n, 0)))
        if len(der) == size:
            return der
        n += size - len(der)


def padding(data):
    return extension("1.2.3.4.5", data)


def elements(der):
    """Tags at all depths, those in the extensions' values too."""
    n, at = 0, 0
    while at + 1 < len(der):
        tag, begin, end = element(der, at)
        n += 1
        if tag == 0x04 and der[begin:begin + 1] == b"\x30":
            n += elements(der[begin:end])
        at = begin if tag & 0x20 else end
    return n


def most(make, fits):
    """The n for the largest make(n) that fits."""
    low, high = 1, CERTIFICATE
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(make(middle, forged=True)) \
            else (low, middle - 1)
    return low


def is_small(der):
    return len(der) + 80 <= CERTIFICATE


def is_let_through(der):
    """By the limits of limits.h."""
    return is_small(der) and elements(der) <= 1020


# --- honest ones to compare with

def benign(s):
    yield "benign-4k", s.mail("benign-4k", [s.signer])
    for size, name in ((MB, "1m"), (LIMIT - 8192, "30m")):
        line = b"x" * 71 + b"\n"
        part = PART + line * (size // 72 - 50)
        yield "benign-" + name, s.mail("benign-" + name, [s.signer], part)
    part = canonical(PART + line * (21 * MB // 72))
    yield "benign-opaque-30m", opaque("benign-opaque", s.blob(
        [s.signer], part, opaque=True))


# --- form

def form(s):
    head = header("bob@partner.example", "form")
    signed = (b"Content-Type: multipart/signed; boundary=b; protocol="
              b'"application/pkcs7-signature"\n\n')
    yield "parts-400000", head + signed + b"--b\n\n" * 400000 + b"--b--\n"
    yield "headers-500000", head + b"A: b\n" * 500000 + signed + b"x\n"
    yield "headers-1000", head + b"A: b\n" * 990 + signed + b"x\n"
    nested = b"Content-Type: message/rfc822\n\n" * 20000
    yield "nested-20000", s.mail("nested", [s.signer], nested + b"\n")
    wrapped = b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n"
                       % (i, i) for i in range(20000))
    yield "multipart-20000", s.mail("multipart", [s.signer], wrapped)
    yield "near-boundaries", s.mail(
        "near", [s.signer], PART + b"--boundX\n" * (2 * MB))
    long = b"b" * 70
    yield "long-boundaries", detached(
        "long", PART + (b"--" + long[1:] + b"X\n") * (LIMIT // 80),
        s.blob([s.signer]), boundary=long)
    yield "preamble-30m", detached("preamble", PART, s.blob(
        [s.signer]), preamble=b"-\n" * (10 * MB), epilogue=b"--bound\n" * MB)
    yield "boundary-spaces", detached("spaces", PART, s.blob(
        [s.signer]), preamble=(b"--bound" + b" " * 2000 + b"x\n") * 14000)
    yield "header-lines", head + (b"X: " + b"--bound\n --" * 20 + b"\n"
                                  ) * 1000 + signed + b"x"
    yield "type-comments", head + (
        b"Content-Type: multipart/signed" + b"(" * 900 + b")" * 900 +
        b"; boundary=b\n\n--b\n\nx\n")
    yield "type-parameters", head + (
        b"Content-Type: multipart/signed; boundary=b" + b";a=b" * 480 +
        b"\n\n--b\n\nx\n")
    yield "type-names", head + (
        b"Content-Type: application/octet-stream" +
        b"".join(b"; name*%d=%s" % (i, b"x" * 100) for i in range(17)) +
        b".p7m\n\nx\n")
    qp = (head + b"Content-Type: application/pkcs7-mime\n"
          b"Content-Transfer-Encoding: quoted-printable\n\n")
    yield "quoted-printable", qp + b"=\n" * (14 * MB)
    yield "quoted-printable-hex", qp + b"=30=80" * (4 * MB)
    yield "base64-blanks", head + (
        b"Content-Type: application/pkcs7-mime\n"
        b"Content-Transfer-Encoding: base64\n\n") + b"M \n" * (9 * MB)
    yield "base64-no-cms", head + (
        b"Content-Type: application/pkcs7-mime\n"
        b"Content-Transfer-Encoding: base64\n\n") + b"MIAG" * (7 * MB)


# --- who speaks

def people(s):
    values = {
        "from-groups": b"a:" * 999,
        "from-groups-close": b"a:" * 660 + b";" * 660,
        "from-comments": b"(" * 990 + b")" * 990 + b"a@b.example",
        "from-comments-many": b"(a)" * 650 + b"a@b.example",
        "from-encoded": b"=?utf-8?Q?a" * 180,
        "from-encoded-dots": b"=?a." * 495,
        "from-encoded-words": b"=?utf-8?B?w7w=?= " * 110 + b"<a@b.example>",
        "from-quotes": b'"\\"" ' * 390,
        "from-mailboxes": b"a@b.example, " * 150,
        "from-idn": b"a@" + "\u00fc".encode() * 120 + b".example",
        "from-idn-labels": b"a@" + "\u00fc.".encode() * 84 + b"example",
        "from-dots": b"a." * 990 + b"@b",
        "from-route": b"<" + b"@a," * 600 + b":a@b>",
        "from-angles": b"<" * 1990,
    }
    for name, value in values.items():
        yield name, s.mail(name, [s.signer]).replace(
            b"From: bob@partner.example", b"From: " + value, 1)
        if name in ("from-groups", "from-comments", "from-encoded-dots"):
            part = b"From: " + value + b"\nContent-Type: text/plain\n\nx\n"
            yield name + "-inside", opaque(name, s.blob(
                [s.signer], canonical(part), opaque=True))
    ours = b"Authentication-Results: mx.corp.example"
    for name, value in (
            ("comments", b"; dkim=pass " + b"(" * 9000 + b")" * 9000),
            ("comments-open", b"(" * 200000),
            ("methods", b"; dkim=pass header.d=partner.example" * 6000),
            ("properties", b"; dkim=pass" + b" header.d=x" * 20000),
            ("semicolons", b";" * 200000),
            ("quotes", b'; dkim=pass reason="' + b"\\a" * 90000 + b'"')):
        yield "authres-" + name, ours + value + b"\n" + s.mail(
            name, [s.signer])
    yield "authres-many", (ours + b"; dkim=pass (a) header.d=partner.example"
                           b"; spf=pass smtp.mailfrom=x@y.example\n"
                           ) * 900 + s.mail("many", [s.signer])
    part = (b"From: " + b"a:" * 200000 + b"\n\n")
    yield "from-400k-inside", opaque("from", s.blob(
        [s.signer], part, opaque=True))
    yield "from-many", b"From: a@b.example\n" * 900 + s.mail(
        "many", [s.signer])


# --- bytes to be hashed and decoded

def content(s):
    for name, part in (("line-ends", b"\n" * (LIMIT - 8192)),
                       ("carriage-returns", b"\r" * (LIMIT - 8192)),
                       ("mixed-ends", b"\r\n\n" * ((LIMIT - 8192) // 3))):
        blob = s.blob([s.signer])
        yield name + "-30m", detached(name, part, blob)
        slow = blob.replace(oid(SHA256), oid("2.16.840.1.101.3.4.2.3"))
        yield name + "-sha512-30m", detached(name, part, slow)
    blob = s.blob([s.signer])
    for kind, name in (("2.16.840.1.101.3.4.2.4", "sha224"),
                       ("1.2.840.113549.2.5", "md5")):
        yield "line-ends-%s-30m" % name, detached(
            name, b"\n" * (LIMIT - 8192), signed_data([s.signer], [seq(
                integer(1), seq(issuer_serial(s.signer)), seq(oid(kind)),
                explicit(0, attribute(CONTENT_TYPE, oid(DATA)),
                         attribute(MESSAGE_DIGEST, octets(b"x" * 16))),
                s.key.algorithm, octets(b"x" * 64))]))
    for name, line in (("separators", b"--\n"), ("ends", b"\n"),
                       ("text", b"__" + b"x" * 60 + b"\n")):
        part = PART + line * ((MB - 100) // len(line))
        yield "explain-" + name, detached(name, part, s.blob([s.signer]))
    whole = canonical(PART)
    for n in (100000, 3 * MB):
        pieces = [indefinite(0x24, *[b"\4\1x"] * n)]
        yield "pieces-%d" % n, opaque("pieces", signed_data(
            [s.signer], [signer_info(s.key, s.signer, b"x" * n)], pieces))
    deep = octets(whole)
    for _ in range(5000):
        deep = b"\x24\x80" + deep + b"\0\0"
    yield "pieces-deep", opaque("deep", signed_data(
        [s.signer], [signer_info(s.key, s.signer, whole)], [deep]))
    yield "indefinite-deep", opaque("deep", b"\x30\x80" * (5 * MB))
    yield "elements-131072", opaque("elements", signed_data(
        [s.signer], [signer_info(s.key, s.signer, whole)], whole,
        crls=[b"\5\0" * 131000]))
    yield "crls-20m", opaque("crls", signed_data(
        [s.signer], [signer_info(s.key, s.signer, whole)], whole,
        crls=[octets(b"x" * (20 * MB))]))
    yield "lengths-4g", opaque("lengths", b"\x30\x84\xff\xff\xff\xff" * MB)


def compressed(s):
    def pack(inner):
        return seq(oid("1.2.840.113549.1.9.16.1.9"), explicit(0, seq(
            integer(0), seq(oid("1.2.840.113549.1.9.16.3.8")),
            seq(oid(DATA), explicit(0, octets(zlib.compress(inner, 9)))))))

    yield "compressed-100", opaque("c", pack(
        PART + random_bytes(MB // 4) + b"\0" * (24 * MB)))
    yield "compressed-1000", opaque("c", pack(b"\0" * (200 * MB)))
    signed = s.mail("c", [s.signer], PART + (
        b"%d\n" % random.Random(1).getrandbits(90)) * 200000)
    yield "compressed-signed", opaque("c", pack(
        signed[signed.index(b"Content-Type:"):]))
    inner = opaque("x", s.blob([s.signer], b"\0" * (20 * MB), opaque=True))
    yield "compressed-opaque", opaque("c", pack(
        inner[inner.index(b"Content-Type:"):] + random_bytes(MB // 3)))
    again = pack(PART)
    for _ in range(50):
        again = pack(opaque("x", again))
    yield "compressed-nested", opaque("c", again)


# --- the CMS

def cms(s):
    whole = canonical(PART)
    one = signer_info(s.key, s.signer, whole)
    yield "signers-4000", opaque("s", signed_data(
        [s.signer], [one] * 4000, whole))
    yield "certificates-1000", opaque("s", signed_data(
        [s.signer] * 1000, [one], whole))
    full = [fill(lambda p: s.leaf(more=[padding(p)])) for _ in range(15)]
    yield "certificates-16x16k", s.mail("s", [s.signer] + full)
    yield "oid-1m", opaque("s", signed_data(
        [s.signer], [one], whole).replace(
            oid(DATA), tlv(6, b"\x2a" + b"\x81" * MB + b"\1"), 1))
    huge = tlv(6, b"\x2a" + b"\x81" * 200000 + b"\1")
    yield "oid-attribute", s.mail("s", [s.signer], attributes=[
        seq(huge, set_of(tlv(5)))])
    algorithm = seq(integer(1), seq(issuer_serial(s.signer)), seq(huge),
                    s.key.algorithm, octets(b"x"))
    yield "oid-digest", detached("s", PART, signed_data(
        [s.signer], [algorithm]))
    small = seq(oid("1.2.3"), set_of(tlv(5)))
    for n in (1000, 20000):
        yield "attributes-%d" % n, s.mail("s", [s.signer], attributes=[
            seq(oid("1.2.%d" % i), set_of(tlv(5))) for i in range(n)])
    yield "attributes-same", s.mail("s", [s.signer],
                                    attributes=[small] * 20000)
    yield "attribute-values", s.mail("s", [s.signer], attributes=[
        attribute("1.2.3", *[tlv(5)] * 100000)])
    unsigned = tlv(0xA1, *[small] * 20000)
    bare = signer_info(s.key, s.signer, whole)
    yield "attributes-unsigned", detached("s", PART, signed_data(
        [s.signer], [seq(element_content(bare), unsigned)]))
    nested = tlv(5)
    for _ in range(20000):
        nested = seq(nested)
    yield "attribute-deep", s.mail("s", [s.signer], attributes=[
        attribute("1.2.3", nested)])
    deep = b"\x30\x80" * 20000 + b"\0\0" * 20000
    yield "attribute-deep-ber", s.mail("s", [s.signer], attributes=[
        attribute("1.2.3", deep)])
    yield "capabilities-20000", s.mail("s", [s.signer], attributes=[
        attribute(CAPABILITIES, seq(*[seq(oid("1.2.3"))] * 20000))])
    yield "signing-certs", s.mail("s", [s.signer], attributes=[
        attribute(SIGNING_CERT_V2, seq(seq(
            seq(octets(digest(s.signer))),
            *[seq(octets(b"x" * 32))] * 5000)))])
    # all certificates claim the serial number, none the long issuer
    rdns = name(*[("2.5.4.3", utf8("x"))] * 15000)
    same = [s.leaf(serial=7, forged=True,
                   spki=rsa_spki(2048, 65537)) for _ in range(16)]
    sid = seq(rdns + integer(7))
    yield "issuer-200k", s.mail("s", same, sid=sid, signer=s.signer)
    one_rdn = seq(set_of(*[seq(oid("2.5.4.3"), utf8("%d" % i))
                           for i in range(15000)]))
    yield "issuer-200k-set", s.mail("s", same, sid=seq(
        one_rdn + integer(7)), signer=s.signer)
    wide = seq(set_of(seq(oid("2.5.4.3"), tlv(0x1C, b"\0\0\0A" * 50000))))
    yield "issuer-200k-wide", s.mail("s", same, sid=seq(
        wide + integer(7)), signer=s.signer)
    yield "preferred-issuer-200k", s.mail("s", [s.signer] + [
        s.leaf(serial=7, spki=rsa_spki(2048, 65537), forged=True)
        for _ in range(15)], attributes=[
            attribute(PREFERENCE, explicit(0, rdns + integer(7)))])


# --- keys

def keys(s):
    def by(spki, n=1, **how):
        return [s.leaf(spki=spki, forged=True, **how) for _ in range(n)]

    yield "rsa-exponent-3071", s.mail(
        "k", by(rsa_spki(3072, (1 << 3071) - 1)))
    yield "rsa-16264", s.mail("k", by(rsa_spki(16264, 65537)))
    yield "rsa-8192", s.mail("k", by(rsa_spki(8192, (1 << 32) + 1)))
    explicit_ec = run("openssl", "ecparam", "-name", "brainpoolP512r1",
                      "-param_enc", "explicit", "-outform", "DER")
    yield "ec-explicit", s.mail("k", by(seq(
        seq(oid("1.2.840.10045.2.1"), explicit_ec),
        children(s.slow.spki)[1])))
    yield "ec-brainpool", s.mail("k", [s.leaf(
        key=s.slow, by=s.key)], key=s.slow)
    # sixteen that share a key identifier, each tried for the signature
    for kind, spki in (("rsa", rsa_spki(8192, (1 << 32) + 1)),
                       ("brainpool", s.slow.spki)):
        same = by(spki, 16, more=[key_id(s.key)], subject=s.bob)
        yield "candidates-" + kind, s.mail(
            "k", same, sid=tlv(0x80, s.key.id), signer=s.signer)


# --- certificates that are costly to read

def certificates(s):
    def one(kind, make):
        for fits, what in ((is_small, "-16k"), (is_let_through, "")):
            n = most(make, fits)
            yield kind + what, s.mail("x", [make(n)])
            yield kind + what + "-16", s.mail("x", [s.signer] + [
                make(n, forged=True) for _ in range(15)],
                sid=tlv(0x80, s.key.id))

    ids = [key_id(s.key)]
    point = seq(explicit(0, tlv(0xA1, seq(oid("2.5.4.3"), utf8("x")))))
    long = name(*[("2.5.4.3", utf8("x"))] * 600)

    def relative(n, **how):
        return s.leaf(**how, more=ids + [extension(
            "2.5.29.31", seq(*[point] * n))], issuer=long, by=s.key)

    def relative16(n, **how):
        return s.leaf(**how, more=ids + [extension(
            "2.5.29.31", seq(*[point] * 16))], issuer=name(
                *[("2.5.4.3", utf8("x"))] * n), by=s.key)

    def extensions(n, **how):
        return s.leaf(**how, more=ids + [extension(
            "1.2.3.%d" % i, b"") for i in range(n)])

    def rdns(n, **how):
        return s.leaf(**how, more=ids, subject=name(
            *[("2.5.4.3", utf8("x"))] * n))

    def rdn_set(n, **how):
        return s.leaf(**how, more=ids, subject=seq(set_of(*[seq(
            oid("2.5.4.3"), utf8("%d" % i)) for i in range(n)])))

    def strings(n, **how):
        return s.leaf(**how, more=ids, subject=name(
            ("2.5.4.3", tlv(0x1E, b"\x4e\x2d" * n)),
            ("2.5.4.10", tlv(0x14, b"\xc4" * n)),
            ("2.5.4.4", tlv(0x1C, b"\0\1\xf6\0" * n))))

    def policies(n, **how):
        return s.leaf(**how, more=ids + [extension("2.5.29.32", seq(*[
            seq(oid("1.2.3.%d" % i)) for i in range(n)]))])

    def usages(n, **how):
        return s.leaf(**how, more=ids + [extension(
            "2.5.29.37", seq(*[oid("1.2.3")] * n))])

    def akid(n, **how):
        return s.leaf(**how, more=ids + [extension("2.5.29.35", seq(
            tlv(0xA1, *[explicit(4, s.root)] * n), tlv(0x82, b"\1")))])

    def blocks(n, **how):
        return s.leaf(**how, more=ids + [extension("1.3.6.1.5.5.7.1.7", seq(seq(
            octets(b"\0\1"), seq(*[bits(bytes([i >> 8, i & 255]))
                                   for i in range(n)]))), True)])

    def points(n, **how):
        return s.leaf(**how, more=ids + [extension("2.5.29.31", seq(*[seq(explicit(
            0, explicit(0, tlv(0x86, b"http://x"))))] * n))])

    def oid_key(n, **how):
        return s.leaf(**how, more=ids, subject=name(
            ("2.5.4.3", utf8("x")))).replace(
                b"\x06\x03\x55\x04\x03", tlv(6, b"\x2a" + b"\x81" * n + b"\1"), 1)

    for make in (relative, relative16, extensions, rdns, rdn_set, strings, policies,
                 usages, akid, blocks, points, oid_key):
        yield from one("x509-" + make.__name__, make)
    label = "xn--" + "a" * 58
    domain = ".".join([label] * 3)
    for n in (64, 65):
        yield "sans-%d" % n, s.mail("x", [s.leaf(names=[
            rfc822("%02d" % i + "x" * 60 + "@" + domain)
            for i in range(n - 1)] + [BOB])])
    u_label = ".".join(["\u00fc" * 20] * 3)
    yield "sans-idn", s.mail("x", [s.leaf(names=[tlv(
        0xA0, oid("1.3.6.1.5.5.7.8.9"), explicit(0, utf8(
            "b\u00f6b%d@%s" % (i, u_label)))) for i in range(63)] + [BOB])])


# --- chains

def constrained(s, n_constraints, n_names, depth):
    """CAs that constrain, of which each has names to be compared too."""
    tree = explicit(0, *[seq(tlv(0x81, b"x%d" % i))
                         for i in range(n_constraints - 1)],
                    seq(tlv(0x81, b"partner.example")))
    chain, issuer = [], s.root
    for i in range(depth):
        subject = common_name("Constrained %d" % i)
        chain.insert(0, s.authority(subject, issuer, s.key, more=[
            extension("2.5.29.30", seq(tree), True),
            alt_names(*[BOB] * n_names)]))
        issuer = subject
    return [s.leaf(names=[BOB] * 64, issuer=issuer)] + chain


def chains(s):
    yield "constraints-10000", s.mail("c", constrained(s, 10000, 1, 1))
    yield "constraints-1x1500", s.mail("c", constrained(s, 1500, 1, 1))
    yield "constraints-6x800x64", s.mail("c", constrained(s, 800, 64, 6))
    yield "constraints-6x400x64", s.mail("c", constrained(s, 400, 64, 6))
    yield "constraints-6x200x400", s.mail("c", constrained(s, 200, 400, 6))
    # everybody has the same name and may have issued everybody else
    x = common_name("X")
    for kind, spki, n in (("rsa", rsa_spki(8192, (1 << 32) + 1), 1024),
                          ("brainpool", s.slow.spki, 0)):
        by = s.slow if n == 0 else s.key

        def false_authority():
            return certificate(s.key, x, by, x, [
                basic(True), usage(*CA_USAGE)], s.next(), spki=spki,
                forged=True)
        ring = [false_authority() for _ in range(15)]
        yield "ring-" + kind, s.mail("c", [s.leaf(issuer=x)] + ring)
    # the preference names all others; each is judged with its chain
    ring = [s.authority(x, x, s.slow, key=s.slow) for _ in range(8)]
    same = [s.leaf(issuer=x, by=s.slow, serial=7, key=s.slow,
                   numbers=(4,), subject=common_name("Bob %d" % i))
            for i in range(7)]
    preference = attribute(PREFERENCE, explicit(0, x + integer(7)))
    yield "ring-preferred", s.mail("c", [s.signer] + ring + same,
                                   attributes=[preference])
    # the same by the subject
    same = [s.leaf(issuer=x, by=s.slow, key=s.slow, numbers=(4,))
            for i in range(7)]
    signer = s.leaf(issuer=x, by=s.slow, numbers=(0,))
    yield "ring-subject", s.mail("c", [signer] + ring + same)
    chain, issuer = [], s.root
    for i in range(14):
        subject = common_name("Deep %d" % i)
        chain.append(s.authority(subject, issuer, s.key))
        issuer = subject
    yield "chain-14", s.mail("c", [s.leaf(issuer=issuer)] + chain)
    # known from before: thousands of one subject, or of one identifier
    many = common_name("Known Many")
    yield "known-issuers", s.mail("c", [s.leaf(issuer=many, by=s.slow)])
    yield "known-identifier", s.mail("c", [s.signer], attributes=[
        attribute(PREFERENCE, tlv(0x82, b"\5\0"))])
    yield "known-signer", s.mail("c", [], signer=s.signer,
                                 sid=tlv(0x80, b"\5\0"))


def known(s):
    """4,096 certificates, as many as a snapshot may hold."""
    many = common_name("Known Many")
    return b"".join(certificate(
        s.slow, many, s.slow, many, [basic(True), usage(*CA_USAGE)],
        s.next(), forged=True) for _ in range(4096))


THEMES = (benign, form, people, content, compressed, cms, keys, certificates,
          chains)


def write(folder, only=()):
    s = Stranger(folder)
    pem = run("openssl", "x509", "-inform", "DER", stdin=s.anchor)
    for path, data in (("ca.pem", pem), ("known.der", known(s))):
        with open(os.path.join(folder, path), "wb") as f:
            f.write(data)
    for theme in THEMES:
        if only and theme.__name__ not in only:
            continue
        for kind, mail in theme(s):
            assert len(mail) <= LIMIT or kind in ("explain",), (
                kind, len(mail))
            with open(os.path.join(folder, kind + ".eml"), "wb") as f:
                f.write(mail)


if __name__ == "__main__":
    os.makedirs(sys.argv[1], exist_ok=True)
    write(sys.argv[1], sys.argv[2:])
