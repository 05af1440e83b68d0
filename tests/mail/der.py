"""Certificates, CMS and mail octet by octet, for what the openssl command
does not make: seeds for the fuzzers and the most expensive mails.  The
command makes the keys and signs."""

import base64
import os
import subprocess

SHA256 = "2.16.840.1.101.3.4.2.1"
DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
CAPABILITIES = "1.2.840.113549.1.9.15"
PREFERENCE = "1.2.840.113549.1.9.16.2.11"
PREFERENCE_MS = "1.3.6.1.4.1.311.16.4"
SIGNING_CERT_V2 = "1.2.840.113549.1.9.16.2.47"
EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4"


def length(n):
    if n < 0x80:
        return bytes([n])
    octets = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets


def tlv(tag, *parts):
    content = b"".join(parts)
    return bytes([tag]) + length(len(content)) + content


def indefinite(tag, *parts):
    return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"


def seq(*parts):
    return tlv(0x30, *parts)


def set_of(*parts):
    return tlv(0x31, *parts)


def explicit(n, *parts):
    return tlv(0xA0 | n, *parts)


def octets(data):
    return tlv(0x04, data)


def bits(data, unused=0):
    return tlv(0x03, bytes([unused]), data)


def utf8(text):
    return tlv(0x0C, text.encode())


