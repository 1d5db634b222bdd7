"""The key of the lines between servers: made of the secret that they share, and of nothing else.

Both ends of a line show the same certificate, in TLS 1.3, and take no other: so whoever has the secret, and
nobody else, speaks and is spoken to, and nobody between reads what is decided.
"""

from __future__ import annotations

import hmac
import ssl
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_PURPOSE = b"line between servers"
_NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kasuslab")])
# The key is as old as the secret: no date of it means anything.
_FROM, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


def line_contexts(secret: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What answers, and what dials, a line between servers that share `secret`."""
    key = Ed25519PrivateKey.from_private_bytes(hmac.digest(secret.encode(), _PURPOSE, "sha256"))
    certificate = (
        x509.CertificateBuilder(_NAME, _NAME, key.public_key(), 1, _FROM, _UNTIL)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, None)  # the same signature whoever makes it
    )
    trusted = certificate.public_bytes(Encoding.PEM).decode("ascii")
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    contexts = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # The standard library takes a key from a file alone; the folder is this user's, and gone at once.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "line.pem"
        file.write_bytes(private + trusted.encode())
        for context in contexts:
            context.minimum_version = ssl.TLSVersion.TLSv1_3
            context.check_hostname = False  # whoever has the secret may be reached anywhere
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_cert_chain(file)
            context.load_verify_locations(cadata=trusted)
    return contexts
