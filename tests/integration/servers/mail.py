"""Mails for tests: exact bytes, CRLF, signed by the openssl command."""

import base64
import itertools
import tempfile

from servers.process import run

_serial = itertools.count(1)

BODY = (b"Content-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n"
        b"\r\n"
        b"Good morning,\r\n"
        b"\r\n"
        b"the offer is 1,000 \xe2\x82\xac.  \r\n"
        b".\r\n"
        b"..two dots, and a line with blanks at its end \t \r\n"
        b"From here on nothing follows.\r\n")

BOUNDARY = b"----certharvest-test-boundary"


def message_id():
    """A new Message-ID."""
    return "<%d.test@partner.example>" % next(_serial)


def headers(sender, subject="Offer", identity=None, extra=b""):
    """The headers in front of the MIME ones."""
    return (b"From: " + sender.encode() + b"\r\n"
            b"To: Ann <ann@corp.example>\r\n"
            b"Subject: " + subject.encode() + b"\r\n"
            b"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
            b"Message-ID: " + (identity or message_id()).encode() + b"\r\n"
            + extra + b"MIME-Version: 1.0\r\n")


def unsigned(sender, **options):
    """A mail without a signature."""
    return headers(sender, **options) + BODY


def signature(entity, signer, opaque=False, certificates=(), options=()):
    """The CMS structure over the entity, as DER."""
    chain = b"".join(c.pem for c in (*certificates, *signer.intermediates()))
    argv = ["openssl", "cms", "-sign", "-binary", "-outform", "DER",
            "-md", "sha256", "-signer", signer.path, "-inkey", signer.key,
            *options]
    if opaque:
        argv.append("-nodetach")
    with tempfile.NamedTemporaryFile() as file:
        file.write(chain)
        file.flush()
        if chain:
            argv += ["-certfile", file.name]
        return run(argv, stdin=entity).stdout


def wrapped(der):
    """Base64 in lines, as mail carries it."""
    return base64.encodebytes(der).replace(b"\n", b"\r\n")


def multipart(top, entity, der):
    """multipart/signed from its two parts."""
    return (top +
            b"Content-Type: multipart/signed; micalg=sha-256;\r\n"
            b" protocol=\"application/pkcs7-signature\";\r\n"
            b" boundary=\"" + BOUNDARY + b"\"\r\n"
            b"\r\n"
            b"This is an S/MIME signed message\r\n"
            b"--" + BOUNDARY + b"\r\n" + entity + b"\r\n"
            b"--" + BOUNDARY + b"\r\n"
            b"Content-Type: application/pkcs7-signature; "
            b"name=\"smime.p7s\"\r\n"
            b"Content-Transfer-Encoding: base64\r\n"
            b"Content-Disposition: attachment; filename=\"smime.p7s\"\r\n"
            b"\r\n" + wrapped(der) +
            b"--" + BOUNDARY + b"--\r\n")


def opaque_mail(top, der):
    """application/pkcs7-mime with everything inside."""
    return (top +
            b"Content-Type: application/pkcs7-mime; smime-type=signed-data;"
            b"\r\n name=\"smime.p7m\"\r\n"
            b"Content-Transfer-Encoding: base64\r\n"
            b"Content-Disposition: attachment; filename=\"smime.p7m\"\r\n"
            b"\r\n" + wrapped(der))


def signed(signer, sender=None, opaque=False, entity=BODY, certificates=(),
           options=(), **top):
    """A mail from the signer's own address unless a sender is given."""
    der = signature(entity, signer, opaque, certificates, options)
    first = headers(sender or "Pat Partner <%s>" % signer.emails[0], **top)
    if opaque:
        return opaque_mail(first, der)
    return multipart(first, entity, der)


def forged(signer, **options):
    """A signed mail, its text changed on the way."""
    return signed(signer, **options).replace(b"1,000", b"9,000")


def lf(message):
    """The message with line ends as a mailbox file has them."""
    return message.replace(b"\r\n", b"\n")
