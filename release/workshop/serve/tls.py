"""TLS: the certificate that a workshop is served with, tried by a handshake before anybody arrives."""

from __future__ import annotations

import contextlib
import ssl
from dataclasses import dataclass
from pathlib import Path

from release.workshop.failure import failure_sentence
from scenarios.documents.problem import BadInputError
from scenarios.sentence import Sentence

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
            raise TlsError(failure_sentence("tls_no_file", file=file, option=option))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except ssl.SSLError as error:
        raise TlsError(_sentence(certificate, key, error)) from None
    except OSError as error:
        reason = error.strerror
        raise TlsError(failure_sentence("tls_unreadable", file=certificate, reason=reason)) from None
    return Tls(context, _warning(context, certificate, host))


def _no_password() -> str:
    raise TlsError(failure_sentence("tls_locked"))


def _sentence(certificate: Path, key: Path | None, error: ssl.SSLError) -> Sentence:
    if error.reason == "KEY_VALUES_MISMATCH":
        return failure_sentence("tls_mismatch", key=key or certificate, certificate=certificate)
    if key is None:
        return failure_sentence("tls_alone", certificate=certificate)
    return failure_sentence("tls_neither", certificate=certificate, key=key)


def _warning(context: ssl.SSLContext, certificate: Path, host: str) -> str:
    """What a client that trusts this certificate complains of."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    client.load_verify_locations(certificate)
    try:
        _shake_hands(context, client, host)
    except ssl.SSLCertVerificationError as error:
        kinds = {
            _NOT_YET: "not_yet",
            _EXPIRED: "expired",
            _OTHER_NAME: "other_name",
            _OTHER_ADDRESS: "other_address",
        }
        kind = kinds.get(error.verify_code)
        return failure_sentence(f"tls_{kind}", certificate=certificate, host=host) if kind else ""
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