def integer(n):
    return tlv(0x02, n.to_bytes(n.bit_length() // 8 + 1, "big", signed=True))


def arc(n):
    out = [n & 0x7F]
    while n > 0x7F:
        n >>= 7
        out.append(0x80 | (n & 0x7F))
    return bytes(reversed(out))


def oid(text):
    arcs = [int(a) for a in text.split(".")]
    return tlv(0x06, arc(40 * arcs[0] + arcs[1]), *map(arc, arcs[2:]))


def time(text):
    """UTCTime or GeneralizedTime by its length."""
    return tlv(0x17 if len(text) == 13 else 0x18, text.encode())


def element(der, at=0):
    """Tag, start of the content and end of the element at that place."""
    n, begin = der[at + 1], at + 2
    if n & 0x80:
        begin += n & 0x7F
        n = int.from_bytes(der[at + 2:begin], "big")
    return der[at], begin, begin + n


def children(der):
    _, at, end = element(der)
    out = []
    while at < end:
        nxt = element(der, at)[2]
        out.append(der[at:nxt])
        at = nxt
    return out


class Key:
    """A private key in a file, made when it is not there."""

    # digest and parameters of the signature algorithm
    ALGORITHMS = {"EC": seq(oid("1.2.840.10045.4.3.2")),
                  "RSA": seq(oid("1.2.840.113549.1.1.11"), tlv(5))}

    def __init__(self, path, kind="EC", *options):
        self.path, self.kind = path, kind
        if not os.path.exists(path):
            options = options or ("ec_paramgen_curve:P-256",)
            run("openssl", "genpkey", "-quiet", "-algorithm", kind, "-out",
                path, *(o for x in options for o in ("-pkeyopt", x)))
        self.spki = run("openssl", "pkey", "-in", path, "-pubout",
                        "-outform", "DER")
        self.algorithm = self.ALGORITHMS[kind]
        # Method (1) of RFC 5280 section 4.2.1.2
        self.id = digest(element_content(children(self.spki)[1])[1:], "sha1")

    def sign(self, data):
        return run("openssl", "dgst", "-sha256", "-sign", self.path,
                   stdin=data)


def run(*command, stdin=b""):
    return subprocess.run(command, input=stdin, check=True,
                          stdout=subprocess.PIPE).stdout


def digest(data, name="sha256"):
    import hashlib
    return hashlib.new(name, data).digest()


def element_content(der):
    _, begin, end = element(der)
    return der[begin:end]


def name(*attributes):
    """name(("2.5.4.3", utf8("Bob")), ...): an RDN each."""
    return seq(*(set_of(seq(oid(t), v)) for t, v in attributes))


def common_name(text):
    return name(("2.5.4.3", utf8(text)))


def extension(kind, value, critical=False):
    return seq(oid(kind), tlv(1, b"\xff") if critical else b"",
               octets(value))


def usage(*numbers):
    value = sum(1 << (7 - n) for n in numbers if n < 8)
    return extension("2.5.29.15", bits(bytes([value])), True)


def basic(ca, path=None):
    return extension("2.5.29.19", seq(
        tlv(1, b"\xff") if ca else b"",
        integer(path) if path is not None else b""), True)


def mail_usage():
    return extension("2.5.29.37", seq(oid(EMAIL_PROTECTION)))


def rfc822(text):
    return tlv(0x81, text if isinstance(text, bytes) else text.encode())


def alt_names(*names):
    return extension("2.5.29.17", seq(*names))


def key_id(key):
    return extension("2.5.29.14", octets(key.id))


def authority_key_id(key):
    return extension("2.5.29.35", seq(tlv(0x80, key.id)))


CA_USAGE = (5, 6)
MAIL_USAGE = {"EC": (0, 4), "RSA": (0, 2)}


def certificate(key, subject, issuer_key, issuer, extensions, serial=1,
                dates=("200101000000Z", "491231235959Z"), spki=None,
                forged=False):
    """An X.509 certificate; forged ones save the time for a signature."""
    tbs = seq(explicit(0, integer(2)), integer(serial), issuer_key.algorithm,
              issuer, seq(*(time(t) for t in dates)), subject,
              spki or key.spki, explicit(3, seq(*extensions)))
    made = b"\x30\x06\x02\x01\x01\x02\x01\x01" if forged \
        else issuer_key.sign(tbs)
    return seq(tbs, issuer_key.algorithm, bits(made))


def attribute(kind, *values):
    return seq(oid(kind), set_of(*values))


def issuer_serial(der):
    """Issuer and serial number of a certificate, as contents."""
    tbs = children(children(der)[0])
    return tbs[3] + tbs[1]


def signer_info(key, signer, content, attributes=(), sid=None,
                content_type=DATA, bare=False, algorithm=None):
    """A SignerInfo; sid: how the signer is named when not by issuer."""
    sid = sid or seq(issuer_serial(signer))
    signed = sorted([attribute(CONTENT_TYPE, oid(content_type)),
                     attribute(MESSAGE_DIGEST, octets(digest(content)))]
                    + list(attributes))
    signed = b"".join(signed)
    return seq(integer(3 if sid[0] == 0x80 else 1), sid, seq(oid(SHA256)),
               b"" if bare else explicit(0, signed),
               algorithm or key.algorithm,
               octets(key.sign(content if bare else set_of(signed))))


def signed_data(certificates, signers, content=None, crls=(),
                content_type=DATA):
    """A ContentInfo; content: octets, or the elements of eContent."""
    if isinstance(content, bytes):
        content = [octets(content)]
    return seq(oid(SIGNED_DATA), explicit(0, seq(
        integer(1), set_of(seq(oid(SHA256))),
        seq(oid(content_type), explicit(0, *content) if content else b""),
        explicit(0, *certificates) if certificates else b"",
        explicit(1, *crls) if crls else b"",
        set_of(*signers))))


def lines64(data):
    return base64.encodebytes(data)


HEADER = (b"From: %s\nTo: you@corp.example\nSubject: %s\n"
          b"Message-ID: <%s@partner.example>\nMIME-Version: 1.0\n")


def header(sender, subject):
    return HEADER % (sender.encode(), subject.encode(), subject.encode())


def opaque(subject, blob, sender="bob@partner.example"):
    return (header(sender, subject) +
            b"Content-Type: application/pkcs7-mime; name=smime.p7m\n"
            b"Content-Transfer-Encoding: base64\n\n" + lines64(blob))


def detached(subject, part, blob, sender="bob@partner.example",
             boundary=b"bound", preamble=b"", epilogue=b""):
    return (header(sender, subject) +
            b"Content-Type: multipart/signed; boundary=" + boundary +
            b'; protocol="application/pkcs7-signature"\n\n' + preamble +
            b"--" + boundary + b"\n" + part + b"\n--" + boundary + b"\n"
            b"Content-Type: application/pkcs7-signature; name=smime.p7s\n"
            b"Content-Transfer-Encoding: base64\n\n" + lines64(blob) +
            b"\n--" + boundary + b"--\n" + epilogue)


def canonical(part):
    return part.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
