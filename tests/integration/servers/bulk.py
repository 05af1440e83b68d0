"""Very many partners of one CA, quickly: certificates and signatures made in
this process instead of by the openssl command."""

import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from servers import mail

USAGE = dict.fromkeys((
    "digital_signature", "content_commitment", "key_encipherment",
    "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
    "encipher_only", "decipher_only"), False)


class Bulk:
    """Partners of one issuer, who share a key, as nobody here looks at it."""

    def __init__(self, issuer):
        self.issuer = x509.load_pem_x509_certificate(issuer.pem)
        with open(issuer.key, "rb") as file:
            self.issuer_key = serialization.load_pem_private_key(
                file.read(), None)
        self.key = rsa.generate_private_key(65537, 2048)

    def certificate(self, address):
        """One for mail to and from the address."""
        now = datetime.datetime.utcnow()
        day = datetime.timedelta(days=1)
        usage = dict(USAGE, digital_signature=True, key_encipherment=True)
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([
                x509.NameAttribute(NameOID.COMMON_NAME, address[:60])]))
            .issuer_name(self.issuer.subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - day).not_valid_after(now + 365 * day)
            .add_extension(x509.BasicConstraints(False, None), True)
            .add_extension(x509.KeyUsage(**usage), True)
            .add_extension(x509.ExtendedKeyUsage(
                [ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
            .add_extension(x509.SubjectAlternativeName(
                [x509.RFC822Name(address)]), False)
            .sign(self.issuer_key, hashes.SHA256()))

    def mail(self, address):
        """(DER, a signed mail) of the address."""
        certificate = self.certificate(address)
        der = (
            pkcs7.PKCS7SignatureBuilder().set_data(mail.BODY)
            .add_signer(certificate, self.key, hashes.SHA256())
            .add_certificate(self.issuer)
            .sign(serialization.Encoding.DER, [
                pkcs7.PKCS7Options.DetachedSignature,
                pkcs7.PKCS7Options.Binary]))
        return (certificate.public_bytes(serialization.Encoding.DER),
                mail.multipart(mail.headers(address), mail.BODY, der))
