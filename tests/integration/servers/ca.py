"""Certificate authorities and certificates, made by the openssl command."""

import os
import tempfile
import threading
import time
from dataclasses import dataclass, field

from servers.process import run

DAY = 86400

CONFIG = """\
[ca]
default_ca = one
[one]
database = {folder}/index
new_certs_dir = {folder}
unique_subject = no
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = none
email_in_dn = yes
[any]
commonName = optional
organizationName = optional
countryName = optional
emailAddress = optional
"""

CA_EXTENSIONS = """\
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
"""

RSA_USAGE = "digitalSignature, keyEncipherment"
EC_USAGE = "digitalSignature, keyAgreement"


def stamp(moment):
    """A moment as the openssl command takes it."""
    return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(moment))


@dataclass
class Certificate:
    """A certificate with its key: files in PEM, and what it says."""

    path: str
    key: str
    subject: str
    issuer: "Certificate" = None
    emails: tuple = field(default_factory=tuple)

    @property
    def der(self):
        """The certificate's exact bytes."""
        return run(["openssl", "x509", "-in", self.path,
                    "-outform", "DER"]).stdout

    @property
    def sha256(self):
        """The fingerprint in lower case, without colons."""
        text = run(["openssl", "x509", "-in", self.path, "-noout",
                    "-fingerprint", "-sha256"]).stdout.decode()
        return text.strip().split("=")[1].replace(":", "").lower()

    @property
    def pem(self):
        """The certificate in PEM."""
        with open(self.path, "rb") as file:
            return file.read()

    def intermediates(self):
        """The issuers above it, without the root."""
        above = self.issuer
        while above is not None and above.issuer is not None:
            yield above
            above = above.issuer


class Authority:
    """A root and an intermediate that issue what a test asks for."""

    def __init__(self, folder, name="Partner Trust"):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self._number = 0
        self._lock = threading.Lock()
        self._keys = {}
        self._requests = {}
        self.name = name
        self.root = self._authority("/O=%s/CN=%s Root" % (name, name), None)
        self.intermediate = self._authority(
            "/O=%s/CN=%s Mail CA" % (name, name), self.root)

    def _next(self, suffix):
        with self._lock:
            self._number += 1
            return os.path.join(self.folder, "%05d.%s" % (
                self._number, suffix))

    def key(self, kind="rsa:2048", name=None):
        """A new key, or the one made before under the same name."""
        if name is not None and (kind, name) in self._keys:
            return self._keys[kind, name]
        path = self._next("key")
        algorithm, _, size = kind.partition(":")
        option = {"rsa": "rsa_keygen_bits", "ec": "ec_paramgen_curve"}
        run(["openssl", "genpkey", "-algorithm", algorithm.upper(),
             "-pkeyopt", "%s:%s" % (option[algorithm], size), "-out", path])
        self._keys[kind, name] = path
        return path

    def _request(self, key):
        """The key's request; its subject does not matter."""
        with self._lock:
            if key not in self._requests:
                self._requests[key] = key + ".csr"
                run(["openssl", "req", "-new", "-key", key, "-subj", "/CN=x",
                     "-out", self._requests[key]])
            return self._requests[key]

    def issue(self, subject, extensions, key, issuer=None,
              start=None, end=None):
        """Issue a certificate over the extensions (openssl's syntax)."""
        now = time.time()
        start = now - DAY if start is None else start
        end = now + 365 * DAY if end is None else end
        path = self._next("pem")
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            self._sign(folder, path, subject, extensions, key, issuer,
                       stamp(start), stamp(end))
        return Certificate(path, key, subject, issuer)

    def _sign(self, folder, path, subject, extensions, key, issuer,
              start, end):
        def name(leaf, content=""):
            leaf = os.path.join(folder, leaf)
            with open(leaf, "w", encoding="utf-8") as file:
                file.write(content)
            return leaf

        config = name("cnf", CONFIG.format(folder=folder))
        name("index")
        request = self._request(key)
        signer = (["-selfsign", "-keyfile", key] if issuer is None else
                  ["-cert", issuer.path, "-keyfile", issuer.key])
        run(["openssl", "ca", "-config", config, "-batch", "-notext", "-utf8",
             "-preserveDN", "-in", request, "-subj", subject, "-out", path,
             "-startdate", start, "-enddate", end,
             "-extfile", name("extensions", extensions), *signer])

    def _authority(self, subject, issuer):
        now = time.time()
        return self.issue(
            subject, CA_EXTENSIONS, self.key(), issuer,
            now - 3000 * DAY, now + 3000 * DAY)

    def partner(self, email, name="Pat Partner", key=None, usage=None,
                extra="", start=None, end=None, kind="rsa:2048"):
        """A person's certificate for mail, issued by the intermediate."""
        if usage is None:
            usage = EC_USAGE if kind.startswith("ec") else RSA_USAGE
        extensions = (
            "basicConstraints = CA:FALSE\n"
            "keyUsage = critical, %s\n"
            "extendedKeyUsage = emailProtection\n"
            "subjectAltName = email:%s\n"
            "subjectKeyIdentifier = hash\n"
            "authorityKeyIdentifier = keyid\n%s" % (usage, email, extra))
        made = self.issue(
            "/O=%s/CN=%s" % (email.partition("@")[2], name), extensions,
            key or self.key(kind), self.intermediate, start, end)
        made.emails = (email,)
        return made

    def server(self, host):
        """A certificate for a server with TLS."""
        return self.issue(
            "/CN=%s" % host,
            "basicConstraints = CA:FALSE\n"
            "keyUsage = critical, digitalSignature, keyEncipherment\n"
            "extendedKeyUsage = serverAuth\n"
            "subjectAltName = DNS:%s\n" % host,
            self.key(), self.root)
