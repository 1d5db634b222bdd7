"""TLS: the certificate that a workshop is served with, tried by a handshake before anybody arrives."""

from __future__ import annotations

import contextlib
import ssl
from dataclasses import dataclass
from pathlib import Path

from scenarios.documents.problem import BadInputError

# X509_V_ERR_… of OpenSSL, as openssl-verification-options(1) names them.
_NOT_YET, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 9, 10, 62, 64
_STEPS = 10


class TlsError(BadInputError):
    """The workshop cannot be served with this certificate; a sentence."""


@dataclass(frozen=True, slots=True)
class Tls:
    """A certificate that a server can use. warning: what browsers will not like about it, or ""."""

    context: ssl.SSLContext
    warning: str = ""


def load_tls(certificate: Path, key: Path | None, host: str) -> Tls:
    """Read a certificate and its key as PEM files; where `key` is left out it stands in the same file.

    host: the name or address that participants type. Raises TlsError.
    """
    for file, option in ((certificate, "--certificate"), (key, "--key")):
        if file is not None and not file.is_file():
            raise TlsError(f"{file}: there is no such file. Name a PEM file ({option} FILE).")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except ssl.SSLError as error:
        raise TlsError(_sentence(certificate, key, error)) from None
    except OSError as error:
        raise TlsError(f"{certificate}: it cannot be read ({error.strerror}). Name a PEM file.") from None
    return Tls(context, _warning(context, certificate, host))


def _no_password() -> str:
    raise TlsError(
        "The key is locked with a password, which nobody types at each start. Write it without one: "
        "openssl pkey -in KEY -out OPEN-KEY"
    )


def _sentence(certificate: Path, key: Path | None, error: ssl.SSLError) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"{key or certificate}: this key is not that of {certificate}. Name its own (--key FILE)."
    if key is None:
        return (
            f"{certificate}: no certificate with its key stands there. Name a PEM file that holds both, or "
            "the key apart (--key FILE)."
        )
    return f"{certificate}, {key}: these are no certificate and key. Name two PEM files."


def _warning(context: ssl.SSLContext, certificate: Path, host: str) -> str:
    """What a client that trusts this certificate complains of."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    client.load_verify_locations(certificate)
    try:
        _shake_hands(context, client, host)
    except ssl.SSLCertVerificationError as error:
        remedy = "Browsers will warn of it; have a new one made."
        return {
            _NOT_YET: f"{certificate}: the certificate is not valid yet. {remedy} Is the clock right?",
            _EXPIRED: f"{certificate}: the certificate has expired. {remedy}",
            _OTHER_NAME: f"{certificate}: the certificate is not made for the name {host}. {remedy}",
            _OTHER_ADDRESS: f"{certificate}: the certificate is not made for the address {host}. {remedy}",
        }.get(error.verify_code, "")
    return ""


def _shake_hands(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> None:
    """A handshake in memory. Raises SSLCertVerificationError."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        client.wrap_bio(to_client, to_server, server_hostname=host.strip("[]")),
        server.wrap_bio(to_server, to_client, server_side=True),
    )
    for _ in range(_STEPS):
        for end in ends:
            with contextlib.suppress(ssl.SSLWantReadError):
                end.do_handshake()
