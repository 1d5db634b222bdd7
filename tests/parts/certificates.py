"""Certificates for tests, made by openssl for 127.0.0.1, one more address, and names."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path


def make_certificate(
    folder: Path, name: str, *options: str, address: str = "127.0.0.1", hosts: Sequence[str] = ()
) -> tuple[Path, Path]:
    """A certificate and its key in `folder`, made where they are not there yet; "old" has expired."""
    names = "".join(f",DNS:{host}" for host in hosts)
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    if not certificate.exists():
        command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        command += ["-keyout", str(key), "-out", str(certificate), "-subj", f"/CN={name}"]
        command += ["-addext", f"subjectAltName=IP:127.0.0.1,IP:{address}{names}", *(options or ("-noenc",))]
        subprocess.run(command, check=True, capture_output=True, timeout=30)
        if name == "old":
            again = ["openssl", "x509", "-in", str(certificate), "-signkey", str(key), "-days", "-1"]
            subprocess.run([*again, "-out", str(certificate)], check=True, capture_output=True, timeout=30)
    return certificate, key
